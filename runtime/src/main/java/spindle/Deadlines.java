package spindle;

import java.time.Duration;

/// Keeps deadlines within a century of now, either way: timers are ordered by the differences of
/// their deadlines, and the difference of two `long`s may overflow. Nobody waits that long.
///
/// Next: [TimerHandle].
final class Deadlines {
    private static final Duration CENTURY = Duration.ofDays(36_500);
    private static final Duration CENTURY_AGO = CENTURY.negated();

    private Deadlines() {}

    /// Returns the time on `clock` after `delay`.
    static long after(Duration delay, Clock clock) {
        return clock.nanoTime() + boundedNanos(delay);
    }

    /// Bounded first, so that neither the conversion nor adding it to the clock overflows.
    private static long boundedNanos(Duration delay) {
        if (delay.compareTo(CENTURY) > 0) {
            return CENTURY.toNanos();
        }
        if (delay.compareTo(CENTURY_AGO) < 0) {
            return CENTURY_AGO.toNanos();
        }
        return delay.toNanos();
    }

    /// Returns `deadlineNanos`, or the end of the century if that comes first.
    static long bounded(long deadlineNanos, Clock clock) {
        long now = clock.nanoTime();
        long difference = deadlineNanos - now;
        long century = CENTURY.toNanos();
        if (-century <= difference && difference <= century) {
            return deadlineNanos;
        }
        return deadlineNanos > now ? now + century : now - century;
    }
}
