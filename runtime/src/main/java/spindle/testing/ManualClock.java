package spindle.testing;

import spindle.Clock;

import java.time.Duration;

/// A clock that stands still until the test moves it.
///
/// ```java
/// ManualClock clock = new ManualClock();
/// run(EventLoop.builder().clock(clock), () -> {
///     Task<?> sleeper = createTask(() -> await(sleep(Duration.ofHours(1))));
///     await(waitAllTasksBlocked());
///     clock.advance(Duration.ofHours(1));
///     await(sleeper);
/// });
/// ```
///
/// A loop that could only wait for time to pass fails with an [IllegalStateException] instead:
/// nobody is left who could move the clock. While it watches channels, or another thread is to
/// complete a future of it, it waits for them first, at most five seconds of real time. Used on
/// the loop's thread alone.
///
/// Next: [AutoJumpClock].
public class ManualClock implements Clock {
    private static final Duration LONGEST_WAIT_FOR_OTHERS = Duration.ofSeconds(5);

    private long now;

    /// Creates a clock that stands at zero.
    public ManualClock() {}

    @Override
    public final long nanoTime() {
        return now;
    }

    @Override
    public final boolean isVirtual() {
        return true;
    }

    /// Moves the clock forward. Timers that are due then run in the next turn of the loop.
    ///
    /// @throws IllegalArgumentException if the duration is negative
    public final void advance(Duration duration) {
        advanceNanos(duration.toNanos());
    }

    /// Moves the clock forward by so many nanoseconds.
    ///
    /// @throws IllegalArgumentException if they are negative
    public final void advanceNanos(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException(
                    "expected a duration to move the clock forward but got " + nanos + " ns");
        }
        now += nanos;
    }

    @Override
    public void passTo(long deadlineNanos) {
        throw new IllegalStateException("nothing can happen before "
                + Duration.ofNanos(deadlineNanos - now)
                + " have passed, and this clock stands still: "
                + "advance it from a task or callback, or use an AutoJumpClock");
    }

    @Override
    public long quietNanos() {
        return LONGEST_WAIT_FOR_OTHERS.toNanos();
    }

    /// Returns a form such as `<ManualClock PT1H>`: the time that has passed on it.
    @Override
    public final String toString() {
        return "<" + getClass().getSimpleName() + " " + Duration.ofNanos(now) + ">";
    }
}
