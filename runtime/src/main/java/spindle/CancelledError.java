package spindle;

import org.jspecify.annotations.Nullable;

/// Thrown out of `await` in a task that was asked to stop, and by the result of a future that
/// was cancelled.
///
/// An [Error], not an [Exception], so that `catch (Exception e)` around an `await` cannot
/// swallow a cancellation by accident; Python moved its own out of `Exception` for the same
/// reason. Catch it only to clean up, then rethrow it; `finally` and try-with-resources need
/// nothing special.
///
/// Next: [InvalidStateException].
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /// Creates a cancellation; `reason` says who asked and why, where that is known.
    public CancelledError(@Nullable String reason) {
        super(reason);
    }
}
