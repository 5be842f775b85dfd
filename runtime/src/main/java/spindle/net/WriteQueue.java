package spindle.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// Bytes that wait until the system takes them.
final class WriteQueue {
    /// The most that one system call is given. The JDK copies heap bytes to a direct buffer as
    /// large as the call and keeps that for the thread: unbounded calls would mean unbounded
    /// memory.
    private static final int BYTES_PER_CALL = 128 * 1024;

    /// Small pieces are gathered into buffers of this size, so that many small writes become
    /// one call.
    private static final int PIECE_BYTES = 16 * 1024;

    /// Ready to be read from, the oldest first; the last may have room for more after its
    /// limit.
    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();

    private long size;

    /// Writes as much of `data` as the system takes.
    static void writeTo(SocketChannel channel, ByteBuffer data) throws IOException {
        int end = data.limit();
        try {
            while (data.position() < end) {
                data.limit(Math.min(end, data.position() + BYTES_PER_CALL));
                channel.write(data);
                if (data.hasRemaining()) {
                    return;
                }
            }
        } finally {
            data.limit(end);
        }
    }

    /// Returns whether there is something in them, and all of it may be given to the system in
    /// one call.
    static boolean fitInOneCall(ByteBuffer[] pieces) {
        long total = 0;
        for (ByteBuffer piece : pieces) {
            total += piece.remaining();
        }
        return total > 0 && total <= BYTES_PER_CALL;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long size() {
        return size;
    }

    /// Adds a copy of the rest of `data`, which is the caller's again afterwards.
    void add(ByteBuffer data) {
        size += data.remaining();
        ByteBuffer last = pieces.peekLast();
        if (last != null && last.capacity() - last.limit() >= data.remaining()) {
            append(last, data);
        } else {
            ByteBuffer piece = ByteBuffer.allocate(Math.max(PIECE_BYTES, data.remaining()));
            piece.limit(0);
            append(piece, data);
            pieces.add(piece);
        }
    }

    private static void append(ByteBuffer piece, ByteBuffer data) {
        int start = piece.limit();
        int count = data.remaining();
        piece.limit(start + count);
        piece.put(start, data, data.position(), count);
        data.position(data.limit());
    }

    /// Writes as much as the system takes; returns how much that was.
    long flushTo(SocketChannel channel) throws IOException {
        long sizeBefore = size;
        while (size > 0) {
            ByteBuffer first = pieces.element();
            int before = first.remaining();
            writeTo(channel, first);
            size -= before - first.remaining();
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
