package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;

/// Makes transports: the only thing that knows what they are made of.
///
/// Everything above it, streams, TLS, HTTP, sees a [Transport] and a [Protocol]. So another
/// engine, or a network simulated in memory, replaces this and nothing else.
///
/// An address is an [java.net.InetSocketAddress], resolved (see [Resolver]), or a
/// [java.net.UnixDomainSocketAddress].
public interface Network {
    /// Returns the network of the machine's sockets for a loop. Its connections are closed with
    /// the loop.
    static Network of(EventLoop loop) {
        return loop.resource(SocketNetwork.class, SocketNetwork::new);
    }

    /// Returns the network of the machine's sockets for the loop that is calling.
    static Network current() {
        return of(EventLoop.current());
    }

    /// Returns a coroutine that connects to an address and returns the protocol for the
    /// connection, its `connectionMade` already called. Suspends the calling task. Cancelling
    /// it closes the socket; nothing is left behind.
    ///
    /// It fails with an [IOException] that names the address.
    ///
    /// @param protocols called once, when the connection is there
    @CheckReturnValue
    <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols);

    /// Connects as [#connect(SocketAddress, ConnectOptions, Supplier)] with
    /// [ConnectOptions#defaults()].
    @CheckReturnValue
    default <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, Supplier<P> protocols) {
        return connect(address, ConnectOptions.defaults(), protocols);
    }

    /// Starts to listen. Whatever comes in gets a protocol of its own. The server is closed with
    /// the loop.
    ///
    /// A Unix domain socket is a file: who may write to it may connect, which the process's umask
    /// decides. One at which nobody listens any more is replaced; any other file stays, and the
    /// listening fails. It is removed when the server is closed, if it is still the same file.
    ///
    /// @param addresses where, all of them or none; port 0 lets the system choose. The wildcard
    ///     address takes in both IPv4 and IPv6
    /// @param protocols called once per connection; if it fails, that is reported and that
    ///     connection closed
    /// @throws IOException if one of the addresses cannot be had
    Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException;

    /// Listens on one address, as [#listen(List, ListenOptions, Supplier)] with
    /// [ListenOptions#defaults()].
    default Server listen(SocketAddress address, Supplier<? extends Protocol> protocols)
            throws IOException {
        return listen(List.of(address), ListenOptions.defaults(), protocols);
    }

    /// Opens a datagram socket and returns the protocol for it, its `connectionMade` already
    /// called. It is closed with the loop. A network need not have datagrams; UDP has them, Unix
    /// domain sockets have none in the JDK.
    ///
    /// @param protocols called once, when the socket is there
    /// @throws IOException if the address cannot be had
    /// @throws IllegalArgumentException if the addresses do not go together
    /// @throws UnsupportedOperationException if this network has no datagrams
    default <P extends DatagramProtocol> P openDatagram(
            DatagramOptions options, Supplier<P> protocols) throws IOException {
        throw new UnsupportedOperationException("this network has no datagrams: " + this);
    }
}
