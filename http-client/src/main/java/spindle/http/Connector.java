package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.TimerHandle;
import spindle.net.ConnectFailedException;
import spindle.net.HostConnector;
import spindle.net.Network;
import spindle.net.Resolver;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The pool of connections of a session: makes them, hands them out, takes them back.
///
/// ```
/// (none) -> IN_USE   // acquire, by connecting
/// IN_USE -> IDLE     // release, after a complete response that leaves the connection usable
/// IDLE   -> IN_USE   // acquire, the one used last first: it is the least likely to be stale
/// any    -> (none)   // unusable; closed by its server; idle for too long; close
/// ```
///
/// The limit counts connections in use and those being made. Requests beyond it wait in line:
/// whoever gives a slot back hands it to the first in line, so none can be overtaken, and one
/// that is cancelled with the slot in hand passes it on.
final class Connector {
    // fixed at construction
    private final EventLoop loop;
    private final HostConnector hosts;
    private final ClientOptions options;

    // changes while running
    /// Idle connections of each origin, the most recently used first. No deque is empty.
    private final Map<Origin, Deque<HttpConnection>> idle = new HashMap<>();

    private final Set<HttpConnection> inUse = new HashSet<>();

    /// Tasks that are connecting; a task connects once at a time.
    private final Set<Task<?>> connecting = new HashSet<>();

    private final Deque<Future<@Nullable Void>> waiters = new ArrayDeque<>();

    /// Connections in use, being made, or promised to a waiter.
    private int slotsTaken;

    /// Closes connections that have been idle for too long; present while there are idle ones.
    private @Nullable TimerHandle sweep;

    private boolean closed;

    Connector(EventLoop loop, Network network, Resolver resolver, ClientOptions options) {
        this.loop = loop;
        this.hosts = new HostConnector(network, resolver);
        this.options = options;
    }

    // --- Acquiring ---

    /// Returns an idle connection, in use from now on, or null if there is none or others are
    /// before the caller in line.
    @Nullable
    HttpConnection acquireIdle(Origin origin) {
        if (!waiters.isEmpty() || !hasFreeSlot()) {
            return null;
        }
        HttpConnection connection = takeIdle(origin);
        if (connection != null) {
            slotsTaken++;
            inUse.add(connection);
        }
        return connection;
    }

    /// Returns a coroutine that waits for a slot and connects; an idle connection will do,
    /// unless a fresh one is asked for. Suspends the calling task. Cancelling it gives the slot
    /// back.
    Coroutine<HttpConnection> acquire(Origin origin, boolean fresh) {
        return () -> {
            takeSlot();
            try {
                HttpConnection connection = fresh ? null : takeIdle(origin);
                if (connection == null) {
                    connection = connectUnlessClosed(origin);
                }
                inUse.add(connection);
                return connection;
            } catch (Throwable failure) {
                giveSlotBack();
                throw failure;
            }
        };
    }

    private boolean hasFreeSlot() {
        return options.limit() == 0 || slotsTaken < options.limit();
    }

    private void takeSlot() throws Exception {
        if (waiters.isEmpty() && hasFreeSlot()) {
            slotsTaken++;
            return;
        }
        Future<@Nullable Void> turn = loop.createFuture();
        waiters.add(turn);
        try {
            Async.await(turn); // The slot comes with it: giveSlotBack left it counted.
        } catch (Throwable cancelled) {
            waiters.remove(turn);
            if (turn.isDone() && !turn.isCancelled() && turn.exception() == null) {
                giveSlotBack();
            }
            throw cancelled;
        }
    }

    private void giveSlotBack() {
        for (Future<@Nullable Void> turn = waiters.poll(); turn != null; turn = waiters.poll()) {
            if (!turn.isDone()) {
                turn.setResult(null);
                return;
            }
        }
        slotsTaken--;
    }

    /// Takes the idle connection that was used last. It is looked at first, which costs a
    /// system call: the loop may not have noticed yet what has happened to it, and what has
    /// arrived unasked must not pass for an answer.
    private @Nullable HttpConnection takeIdle(Origin origin) {
        Deque<HttpConnection> connections = idle.get(origin);
        while (connections != null && !connections.isEmpty()) {
            HttpConnection connection = connections.element();
            boolean usable = connection.isStillIdle();
            forget(connection);
            if (usable) {
                return connection;
            }
        }
        return null;
    }

    /// Connects, and gives up at once when the session is closed meanwhile: [#close()] cancels
    /// the task, and its own request is told from a foreign one as `Timeout` does it.
    private HttpConnection connectUnlessClosed(Origin origin) throws Exception {
        if (closed) {
            throw sessionClosed();
        }
        Task<?> task = Async.currentTask();
        int requestsBefore = task.cancelling();
        connecting.add(task);
        try {
            return connect(origin);
        } catch (CancelledError cancelled) {
            if (closed && task.uncancel() <= requestsBefore) {
                throw sessionClosed();
            }
            throw cancelled;
        } finally {
            connecting.remove(task);
        }
    }

    private HttpConnection connect(Origin origin) throws Exception {
        try {
            return Async.await(hosts.connect(
                    origin.host(), origin.port(), () -> new HttpConnection(this, origin)));
        } catch (UnknownHostException unknown) {
            throw new ClientException.Connection(
                    ClientException.Kind.RESOLVE,
                    "no address is known for the host " + origin.host(),
                    unknown);
        } catch (IOException failure) {
            throw new ClientException.Connection(
                    isRefusal(failure)
                            ? ClientException.Kind.REFUSED
                            : ClientException.Kind.CONNECT,
                    String.valueOf(failure.getMessage()),
                    failure);
        }
    }

    /// Of several addresses, one that refuses is enough: a machine was there, and said no. The JDK
    /// has one exception for a refusal and for a connect that the system gave up.
    private static boolean isRefusal(IOException failure) {
        if (failure instanceof ConnectFailedException several) {
            return several.attempts().stream().anyMatch(attempt -> isRefusal(attempt.failure()));
        }
        return failure instanceof ConnectException
                && String.valueOf(failure.getMessage()).contains("refused");
    }

    // --- Releasing ---

    /// Takes a connection back, and gives its slot to the first in line.
    ///
    /// @param usable whether it may carry another request
    void release(HttpConnection connection, boolean usable) {
        inUse.remove(connection);
        if (usable && !closed) {
            connection.setIdleSince(loop.time());
            idle.computeIfAbsent(connection.origin(), _ -> new ArrayDeque<>()).push(connection);
            scheduleSweep(options.keepAliveTimeout());
        } else {
            connection.abort();
        }
        giveSlotBack();
    }

    /// Forgets an idle connection that is closed.
    void forget(HttpConnection connection) {
        Deque<HttpConnection> connections = idle.get(connection.origin());
        if (connections != null && connections.remove(connection) && connections.isEmpty()) {
            idle.remove(connection.origin());
        }
    }

    private void scheduleSweep(Duration delay) {
        if (sweep == null) {
            sweep = loop.callLater(delay, this::sweep);
        }
    }

    private void sweep() {
        sweep = null;
        long now = loop.time();
        long longest = options.keepAliveTimeout().toNanos();
        long nextExpiry = Long.MAX_VALUE;
        for (Iterator<Deque<HttpConnection>> origins = idle.values().iterator();
                origins.hasNext(); ) {
            Deque<HttpConnection> connections = origins.next();
            while (!connections.isEmpty() && now - connections.getLast().idleSince() >= longest) {
                connections.removeLast().abort();
            }
            if (connections.isEmpty()) {
                origins.remove();
            } else {
                nextExpiry =
                        Math.min(nextExpiry, connections.getLast().idleSince() + longest - now);
            }
        }
        if (!idle.isEmpty()) {
            scheduleSweep(Duration.ofNanos(nextExpiry));
        }
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
        for (Future<@Nullable Void> turn = waiters.poll(); turn != null; turn = waiters.poll()) {
            if (!turn.isDone()) {
                turn.setException(sessionClosed());
            }
        }
        idle.values().forEach(connections -> connections.forEach(HttpConnection::abort));
        idle.clear();
        List.copyOf(connecting).forEach(task -> task.cancel("the session was closed"));
        List.copyOf(inUse).forEach(connection -> connection.fail(sessionClosed()));
    }

    /// Returns how many connections are in use, being made or promised.
    int slotsTaken() {
        return slotsTaken;
    }

    /// Returns how many connections are idle.
    int idleCount() {
        return idle.values().stream().mapToInt(Deque::size).sum();
    }
}
