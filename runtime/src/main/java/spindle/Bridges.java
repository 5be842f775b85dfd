package spindle;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// What a loop and other threads wait for of each other: the results that must not be left
/// waiting when the loop closes and nobody is there to complete them any more, and how many
/// results the loop expects from elsewhere.
///
/// Next: [Scheduler].
final class Bridges {
    private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Used on the loop's thread alone.
    private int expected;

    /// Returns a result for another thread, kept here until it is there. **Threadsafe.**
    <T> CompletableFuture<T> newResult() {
        CompletableFuture<T> result = new CompletableFuture<>();
        Object key = new Object();
        open.put(key, result);
        var _ = result.whenComplete((_, _) -> open.remove(key));
        if (closed) {
            fail(result);
        }
        return result;
    }

    /// Notes that another thread is to complete something here, until [#arrived()].
    void expect() {
        expected++;
    }

    void arrived() {
        expected--;
    }

    /// Returns whether another thread is to complete something here: then nobody knows when.
    boolean isExpecting() {
        return expected > 0;
    }

    /// Fails those that are left, and those that come. **Threadsafe.**
    void close() {
        closed = true;
        open.values().forEach(Bridges::fail);
    }

    private static void fail(CompletableFuture<?> result) {
        result.completeExceptionally(
                new IllegalStateException("the event loop was closed before the result was there"));
    }
}
