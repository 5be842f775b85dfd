package spindle.http.policy;

import spindle.Async;
import spindle.EventLoop;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.Middleware;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sends no more requests to each origin than so many in a time, first come, first served: those
/// beyond it wait.
///
/// Evenly: after a burst, which may be as large as the number itself, one goes out each time a
/// further one is due (the generic cell rate algorithm). How many may be under way *at one time* is
/// another matter, and the pool's ([spindle.http.PoolOptions#limitPerHost]).
///
/// Waiting counts towards the total timeout. One that is cancelled while it waits gives its place
/// back if nobody has come after it. For the tasks of one loop.
public final class RateLimit implements Middleware {
    /// Origins that have nothing to wait for are forgotten when there are so many.
    private static final int REMEMBERED = 1000;

    // fixed at construction
    private final long intervalNanos;
    private final long burstNanos;

    // changes while running
    /// When the next request would be due, had all come evenly, by origin.
    private final Map<String, Long> due = new LinkedHashMap<>();

    private RateLimit(long intervalNanos, int burst) {
        this.intervalNanos = intervalNanos;
        this.burstNanos = intervalNanos * (burst - 1);
    }

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
        return new RateLimit(Math.max(1, time.toNanos() / requests), burst);
    }

    @Override
    public ClientResponse handle(ClientRequest request, Next next) throws Exception {
        takePlace(request.url().origin());
        return next.send(request);
    }

    private void takePlace(String origin) throws Exception {
        long now = EventLoop.current().time();
        forgetThoseAtRest(now);
        Long reserved = due.get(origin);
        long mine = reserved == null || reserved - now < 0 ? now : reserved;
        due.put(origin, mine + intervalNanos);
        long wait = mine - burstNanos - now;
        if (wait <= 0) {
            return;
        }
        try {
            Async.await(Async.sleep(Duration.ofNanos(wait)));
        } catch (Throwable cancelled) {
            due.computeIfPresent(origin, (_, last) -> last == mine + intervalNanos ? mine : last);
            throw cancelled;
        }
    }

    private void forgetThoseAtRest(long now) {
        if (due.size() < REMEMBERED) {
            return;
        }
        for (Iterator<Long> all = due.values().iterator(); all.hasNext(); ) {
            if (all.next() - now < 0) {
                all.remove();
            }
        }
    }

    @Override
    public String toString() {
        return "<RateLimit every " + Duration.ofNanos(intervalNanos) + ">";
    }
}
