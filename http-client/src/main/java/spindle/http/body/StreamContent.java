package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/// A body that comes piece by piece, while it is sent.
///
/// @param source gives the pieces, from the beginning if it can be written again
/// @param length how many bytes there will be, or -1 if that is not known
record StreamContent(Supplier<? extends AsyncIterator<ByteBuffer>> source, long length)
        implements Content {
    static final long UNKNOWN_LENGTH = -1;

    static long checkLength(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must be at least 0, was " + length
                    + ": leave it out if it is not known");
        }
        return length;
    }

    @Override
    public String contentType() {
        return ContentTypes.OCTET_STREAM;
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            copyAndClose(source.get(), new CountedSink(sink, this, length));
            return null;
        };
    }

    @SuppressWarnings("try") // Its `close` may throw whatever the sequence's own does.
    private static void copyAndClose(AsyncIterator<ByteBuffer> pieces, CountedSink sink)
            throws Exception {
        try (AutoCloseable _ = pieces instanceof AutoCloseable closeable ? closeable : null) {
            for (ByteBuffer piece : Async.awaitEach(pieces)) {
                Async.await(sink.write(piece));
            }
            sink.checkComplete();
        }
    }

    @Override
    public void discard() {
        switch (source.get()) {
            case InputPieces input -> input.discard();
            case AutoCloseable closeable -> closeUnheard(closeable);
            default -> {}
        }
    }

    private static void closeUnheard(AutoCloseable pieces) {
        try {
            pieces.close();
        } catch (Exception unheard) {
            // Nobody wants its pieces any more.
        }
    }

    /// Returns a form such as `<RequestBody stream length=unknown type='…'>`.
    @Override
    public String toString() {
        return ContentTypes.describe("stream", length, contentType());
    }
}
