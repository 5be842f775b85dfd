package spindle.http.coding;

import com.github.luben.zstd.ZstdBufferDecompressingStreamNoFinalizer;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The library's decoder of frames, turned from one that pulls its input to one that gets it.
///
/// Of its decoders this is the one for buffers on the heap. Those for direct buffers would
/// need two of them for each body, which are dear to make and live until the next collection.
final class ZstdStream extends ZstdBufferDecompressingStreamNoFinalizer {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// What the library sees when it wants more. It would take an empty buffer behind a frame
    /// for the end of all frames, and then do no more; this is never read.
    private static final ByteBuffer MORE = ByteBuffer.allocate(1).asReadOnlyBuffer();

    /// The largest window that the library has on every platform.
    private static final int MOST_WINDOW_LOG = 30;

    ZstdStream(int maxWindowBytes) {
        super(NOTHING);
        int log = Integer.SIZE - Integer.numberOfLeadingZeros(maxWindowBytes - 1);
        try {
            setLongMax(Math.min(log, MOST_WINDOW_LOG));
        } catch (IOException e) {
            throw new AssertionError("a window of 2^" + log + " bytes is refused", e);
        }
    }

    /// Takes from one buffer and puts into the other, both on the heap and not read-only.
    ///
    /// @return whether a frame is complete, and all of it in `to`; what follows it is left
    boolean decompress(ByteBuffer from, ByteBuffer to) throws IOException {
        source = from;
        int _ = read(to);
        source = NOTHING;
        // Of an empty source something remains only if the frame goes on.
        return !hasRemaining();
    }

    @Override
    protected ByteBuffer refill(ByteBuffer exhausted) {
        return MORE;
    }
}
