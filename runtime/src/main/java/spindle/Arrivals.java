package spindle;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What other threads have scheduled, and how they wake the loop for it: the one place where
/// threads meet.
///
/// No wake-up may be lost, and none may be made in vain, since each costs a system call. So the
/// loop says when it waits. A producer first adds, then looks whether the loop waits; the loop
/// first says that it waits, then looks whether something was added. Whoever is second sees the
/// other.
///
/// Next: [LoopResources].
final class Arrivals {
    private final Poller poller;
    private final Queue<Handle> handles = new ConcurrentLinkedQueue<>();

    /// True while the loop waits, or is about to, and so has to be woken.
    private volatile boolean waiting;

    Arrivals(Poller poller) {
        this.poller = poller;
    }

    /// Adds a handle, and wakes the loop if it waits. **Threadsafe.**
    void add(Handle handle) {
        handles.add(handle);
        if (waiting) {
            waiting = false; // The next producer need not wake it again.
            poller.wakeUp();
        }
    }

    /// Says that the loop is about to wait; returns whether it need not, since something is
    /// here.
    boolean beginWaiting() {
        waiting = true;
        return !handles.isEmpty();
    }

    void endWaiting() {
        waiting = false;
    }

    /// Moves what has arrived to the ready queue.
    void moveTo(Queue<Handle> ready) {
        for (Handle handle = handles.poll(); handle != null; handle = handles.poll()) {
            ready.add(handle);
        }
    }

    void clear() {
        handles.clear();
    }
}
