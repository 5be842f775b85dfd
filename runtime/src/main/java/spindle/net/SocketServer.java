package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Listening sockets, and a protocol for each connection.
final class SocketServer implements Server {
    // fixed at construction
    private final SocketNetwork network;
    private final ListenOptions options;
    private final Supplier<? extends Protocol> protocols;
    private final List<SocketListener> listeners = new ArrayList<>();

    // changes while running
    private final Set<SocketTransport> clients = new HashSet<>();
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>();
    private boolean closed;

    private SocketServer(
            SocketNetwork network, ListenOptions options, Supplier<? extends Protocol> protocols) {
        this.network = network;
        this.options = options;
        this.protocols = protocols;
    }

    static SocketServer open(
            SocketNetwork network,
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("expected addresses to listen on but got none");
        }
        SocketServer server = new SocketServer(network, options, protocols);
        try {
            for (SocketAddress address : addresses) {
                server.listeners.add(SocketListener.open(
                        network.loop(), address, options, server::serve, server::hasRoom));
            }
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        server.listeners.forEach(SocketListener::resume);
        return server;
    }

    // --- Connections ---

    private boolean hasRoom() {
        return options.maxConnections() == 0 || clients.size() < options.maxConnections();
    }

    private void serve(SocketChannel accepted) {
        boolean started = false;
        try {
            SocketNetwork.prepare(accepted, options.socket());
            new SocketTransport(network, accepted, protocols.get(), this).start();
            started = true;
        } catch (Exception failure) {
            report("cannot serve a connection, it is closed", failure);
        } finally {
            if (!started) {
                closeUnserved(accepted);
            }
        }
    }

    private void closeUnserved(SocketChannel accepted) {
        try {
            accepted.close();
        } catch (IOException failure) {
            report("cannot close a connection", failure);
        }
    }

    void opened(SocketTransport client) {
        clients.add(client);
    }

    void closed(SocketTransport client) {
        boolean wasFull = !hasRoom();
        clients.remove(client);
        if (wasFull && !closed) {
            listeners.forEach(SocketListener::resume);
        }
        wakeWaiters();
    }

    private void report(String message, Exception failure) {
        network.loop().callExceptionHandler(new ExceptionHandler.Context(message, failure, this));
    }

    @Override
    public List<SocketAddress> localAddresses() {
        return listeners.stream().map(SocketListener::localAddress).toList();
    }

    @Override
    public int connectionCount() {
        return clients.size();
    }

    // --- Closing ---

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        network.closed(this);
        listeners.forEach(SocketListener::close);
        wakeWaiters();
    }

    @Override
    public void closeClients() {
        List.copyOf(clients).forEach(SocketTransport::close);
    }

    @Override
    public void abortClients() {
        List.copyOf(clients).forEach(SocketTransport::abort);
    }

    private boolean isOver() {
        return closed && clients.isEmpty();
    }

    private void wakeWaiters() {
        EventLoop loop = network.loop();
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

    @Override
    public Coroutine<@Nullable Void> waitClosed() {
        return () -> {
            if (isOver()) {
                return null;
            }
            Future<@Nullable Void> over = network.loop().createFuture(this);
            waiters.add(over);
            try {
                return Async.await(over);
            } finally {
                waiters.remove(over);
            }
        };
    }

    @Override
    public String toString() {
        return "<Server " + (localAddresses().size() == 1 ? localAddress() : localAddresses())
                + (closed ? " closed" : "") + " connections=" + clients.size() + ">";
    }
}
