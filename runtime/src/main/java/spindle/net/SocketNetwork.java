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
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// The network of the machine's sockets, TCP, UDP and Unix domain, on one loop.
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
    private final Set<SocketDatagramTransport> datagrams = new HashSet<>();
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
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return () -> {
            SocketChannel channel = open(address);
            try {
                prepare(channel, options.socket());
                bind(channel, address, options);
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

    private SocketChannel open(SocketAddress address) throws IOException {
        try {
            SocketChannel channel = SocketChannel.open(familyOf(address));
            connecting.add(channel);
            return channel;
        } catch (IOException failure) {
            throw connectFailure(address, failure);
        } catch (UnsupportedOperationException failure) {
            // Such as IPv6 where the JVM was told to do without.
            throw connectFailure(address, new IOException(failure.getMessage(), failure));
        }
    }

    /// A channel for both families would cost every IPv4 connect a system call more.
    static ProtocolFamily familyOf(SocketAddress address) {
        return switch (address) {
            case UnixDomainSocketAddress _ -> StandardProtocolFamily.UNIX;
            case InetSocketAddress inet
            when inet.isUnresolved() ->
                throw new IllegalArgumentException("expected a resolved address but got " + address
                        + ": resolve the name with a Resolver first");
            case InetSocketAddress inet ->
                inet.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6;
            default ->
                throw new IllegalArgumentException(
                        "expected an InetSocketAddress or a UnixDomainSocketAddress but got "
                                + address);
        };
    }

    private static void bind(SocketChannel channel, SocketAddress peer, ConnectOptions options)
            throws IOException {
        if (options.localAddress() != null) {
            try {
                channel.bind(options.localAddress());
            } catch (IOException | UnsupportedOperationException failure) {
                throw connectFailure(
                        peer,
                        new IOException(
                                "from " + Addresses.describe(options.localAddress()) + ": "
                                        + failure.getMessage(),
                                failure));
            }
        }
    }

    /// Makes a channel fit for the loop. Small writes leave at once: what is to go out together
    /// is written together.
    static void prepare(SocketChannel channel, SocketOptions options) throws IOException {
        channel.configureBlocking(false);
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        if (options.keepAlive()) {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        if (options.receiveBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBuffer());
        }
        if (options.sendBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBuffer());
        }
    }

    private void finishConnecting(SocketChannel channel, SocketAddress address) throws Exception {
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
    static IOException connectFailure(SocketAddress address, IOException failure) {
        String message =
                "cannot connect to " + Addresses.describe(address) + ": " + failure.getMessage();
        IOException named = failure instanceof ConnectException
                ? new ConnectException(message)
                : new IOException(message);
        named.initCause(failure);
        return named;
    }

    // --- Listening ---

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        SocketServer server = SocketServer.open(this, addresses, options, protocols);
        servers.add(server);
        return server;
    }

    // --- Datagrams ---

    @Override
    public <P extends DatagramProtocol> P openDatagram(
            DatagramOptions options, Supplier<P> protocols) throws IOException {
        DatagramChannel channel = DatagramSockets.open(options);
        boolean started = false;
        try {
            P protocol = protocols.get();
            new SocketDatagramTransport(this, channel, protocol).start();
            started = true;
            return protocol;
        } finally {
            if (!started) {
                channel.close();
            }
        }
    }

    // --- Keeping count ---

    void opened(SocketTransport transport) {
        transports.add(transport);
    }

    void closed(SocketTransport transport) {
        transports.remove(transport);
    }

    void opened(SocketDatagramTransport transport) {
        datagrams.add(transport);
    }

    void closed(SocketDatagramTransport transport) {
        datagrams.remove(transport);
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
        List.copyOf(datagrams).forEach(SocketDatagramTransport::closeWithLoop);
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
