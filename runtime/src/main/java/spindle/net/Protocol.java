package spindle.net;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/// What an application does with one connection: the callbacks of a [Transport].
///
/// ```
/// connectionMade -> dataReceived* -> eofReceived? -> connectionLost
/// ```
///
/// All are called on the loop's thread, never one inside another, but for `pauseWriting`, which
/// comes from inside the `write` that made it necessary; `connectionMade` once, first;
/// `connectionLost` once, last. What one of them throws goes to the loop's exception handler,
/// and the connection is aborted.
public interface Protocol {
    /// Called once the connection is there, before anything is read from it.
    default void connectionMade(Transport transport) {}

    /// Called when bytes have arrived.
    ///
    /// @param data a view of a buffer that the loop uses again: copy out what is to outlast the
    ///     call
    default void dataReceived(ByteBuffer data) {}

    /// Called when the peer has said that it will send no more.
    ///
    /// @return true to keep the transport open for writing; false to have it closed
    default boolean eofReceived() {
        return false;
    }

    /// Called when the connection is over.
    ///
    /// @param failure what broke it; null if it was closed or aborted from this side, or by the
    ///     peer's end of stream
    default void connectionLost(@Nullable Exception failure) {}

    /// Called when more is waiting to be sent than the transport's high-water mark allows: stop
    /// writing.
    default void pauseWriting() {}

    /// Called when what waits has fallen to the low-water mark: writing may go on.
    default void resumeWriting() {}
}
