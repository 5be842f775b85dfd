package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.TimerHandle;

import java.time.Duration;

/// The timer of an exchange, for whichever of its two limits comes first: the total, and that of
/// the phase it is in.
///
/// Each byte that arrives moves the limit of a phase, but nobody moves the timer for that: when it
/// fires it looks whether there was progress meanwhile, and goes on for the rest.
final class ExchangeTimer {
    // fixed at construction
    private final EventLoop loop;
    private final Exchange exchange;
    private final long deadline;

    // changes while running
    /// Of the phase, zero for none.
    private long limit;

    /// When there was progress last.
    private long progress;

    private @Nullable TimerHandle timer;

    ExchangeTimer(EventLoop loop, Exchange exchange, long deadline) {
        this.loop = loop;
        this.exchange = exchange;
        this.deadline = deadline;
    }

    /// Begins a phase at a time.
    void begin(Duration phaseLimit, long now) {
        limit = phaseLimit.toNanos();
        progress = now;
        arm();
    }

    /// Something has arrived, or gone out.
    void progress() {
        if (limit > 0) {
            progress = loop.time();
        }
    }

    /// From now on only the total counts.
    void suspend() {
        limit = 0;
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm() {
        long next = limit > 0 ? Math.min(deadline, progress + limit) : deadline;
        if (timer != null && timer.when() > next) {
            stop();
        }
        if (timer == null && next != Attempt.NO_DEADLINE) {
            timer = loop.callAt(next, this::fire);
        }
    }

    private void fire() {
        timer = null;
        long now = loop.time();
        if (now >= deadline) {
            exchange.timeUp(true);
        } else if (limit > 0 && now - progress >= limit) {
            exchange.timeUp(false);
        } else {
            arm();
        }
    }
}
