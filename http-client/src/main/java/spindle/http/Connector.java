package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.TimerHandle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The pool of connections of a session: has them made, hands them out, takes them back.
///
/// ```
/// (none) -> IN_USE   // acquire, by connecting
/// (none) -> IDLE     // preconnect
/// IN_USE -> IDLE     // release, after a complete response that leaves the connection usable
/// IDLE   -> IN_USE   // acquire, the one used last first: it is the least likely to be stale
/// any    -> (none)   // unusable; closed by its server; idle for too long; close
/// ```
///
/// Its sets keep the order in which they were filled: so what is done to all in one of them is done
/// in the same order in each run of a test.
///
/// The limits count connections in use and those being made ([Slots]). The connection itself is
/// made by a [Dialer].
final class Connector implements ConnectionOwner {
    /// Idle connections are swept at most so often.
    private static final long SWEEP_GRAIN = Duration.ofMillis(100).toNanos();

    // fixed at construction
    private final EventLoop loop;
    private final PoolOptions options;
    private final Dialer dialer;
    private final Slots slots;
    private final Unfinished unfinished;

    // changes while running
    private final Map<Route, HostPool> hosts = new HashMap<>();

    /// Those that speak another protocol, which nobody has taken over yet.
    private final Set<HttpConnection> switched = new LinkedHashSet<>();

    /// Closes connections that have been idle for too long; present while there are idle ones.
    private @Nullable TimerHandle sweep;

    private boolean closed;
    private int idleCount;
    private long made;
    private long reused;
    private long failed;

    Connector(EventLoop loop, PoolOptions options, Dialer dialer) {
        this.loop = loop;
        this.options = options;
        this.dialer = dialer;
        this.slots = new Slots(loop, options.limit(), options.limitPerHost());
        this.unfinished = new Unfinished(loop);
    }

    // --- Acquiring ---

    /// Returns an idle connection, in use from now on, or null if there is none or others are
    /// before the caller in line.
    @Nullable
    HttpConnection acquireIdle(Route route, Attempt attempt) {
        HostPool host = hosts.get(route);
        if (host == null || host.idle.isEmpty() || !slots.tryTake(host)) {
            return null;
        }
        HttpConnection connection = takeIdle(host, attempt);
        if (connection == null) {
            giveSlotBack(host);
            return null;
        }
        handOut(connection, attempt);
        return connection;
    }

    private void handOut(HttpConnection connection, Attempt attempt) {
        if (connection.isReused()) {
            reused++;
            attempt.clock().setReused();
            if (!attempt.listeners().isEmpty()) {
                attempt.listeners()
                        .tell(() -> new ClientEvent.Reused(
                                attempt.request(), connection.transport().remoteAddress()));
            }
        }
    }

    /// Waits for a slot and connects; an idle connection will do, unless a fresh one is asked for.
    /// Suspends the calling task. Cancelling it gives the slot back.
    HttpConnection acquire(Route route, Attempt attempt, boolean fresh) throws Exception {
        HostPool host = hosts.computeIfAbsent(route, HostPool::new);
        takeSlot(host, attempt);
        try {
            HttpConnection connection = fresh ? null : takeIdle(host, attempt);
            if (connection == null) {
                connection = connectUnlessClosed(host, attempt);
            }
            handOut(connection, attempt);
            return connection;
        } catch (Throwable failure) {
            failed++;
            giveSlotBack(host);
            throw failure;
        }
    }

    private void takeSlot(HostPool host, Attempt attempt) throws Exception {
        if (slots.tryTake(host)) {
            return;
        }
        attempt.listeners().tell(() -> new ClientEvent.Queued(attempt.request()));
        try {
            attempt.within(Phase.POOL_WAIT, attempt.timeout().poolWait(), () -> {
                slots.take(host);
                return null;
            });
        } catch (Throwable failure) {
            forgetIfUnused(host);
            throw failure;
        }
        attempt.listeners().tell(() -> new ClientEvent.Dequeued(attempt.request()));
    }

    private void giveSlotBack(HostPool host) {
        slots.giveBack(host);
        forgetIfUnused(host);
    }

    private void forgetIfUnused(HostPool host) {
        if (host.isUnused()) {
            hosts.remove(host.route, host);
        }
    }

    /// Takes the idle connection that was used last. It is looked at first, which costs a
    /// system call: the loop may not have noticed yet what has happened to it, and what has
    /// arrived unasked must not pass for an answer.
    private @Nullable HttpConnection takeIdle(HostPool host, Attempt attempt) {
        while (!host.idle.isEmpty()) {
            HttpConnection connection = host.idle.element();
            boolean usable =
                    connection.isStillIdle() && attempt.clock().latest() < connection.idleUntil();
            removeIdle(connection);
            if (usable) {
                return connection;
            }
            connection.abort();
        }
        return null;
    }

    /// Connects, and gives up at once when the session is closed meanwhile: [#close()] cancels
    /// the task, and its own request is told from a foreign one as `Timeout` does it. It may come
    /// too late to be heard.
    private HttpConnection connectUnlessClosed(HostPool host, Attempt attempt) throws Exception {
        if (closed) {
            throw sessionClosed();
        }
        Task<?> task = Async.currentTask();
        int requestsBefore = task.cancelling();
        unfinished.connecting(task);
        try {
            HttpConnection connection = dialer.dial(host, attempt, this::connection);
            if (!closed) {
                connection.readUnasked();
                made++;
                return connection;
            }
            connection.abort();
        } catch (CancelledError cancelled) {
            if (closed && task.uncancel() <= requestsBefore) {
                throw sessionClosed();
            }
            throw cancelled;
        } catch (Exception failure) {
            if (!closed) {
                throw failure;
            }
        } finally {
            unfinished.connected(task);
        }
        int _ = task.uncancel();
        throw sessionClosed();
    }

    private HttpConnection connection(HostPool host) {
        return new HttpConnection(this, host);
    }

    /// Makes a connection that nobody has asked for yet, if the limits allow it. Suspends the
    /// calling task.
    ///
    /// @return whether there is one more
    boolean preconnect(Route route, Attempt attempt) throws Exception {
        HostPool host = hosts.computeIfAbsent(route, HostPool::new);
        if (idleCount >= options.maxIdle() || !slots.tryTake(host)) {
            forgetIfUnused(host);
            return false;
        }
        try {
            HttpConnection connection = connectUnlessClosed(host, attempt);
            boolean usable = !connection.transport().isClosing(); // Its server may have spoken.
            release(connection, usable);
            return usable;
        } catch (Throwable failure) {
            failed++;
            giveSlotBack(host);
            throw failure;
        }
    }

    // --- Releasing ---

    /// Takes a connection back, and gives its slot to the first in line.
    @Override
    public void release(HttpConnection connection, boolean usable) {
        if (usable && !closed && options.maxIdle() > 0) {
            addIdle(connection);
        } else {
            connection.abort();
        }
        giveSlotBack(connection.host());
    }

    @Override
    public void detach(HttpConnection connection) {
        switched.add(connection);
        giveSlotBack(connection.host());
    }

    @Override
    public void forget(HttpConnection connection) {
        switched.remove(connection);
        unfinished.lost(connection);
    }

    private void addIdle(HttpConnection connection) {
        if (idleCount >= options.maxIdle()) {
            dropIdle(longestIdle());
        }
        long until = loop.time() + connection.keepAliveNanos(options.keepAliveTimeout());
        connection.setIdle(until);
        connection.host().idle.push(connection);
        idleCount++;
        scheduleSweep(until);
    }

    /// Linear in the hosts, but only where there are more idle connections than allowed.
    private HttpConnection longestIdle() {
        return hosts.values().stream()
                .filter(host -> !host.idle.isEmpty())
                .map(host -> host.idle.getLast())
                .min(Comparator.comparingLong(HttpConnection::idleUntil))
                .orElseThrow();
    }

    private void removeIdle(HttpConnection connection) {
        if (!connection.isIdle()) {
            return;
        }
        connection.setBusy();
        idleCount--;
        HostPool host = connection.host();
        if (host.idle.peekFirst() == connection) {
            host.idle.pollFirst();
        } else {
            host.idle.removeLastOccurrence(connection); // The oldest come last.
        }
        forgetIfUnused(host);
    }

    @Override
    public void opened(HttpConnection connection) {
        unfinished.opened(connection);
    }

    @Override
    public void lost(HttpConnection connection) {
        removeIdle(connection);
        forget(connection);
    }

    @Override
    public void uploading(Task<?> upload) {
        unfinished.uploading(upload);
    }

    @Override
    public void dropIdle(HttpConnection connection) {
        removeIdle(connection);
        connection.abort();
    }

    private void scheduleSweep(long at) {
        if (sweep == null) {
            sweep = loop.callAt(at, this::sweep);
        } else if (at < sweep.when()) {
            sweep.cancel();
            sweep = loop.callAt(at, this::sweep);
        }
    }

    private void sweep() {
        sweep = null;
        long now = loop.time();
        idleConnections()
                .filter(connection -> now >= connection.idleUntil())
                .forEach(this::dropIdle);
        idleConnections()
                .mapToLong(HttpConnection::idleUntil)
                .min()
                .ifPresent(next -> scheduleSweep(Math.max(next, now + SWEEP_GRAIN)));
    }

    /// Returns those that are idle now, whatever becomes of them meanwhile.
    private Stream<HttpConnection> idleConnections() {
        List<HttpConnection> all = new ArrayList<>(idleCount);
        hosts.values().forEach(host -> all.addAll(host.idle));
        return all.stream();
    }

    // --- Closing, asking ---

    static ClientException sessionClosed() {
        return new ClientException.Connection(
                ClientException.Kind.CLOSED, "the session was closed", null);
    }

    /// Closes every connection. Requests that are under way or in line fail.
    void close() {
        closed = true;
        if (sweep != null) {
            sweep.cancel();
        }
        // Those in line first: a slot that comes free below must not send one of them off.
        slots.failAll();
        idleConnections().forEach(connection -> {
            removeIdle(connection);
            connection.close();
        });
        unfinished.cancelConnecting();
        List.copyOf(switched).forEach(HttpConnection::abort);
        for (HttpConnection connection : unfinished.connections()) {
            reportIfForgotten(connection);
            connection.fail(sessionClosed()); // Only those that carry a request have one to fail.
        }
    }

    private void reportIfForgotten(HttpConnection connection) {
        ClientResponse forgotten = connection.responseNobodyReads();
        if (forgotten != null) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "a response was never closed nor read to its end: open it in a"
                            + " try-with-resources" + forgotten.origin(),
                    null,
                    forgotten));
        }
    }

    /// Waits until what was under way has ended, as [Unfinished#awaitNone] does. Suspends the
    /// calling task.
    void awaitClosed() throws Exception {
        unfinished.awaitNone();
    }

    void abortAll() {
        unfinished.abortAll();
    }

    PoolStatistics statistics() {
        return new PoolStatistics(
                slots.taken(), idleCount, slots.waiting(), hosts.size(), made, reused, failed);
    }

    /// Returns how long it will be until the next idle connection has been idle for too long.
    Duration nextIdleExpiry() {
        long next = idleConnections().mapToLong(HttpConnection::idleUntil).min().orElseThrow();
        return Duration.ofNanos(next - loop.time());
    }

    /// Returns how many connections are in use, being made or promised.
    int slotsTaken() {
        return slots.taken();
    }

    /// Returns how many connections are idle.
    int idleCount() {
        return idleCount;
    }
}
