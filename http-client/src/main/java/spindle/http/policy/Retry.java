package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.http.ClientException;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.Middleware;
import spindle.http.Phase;
import spindle.http.body.RequestBody;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Sends a request again that came to nothing, if that can do no harm and is likely to help.
///
/// - *What failed before it was sent* (no address, no connection, TLS) is sent again whatever it
/// is.
/// - *What may have reached the server* (the connection broke, the answer did not come or broke off
///   before its head was complete) is sent again if its method is idempotent (RFC 9110 section
///   9.2.2).
/// - *A status that asks for it,* 429, 502, 503 and 504 at first, is taken at its word, for
/// idempotent
///   methods; 429 and 503 with a `Retry-After` for every method, since they say that nothing was
///   done.
///
/// A body that can be sent only once is not sent again. The total timeout goes on counting, and
/// when
/// it is over there is no further attempt.
///
/// Between attempts it waits: as long as `Retry-After` says, else longer each time, by chance
/// between
/// nothing and twice as much as the time before ("full jitter"), so that those who failed together
/// don't come back together. A [RetryBudget] keeps a server that is down from getting a multiple
/// of its usual load; all requests of a session share it.
///
/// What the earlier attempts failed with hangs on the last failure, suppressed. Immutable, but for
/// the budget, which belongs to one loop.
public final class Retry implements Middleware {
    private static final Set<Integer> STATUSES = Set.of(429, 502, 503, 504);

    // fixed at construction
    private final int attempts;
    private final Set<Integer> statuses;
    private final Duration firstDelay;
    private final Duration longestDelay;
    private final RetryBudget budget;
    private final RandomGenerator random;
    private final InstantSource wallClock;

    private Retry(
            int attempts,
            Set<Integer> statuses,
            Duration firstDelay,
            Duration longestDelay,
            RetryBudget budget,
            RandomGenerator random,
            InstantSource wallClock) {
        this.attempts = attempts;
        this.statuses = statuses;
        this.firstDelay = firstDelay;
        this.longestDelay = longestDelay;
        this.budget = budget;
        this.random = random;
        this.wallClock = wallClock;
    }

    /// Returns a policy of so many attempts in all, the first included: 100 ms to begin with, 30 s
    /// at the most in between, and a budget of its own.
    ///
    /// @throws IllegalArgumentException if that is less than one
    public static Retry upTo(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 attempt, which is the first one, but got " + attempts);
        }
        return new Retry(
                attempts,
                STATUSES,
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                RetryBudget.standard(),
                new Random(),
                InstantSource.system());
    }

    /// Returns this with other statuses to try again after.
    public Retry withStatuses(Set<Integer> statuses) {
        return new Retry(
                attempts,
                Set.copyOf(statuses),
                firstDelay,
                longestDelay,
                budget,
                random,
                wallClock);
    }

    /// Returns this with other delays.
    ///
    /// @param first the longest before the second attempt; twice as long before the third, and so
    /// on
    /// @param longest the longest of all. A server that wants to be left alone for longer is: its
    ///     response is returned
    public Retry withDelays(Duration first, Duration longest) {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "expected 0 <= first <= longest but they are " + first + " and " + longest);
        }
        return new Retry(attempts, statuses, first, longest, budget, random, wallClock);
    }

    /// Returns this with another budget, which several policies may share.
    public Retry withBudget(RetryBudget budget) {
        return new Retry(attempts, statuses, firstDelay, longestDelay, budget, random, wallClock);
    }

    /// Returns this with another source of chance, and another clock to read dates by: for tests.
    public Retry withSources(RandomGenerator random, InstantSource wallClock) {
        return new Retry(attempts, statuses, firstDelay, longestDelay, budget, random, wallClock);
    }

    // --- What it does ---

    @Override
    public ClientResponse handle(ClientRequest request, Next next) throws Exception {
        long now = EventLoop.current().time();
        budget.deposit(now);
        ClientException earlier = null;
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt == attempts || request.body() instanceof RequestBody.OneShot;
            Duration delay;
            try {
                ClientResponse response = next.send(request);
                delay = last ? null : delayAfter(response, request, attempt);
                if (delay == null || !budget.withdraw(EventLoop.current().time())) {
                    return response;
                }
                Async.await(response.discard());
            } catch (ClientException failure) {
                if (earlier != null) {
                    failure.addSuppressed(earlier);
                }
                earlier = failure;
                if (last
                        || !isWorthAnother(failure, request)
                        || !budget.withdraw(EventLoop.current().time())) {
                    throw failure;
                }
                delay = backOff(attempt);
            }
            Async.await(Async.sleep(delay));
        }
    }

    private static boolean isWorthAnother(ClientException failure, ClientRequest request) {
        return switch (failure.kind()) {
            case RESOLVE, REFUSED, CONNECT, TLS, PROXY -> true;
            case RESET, DISCONNECTED, TRUNCATED -> isIdempotent(request);
            case TIMEOUT ->
                failure instanceof ClientException.Timeout timeout
                        && !timeout.isTotal()
                        && (isBeforeSending(timeout.phase()) || isIdempotent(request));
            default -> false;
        };
    }

    private static boolean isBeforeSending(Phase phase) {
        return switch (phase) {
            case POOL_WAIT, DNS, CONNECT, TLS -> true;
            default -> false;
        };
    }

    private static boolean isIdempotent(ClientRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /// Returns how long to wait before the next attempt; null if there is to be none.
    private @Nullable Duration delayAfter(
            ClientResponse response, ClientRequest request, int attempt) {
        int status = response.status();
        if (!statuses.contains(status)) {
            return null;
        }
        Duration wanted = RetryAfter.parse(
                response.headers().first("Retry-After").orElse(""), wallClock.instant());
        boolean nothingWasDone = wanted != null && (status == 429 || status == 503);
        if (!nothingWasDone && !isIdempotent(request)) {
            return null;
        }
        if (wanted == null) {
            return backOff(attempt);
        }
        return wanted.compareTo(longestDelay) > 0 ? null : wanted;
    }

    private Duration backOff(int attempt) {
        long most = longestDelay.toNanos();
        int doublings = attempt - 1;
        long first = firstDelay.toNanos();
        boolean beyond = doublings >= Long.numberOfLeadingZeros(Math.max(first, 1)) - 1;
        long bound = beyond ? most : Math.min(most, first << doublings);
        return Duration.ofNanos(bound == 0 ? 0 : random.nextLong(bound + 1));
    }

    @Override
    public String toString() {
        return "<Retry attempts=" + attempts + " statuses=" + statuses + " " + budget + ">";
    }
}
