package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Timeout;
import spindle.http.body.RequestBody;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// One request on its way to one response: what its phases may take and have taken, and who is
/// told of them.
final class Attempt {
    static final long NO_DEADLINE = Long.MAX_VALUE;

    // fixed at construction
    private final EventLoop loop;
    private final ClientRequest request;
    private final ClientTimeout timeout;
    private final ResponseLimits limits;
    private final long deadline;
    private final PhaseClock clock;
    private final Listeners listeners;

    /// @param deadline when the total runs out, in the loop's time, or [#NO_DEADLINE]
    Attempt(
            EventLoop loop,
            ClientRequest request,
            ClientTimeout timeout,
            ResponseLimits limits,
            long deadline,
            PhaseClock clock,
            Listeners listeners) {
        this.loop = loop;
        this.request = request;
        this.timeout = timeout;
        this.limits = limits;
        this.deadline = deadline;
        this.clock = clock;
        this.listeners = listeners;
    }

    EventLoop loop() {
        return loop;
    }

    ClientRequest request() {
        return request;
    }

    ClientTimeout timeout() {
        return timeout;
    }

    ResponseLimits limits() {
        return limits;
    }

    long deadline() {
        return deadline;
    }

    PhaseClock clock() {
        return clock;
    }

    Listeners listeners() {
        return listeners;
    }

    /// Runs a phase within its own limit and the total, whichever is nearer. Suspends the calling
    /// task wherever the work does.
    ///
    /// @param limit zero for none
    <T extends @Nullable Object> T within(Phase phase, Duration limit, Coroutine<T> work)
            throws Exception {
        long now = clock.enter(phase);
        long end = limit.isZero() ? deadline : Math.min(deadline, now + limit.toNanos());
        if (end == NO_DEADLINE) {
            return Async.await(work);
        }
        Timeout timer = Timeout.at(end);
        try {
            return Async.await(timer.orFail(work));
        } catch (TimeoutException timeUp) {
            if (timer.expired()) {
                throw timeUp(end == deadline, limit, phase.toString());
            }
            throw timeUp;
        }
    }

    /// Makes a body ready, within the total. Suspends the calling task if there is something to
    /// look
    /// up.
    RequestBody prepared(RequestBody body) throws Exception {
        if (deadline == NO_DEADLINE) {
            return Async.await(body.prepare());
        }
        Timeout timer = Timeout.at(deadline);
        try {
            return Async.await(timer.orFail(body.prepare()));
        } catch (TimeoutException timeUp) {
            if (timer.expired()) {
                throw timeUp(true, Duration.ZERO, "the body was made ready");
            }
            throw timeUp;
        }
    }

    /// Returns what the request fails with when its time has run out.
    ///
    /// @param total whether it was the total, and not the limit of the phase
    /// @param phaseLimit what the phase may take
    /// @param activity what it was doing
    ClientException timeUp(boolean total, Duration phaseLimit, String activity) {
        Phase phase = clock.phase();
        return new ClientException.Timeout(
                "the time was up while " + activity + ": the timeout "
                        + (total ? "total" : nameOf(phase)) + " is "
                        + readable(total ? timeout.total() : phaseLimit),
                phase,
                total,
                clock.timings());
    }

    private static String nameOf(Phase phase) {
        return switch (phase) {
            case POOL_WAIT -> "poolWait";
            case DNS -> "dns";
            case CONNECT -> "connect";
            case TLS -> "tls";
            case WRITE -> "write";
            case FIRST_BYTE -> "firstByte";
            case BODY -> "betweenBytes";
        };
    }

    /// Returns a form such as `5 s` or `150 ms`, in the largest unit that says something.
    static String readable(Duration limit) {
        long nanos = limit.toNanos(); // A century at the most.
        if (nanos % 1_000_000_000 == 0) {
            return nanos / 1_000_000_000 + " s";
        }
        if (nanos >= 1_000_000) {
            return nanos / 1_000_000 + " ms";
        }
        return nanos >= 1_000 ? nanos / 1_000 + " µs" : nanos + " ns";
    }
}
