package spindle.testing;

import java.time.Duration;

/// A clock that jumps to the next timer as soon as nothing can happen before it: sleeping for a
/// day takes no time, and timers still run in their order.
///
/// "Nothing" takes in other threads and sockets, whose time is real: while a `runBlocking` call is
/// under way, the loop waits for it in real time; while it watches channels, or another thread is
/// to complete a [java.util.concurrent.CompletionStage] that it awaits, they must have been quiet
/// for a little while ([#AutoJumpClock(Duration)]). Deadlines of a program that talks to real
/// sockets are jumped to all the same if its peer is slower than that.
///
/// Next: [ReportedFailures].
public final class AutoJumpClock extends ManualClock {
    private static final Duration USUAL_QUIET = Duration.ofMillis(5);

    private final long quietNanos;

    /// Creates a clock that jumps when the loop's channels have been quiet for 5 ms.
    public AutoJumpClock() {
        this(USUAL_QUIET);
    }

    /// Creates a clock that jumps when the loop's channels, if it watches any, have been quiet
    /// for so long.
    public AutoJumpClock(Duration quiet) {
        quietNanos = quiet.toNanos();
    }

    @Override
    public void passTo(long deadlineNanos) {
        advanceNanos(Math.max(0, deadlineNanos - nanoTime()));
    }

    @Override
    public long quietNanos() {
        return quietNanos;
    }
}
