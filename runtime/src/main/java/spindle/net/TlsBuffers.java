package spindle.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// Buffers that the TLS connections of a loop share: each has one only during a call, so there
/// are about as many as connections nest.
///
/// They are on the heap: the JDK's ciphers work on arrays, and copy what is not one.
final class TlsBuffers implements AutoCloseable {
    /// Room for several records.
    static final int BYTES = 128 * 1024;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    /// Returns a buffer, empty, to be given back.
    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocate(BYTES) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        free.push(buffer);
    }

    @Override
    public void close() {
        free.clear();
    }
}
