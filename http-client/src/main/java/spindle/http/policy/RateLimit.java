package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.Middleware;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Sends each origin (scheme, host and port) requests at no more than a rate, first come, first
/// served: those beyond it wait.
///
/// Evenly: after a burst, which may be as large as the number itself, one goes out each time a
/// further one is due (the generic cell rate algorithm). So a burst and what becomes due meanwhile
/// may come to twice the number within the first time; a server that counts strictly wants bursts
/// of 1. How many may be under way *at one time* is another matter, and the pool's
/// ([spindle.http.PoolOptions#limitPerHost]).
///
/// Waiting counts towards the total timeout. One that is cancelled while it waits gives its place
/// to whoever is behind it. Each attempt counts that passes here: put it inside of whatever asks
/// several times. For the tasks of one loop.
public final class RateLimit implements Middleware {
    /// With so many origins, those that have nothing to wait for are forgotten.
    private static final int REMEMBERED = 1000;

    // fixed at construction
    private final long intervalNanos;
    private final long burstNanos;

    /// Null if nobody is asked how long to wait.
    private final @Nullable Duration longestPause;

    private final InstantSource wallClock;

    // changes while running
    /// By origin.
    private final Map<String, RateLine> lines = new HashMap<>();

    /// With so many lines, those at rest are forgotten: so each is looked at seldom.
    private int sweepSize = REMEMBERED;

    private RateLimit(
            long intervalNanos,
            long burstNanos,
            @Nullable Duration longestPause,
            InstantSource wallClock) {
        this.intervalNanos = intervalNanos;
        this.burstNanos = burstNanos;
        this.longestPause = longestPause;
        this.wallClock = wallClock;
    }

    // --- Making one ---

    /// Returns a limit of so many requests in a time, which may come in one burst.
    public static RateLimit perHost(int requests, Duration time) {
        return perHost(requests, time, requests);
    }

    /// Returns a limit of so many requests in a time, with a burst of its own.
    ///
    /// @param burst how many may go out at once after a pause; 1 for none
    /// @throws IllegalArgumentException if one of them is not positive
    public static RateLimit perHost(int requests, Duration time, int burst) {
        if (requests < 1 || !time.isPositive() || burst < 1) {
            throw new IllegalArgumentException("expected at least 1 request in a positive time, in"
                    + " bursts of at least 1, but got " + requests + " in " + time
                    + " in bursts of " + burst);
        }
        long interval = Math.ceilDiv(Nanos.of(time), requests); // Rather too slow than too fast.
        long most = Nanos.MOST / interval;
        long burstNanos = burst - 1 > most ? Nanos.MOST : interval * (burst - 1);
        return new RateLimit(interval, burstNanos, null, InstantSource.system());
    }

    /// Returns a limit like this one, which has let nobody through yet, that also leaves an origin
    /// alone which asks for it: after an answer of 429 or 503 with a `Retry-After`, nothing is sent
    /// there for as long as that says, and then evenly, without a burst.
    ///
    /// @param longest what a server can ask for at the most
    /// @throws IllegalArgumentException if that is not positive
    public RateLimit withPauses(Duration longest) {
        if (!longest.isPositive()) {
            throw new IllegalArgumentException(
                    "expected a longest pause that is positive but it is " + longest);
        }
        return new RateLimit(intervalNanos, burstNanos, longest, wallClock);
    }

    /// Returns a limit like this one, which has let nobody through yet, with another clock to read
    /// dates by: for tests.
    public RateLimit withWallClock(InstantSource wallClock) {
        return new RateLimit(intervalNanos, burstNanos, longestPause, wallClock);
    }

    // --- What it does ---

    @Override
    public ClientResponse handle(ClientRequest request, Next next) throws Exception {
        EventLoop loop = EventLoop.current();
        String origin = request.url().origin();
        line(origin, loop).pass();
        ClientResponse response = next.send(request);
        if (longestPause != null && RetryAfter.isAskedBy(response)) {
            Duration wanted = RetryAfter.of(response, wallClock.instant());
            if (wanted != null) {
                long pause = Math.min(Nanos.of(wanted), Nanos.of(longestPause));
                line(origin, loop).pauseUntil(loop.time() + pause);
            }
        }
        return response;
    }

    private RateLine line(String origin, EventLoop loop) {
        RateLine line = lines.get(origin);
        if (line == null || !line.isOf(loop)) {
            forgetThoseAtRest(loop.time());
            line = new RateLine(loop, intervalNanos, burstNanos);
            lines.put(origin, line);
        }
        return line;
    }

    private void forgetThoseAtRest(long now) {
        if (lines.size() >= sweepSize) {
            lines.values().removeIf(line -> line.isAtRest(now));
            sweepSize = Math.max(REMEMBERED, 2 * lines.size());
        }
    }

    /// Returns how many origins it has in mind.
    int remembered() {
        return lines.size();
    }

    @Override
    public String toString() {
        return "<RateLimit every " + Duration.ofNanos(intervalNanos) + ">";
    }
}
