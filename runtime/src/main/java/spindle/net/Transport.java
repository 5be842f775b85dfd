package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/// A connection as its [Protocol] sees it: somewhere to write, and a few levers.
///
/// ```
/// OPEN -> CLOSING -> CLOSED   // close(): no more reading; what was written is sent first
/// OPEN ------------> CLOSED   // abort(), or a failure: what was not sent is dropped
/// ```
///
/// Only the loop's thread may use it. No method suspends, but for what [#sendFile] returns, and
/// none blocks.
public interface Transport {
    /// Sends bytes, or queues a copy of what the system does not take now; `data` is the
    /// caller's again on return. On a transport that is closing or closed the bytes are
    /// dropped: the protocol hears of the loss by `connectionLost`.
    ///
    /// @throws IllegalStateException after [#writeEof()]
    void write(ByteBuffer data);

    /// Sends several pieces, one after the other, as [#write(ByteBuffer)] does one; in a single
    /// call of the system where it takes them all. The array is only read.
    ///
    /// @throws IllegalStateException after [#writeEof()]
    default void writeAll(ByteBuffer... pieces) {
        for (ByteBuffer piece : pieces) {
            write(piece);
        }
    }

    /// Returns a coroutine that sends a part of a file, after what was written before; its
    /// result is how many bytes that were: `count`, or fewer if the file ends before. Suspends
    /// the calling task until the system has taken the last of them, or the transport has with
    /// no more than its high-water mark waiting. The channel's own position stays where it is.
    /// Write nothing until it has ended.
    ///
    /// It fails with a [SendFileException], which says how much was sent, if the connection
    /// ends or the file cannot be read; in the second case the connection stays open.
    /// Cancelled, the rest is not sent and the connection stays open, too: the peer has part of
    /// the file, and unless it knows what to make of that, close the connection. [#counters()]
    /// tells how much it was.
    ///
    /// Unless a transport knows better, the file is read piece by piece on another thread.
    ///
    /// @param position where in the file to begin
    /// @param count how many bytes to send at the most; more than 2 GiB is fine
    @CheckReturnValue
    default Coroutine<Long> sendFile(FileChannel file, long position, long count) {
        FileSend.check(position, count);
        return FileCopy.to(this, file, position, count);
    }

    /// Says to the peer that nothing more will be sent, once all is sent. Reading goes on.
    ///
    /// @throws UnsupportedOperationException if the connection cannot end one direction alone:
    ///     see [#canWriteEof()]
    void writeEof();

    /// Returns whether the connection can end one direction alone. All can but TLS before 1.3.
    default boolean canWriteEof() {
        return true;
    }

    /// Closes the connection once all is sent. What the peer has sent by then and nobody has
    /// read is dropped; if the peer goes on sending, the system may answer it with a reset.
    void close();

    /// Closes the connection at once and drops what was not sent.
    void abort();

    /// Returns whether the transport is closing or closed.
    boolean isClosing();

    /// Stops calling `dataReceived` until [#resumeReading()]: what arrives waits in the system,
    /// and then at the peer.
    void pauseReading();

    /// Goes on calling `dataReceived`.
    void resumeReading();

    /// Reads what has arrived by now, if anything, and calls the protocol with it at once,
    /// rather than when the loop next looks. Not to be called from inside the protocol.
    void readNow();

    /// Sets when `pauseWriting` and `resumeWriting` are called, in bytes waiting to be sent. 64
    /// KiB and 16 KiB to begin with.
    ///
    /// @param high pause above this
    /// @param low resume at or below this; at most `high`
    void setWriteBufferLimits(int high, int low);

    /// Returns how many bytes wait to be sent.
    long writeBufferSize();

    /// Returns who is told what happens to the connection.
    Protocol protocol();

    /// Has another protocol take over: from the next event on, it is told. It is not told of
    /// `connectionMade`; if writing was paused, it must find that out from
    /// [#writeBufferSize()].
    void setProtocol(Protocol protocol);

    /// Returns the address of this end.
    SocketAddress localAddress();

    /// Returns the address of the peer.
    SocketAddress remoteAddress();

    /// Returns what TLS has agreed on with the peer; empty on a connection without.
    default Optional<TlsDetails> tls() {
        return Optional.empty();
    }

    /// Returns what has gone through so far.
    TransportCounters counters();
}
