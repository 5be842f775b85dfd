package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// A datagram socket as its [DatagramProtocol] sees it.
///
/// ```
/// OPEN -> CLOSING -> CLOSED   // close(): no more receiving; what was queued is sent first
/// OPEN ------------> CLOSED   // abort(): what was not sent is dropped
/// ```
///
/// Only the loop's thread may use it. No method suspends, and none blocks.
public interface DatagramTransport {
    /// Sends a datagram to the peer that the socket is connected to, as
    /// [#send(ByteBuffer, SocketAddress)].
    ///
    /// @throws IllegalStateException if it is connected to none
    void send(ByteBuffer data);

    /// Sends the rest of `data` as one datagram, at once, or queues a copy if the system does not
    /// take it now; `data` is the caller's again on return. It may be empty
    /// where the socket is not connected. The peer or the
    /// network may lose it, and nobody will say so. What the system refuses is told to
    /// `errorReceived`. On a transport that is closing or closed it is dropped.
    ///
    /// @throws IllegalArgumentException if the address is not one that this socket can send to:
    ///     of a family that it is not of, not resolved, or not the peer that it is connected to;
    ///     or if there is more data than a datagram can hold, 65 507 bytes over IPv4, 65 527 over
    ///     IPv6; or none, if the socket is connected, through which the JDK sends no empty ones
    void send(ByteBuffer data, SocketAddress address);

    /// Closes the socket once what is queued is sent. What has arrived and was not read is
    /// dropped.
    void close();

    /// Closes the socket at once and drops what was not sent.
    void abort();

    /// Returns whether the transport is closing or closed.
    boolean isClosing();

    /// Sets when `pauseWriting` and `resumeWriting` are called, in bytes waiting to be sent. 64
    /// KiB and 16 KiB to begin with.
    ///
    /// @param high pause above this
    /// @param low resume at or below this; at most `high`
    void setWriteBufferLimits(int high, int low);

    /// Returns how many bytes wait to be sent, each datagram with 8 more for its header: even
    /// empty ones take room.
    long writeBufferSize();

    /// Returns the address of this end.
    InetSocketAddress localAddress();

    /// Returns the address of the peer that it is connected to; null if it is to none.
    @Nullable
    InetSocketAddress remoteAddress();

    /// Returns what has gone through so far.
    DatagramCounters counters();
}
