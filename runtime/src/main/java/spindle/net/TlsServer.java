package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// A server of another network, whose connections begin with a handshake.
final class TlsServer implements Server {
    // fixed at construction
    private final Tls tls;
    private final Supplier<? extends Protocol> protocols;
    private final Server lower;

    // changes while running
    private final Set<TlsHandshake> handshakes = new HashSet<>();
    private final Set<TlsTransport> clients = new HashSet<>();

    private TlsServer(
            Tls tls,
            Network network,
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        this.tls = tls;
        this.protocols = protocols;
        this.lower = network.listen(addresses, options, this::newHandshake);
    }

    static TlsServer open(
            Tls tls,
            Network network,
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        return new TlsServer(tls, network, addresses, options, protocols);
    }

    // --- Connections ---

    private TlsHandshake newHandshake() {
        EventLoop loop = EventLoop.current();
        TlsHandshake handshake = new TlsHandshake(
                loop, tls.options(), tls.newEngine(new InetSocketAddress(0)), new Accepting(loop));
        handshakes.add(handshake);
        return handshake;
    }

    /// Serves a connection when its handshake has ended.
    private final class Accepting implements TlsHandshake.Listener {
        private final EventLoop loop;
        private @Nullable TlsTransport transport;

        Accepting(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void agreed(TlsHandshake handshake) {
            handshakes.remove(handshake);
            try {
                transport = handshake.start(protocols.get(), () -> clients.remove(transport));
                clients.add(transport);
            } catch (IOException | RuntimeException failure) {
                report("cannot serve a connection, it is closed", failure);
                handshake.abort();
            }
        }

        @Override
        public void failed(TlsHandshake handshake, IOException failure) {
            handshakes.remove(handshake);
            // Those that only look whether somebody listens are no news.
            if (handshake.peerHadAPart()) {
                report("a client could not be served", failure);
            }
        }

        private void report(String message, Exception failure) {
            loop.callExceptionHandler(
                    new ExceptionHandler.Context(message, failure, TlsServer.this));
        }
    }

    // --- The server ---

    @Override
    public List<SocketAddress> localAddresses() {
        return lower.localAddresses();
    }

    @Override
    public int connectionCount() {
        return lower.connectionCount();
    }

    @Override
    public boolean isClosed() {
        return lower.isClosed();
    }

    @Override
    public void close() {
        lower.close();
    }

    /// Closes each connection as TLS does, with `close_notify`; aborts the handshakes.
    @Override
    public void closeClients() {
        List.copyOf(handshakes).forEach(TlsHandshake::abort);
        handshakes.clear();
        List.copyOf(clients).forEach(TlsTransport::close);
    }

    @Override
    public void abortClients() {
        lower.abortClients();
    }

    @Override
    public Coroutine<@Nullable Void> waitClosed() {
        return lower.waitClosed();
    }

    @Override
    public Coroutine<Integer> shutDown(Duration grace) {
        return lower.shutDown(grace);
    }

    @Override
    public String toString() {
        return "<TlsServer " + tls + " over " + lower + ">";
    }
}
