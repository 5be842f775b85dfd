/// Policies for a client's requests, made of nothing but [spindle.http.Middleware]s: so a program
/// can put its own beside them, or in their place.
///
/// ```java
/// ClientOptions options = ClientOptions.defaults()
///         .withMiddleware(Retry.upTo(3))
///         .withMiddleware(RateLimit.perHost(10, Duration.ofSeconds(1)));
/// ```
///
/// The first one is the outermost: here each retry waits for the rate limit too.
package spindle.http.policy;
