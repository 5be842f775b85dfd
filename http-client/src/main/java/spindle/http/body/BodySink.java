package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Where a [RequestBody] writes itself: a connection, as far as a body may know it.
///
/// How the bytes are framed, by a length or in chunks, is the sink's affair. One task at a time
/// may use it, and starts nothing before what it started has ended.
public interface BodySink {
    /// Returns a coroutine that sends what remains in a piece. Suspends the calling task while
    /// the peer is slow. The piece belongs to the sink until the coroutine has ended; nothing
    /// remains in it then. An empty piece does nothing.
    ///
    /// It fails with an [java.io.IOException] if the connection ends. Cancelled, it may have sent
    /// the piece, or a part of it: the connection is of no further use to the body.
    @CheckReturnValue
    Coroutine<@Nullable Void> write(ByteBuffer piece);

    /// Returns a coroutine that sends a part of a file, without copying it where the connection
    /// can do that; its result is how many bytes that were: `count`, or fewer if the file ends
    /// before. Suspends the calling task while the peer is slow. The channel's own position stays
    /// where it is, and the channel open.
    ///
    /// @param position where in the file to begin
    /// @param count how many bytes to send at the most
    @CheckReturnValue
    Coroutine<Long> sendFile(FileChannel file, long position, long count);

    /// Has a field sent after the last byte (RFC 9110 §6.5). Only for bodies of unknown length,
    /// which are sent in chunks: nothing else has room for it.
    ///
    /// @throws IllegalStateException if the body's length was given
    void trailer(String name, String value);
}
