package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.util.function.BooleanSupplier;

/// Lets tasks that share a [Lock] wait for each other's changes: gives the lock up, waits to be
/// notified, and takes the lock again.
///
/// ```java
/// try (var _ = await(condition.hold())) {
///     await(condition.waitUntil(() -> !jobs.isEmpty()));
///     …                                         // there is a job, and nobody else takes it
/// }
/// ```
///
/// A notification that comes while nobody waits is lost; for a state that stays, use an [Event].
/// It says that something has changed, not what: a task may find that another was faster, and
/// that nothing has changed for it. [#waitUntil] looks, and waits again.
///
/// Only the task that holds the lock may wait or notify. For the tasks of one loop, the one in
/// which a task first had to wait for it.
///
/// Next: [Semaphore].
public final class Condition {
    // fixed at construction
    private final Lock lock;
    private final LoopBinding loop = new LoopBinding(this);

    /// Those who wait to be notified: nobody gets through without.
    private final Line line = new Line(loop, _ -> false);

    /// Creates a condition with a lock of its own.
    public Condition() {
        this(new Lock());
    }

    /// Creates a condition of a lock that others use too, among them other conditions.
    public Condition(Lock lock) {
        this.lock = lock;
    }

    /// Returns the lock.
    public Lock lock() {
        return lock;
    }

    /// Returns a coroutine that holds the lock, as [Lock#hold()]. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<Held> hold() {
        return lock.hold();
    }

    // --- Waiting ---

    /// Returns a coroutine that waits until `predicate` is true; it is asked first, and again
    /// after each notification, always with the lock held. Suspends the calling task. Cancelled,
    /// it throws when it holds the lock again, as [#waitForNotify()].
    ///
    /// @throws IllegalStateException if the calling task does not hold the lock
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitUntil(BooleanSupplier predicate) {
        return () -> {
            checkHeld("waitUntil");
            while (!predicate.getAsBoolean()) {
                Async.await(waitForNotify());
            }
            return null;
        };
    }

    /// Returns a coroutine that gives the lock up, waits to be notified, and takes the lock
    /// again. Suspends the calling task. However the wait ends, by a cancellation or by several,
    /// it holds the lock again before it returns or throws. If it throws after it was notified,
    /// another one is notified in its place.
    ///
    /// @throws IllegalStateException if the calling task does not hold the lock; or if the lock
    ///     cannot be taken again because it is broken, and then it is not held
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitForNotify() {
        return () -> {
            checkHeld("waitForNotify");
            Future<Boolean> turn = line.join(this);
            try {
                lock.release();
                try {
                    line.waitFor(turn);
                } finally {
                    acquireAgain();
                }
            } catch (Throwable interruption) {
                if (Line.wasWoken(turn)) {
                    line.serveNext();
                }
                throw interruption;
            }
            return null;
        };
    }

    /// Acquires the lock however often that is interrupted. The last interruption is thrown, when
    /// the lock is held.
    private void acquireAgain() throws Exception {
        Throwable interruption = null;
        while (!lock.isHeldBy(Async.currentTask())) {
            try {
                Async.await(lock.acquire());
            } catch (IllegalStateException | VirtualMachineError refusal) {
                // The lock is broken, or this stack cannot be parked: it won't be better next time.
                throw refusal;
            } catch (Throwable again) {
                interruption = again;
            }
        }
        switch (interruption) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new AssertionError("neither exception nor error", interruption);
        }
    }

    // --- Notifying ---

    /// Wakes the task that has waited longest, if any waits. It goes on when it has the lock:
    /// after the caller has released it.
    ///
    /// @throws IllegalStateException if the calling task does not hold the lock
    public void notifyOne() {
        notifyWaiters(1);
    }

    /// Wakes the `count` tasks that have waited longest, or as many as there are, as
    /// [#notifyOne()].
    public void notifyWaiters(int count) {
        checkHeld("notify");
        for (int i = 0; i < count && line.serveNext() != null; i++) {}
    }

    /// Wakes all tasks that wait, as [#notifyOne()].
    public void notifyAllWaiters() {
        notifyWaiters(Integer.MAX_VALUE);
    }

    private void checkHeld(String what) {
        loop.check();
        if (!lock.isHeldBy(EventLoop.current().currentTask())) {
            throw new IllegalStateException("expected the calling task to hold the lock: call "
                    + what + " inside try (var _ = await(condition.hold())): " + this);
        }
    }

    /// Returns how things stand now.
    public Statistics statistics() {
        return new Statistics(line.size(), lock.statistics());
    }

    /// Returns a form such as `<Condition waiters=2 lock=<Lock locked by='Task-3'>>`.
    @Override
    public String toString() {
        return "<Condition" + line.describe("waiters") + " lock=" + lock + ">";
    }

    /// How things stand at a condition at one moment.
    ///
    /// @param tasksWaiting how many tasks wait to be notified
    /// @param lock how things stand at its lock, for which those who were notified wait
    public record Statistics(int tasksWaiting, Lock.Statistics lock) {}
}
