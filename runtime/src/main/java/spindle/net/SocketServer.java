package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.ExceptionHandler;
import spindle.TimerHandle;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// A listening TCP socket.
///
/// When the process has no file handle left, accepting fails for as long as that lasts, and the
/// selector would report the waiting connection over and over. So the server stops accepting
/// for a second and tries again; connections wait in the system's backlog meanwhile.
final class SocketServer implements Server {
    /// How many connections one readiness may bring in, so that a flood of them does not starve
    /// the others.
    private static final int ACCEPTS_PER_EVENT = 1024;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    // fixed at construction
    private final SocketNetwork network;
    private final ServerSocketChannel channel;
    private final SocketAddress localAddress;
    private final Supplier<? extends Protocol> protocols;

    // changes while running
    private final Set<SocketTransport> clients = new HashSet<>();
    private @Nullable TimerHandle pause;

    private SocketServer(
            SocketNetwork network,
            ServerSocketChannel channel,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        this.network = network;
        this.channel = channel;
        this.localAddress = channel.getLocalAddress();
        this.protocols = protocols;
    }

    static SocketServer open(
            SocketNetwork network,
            InetSocketAddress address,
            int backlog,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog);
            SocketServer server = new SocketServer(network, channel, protocols);
            network.loop().addReader(channel, server::acceptReady);
            return server;
        } catch (IOException failure) {
            channel.close();
            throw new IOException(
                    "cannot listen on " + address + ": " + failure.getMessage(), failure);
        } catch (RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private void acceptReady() {
        for (int i = 0; i < ACCEPTS_PER_EVENT; i++) {
            SocketChannel accepted;
            try {
                accepted = channel.accept();
            } catch (IOException failure) {
                pauseAccepting(failure);
                return;
            }
            if (accepted == null) {
                return;
            }
            serve(accepted);
        }
    }

    private void serve(SocketChannel accepted) {
        boolean started = false;
        try {
            SocketNetwork.prepare(accepted);
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

    private void pauseAccepting(IOException failure) {
        report(
                "cannot accept connections, trying again in " + PAUSE_AFTER_FAILURE.toSeconds()
                        + " s",
                failure);
        network.loop().removeReader(channel);
        pause = network.loop().callLater(PAUSE_AFTER_FAILURE, this::acceptAgain);
    }

    private void acceptAgain() {
        try {
            network.loop().addReader(channel, this::acceptReady);
        } catch (IOException failure) {
            report("cannot listen any more", failure);
            close();
        }
    }

    private void report(String message, Exception failure) {
        network.loop().callExceptionHandler(new ExceptionHandler.Context(message, failure, this));
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public int connectionCount() {
        return clients.size();
    }

    void opened(SocketTransport client) {
        clients.add(client);
    }

    void closed(SocketTransport client) {
        clients.remove(client);
    }

    @Override
    public void close() {
        if (pause != null) {
            pause.cancel();
        }
        network.closed(this);
        try {
            if (!network.loop().isClosed() && channel.isOpen()) {
                network.loop().forgetChannel(channel); // From now on connects are refused.
            }
            channel.close();
        } catch (IOException failure) {
            report("cannot close a listening socket", failure);
        }
    }

    @Override
    public void abortClients() {
        List.copyOf(clients).forEach(SocketTransport::abort);
    }

    @Override
    public String toString() {
        return "<Server " + localAddress + (channel.isOpen() ? "" : " closed") + " connections="
                + clients.size() + ">";
    }
}
