package spindle.http.body;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// A sequence of pieces that takes its time, and knows whether it was closed.
final class Pieces implements AsyncIterator<ByteBuffer>, AutoCloseable {
    private final Iterator<String> pieces;
    private boolean closed;

    Pieces(String... pieces) {
        this.pieces = List.of(pieces).iterator();
    }

    @Override
    public Coroutine<Optional<ByteBuffer>> next() {
        return () -> {
            Async.yieldNow();
            return pieces.hasNext() ? Optional.of(bytes(pieces.next())) : Optional.empty();
        };
    }

    private static ByteBuffer bytes(String piece) {
        return ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
