package spindle.http.coding;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/// Applies `deflate`, in the zlib format; or, for [GzipEncoding], without it.
final class DeflateEncoding implements Encoding {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // fixed at construction
    private final Deflater deflater;

    private DeflateEncoding(Deflater deflater) {
        this.deflater = deflater;
    }

    static DeflateEncoding zlib() {
        return new DeflateEncoding(new Deflater());
    }

    /// Returns one without header and trailer.
    static DeflateEncoding raw() {
        return new DeflateEncoding(new Deflater(Deflater.DEFAULT_COMPRESSION, true));
    }

    @Override
    public void encode(ByteBuffer input, ByteBuffer output) {
        deflater.setInput(input);
        deflate(output);
        deflater.setInput(NOTHING); // The buffer is the caller's again.
    }

    private void deflate(ByteBuffer output) {
        while (output.hasRemaining() && deflater.deflate(output) > 0) {}
    }

    @Override
    public boolean finish(ByteBuffer output) {
        deflater.finish();
        deflate(output);
        return deflater.finished();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
