package spindle.http.coding;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Applies `br` (RFC 7932), by a library that may be absent.
final class BrotliEncoding implements Encoding {

    private static final int INPUT_BYTES = 8192;

    /// The library's own default, 11, is for files that are coded once and sent often.
    private static final int QUALITY = 5;

    private static final int WINDOW_LOG = 22;

    // fixed at construction
    private final EncoderJNI.Wrapper encoder;

    // changes while running
    // a view of the encoder's memory, valid until it is used again
    private @Nullable ByteBuffer shown;

    BrotliEncoding() {
        try {
            encoder =
                    new EncoderJNI.Wrapper(INPUT_BYTES, QUALITY, WINDOW_LOG, Encoder.Mode.GENERIC);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // No memory for it.
        }
    }

    @Override
    public void encode(ByteBuffer input, ByteBuffer output) {
        while (output.hasRemaining()) {
            if (show(EncoderJNI.Operation.PROCESS, output)) {
                continue;
            }
            if (!input.hasRemaining()) {
                return;
            }
            ByteBuffer buffer = encoder.getInputBuffer().clear();
            Decoding.move(input, buffer);
            push(EncoderJNI.Operation.PROCESS, buffer.position());
        }
    }

    /// @return whether there is more to do before the encoder can take anything
    private boolean show(EncoderJNI.Operation operation, ByteBuffer output) {
        if (shown != null && shown.hasRemaining()) {
            Decoding.move(shown, output);
            return true;
        }
        if (encoder.hasMoreOutput()) {
            shown = encoder.pull();
            return true;
        }
        if (encoder.hasRemainingInput()) {
            push(operation, 0);
            return true;
        }
        return false;
    }

    private void push(EncoderJNI.Operation operation, int size) {
        encoder.push(operation, size);
        if (!encoder.isSuccess()) {
            throw new OutOfMemoryError("no native memory for the brotli encoder");
        }
    }

    @Override
    public boolean finish(ByteBuffer output) {
        while (output.hasRemaining()) {
            if (show(EncoderJNI.Operation.FINISH, output)) {
                continue;
            }
            if (encoder.isFinished()) {
                return true;
            }
            push(EncoderJNI.Operation.FINISH, 0);
        }
        return false;
    }

    @Override
    public void close() {
        shown = null;
        encoder.destroy();
    }
}
