package spindle;

import org.jspecify.annotations.Nullable;

/// Says, in debug mode, where a task awaited what failed: it hangs, suppressed, on the failure,
/// whose own stack trace ends where the failed task began.
///
/// Next: [Interruption].
final class AwaitTrace extends Exception {
    private static final long serialVersionUID = 1L;

    /// A failure that many await is not to grow without bound.
    private static final int MOST_PER_FAILURE = 10;

    private AwaitTrace(String task) {
        super("awaited by task '" + task + "', here");
    }

    /// Returns the result of a future that a task awaits, with a trace added to its failure.
    static <T extends @Nullable Object> T resultOf(Future<T> future, String task) throws Exception {
        try {
            return future.result();
        } catch (Throwable failure) {
            if (failure.getSuppressed().length < MOST_PER_FAILURE) {
                failure.addSuppressed(new AwaitTrace(task));
            }
            throw failure;
        }
    }
}
