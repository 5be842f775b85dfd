/// What a request sends: [RequestBody] and its kinds.
///
/// A body is a value that says what it is and how long, and writes itself to a [BodySink], as
/// often as its type allows. It knows nothing of connections, and a connection needs to know of
/// one kind only, bytes in memory ([BytesBody]), which it may send together with the head.
///
/// Reading order: [BodySink], [RequestBody], [BytesBody], [ContentTypes], `StrictText`,
/// `FormEncoding`.
package spindle.http.body;
