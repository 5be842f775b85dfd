package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;
import spindle.TimerHandle;

import java.util.LinkedHashSet;
import java.util.Set;

/// Those who want to send one origin something, in the order in which they came.
///
/// The generic cell rate algorithm: each that passes moves the time when the next one is due, had
/// all come evenly. One may pass before that, by a burst. Nobody has a time of its own while it
/// waits, only a place: so whoever leaves the line costs nobody anything.
final class RateLine {
    // fixed at construction
    private final EventLoop loop;
    private final long intervalNanos;
    private final long burstNanos;

    // changes while running
    /// When the next one would be due, had all come evenly.
    private long due;

    /// The first one goes first.
    private final Set<Future<@Nullable Void>> waiting = new LinkedHashSet<>();

    /// Present while somebody waits.
    private @Nullable TimerHandle timer;

    RateLine(EventLoop loop, long intervalNanos, long burstNanos) {
        this.loop = loop;
        this.intervalNanos = intervalNanos;
        this.burstNanos = burstNanos;
        this.due = loop.time();
    }

    /// Waits until the caller may send. Suspends the calling task; cancelled, it has not passed.
    void pass() throws Exception {
        if (waiting.isEmpty() && isOpen()) {
            count();
            return;
        }
        Future<@Nullable Void> turn = loop.createFuture(this);
        waiting.add(turn);
        if (timer == null) {
            setTimer();
        }
        try {
            Async.await(turn);
        } catch (Throwable cancelled) {
            if (turn.isDone() && !turn.isCancelled()) {
                due -= intervalNanos; // It was its turn already.
            }
            waiting.remove(turn);
            setTimer();
            throw cancelled;
        }
    }

    private boolean isOpen() {
        return due - burstNanos - loop.time() <= 0;
    }

    private void count() {
        long now = loop.time();
        due = (due - now > 0 ? due : now) + intervalNanos;
    }

    private void setTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (!waiting.isEmpty()) {
            timer = loop.callAt(due - burstNanos, this::letPass);
        }
    }

    private void letPass() {
        timer = null;
        while (!waiting.isEmpty() && isOpen()) {
            Future<@Nullable Void> turn = waiting.iterator().next();
            waiting.remove(turn);
            if (!turn.isDone()) { // It may have been cancelled, and not have heard of it yet.
                count();
                turn.setResult(null);
            }
        }
        setTimer();
    }

    /// Lets nobody pass before that, and then one at a time.
    void pauseUntil(long nanos) {
        long dueThen = nanos + burstNanos;
        if (dueThen - due > 0) {
            due = dueThen;
            setTimer();
        }
    }

    /// Returns whether it is of a loop: another one has another clock.
    boolean isOf(EventLoop other) {
        return loop == other;
    }

    /// Returns whether it is as good as new.
    boolean isAtRest(long now) {
        return waiting.isEmpty() && due - now <= 0;
    }

    @Override
    public String toString() {
        return "<RateLine waiting=" + waiting.size() + ">";
    }
}
