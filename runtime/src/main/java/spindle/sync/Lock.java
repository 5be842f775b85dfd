package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.Future;
import spindle.Task;

import java.util.function.Consumer;

/// Lets one task at a time into a stretch of code that awaits.
///
/// ```java
/// try (var _ = await(lock.hold())) {
///     …                                  // awaits, and no other holder runs meanwhile
/// }
/// ```
///
/// It is not for threads, and code that doesn't await needs none. It is not re-entrant: a task
/// that acquires what it holds would wait for itself, and is refused.
///
/// ```
/// UNLOCKED -> LOCKED     // acquire, tryAcquire
/// LOCKED   -> UNLOCKED   // release; whoever has waited longest runs in the next turn and locks it
/// LOCKED   -> BROKEN     // the task that holds it ends: acquire fails, and so do those who wait
/// BROKEN   -> UNLOCKED   // release, by somebody who knows that all is well
/// ```
///
/// Fair: between a release and the next turn the lock is unlocked, but promised to the one who
/// has waited longest; nobody who comes meanwhile gets it.
///
/// For the tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [Event].
public final class Lock {
    // fixed at construction
    private final LoopBinding loop = new LoopBinding(this);
    private final Line line = new Line(loop, this::isFreeFor);
    private final Consumer<Future<?>> holderEnded = this::holderEnded;

    // changes while running
    private @Nullable Task<?> holder;

    /// Whether [#holderEnded] is among the holder's callbacks: only while somebody waits.
    private boolean holderIsWatched;

    /// Creates an unlocked lock.
    public Lock() {}

    // --- Acquiring ---

    /// Returns a coroutine that acquires the lock for as long as the result isn't closed, which
    /// releases it. Suspends the calling task. Cancelled, it has not acquired.
    @CheckReturnValue
    public Coroutine<Held> hold() {
        return () -> {
            Async.await(acquire());
            Task<?> task = Async.currentTask();
            return new Held(this, () -> releaseIfHeldBy(task));
        };
    }

    /// A task may have released the lock early, or may have lost it: a condition that could not
    /// acquire it again.
    private void releaseIfHeldBy(Task<?> task) {
        if (holder == task) {
            release();
        }
    }

    /// Returns a coroutine that waits until the lock is unlocked, and locks it. Suspends the
    /// calling task, unless the lock is free. Cancelled, it has not acquired, and the lock goes
    /// to the next in line.
    ///
    /// @throws IllegalStateException if the calling task holds the lock, or if the one that does
    ///     has ended; also while waiting
    @CheckReturnValue
    public Coroutine<@Nullable Void> acquire() {
        return () -> {
            Task<?> task = Async.currentTask();
            checkNotBroken();
            if (holder == task) {
                throw new IllegalStateException(
                        "the task holds the lock already and would wait for itself: release it "
                                + "first: " + this);
            }
            if (!line.isOpen()) {
                Future<Boolean> turn = line.join(this);
                watchHolder();
                line.waitFor(turn);
            }
            take(task);
            return null;
        };
    }

    /// Locks the lock if it is unlocked and nobody waits; returns whether it did.
    ///
    /// @throws IllegalStateException outside a task, or if the task that holds the lock has ended
    public boolean tryAcquire() {
        Task<?> task = Async.currentTask();
        checkNotBroken();
        if (!line.isOpen()) {
            return false;
        }
        take(task);
        return true;
    }

    private boolean isFreeFor(int tasks) {
        return holder == null && tasks == 1;
    }

    private void take(Task<?> task) {
        holder = task;
        if (!line.isEmpty()) {
            watchHolder();
        }
    }

    // --- Releasing ---

    /// Unlocks the lock; whoever has waited longest runs in the next turn, and locks it.
    ///
    /// Another task than the one that holds it may do this too, as in asyncio. But the lock is
    /// still the holder's until then: should that end first, the lock is broken. What is to
    /// outlive its task wants a [Semaphore] of one permit.
    ///
    /// @throws IllegalStateException if it is unlocked
    public void release() {
        loop.check();
        if (holder == null) {
            throw new IllegalStateException(
                    "expected a locked lock but it is unlocked: release once for each acquire, or "
                            + "use hold(): " + this);
        }
        if (holderIsWatched) {
            holder.removeDoneCallback(holderEnded);
            holderIsWatched = false;
        }
        holder = null;
        line.letThrough();
    }

    // --- When the holder ends without releasing ---

    private void watchHolder() {
        if (holder != null && !holderIsWatched) {
            holder.addDoneCallback(holderEnded);
            holderIsWatched = true;
        }
    }

    /// The done-callback of the holder. What if it was released between the end of the task and
    /// here? Then the callback was removed, but too late: it was scheduled already.
    private void holderEnded(Future<?> task) {
        if (task == holder) {
            line.fail(this::broken);
        }
    }

    private void checkNotBroken() {
        if (isBroken()) {
            throw broken();
        }
    }

    private boolean isBroken() {
        return holder != null && holder.isDone();
    }

    private IllegalStateException broken() {
        return new IllegalStateException(
                "the task that holds the lock has ended without releasing it, and nobody else may "
                        + "know to: use hold() in a try-with-resources there: " + this);
    }

    // --- Asking ---

    /// Returns whether a task holds the lock. Right after a release it is not locked, even if the
    /// next in line is about to lock it.
    public boolean isLocked() {
        return holder != null;
    }

    /// Returns how things stand now.
    public Statistics statistics() {
        return new Statistics(holder, line.size());
    }

    boolean isHeldBy(@Nullable Task<?> task) {
        return holder != null && holder == task;
    }

    /// Returns a form such as `<Lock locked by='Task-3' waiters=2>`.
    @Override
    public String toString() {
        return "<Lock " + describeState() + line.describe("waiters") + ">";
    }

    private String describeState() {
        if (holder == null) {
            return "unlocked";
        }
        return (isBroken() ? "broken" : "locked") + " by='" + holder.name() + "'";
    }

    /// How things stand at a lock at one moment.
    ///
    /// @param holder the task that holds it, or held it when it ended; null if it is unlocked
    /// @param tasksWaiting how many tasks wait for it, or are on their way to lock it
    public record Statistics(@Nullable Task<?> holder, int tasksWaiting) {
        /// Returns whether a task held it.
        public boolean isLocked() {
            return holder != null;
        }
    }
}
