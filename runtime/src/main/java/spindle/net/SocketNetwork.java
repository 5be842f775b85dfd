package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// The network of the machine's TCP sockets, on one loop.
final class SocketNetwork implements Network, AutoCloseable {
    private static final int READ_BUFFER_BYTES = 256 * 1024;

    // fixed at construction
    private final EventLoop loop;

    /// What every transport reads into. One is enough: a protocol has the bytes only during
    /// `dataReceived`.
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    // changes while running
    private final Set<SocketTransport> transports = new HashSet<>();
    private final Set<SocketServer> servers = new HashSet<>();
    private final Set<SocketChannel> connecting = new HashSet<>();

    SocketNetwork(EventLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    /// Returns the shared buffer, empty.
    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    // --- Connecting ---

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            InetSocketAddress address, Supplier<P> protocols) {
        return () -> {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("expected a resolved address but got " + address
                        + ": resolve the name with a Resolver first");
            }
            SocketChannel channel = open(address);
            try {
                prepare(channel);
                finishConnecting(channel, address);
                P protocol = protocols.get();
                new SocketTransport(this, channel, protocol, null).start();
                return protocol;
            } catch (Throwable failure) {
                channel.close();
                throw failure;
            } finally {
                connecting.remove(channel);
            }
        };
    }

    private SocketChannel open(InetSocketAddress address) throws IOException {
        // A channel for both families would cost every IPv4 connect a system call more.
        ProtocolFamily family = address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        try {
            SocketChannel channel = SocketChannel.open(family);
            connecting.add(channel);
            return channel;
        } catch (IOException failure) {
            throw connectFailure(address, failure);
        } catch (UnsupportedOperationException failure) {
            // Such as IPv6 where the JVM was told to do without.
            throw connectFailure(address, new IOException(failure.getMessage(), failure));
        }
    }

    /// Makes a channel fit for the loop. Small writes leave at once: what is to go out together
    /// is written together.
    static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private void finishConnecting(SocketChannel channel, InetSocketAddress address)
            throws Exception {
        try {
            channel.connect(address);
            // A peer on the same machine has answered by now, though the system says "in progress".
            while (!channel.finishConnect()) {
                awaitConnectable(channel);
            }
        } catch (IOException failure) {
            throw connectFailure(address, failure);
        }
    }

    private void awaitConnectable(SocketChannel channel) throws Exception {
        Future<@Nullable Void> connectable = loop.createFuture();
        loop.addWriter(channel, () -> {
            if (!connectable.isDone()) {
                connectable.setResult(null);
            }
        });
        try {
            Async.await(connectable);
        } finally {
            loop.removeWriter(channel);
        }
    }

    /// Says where a connect failed: the system's own message names no address.
    private static IOException connectFailure(InetSocketAddress address, IOException failure) {
        String host = address.getAddress().getHostAddress();
        String name = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        String message = "cannot connect to " + name + ": " + failure.getMessage();
        IOException named = failure instanceof ConnectException
                ? new ConnectException(message)
                : new IOException(message);
        named.initCause(failure);
        return named;
    }

    // --- Listening ---

    @Override
    public Server listen(
            InetSocketAddress address, int backlog, Supplier<? extends Protocol> protocols)
            throws IOException {
        SocketServer server = SocketServer.open(this, address, backlog, protocols);
        servers.add(server);
        return server;
    }

    // --- Keeping count ---

    void opened(SocketTransport transport) {
        transports.add(transport);
    }

    void closed(SocketTransport transport) {
        transports.remove(transport);
    }

    void closed(SocketServer server) {
        servers.remove(server);
    }

    /// Closes everything that is still open. The loop has stopped for good, so protocols are
    /// told at once.
    @Override
    public void close() {
        connecting.forEach(this::closeUnconnected);
        List.copyOf(servers).forEach(SocketServer::close);
        List.copyOf(transports).forEach(SocketTransport::closeWithLoop);
    }

    private void closeUnconnected(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "cannot close a socket that was connecting", failure, this));
        }
    }
}
