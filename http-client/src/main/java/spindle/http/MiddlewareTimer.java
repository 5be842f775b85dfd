package spindle.http;

import spindle.Async;
import spindle.Coroutine;
import spindle.Timeout;

import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Holds the middlewares of one hop to the total timeout, whatever they wait for.
///
/// It stands still while an attempt is under way. That one sees to the total by itself, and can
/// say what it was busy with when the time was up.
final class MiddlewareTimer {
    // fixed at construction
    private final long deadline;
    private final Timeout timer;

    // changes while running
    /// More than one if a middleware asks in several tasks at a time.
    private int attempts;

    private boolean over;

    MiddlewareTimer(long deadline) {
        this.deadline = deadline;
        this.timer = Timeout.at(deadline);
    }

    /// Runs the middlewares. Suspends the calling task wherever they do.
    ///
    /// @param timeUp makes what this fails with when the time is up
    ClientResponse within(
            Coroutine<ClientResponse> middlewares, Supplier<? extends ClientException> timeUp)
            throws Exception {
        try {
            return Async.await(timer.orFail(middlewares));
        } catch (TimeoutException failure) {
            if (timer.expired()) {
                throw timeUp.get();
            }
            throw failure;
        } finally {
            over = true;
        }
    }

    void attemptBegins() {
        attempts++;
        if (canMove()) {
            timer.disable();
        }
    }

    void attemptEnds() {
        attempts--;
        if (attempts == 0 && canMove()) {
            timer.rescheduleAt(deadline);
        }
    }

    private boolean canMove() {
        return !over && !timer.expired();
    }

    @Override
    public String toString() {
        return "<MiddlewareTimer attempts=" + attempts + " " + timer + ">";
    }
}
