package spindle.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// What a simulated transport has been given and its socket has not taken yet.
final class UnsentBytes {
    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private long size;

    boolean isEmpty() {
        return size == 0;
    }

    long size() {
        return size;
    }

    /// Adds a copy of the rest of `data`, which is the caller's again afterwards.
    void add(ByteBuffer data) {
        size += data.remaining();
        pieces.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
    }

    /// Gives the socket as much as it takes; returns how much that was.
    long flushTo(SimulatedSocket socket) throws IOException {
        long sizeBefore = size;
        while (size > 0) {
            ByteBuffer first = pieces.element();
            size -= socket.write(first);
            if (first.hasRemaining()) {
                break;
            }
            pieces.remove();
        }
        return sizeBefore - size;
    }

    void clear() {
        pieces.clear();
        size = 0;
    }
}
