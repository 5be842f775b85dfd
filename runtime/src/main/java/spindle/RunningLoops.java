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
///
/// Next: [TaskLocal].
final class RunningLoops {
    private static final AtomicReference<Scheduler[]> loops =
            new AtomicReference<>(new Scheduler[0]);

    private RunningLoops() {}

    /// Returns the loop that runs the calling thread, or null if none does. **Threadsafe.**
    static @Nullable Scheduler current() {
        Thread thread = Thread.currentThread();
        for (Scheduler loop : loops.get()) {
            if (loop.runs(thread)) {
                return loop;
            }
        }
        return null;
    }

    static void add(Scheduler loop) {
        loops.updateAndGet(before -> {
            Scheduler[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = loop;
            return after;
        });
    }

    static void remove(Scheduler loop) {
        loops.updateAndGet(before ->
                Arrays.stream(before).filter(other -> other != loop).toArray(Scheduler[]::new));
    }
}
