package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The open connections of a [Server], and who waits for their end: what every server has in
/// common, whatever its sockets are. For who writes a [Network].
///
/// The server tells it of each connection that begins or ends, and of its own end. Only the loop's
/// thread may use it.
public final class ServerClients {
    // fixed at construction
    private final EventLoop loop;
    private final Server server;
    private final int most;
    private final Runnable roomAgain;

    // changes while running
    private final Set<Transport> clients = new LinkedHashSet<>();
    private final Set<Future<@Nullable Void>> waiters = new LinkedHashSet<>();

    /// Creates the list of a server that has no connections yet.
    ///
    /// @param most how many may be open at a time; 0 is no limit
    /// @param roomAgain called when there were that many and one of them is over, but not once the
    ///     server is closed
    public ServerClients(EventLoop loop, Server server, int most, Runnable roomAgain) {
        this.loop = loop;
        this.server = server;
        this.most = most;
        this.roomAgain = roomAgain;
    }

    // --- What the server tells ---

    /// Adds a connection.
    public void opened(Transport client) {
        clients.add(client);
    }

    /// Removes a connection that is over.
    public void closed(Transport client) {
        boolean wasFull = !hasRoom();
        clients.remove(client);
        if (wasFull && !server.isClosed()) {
            roomAgain.run();
        }
        wakeWaiters();
    }

    /// Notices that the server [is closed][Server#isClosed()].
    public void serverClosed() {
        wakeWaiters();
    }

    private void wakeWaiters() {
        if (!isOver() || loop.isClosed()) {
            return;
        }
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
        waiters.clear();
    }

    // --- What it knows ---

    /// Returns whether one more connection may be open.
    public boolean hasRoom() {
        return most == 0 || clients.size() < most;
    }

    /// Returns how many connections are open.
    public int count() {
        return clients.size();
    }

    private boolean isOver() {
        return server.isClosed() && clients.isEmpty();
    }

    // --- Ending ---

    /// Closes the connections, as [Server#closeClients()] does.
    public void closeAll() {
        List.copyOf(clients).forEach(Transport::close);
    }

    /// Aborts the connections, as [Server#abortClients()] does.
    public void abortAll() {
        List.copyOf(clients).forEach(Transport::abort);
    }

    /// Returns a coroutine that waits as [Server#waitClosed()] does.
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitClosed() {
        return () -> {
            if (isOver()) {
                return null;
            }
            Future<@Nullable Void> over = loop.createFuture(server);
            waiters.add(over);
            try {
                return Async.await(over);
            } finally {
                waiters.remove(over);
            }
        };
    }
}
