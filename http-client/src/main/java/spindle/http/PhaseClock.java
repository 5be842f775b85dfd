package spindle.http;

import spindle.EventLoop;

import java.time.Duration;
import java.util.Arrays;

/// Measures the phases of one attempt of a call. There are several of them if it is redirected or
/// sent again, several at a time if a middleware sends so: each has phases of its own, but all have
/// the total and the count of the call.
final class PhaseClock {
    // fixed at construction
    private final EventLoop loop;
    private final long callStart;

    /// The clock of the call's first attempt, which counts all of them.
    private final PhaseClock first;

    // changes while running
    private final long[] nanos = new long[Phase.COUNT];
    private Phase phase = Phase.POOL_WAIT;
    private long phaseStart;
    private long end = -1;
    private boolean reused;
    private boolean taken;

    /// Which attempt of the call this is; 0 before it begins.
    private int attempt;

    /// Of the whole call; in the first clock only.
    private int attemptsBegun;

    PhaseClock(EventLoop loop, long now) {
        this.loop = loop;
        this.callStart = now;
        this.phaseStart = now;
        this.first = this;
    }

    private PhaseClock(PhaseClock first) {
        this.loop = first.loop;
        this.callStart = first.callStart;
        this.phaseStart = loop.time();
        this.first = first;
    }

    /// Returns the clock of the next attempt: this one, unless it is another one's already.
    PhaseClock next() {
        PhaseClock next = taken ? new PhaseClock(first) : this;
        next.taken = true;
        return next;
    }

    /// Begins the attempt, whose time so far counts as waiting; or begins it anew, on another
    /// connection.
    void beginAttempt() {
        if (attempt > 0) {
            Arrays.fill(nanos, 0);
            phase = Phase.POOL_WAIT;
            phaseStart = loop.time();
            end = -1;
            reused = false;
        }
        attempt = ++first.attemptsBegun;
    }

    void setReused() {
        reused = true;
    }

    /// Ends the current phase and begins another one; returns the time.
    long enter(Phase next) {
        long now = loop.time();
        nanos[phase.index()] += now - phaseStart;
        phase = next;
        phaseStart = now;
        return now;
    }

    Phase phase() {
        return phase;
    }

    /// Returns when the current phase began: the time, as far as anybody has asked for it.
    long latest() {
        return phaseStart;
    }

    /// Ends the last phase.
    void end() {
        if (end < 0) {
            end = enter(phase);
        }
    }

    Timings timings() {
        long now = end < 0 ? loop.time() : end;
        if (end < 0) {
            nanos[phase.index()] += now - phaseStart;
            phaseStart = now;
        }
        return new Timings(
                of(Phase.POOL_WAIT),
                of(Phase.DNS),
                of(Phase.CONNECT),
                of(Phase.TLS),
                of(Phase.WRITE),
                of(Phase.FIRST_BYTE),
                of(Phase.BODY),
                Duration.ofNanos(now - callStart),
                reused,
                attempt);
    }

    private Duration of(Phase which) {
        return Duration.ofNanos(nanos[which.index()]);
    }
}
