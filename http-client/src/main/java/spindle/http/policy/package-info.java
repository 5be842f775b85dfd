/// Policies for a client's requests, made of nothing but [spindle.http.Middleware]s: so a program
/// can put its own beside them, or in their place.
///
/// ```java
/// ClientOptions options = ClientOptions.defaults()
///         .withMiddleware(Retry.upTo(3))
///         .withMiddleware(DigestAuthentication.of("https://api.example", login))
///         .withMiddleware(RateLimit.perHost(10, Duration.ofSeconds(1))
///                 .withPauses(Duration.ofMinutes(1)));
/// ```
///
/// The first one is the outermost. This order is the right one for these three:
///
/// - [Retry] *outside of all.* What it sends again passes the others again: it has an answer of its
///   own, since a server takes each only once, and it waits for its turn as everything does.
/// - [DigestAuthentication] *in between.* The request that is challenged and the one that answers
///   are two for the server, so both are to pass the limit. A 401 that it returns is not worth
///   another attempt, and gets none.
/// - [RateLimit] *inside of all:* it sees whatever is sent. (Redirects are outside of every
///   middleware, so each hop counts by itself, for the origin that it asks.)
///
/// Recipes:
///
/// - *A server that says when to come again.* `RateLimit.withPauses` holds back everything that
///   goes there, and not just the request that was told so; `Retry` then sends that one again.
/// - *A budget for all.* Several sessions of one loop that ask the same servers share a
///   [RetryBudget] (`Retry.withBudget`), and a `RateLimit`: give them the same object.
/// - *A POST that may be sent again:* give it a key that its server knows it by, and tell
///   [Retry#withRepeatable] of it.
/// - *One request without them:* `request.withMiddlewares(List.of())`.
/// - *Less patience:* what a policy waits for counts towards [spindle.http.ClientTimeout#total],
///   which ends the waiting too. `Retry` does not begin to wait for what would come after that.
///
/// Reading order: [RateLimit], `RateLine`, [Retry], [RetryBudget], `RetryAfter`, `HttpDate`,
/// [DigestAuthentication], `DigestCall`, `DigestRealms`.
package spindle.http.policy;
