package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.ExceptionHandler;
import spindle.net.ListenOptions;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.ServerClients;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Simulated listening sockets, and a protocol for each connection.
final class SimulatedServer implements Server {
    // fixed at construction
    private final SimulatedNetwork network;
    private final Supplier<? extends Protocol> protocols;
    private final ServerClients clients;
    private final List<SimulatedListener> listeners = new ArrayList<>();

    // changes while running
    private boolean closed;

    private SimulatedServer(
            SimulatedNetwork network,
            ListenOptions options,
            Supplier<? extends Protocol> protocols) {
        this.network = network;
        this.protocols = protocols;
        this.clients = new ServerClients(
                network.loop(), this, options.maxConnections(), this::acceptAgain);
    }

    static SimulatedServer open(
            SimulatedNetwork network,
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("expected addresses to listen on but got none");
        }
        SimulatedServer server = new SimulatedServer(network, options, protocols);
        try {
            for (SocketAddress address : addresses) {
                server.listen(address, options);
            }
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        server.acceptAgain();
        return server;
    }

    private void listen(SocketAddress address, ListenOptions options) throws IOException {
        SimulatedAddresses.check(address);
        SocketAddress actual = network.addresses().withPort(address);
        if (actual == null || !network.addresses().mayListen(actual, options)) {
            String message = "Address already in use";
            throw new IOException(
                    "cannot listen on " + SimulatedAddresses.describe(address) + ": " + message,
                    new BindException(message));
        }
        SimulatedListener listener = new SimulatedListener(
                network.loop(), actual, options, this::serve, clients::hasRoom);
        network.addresses().add(listener);
        listeners.add(listener);
    }

    // --- Connections ---

    private void acceptAgain() {
        listeners.forEach(SimulatedListener::resume);
    }

    private void serve(SimulatedSocket accepted) {
        boolean started = false;
        try {
            new SimulatedTransport(network, accepted, protocols.get(), clients).start();
            started = true;
        } catch (Exception failure) {
            network.loop()
                    .callExceptionHandler(new ExceptionHandler.Context(
                            "cannot serve a connection, it is closed", failure, this));
        } finally {
            if (!started) {
                accepted.close();
            }
        }
    }

    @Override
    public List<SocketAddress> localAddresses() {
        return listeners.stream().map(SimulatedListener::localAddress).toList();
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
        if (closed) {
            return;
        }
        closed = true;
        network.closed(this);
        for (SimulatedListener listener : listeners) {
            network.addresses().remove(listener);
            listener.close();
        }
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
        return "<Server "
                + (listeners.size() == 1
                        ? localAddress().toString()
                        : localAddresses().toString())
                + (closed ? " closed" : "") + " connections=" + clients.count() + ">";
    }
}
