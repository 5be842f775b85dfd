package spindle.net;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/// Connections that are read and written by coroutines: asyncio's `open_connection` and
/// `start_server`.
///
/// ```java
/// try (Server server = Streams.startServer(address, (reader, writer) -> {
///     for (String line : awaitEach(reader.lines())) {
///         await(writer.write(line + "\n"));
///     }
/// })) {
///     await(server.waitClosed());
/// }
/// ```
public final class Streams {
    private Streams() {}

    /// What a server does with one connection, in a task of its own.
    @FunctionalInterface
    public interface Handler {
        /// Serves one connection, which is closed when this ends. What it throws is reported, and
        /// ends that connection alone; an [IOException] is not if the peer has broken
        /// the connection off.
        void serve(StreamReader reader, StreamWriter writer) throws Exception;
    }

    /// Returns a coroutine that connects to an address, as [Network#connect] does, on the
    /// network of the calling loop.
    @CheckReturnValue
    public static Coroutine<StreamConnection> openConnection(SocketAddress address) {
        return () -> openConnection(
                        Network.current(),
                        address,
                        ConnectOptions.defaults(),
                        StreamOptions.defaults())
                .run();
    }

    /// Returns a coroutine that connects to a host by its name, as [HostConnector] does, on the
    /// network of the calling loop.
    @CheckReturnValue
    public static Coroutine<StreamConnection> openConnection(String host, int port) {
        return () -> openConnection(HostConnector.current(), host, port, StreamOptions.defaults())
                .run();
    }

    /// Connects to a host by its name, over another network or with options of one's own.
    @CheckReturnValue
    public static Coroutine<StreamConnection> openConnection(
            HostConnector connector, String host, int port, StreamOptions options) {
        return () -> Async.await(
                        connector.connect(host, port, () -> new StreamProtocol(options, _ -> {})))
                .connection();
    }

    /// Connects on a network, over TLS say, and with options of one's own.
    @CheckReturnValue
    public static Coroutine<StreamConnection> openConnection(
            Network network,
            SocketAddress address,
            ConnectOptions connectOptions,
            StreamOptions options) {
        return () -> Async.await(network.connect(
                        address, connectOptions, () -> new StreamProtocol(options, _ -> {})))
                .connection();
    }

    /// Starts a server on the network of the calling loop.
    ///
    /// Its connections are over when both their transport and their handler are;
    /// [Server#shutDown] cancels the handlers that are left when the grace period is over, and so
    /// does [Server#abortClients()].
    ///
    /// @throws IOException if the address cannot be had
    public static Server startServer(SocketAddress address, Handler handler) throws IOException {
        return startServer(
                Network.current(),
                List.of(address),
                ListenOptions.defaults(),
                StreamOptions.defaults(),
                handler);
    }

    /// Starts a server on a network, over TLS say, and with options of one's own.
    ///
    /// @throws IOException if one of the addresses cannot be had
    public static Server startServer(
            Network network,
            List<? extends SocketAddress> addresses,
            ListenOptions listenOptions,
            StreamOptions options,
            Handler handler)
            throws IOException {
        return StreamServer.start(network, addresses, listenOptions, options, handler);
    }
}
