package spindle.http.coding;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;

import java.nio.ByteBuffer;

/// Applies `zstd`: one frame (RFC 8878), by a library that may be absent.
///
/// The window of this level is 2 MiB, well within the 8 MiB that RFC 9659 allows.
final class ZstdEncoding implements Encoding {

    private static final int BUFFER_BYTES = 8192;
    private static final int LEVEL = 3;

    // fixed at construction
    private final ZstdCompressCtx encoder = new ZstdCompressCtx();
    // ready to be read: from the input, for the output
    private final ByteBuffer staged = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer encoded = ByteBuffer.allocate(BUFFER_BYTES).flip();

    // changes while running
    private boolean isFinished;

    ZstdEncoding() {
        encoder.setLevel(LEVEL).setChecksum(true);
    }

    @Override
    public void encode(ByteBuffer input, ByteBuffer output) {
        while (output.hasRemaining()) {
            if (encoded.hasRemaining()) {
                Decoding.move(encoded, output);
                continue;
            }
            if (!staged.hasRemaining()) {
                if (!input.hasRemaining()) {
                    return;
                }
                staged.clear();
                Decoding.move(input, staged);
                staged.flip();
            }
            boolean _ = compress(EndDirective.CONTINUE);
        }
    }

    private boolean compress(EndDirective directive) {
        encoded.clear();
        boolean isFlushed = encoder.compressByteBufferStream(encoded, staged, directive);
        encoded.flip();
        return isFlushed;
    }

    @Override
    public boolean finish(ByteBuffer output) {
        while (!isFinished || encoded.hasRemaining()) {
            if (!output.hasRemaining()) {
                return false;
            }
            if (encoded.hasRemaining()) {
                Decoding.move(encoded, output);
            } else {
                isFinished = compress(EndDirective.END);
            }
        }
        return true;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
