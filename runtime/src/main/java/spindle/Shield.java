package spindle;

import org.jspecify.annotations.Nullable;

/// Keeps a cancellation from a future or task that somebody waits for: `Async.shield`.
///
/// Next: [SystemSignal].
final class Shield {
    private Shield() {}

    /// Returns a future that ends as `inner` does, and that can be cancelled without it. Then
    /// nobody is left to hear of a failure of `inner`, and the exception handler does.
    static <T extends @Nullable Object> Future<T> around(EventLoop loop, Future<T> inner) {
        if (inner.isDone()) {
            return inner;
        }
        Future<T> outer = loop.createFuture("shielded " + inner.kind());
        inner.addDoneCallback(_ -> {
            if (!outer.isDone()) {
                outer.completeAs(inner);
            } else if (inner.outcome() instanceof Outcome.Failure<T>(Throwable exception)) {
                loop.callExceptionHandler(new ExceptionHandler.Context(
                        "exception in a shielded " + inner.kind()
                                + " that nobody waits for any more",
                        exception,
                        inner,
                        inner.origin()));
            }
        });
        return outer;
    }
}
