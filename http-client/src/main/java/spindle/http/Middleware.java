package spindle.http;

import java.time.Duration;
import java.util.Optional;

/// Something that stands between a session and its connections, and sees each attempt: every hop
/// of a redirect, every retry of a middleware outside of it.
///
/// ```java
/// Middleware signing = (request, next) ->
///         next.send(request.withHeader("X-Signature", sign(request)));
/// ```
///
/// It runs in the task that made the request, so it may await, and is cancelled with it. It may
/// change the request, ask several times, or answer without asking; a response that it does not
/// return it must close before it asks again. Those that it has left open when it ends, because it
/// failed say, are closed then. The first one in a session's options is the outermost. Cookies and
/// credentials are added inside of all of them. To ask something else on the way, use another
/// session, or a request without middlewares ([ClientRequest#withMiddlewares]): else it meets
/// itself.
@FunctionalInterface
public interface Middleware {
    /// Handles a request. Suspends the calling task.
    ///
    /// @param request its URL is absolute; the fields in it are its own: those of the session, and
    ///     those that body, cookies and credentials add, come inside
    /// @param next asks whoever is inside
    /// @throws Exception whatever the request is to fail with
    ClientResponse handle(ClientRequest request, Next next) throws Exception;

    /// What is inside of a middleware.
    @FunctionalInterface
    interface Next {
        /// Sends a request on, and returns the response when its head has arrived. Suspends the
        /// calling task. May be called again, if the request's body can be sent again.
        ///
        /// @throws Exception a [ClientException] if there is no response
        ClientResponse send(ClientRequest request) throws Exception;

        /// Returns how much of the total timeout is left, nothing if there is none. For whoever
        /// waits before it asks: when the time is up, the request is over whatever a middleware
        /// waits for, so what takes longer need not be begun.
        default Optional<Duration> timeLeft() {
            return Optional.empty();
        }
    }
}
