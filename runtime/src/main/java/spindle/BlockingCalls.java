package spindle;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;

/// The calls that a loop has sent to other threads and that have not ended there, whether or not
/// anybody still waits for them. Used on the loop's thread alone.
///
/// Next: [LoopStatistics].
final class BlockingCalls {
    private final Set<Object> unfinished = new LinkedHashSet<>();

    /// Who waits for the last of them to end.
    private @Nullable Runnable whenEmpty;

    void add(Object call) {
        unfinished.add(call);
    }

    void remove(Object call) {
        unfinished.remove(call);
        if (unfinished.isEmpty() && whenEmpty != null) {
            whenEmpty.run();
            whenEmpty = null;
        }
    }

    int size() {
        return unfinished.size();
    }

    boolean isEmpty() {
        return unfinished.isEmpty();
    }

    /// Has `callback` called once, when the last call has ended.
    void whenEmpty(Runnable callback) {
        whenEmpty = callback;
    }

    /// Returns the calls, such as `[Fetch lambda]`.
    @Override
    public String toString() {
        return unfinished.toString();
    }
}
