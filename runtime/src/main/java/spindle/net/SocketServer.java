package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Listening sockets, and a protocol for each connection.
final class SocketServer implements Server {
    // fixed at construction
    private final SocketNetwork network;
    private final ListenOptions options;
    private final Supplier<? extends Protocol> protocols;
    private final ServerClients clients;
    private final List<SocketListener> listeners = new ArrayList<>();

    // changes while running
    private boolean closed;

    private SocketServer(
            SocketNetwork network, ListenOptions options, Supplier<? extends Protocol> protocols) {
        this.network = network;
        this.options = options;
        this.protocols = protocols;
        this.clients = new ServerClients(
                network.loop(), this, options.maxConnections(), this::acceptAgain);
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
                        network.loop(), address, options, server::serve, server.clients::hasRoom));
            }
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        server.listeners.forEach(SocketListener::resume);
        return server;
    }

    // --- Connections ---

    private void acceptAgain() {
        listeners.forEach(SocketListener::resume);
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
        clients.opened(client);
    }

    void closed(SocketTransport client) {
        clients.closed(client);
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
        return clients.count();
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
        clients.serverClosed();
    }

    @Override
    public void closeClients() {
        clients.closeAll();
    }

    @Override
    public void abortClients() {
        clients.abortAll();
    }

    @Override
    public Coroutine<@Nullable Void> waitClosed() {
        return clients.waitClosed();
    }

    @Override
    public String toString() {
        return "<Server " + (localAddresses().size() == 1 ? localAddress() : localAddresses())
                + (closed ? " closed" : "") + " connections=" + clients.count() + ">";
    }
}
