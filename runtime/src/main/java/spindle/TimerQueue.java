package spindle;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.PriorityQueue;

/// The timers of one loop, the next to fire at the head.
///
/// What programs do with timers is set timeouts, and a timeout is set in the expectation that
/// it will not fire. So cancelling is what must be cheap: it marks the handle and leaves it in
/// the heap. Two rules keep the heap small: cancelled handles are dropped when they reach the
/// head, and all of them at once when they are more than half. Without the second rule one
/// long-lived timer at the head would pin millions of cancelled ones behind it.
///
/// Next: [Poller].
final class TimerQueue {
    /// Below this size cancelled handles cost less than sweeping them out.
    private static final int COMPACT_ABOVE = 100;

    /// Room for a timeout for each of a thousand connections. Growing is so rare that the JVM
    /// compiles code without it, and must throw away all code around it where it comes after all.
    private static final int INITIAL_CAPACITY = 1024;

    private final PriorityQueue<TimerHandle> heap = new PriorityQueue<>(INITIAL_CAPACITY);
    private final Runnable onCancel = this::cancelledOne;
    private long nextSequence;

    /// How many handles in the heap are cancelled.
    private int cancelled;

    TimerHandle add(long when, Runnable callback, Context context, @Nullable Origin origin) {
        TimerHandle handle =
                new TimerHandle(when, nextSequence++, callback, context, origin, onCancel);
        heap.add(handle);
        return handle;
    }

    /// Called by a handle in the heap that has just been cancelled.
    private void cancelledOne() {
        cancelled++;
        if (heap.size() > COMPACT_ABOVE && cancelled > heap.size() / 2) {
            heap.removeIf(Handle::isCancelled);
            cancelled = 0;
        }
    }

    /// Drops cancelled handles from the head and returns the next one to fire, or null if there
    /// is none.
    @Nullable
    TimerHandle head() {
        TimerHandle head = heap.peek();
        while (head != null && head.isCancelled()) {
            heap.remove();
            cancelled--;
            head = heap.peek();
        }
        return head;
    }

    /// Removes and returns the next handle whose deadline is at or before `now`, or null if
    /// there is none.
    @Nullable
    TimerHandle pollDue(long now) {
        TimerHandle head = head();
        if (head == null || head.when() - now > 0) {
            return null;
        }
        heap.remove();
        head.leaveQueue();
        return head;
    }

    /// Returns how many handles the heap holds, cancelled ones included.
    int size() {
        return heap.size();
    }

    /// Returns the timers that are still to fire, the next one first.
    List<TimerHandle> pending() {
        return heap.stream().filter(handle -> !handle.isCancelled()).sorted().toList();
    }

    void clear() {
        heap.clear();
        cancelled = 0;
    }
}
