package spindle.http.coding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Undoes `br` (RFC 7932), by a library that may be absent.
///
/// The library takes its input from a buffer of its own, and shows its output in place: a
/// view of the window, at most 16 MiB, which a stream cannot exceed.
final class BrotliDecoding implements Decoding {

    private static final int INPUT_BYTES = 8192;

    // fixed at construction
    private final DecoderJNI.Wrapper decoder;

    // changes while running
    // a view of the decoder's memory, valid until it is used again
    private @Nullable ByteBuffer shown;

    BrotliDecoding() {
        try {
            decoder = new DecoderJNI.Wrapper(INPUT_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // No memory for it.
        }
    }

    static boolean isUsable() {
        return Brotli4jLoader.isAvailable();
    }

    @Override
    public void decode(ByteBuffer input, ByteBuffer output) throws ContentException {
        while (output.hasRemaining()) {
            if (shown != null && shown.hasRemaining()) {
                Decoding.move(shown, output);
            } else if (!advance(input)) {
                return;
            }
        }
    }

    /// @return false if nothing can be done without more input
    private boolean advance(ByteBuffer input) throws ContentException {
        DecoderJNI.Status status = decoder.getStatus();
        if (status == DecoderJNI.Status.ERROR) {
            throw ContentException.malformed(
                    "expected a brotli stream and nothing behind it, but found other data");
        }
        // What a peer flushed is shown before the window is full.
        if (decoder.hasOutput()) {
            shown = decoder.pull();
            return true;
        }
        return switch (status) {
            case NEEDS_MORE_INPUT -> push(input);
            case DONE -> requireEnd(input);
            case OK, NEEDS_MORE_OUTPUT -> {
                decoder.push(0);
                yield true;
            }
            case ERROR -> throw new AssertionError("errors are thrown above");
        };
    }

    private boolean push(ByteBuffer input) {
        if (!input.hasRemaining()) {
            return false;
        }
        ByteBuffer buffer = decoder.getInputBuffer().clear();
        Decoding.move(input, buffer);
        decoder.push(buffer.position());
        return true;
    }

    private static boolean requireEnd(ByteBuffer input) throws ContentException {
        if (input.hasRemaining()) {
            throw ContentException.malformed("expected nothing behind the brotli stream but found "
                    + Decoding.hex(input.get(input.position())));
        }
        return false;
    }

    @Override
    public @Nullable String unfinished() {
        return decoder.getStatus() == DecoderJNI.Status.DONE ? null : "inside its stream";
    }

    @Override
    public void close() {
        shown = null;
        decoder.destroy();
    }
}
