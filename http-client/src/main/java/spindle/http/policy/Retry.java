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
import spindle.http.wire.RequestHead;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Sends a request again that came to nothing, if that can do no harm and is likely to help.
///
/// | what happened | sent again |
/// |---|---|
/// | no address, no connection, no room in the pool: nothing was sent | always |
/// | TLS was not agreed on, or broke | if it is idempotent, unless the certificate is wrong |
/// | the connection broke, or time ran out, before the head of the answer was complete: the server
/// may have got the request | if it is idempotent (RFC 9110 section 9.2.2) |
/// | status 429 or 503 with a `Retry-After`: the server says that it did nothing | always |
/// | status 429, 502, 503 or 504 | if it is idempotent |
///
/// Nothing is sent again whose body can be sent only once, unless it did not come to be sent: so a
/// stream survives a connection that was refused. What fails while the body of the response is
/// read is the reader's. Each hop of a redirect has its own attempts.
///
/// Between attempts it waits: as long as `Retry-After` says, else by chance between nothing and a
/// bound that doubles each time ("full jitter"), so that those who failed together don't come back
/// together. If the total timeout, which goes on counting, or the longest delay does not allow
/// that, the last response is returned, or the last failure thrown, at once. A [RetryBudget] keeps
/// a server that is down from getting a multiple of its usual load; all requests of a session
/// share it.
///
/// What the earlier attempts came to hangs on the last failure, suppressed. Immutable, but for the
/// budget, which belongs to one loop.
public final class Retry implements Middleware {
    private static final Set<Integer> STATUSES = Set.of(429, 502, 503, 504);

    // fixed at construction
    private final int attempts;
    private final Set<Integer> statuses;
    private final Predicate<ClientRequest> repeatable;
    private final long firstNanos;
    private final long longestNanos;
    private final RetryBudget budget;
    private final RandomGenerator random;
    private final InstantSource wallClock;

    private Retry(
            int attempts,
            Set<Integer> statuses,
            Predicate<ClientRequest> repeatable,
            long firstNanos,
            long longestNanos,
            RetryBudget budget,
            RandomGenerator random,
            InstantSource wallClock) {
        this.attempts = attempts;
        this.statuses = statuses;
        this.repeatable = repeatable;
        this.firstNanos = firstNanos;
        this.longestNanos = longestNanos;
        this.budget = budget;
        this.random = random;
        this.wallClock = wallClock;
    }

    // --- Making one ---

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
                request -> RequestHead.isIdempotent(request.method()),
                Duration.ofMillis(100).toNanos(),
                Duration.ofSeconds(30).toNanos(),
                RetryBudget.standard(),
                new Random(),
                InstantSource.system());
    }

    /// Returns this with other statuses to try again after.
    public Retry withStatuses(Set<Integer> statuses) {
        return new Retry(
                attempts,
                Set.copyOf(statuses),
                repeatable,
                firstNanos,
                longestNanos,
                budget,
                random,
                wallClock);
    }

    /// Returns this also taking other requests for idempotent than those whose method is, such as
    /// the ones that carry a key by which their server knows them again:
    ///
    /// ```java
    /// retry.withRepeatable(request -> request.headers().contains("Idempotency-Key"))
    /// ```
    public Retry withRepeatable(Predicate<ClientRequest> also) {
        return new Retry(
                attempts,
                statuses,
                repeatable.or(also),
                firstNanos,
                longestNanos,
                budget,
                random,
                wallClock);
    }

    /// Returns this with other delays.
    ///
    /// @param first the longest before the second attempt; twice as long before the third, and so
    ///     on
    /// @param longest the longest of all. A server that wants to be left alone for longer is: its
    ///     response is returned
    /// @throws IllegalArgumentException unless 0 <= first <= longest
    public Retry withDelays(Duration first, Duration longest) {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "expected 0 <= first <= longest but they are " + first + " and " + longest);
        }
        return new Retry(
                attempts,
                statuses,
                repeatable,
                Nanos.of(first),
                Nanos.of(longest),
                budget,
                random,
                wallClock);
    }

    /// Returns this with another budget, which several policies may share.
    public Retry withBudget(RetryBudget budget) {
        return new Retry(
                attempts,
                statuses,
                repeatable,
                firstNanos,
                longestNanos,
                budget,
                random,
                wallClock);
    }

    /// Returns this with another source of chance, and another clock to read dates by: for tests.
    public Retry withSources(RandomGenerator random, InstantSource wallClock) {
        return new Retry(
                attempts,
                statuses,
                repeatable,
                firstNanos,
                longestNanos,
                budget,
                random,
                wallClock);
    }

    // --- What it does ---

    @Override
    public ClientResponse handle(ClientRequest request, Next next) throws Exception {
        budget.deposit(EventLoop.current().time());
        List<ClientException> earlier = new ArrayList<>(0);
        for (int attempt = 1; ; attempt++) {
            Duration delay;
            try {
                ClientResponse response = next.send(request);
                delay = attempt == attempts ? null : delayAfter(response, request, attempt);
                if (delay == null || !mayGoOn(request, next, delay)) {
                    return response;
                }
                earlier.add(statusOf(response));
                Async.await(response.discard());
            } catch (ClientException failure) {
                delay = attempt == attempts ? null : delayAfter(failure, request, attempt);
                if (delay == null || !mayGoOn(request, next, delay)) {
                    throw with(earlier, failure);
                }
                earlier.add(failure);
            }
            Async.await(Async.sleep(delay));
        }
    }

    /// Returns whether there can be another attempt after a delay. Then it is paid for.
    private boolean mayGoOn(ClientRequest request, Next next, Duration delay) {
        RequestBody body = request.body();
        if (body != null && !body.canBeSent()) {
            return false;
        }
        Duration left = next.timeLeft().orElse(null);
        if (left != null && delay.compareTo(left) >= 0) {
            return false;
        }
        return budget.withdraw(EventLoop.current().time());
    }

    private static ClientException statusOf(ClientResponse response) {
        try {
            response.raiseForStatus();
        } catch (ClientException.Status status) {
            return status;
        }
        return new ClientException.Protocol(
                ClientException.Kind.STATUS, "the server answered " + response.status(), null);
    }

    private static ClientException with(List<ClientException> earlier, ClientException last) {
        for (ClientException one : earlier) {
            if (one != last) { // Whoever is inside may throw the same one again.
                last.addSuppressed(one);
            }
        }
        return last;
    }

    // --- What is sent again ---

    /// Returns how long to wait before the next attempt; null if there is to be none.
    private @Nullable Duration delayAfter(
            ClientException failure, ClientRequest request, int attempt) {
        return isWorthAnother(failure, request) ? backOff(attempt) : null;
    }

    private boolean isWorthAnother(ClientException failure, ClientRequest request) {
        return switch (failure.kind()) {
            case RESOLVE, REFUSED, CONNECT -> true;
            // A handshake may fail on the server's side after the request has gone out.
            case TLS -> !isAboutCertificate(failure) && repeatable.test(request);
            case RESET, DISCONNECTED, TRUNCATED -> repeatable.test(request);
            case TIMEOUT ->
                failure instanceof ClientException.Timeout timeout
                        && !timeout.isTotal()
                        && (isBeforeSending(timeout.phase()) || repeatable.test(request));
            case PROXY,
                    INVALID_URL,
                    MALFORMED,
                    CONTENT,
                    LIMIT,
                    AUTHENTICATION,
                    REDIRECT,
                    STATUS,
                    CLOSED -> false;
        };
    }

    /// It will be the same one the next time.
    private static boolean isAboutCertificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBeforeSending(Phase phase) {
        return switch (phase) {
            case POOL_WAIT, DNS, CONNECT, TLS -> true;
            case WRITE, FIRST_BYTE, BODY -> false;
        };
    }

    /// Returns how long to wait before the next attempt; null if there is to be none.
    private @Nullable Duration delayAfter(
            ClientResponse response, ClientRequest request, int attempt) {
        if (!statuses.contains(response.status())) {
            return null;
        }
        Duration wanted = RetryAfter.of(response, wallClock.instant());
        boolean nothingWasDone = wanted != null && RetryAfter.isAskedBy(response);
        if (!nothingWasDone && !repeatable.test(request)) {
            return null;
        }
        if (wanted == null) {
            return backOff(attempt);
        }
        return Nanos.of(wanted) > longestNanos ? null : wanted;
    }

    private Duration backOff(int attempt) {
        int doublings = attempt - 1;
        boolean beyond = doublings >= Long.numberOfLeadingZeros(Math.max(firstNanos, 1)) - 1;
        long bound = beyond ? longestNanos : Math.min(longestNanos, firstNanos << doublings);
        return Duration.ofNanos(random.nextLong(bound + 1));
    }

    @Override
    public String toString() {
        return "<Retry attempts=" + attempts + " statuses=" + statuses + " " + budget + ">";
    }
}
