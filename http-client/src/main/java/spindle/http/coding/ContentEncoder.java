package spindle.http.coding;

import java.nio.ByteBuffer;

/// Applies a content coding to one body, piece by piece.
///
/// It is no stream and waits for nothing: it takes from the buffer that it is given, puts into
/// the other one, and keeps neither. What it took may come out only with later input, or at
/// the end.
///
/// ```
///   for each piece of the body:
///       do { encoder.encode(piece, output); send output; } while (encoder.isOutputPending());
///   do { encoder.finish(output); send output; } while (encoder.isOutputPending());
///   encoder.close();
/// ```
///
/// Whoever makes an encoder closes it; it may have native memory. One thread at a time.
public final class ContentEncoder implements AutoCloseable {

    // fixed at construction
    private final Encoding encoding;

    // changes while running
    private boolean isOutputPending;
    private boolean isFinishing;
    private boolean isClosed;

    private ContentEncoder(Encoding encoding) {
        this.encoding = encoding;
    }

    /// Returns an encoder for a body.
    ///
    /// @param coding `gzip`, `deflate` (in the zlib format), `br` or `zstd`, without regard to
    ///     case
    /// @throws IllegalArgumentException if it is not supported; ask [#supports] first
    public static ContentEncoder of(String coding) {
        Coding known = Coding.find(coding);
        if (known == null) {
            throw Coding.unknown(coding);
        }
        return new ContentEncoder(known.encoding());
    }

    /// Whether a coding can be applied here. `identity` cannot: there is nothing to do.
    public static boolean supports(String coding) {
        return Coding.find(coding) != null;
    }

    /// Takes from `input` and puts into `output`, until the input is used up or the output is
    /// full; in the latter case [#isOutputPending()] is true.
    public void encode(ByteBuffer input, ByteBuffer output) {
        requireOpen();
        if (isFinishing) {
            throw new IllegalStateException(
                    "the body is finished: call finish() while isOutputPending(), then close()");
        }
        encoding.encode(input, output);
        isOutputPending = !output.hasRemaining();
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the encoder is closed: make one for each body");
        }
    }

    /// Whether the last call filled its output: there may be more, and it must be called again,
    /// with whatever is left of its input.
    public boolean isOutputPending() {
        return isOutputPending;
    }

    /// Ends the body, and fetches what is still to be had of it; to be called again while
    /// [#isOutputPending()].
    public void finish(ByteBuffer output) {
        requireOpen();
        isFinishing = true;
        isOutputPending = !encoding.finish(output);
    }

    /// Gives back what the coding holds. May be called twice.
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        encoding.close();
    }
}
