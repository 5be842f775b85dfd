package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/// Undoes `deflate`: a deflate stream in the zlib format, or a bare one.
///
/// RFC 9110 §8.4.1.2 says zlib, and notes that some servers send the bare stream. The low
/// nibble of the first byte tells them apart: in a zlib header it is 8, the method. A bare
/// stream that begins so has a stored block with a padding bit set, which nobody writes.
final class DeflateDecoding implements Decoding {

    private static final int METHOD_MASK = 0x0f;
    private static final int METHOD_DEFLATE = 8;

    // changes while running
    // from the first byte on
    private @Nullable Inflation inflation;
    private boolean isFinished;

    @Override
    public void decode(ByteBuffer input, ByteBuffer output) throws ContentException {
        if (isFinished) {
            requireEnd(input);
            return;
        }
        if (inflation == null) {
            if (!input.hasRemaining()) {
                return;
            }
            inflation = begin(input.get(input.position()));
        }
        isFinished = inflation.inflate(input, output, "the deflate body");
        if (isFinished) {
            requireEnd(input);
        }
    }

    private static Inflation begin(byte first) {
        return (first & METHOD_MASK) == METHOD_DEFLATE ? Inflation.zlib() : Inflation.raw();
    }

    private static void requireEnd(ByteBuffer input) throws ContentException {
        if (input.hasRemaining()) {
            throw ContentException.malformed(
                    "expected the end of the deflate body behind its stream but found "
                            + Decoding.hex(input.get(input.position())));
        }
    }

    @Override
    public @Nullable String unfinished() {
        return isFinished ? null : "inside its stream";
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }
}
