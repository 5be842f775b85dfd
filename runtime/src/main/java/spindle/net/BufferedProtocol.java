package spindle.net;

import java.nio.ByteBuffer;

/// A protocol that has the transport read straight into a buffer of its own, instead of showing it
/// the loop's. Saves a copy where all bytes are kept: a body that goes to memory, TLS records.
///
/// ```
/// connectionMade -> (buffer -> bufferUpdated)* -> eofReceived? -> connectionLost
/// ```
public interface BufferedProtocol extends Protocol {
    /// Returns where to read to next: the transport fills some of what remains of it. Called
    /// before each read; not every call is followed by [#bufferUpdated(int)]. If it has no room,
    /// that is a failure of the protocol: pause reading instead.
    ByteBuffer buffer();

    /// Called when bytes have arrived: they lie before the buffer's position, which was moved.
    ///
    /// @param count how many
    void bufferUpdated(int count);

    /// Not called.
    @Override
    default void dataReceived(ByteBuffer data) {
        throw new IllegalStateException(
                "a transport gave data to a buffered protocol, instead of reading to its buffer");
    }
}
