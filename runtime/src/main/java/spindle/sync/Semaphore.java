package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

/// So many permits and no more: bounds how many tasks do something at a time.
///
/// ```java
/// try (var _ = await(semaphore.hold())) {
///     …                                  // at most so many tasks are here
/// }
/// ```
///
/// It doesn't know who has a permit: any task may release one, also one that was never acquired,
/// as in asyncio. [BoundedSemaphore] refuses the latter, and a [CapacityLimiter] knows who has
/// what.
///
/// Fair: a released permit is promised to the one who has waited longest, and nobody who comes
/// before that one runs overtakes it, not even if there are more permits.
///
/// For the tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [CapacityLimiter].
public sealed class Semaphore permits BoundedSemaphore {
    // fixed at construction
    private final int bound;
    private final LoopBinding loop = new LoopBinding(this);
    private final Line line = new Line(loop, this::hasPermitsFor);

    // changes while running

    /// Those that nobody has, whether promised or not.
    private int permits;

    /// Creates a semaphore with so many permits.
    ///
    /// @param permits at least 0
    public Semaphore(int permits) {
        this(permits, Integer.MAX_VALUE);
    }

    Semaphore(int permits, int bound) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits must be at least 0, was " + permits);
        }
        this.permits = permits;
        this.bound = bound;
    }

    /// Returns a coroutine that acquires a permit for as long as the result isn't closed, which
    /// releases it. Suspends the calling task. Cancelled, it has no permit.
    @CheckReturnValue
    public final Coroutine<Held> hold() {
        return () -> {
            Async.await(acquire());
            return new Held(this, this::release);
        };
    }

    /// Returns a coroutine that waits for a permit and takes it. Suspends the calling task,
    /// unless there is one and nobody waits. Cancelled, it has no permit, and one that was
    /// promised to it goes to the next in line.
    @CheckReturnValue
    public final Coroutine<@Nullable Void> acquire() {
        return () -> {
            line.pass(this);
            permits--;
            return null;
        };
    }

    /// Takes a permit if there is one and nobody waits; returns whether it did.
    public final boolean tryAcquire() {
        if (!line.isOpen()) {
            return false;
        }
        permits--;
        return true;
    }

    private boolean hasPermitsFor(int tasks) {
        return tasks <= permits;
    }

    /// Gives a permit back, or adds one; whoever has waited longest gets it in the next turn.
    ///
    /// @throws IllegalStateException if a [BoundedSemaphore] has all its permits
    public final void release() {
        loop.check();
        if (permits >= bound) {
            throw new IllegalStateException("expected a permit to be out but all " + bound
                    + " are there: release once for each acquire, or use hold(): " + this);
        }
        permits++;
        line.letThrough();
    }

    /// Returns how many permits there are that nobody has and nobody is promised.
    public final int permits() {
        return permits - line.promised();
    }

    /// Returns whether [#acquire()] would wait: there is no permit, or somebody is first.
    public final boolean isLocked() {
        return !line.isEmpty() || permits == 0;
    }

    /// Returns how things stand now.
    public final Statistics statistics() {
        return new Statistics(permits(), line.size());
    }

    /// Returns a form such as `<Semaphore permits=0 waiters=2>`.
    @Override
    public final String toString() {
        return "<" + getClass().getSimpleName() + " permits=" + permits() + line.describe("waiters")
                + ">";
    }

    /// How things stand at a semaphore at one moment.
    ///
    /// @param permits how many there are that nobody has and nobody is promised
    /// @param tasksWaiting how many tasks wait for one, or are on their way to take it
    public record Statistics(int permits, int tasksWaiting) {}
}
