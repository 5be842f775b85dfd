/// The HTTP client that programs use: sessions, responses and their options.
package spindle.http;
