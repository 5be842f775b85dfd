package spindle.http;

import spindle.EventLoop;

import java.time.Duration;
import java.util.Arrays;

/// Measures the phases of one call, of which there are several attempts if it is redirected or
/// sent again: the total goes on, the phases begin anew.
final class PhaseClock {
    // fixed at construction
    private final EventLoop loop;
    private final long callStart;

    // changes while running
    private final long[] nanos = new long[Phase.COUNT];
    private Phase phase = Phase.POOL_WAIT;
    private long phaseStart;
    private long end = -1;
    private boolean reused;
    private int attempts;

    PhaseClock(EventLoop loop, long now) {
        this.loop = loop;
        this.callStart = now;
        this.phaseStart = now;
    }

    /// Begins an attempt: its time so far counts as waiting.
    void beginAttempt() {
        if (attempts++ > 0) {
            Arrays.fill(nanos, 0);
            phase = Phase.POOL_WAIT;
            phaseStart = loop.time();
            end = -1;
            reused = false;
        }
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
                attempts);
    }

    private Duration of(Phase which) {
        return Duration.ofNanos(nanos[which.index()]);
    }
}
