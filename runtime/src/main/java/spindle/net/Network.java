package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/// Makes transports: the only thing that knows what they are made of.
///
/// Everything above it, streams, TLS, HTTP, sees a [Transport] and a [Protocol]. So another
/// engine, or a network simulated in memory, replaces this and nothing else.
public interface Network {
    /// Returns the network of the machine's sockets for a loop. Its connections are closed with
    /// the loop.
    static Network of(EventLoop loop) {
        return loop.resource(SocketNetwork.class, SocketNetwork::new);
    }

    /// Returns a coroutine that connects to an address and returns the protocol for the
    /// connection, its `connectionMade` already called. Suspends the calling task. Cancelling
    /// it closes the socket; nothing is left behind.
    ///
    /// It fails with an [IOException] that names the address.
    ///
    /// @param address resolved; see [Resolver]
    /// @param protocols called once, when the connection is there
    @CheckReturnValue
    <P extends Protocol> Coroutine<P> connect(InetSocketAddress address, Supplier<P> protocols);

    /// Starts to listen. Whatever comes in gets a protocol of its own.
    ///
    /// @param address where; port 0 lets the system choose
    /// @param backlog how many connections may wait to be accepted; the system bounds it too
    /// @param protocols called once per connection; if it fails, that is reported and that
    ///     connection closed
    /// @throws IOException if the address cannot be had
    Server listen(InetSocketAddress address, int backlog, Supplier<? extends Protocol> protocols)
            throws IOException;
}
