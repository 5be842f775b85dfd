package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/// The loops that are running now, to find the one whose code calls: the slot behind
/// [EventLoop#current()].
///
/// A thread-local would cost every coroutine's thread a map of its own. Instead each loop knows
/// which thread it is running, its own or a coroutine's, and we ask the loops in turn; nearly
/// always there is one. The question is safe to ask from any thread: a loop names a thread only
/// while it runs it, so a thread can find its own name or miss it, but never find it wrongly.
final class RunningLoops {
    private static final AtomicReference<EventLoop[]> loops =
            new AtomicReference<>(new EventLoop[0]);

    private RunningLoops() {}

    /// Returns the loop that runs the calling thread, or null if none does. **Threadsafe.**
    static @Nullable EventLoop current() {
        Thread thread = Thread.currentThread();
        for (EventLoop loop : loops.get()) {
            if (loop.runs(thread)) {
                return loop;
            }
        }
        return null;
    }

    static void add(EventLoop loop) {
        loops.updateAndGet(before -> {
            EventLoop[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = loop;
            return after;
        });
    }

    static void remove(EventLoop loop) {
        loops.updateAndGet(before ->
                Arrays.stream(before).filter(other -> other != loop).toArray(EventLoop[]::new));
    }
}
