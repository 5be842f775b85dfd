package spindle;

import java.time.Duration;

/// A clock that stands still until somebody moves it: the test owns the loop's time.
final class ManualClock implements Clock {
    private long now;

    @Override
    public long nanoTime() {
        return now;
    }

    void advance(Duration duration) {
        advanceNanos(duration.toNanos());
    }

    void advanceNanos(long nanos) {
        now += nanos;
    }
}
