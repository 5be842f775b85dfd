package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// Bytes that wait until the system takes them, and perhaps a file among them.
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

    /// What goes out after the pieces, and before those behind it.
    private @Nullable FileSend file;

    /// What was added after the file; empty if there is none.
    private final Deque<ByteBuffer> behind = new ArrayDeque<>();

    /// Of all pieces: a file is not in memory.
    private long size;

    /// Writes as much of `data` as the system takes.
    static void writeTo(WritableByteChannel channel, ByteBuffer data) throws IOException {
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
        return size == 0 && file == null;
    }

    /// Returns how many bytes are held in memory.
    long size() {
        return size;
    }

    /// Adds a copy of the rest of `data`, which is the caller's again afterwards.
    void add(ByteBuffer data) {
        size += data.remaining();
        Deque<ByteBuffer> pieces = file == null ? this.pieces : behind;
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

    /// Adds a file after what is there.
    ///
    /// @throws IllegalStateException if there is one already
    void addFile(FileSend added) {
        if (file != null) {
            throw new IllegalStateException(
                    "a file is being sent on this connection already: await that first");
        }
        file = added;
    }

    /// Takes away what is left of a file; returns whether it was still here.
    boolean removeFile(FileSend removed) {
        if (file != removed) {
            return false;
        }
        file = null;
        pieces.addAll(behind);
        behind.clear();
        return true;
    }

    /// Writes as much as the system takes, and of a file no more than it sends at a time; returns
    /// how much that was.
    long flushTo(WritableByteChannel channel) throws IOException {
        long flushed = flushPiecesTo(channel);
        FileSend sending = file;
        if (sending == null || !pieces.isEmpty()) {
            return flushed;
        }
        flushed += sending.sendTo(channel);
        if (sending.isOver()) {
            removeFile(sending);
            flushed += flushPiecesTo(channel);
        }
        return flushed;
    }

    private long flushPiecesTo(WritableByteChannel channel) throws IOException {
        long flushed = 0;
        while (!pieces.isEmpty()) {
            ByteBuffer first = pieces.element();
            int before = first.remaining();
            writeTo(channel, first);
            flushed += before - first.remaining();
            if (first.hasRemaining()) {
                break;
            }
            pieces.remove();
        }
        size -= flushed;
        return flushed;
    }

    /// Drops everything; what is left of a file fails.
    void clear(@Nullable Exception cause) {
        pieces.clear();
        behind.clear();
        size = 0;
        if (file != null) {
            file.fail(cause);
            file = null;
        }
    }
}
