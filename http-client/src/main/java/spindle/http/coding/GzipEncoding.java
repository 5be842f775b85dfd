package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/// Applies `gzip`: one member, without name and time (RFC 1952).
final class GzipEncoding implements Encoding {

    /// Magic, method, no flags, no time, no extra flags, system unknown.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int TRAILER_BYTES = 8;

    // fixed at construction
    private final ByteBuffer header = ByteBuffer.wrap(HEADER).asReadOnlyBuffer();
    private final DeflateEncoding deflate = DeflateEncoding.raw();
    private final CRC32 crc = new CRC32();

    // changes while running
    private long length;
    private @Nullable ByteBuffer trailer;

    @Override
    public void encode(ByteBuffer input, ByteBuffer output) {
        Decoding.move(header, output);
        int start = input.position();
        deflate.encode(input, output);
        checksum(input, start);
    }

    private void checksum(ByteBuffer input, int start) {
        int end = input.position();
        int limit = input.limit();
        input.position(start).limit(end);
        crc.update(input);
        input.limit(limit);
        length += end - start;
    }

    @Override
    public boolean finish(ByteBuffer output) {
        Decoding.move(header, output);
        if (header.hasRemaining() || !deflate.finish(output)) {
            return false;
        }
        if (trailer == null) {
            trailer = ByteBuffer.allocate(TRAILER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) crc.getValue())
                    .putInt((int) length)
                    .flip();
        }
        Decoding.move(trailer, output);
        return !trailer.hasRemaining();
    }

    @Override
    public void close() {
        deflate.close();
    }
}
