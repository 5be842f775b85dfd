package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// What an application does with the datagrams of one socket: the callbacks of a
/// [DatagramTransport].
///
/// ```
/// connectionMade -> (datagramReceived | errorReceived)* -> connectionLost
/// ```
///
/// All are called on the loop's thread, never one inside another, but for `pauseWriting` and
/// `errorReceived`, which may come from inside the `send` that made them necessary;
/// `connectionMade` once, first; `connectionLost` once, last. What one of them throws goes to the
/// loop's exception handler, and the socket stays open, since one bad datagram must not end what
/// serves all others; only a `connectionMade` that throws ends it.
///
/// A [DatagramEndpoint] is the same as an object that one can await.
public interface DatagramProtocol {
    /// Called once the socket is there, before anything is read from it.
    default void connectionMade(DatagramTransport transport) {}

    /// Called for each datagram, which may be empty.
    ///
    /// @param data a view of a buffer that the loop uses again: copy out what is to outlast the
    ///     call
    /// @param sender where it came from
    default void datagramReceived(ByteBuffer data, InetSocketAddress sender) {}

    /// Called when a datagram could not be sent or received; the socket goes on. A connected one
    /// hears by a [java.net.PortUnreachableException] that nobody is there to receive; one that
    /// is not connected does not hear of that.
    default void errorReceived(IOException failure) {}

    /// Called when the socket is closed.
    ///
    /// @param failure what broke it; null if it was closed or aborted from this side
    default void connectionLost(@Nullable Exception failure) {}

    /// Called when more is waiting to be sent than the transport's high-water mark allows: stop
    /// sending.
    default void pauseWriting() {}

    /// Called when what waits has fallen to the low-water mark: sending may go on.
    default void resumeWriting() {}
}
