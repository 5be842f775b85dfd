package spindle;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The results of a loop that other threads wait for: those that must not be left waiting when
/// the loop closes and nobody is there to complete them any more.
///
/// Next: [Scheduler].
final class Bridges {
    private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();

    /// Returns a result for another thread, kept here until it is there. **Threadsafe.**
    <T> CompletableFuture<T> newResult() {
        CompletableFuture<T> result = new CompletableFuture<>();
        Object key = new Object();
        open.put(key, result);
        var _ = result.whenComplete((_, _) -> open.remove(key));
        return result;
    }

    /// Fails those that are left. **Threadsafe.**
    void close() {
        for (CompletableFuture<?> result : open.values()) {
            result.completeExceptionally(new IllegalStateException(
                    "the event loop was closed before the result was there"));
        }
    }
}
