package spindle.http.policy;

import java.time.Duration;

/// Durations as the loop counts them.
final class Nanos {
    /// A century: longer than anybody waits, and far from where sums of such numbers overflow.
    static final long MOST = Duration.ofDays(36_500).toNanos();

    private Nanos() {}

    /// Returns a duration in nanoseconds, a century at the most.
    static long of(Duration duration) {
        return duration.compareTo(Duration.ofNanos(MOST)) >= 0 ? MOST : duration.toNanos();
    }
}
