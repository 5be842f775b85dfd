package spindle.http.coding;

import com.github.luben.zstd.util.Native;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Undoes `zstd`: any number of frames (RFC 8878 §3), by a library that may be absent.
///
/// ```
///   HEADER -> DATA -> HEADER       // another frame
///   HEADER -> SKIPPED -> HEADER    // a skippable frame
/// ```
///
/// The library reads and writes arrays, which the caller's buffers need not have: what comes
/// and goes is copied through two small ones.
final class ZstdDecoding implements Decoding {

    private enum State {
        HEADER,
        DATA,
        SKIPPED
    }

    private static final int BUFFER_BYTES = 8192;

    // fixed at construction
    private final int maxFrames;
    private final ZstdFrameHeader header;
    private final ZstdStream stream;
    // ready to be read: from the input, for the output
    private final ByteBuffer staged = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer decoded = ByteBuffer.allocate(BUFFER_BYTES).flip();

    // changes while running
    private State state = State.HEADER;
    private int frame = 1;
    // what the decoder gets before all else: the header that we have read
    private ByteBuffer headerBytes = ByteBuffer.allocate(0);
    // the decoder may have more without further input
    private boolean wasFull;
    private long toSkip;

    ZstdDecoding(DecodingLimits limits) {
        maxFrames = limits.maxMembers();
        header = new ZstdFrameHeader(limits.maxZstdWindowBytes());
        stream = new ZstdStream(limits.maxZstdWindowBytes());
    }

    static boolean isUsable() {
        Native.load();
        return Native.isLoaded();
    }

    @Override
    public void decode(ByteBuffer input, ByteBuffer output) throws ContentException {
        while (output.hasRemaining()) {
            if (decoded.hasRemaining()) {
                Decoding.move(decoded, output);
            } else if (!advance(input)) {
                return;
            }
        }
    }

    /// @return false if nothing can be done without more input
    private boolean advance(ByteBuffer input) throws ContentException {
        // What was staged behind the end of a frame is the beginning of the next one.
        return switch (state) {
            case HEADER -> readHeader(staged) || readHeader(input);
            case DATA -> readData(input);
            case SKIPPED -> skip(staged) || skip(input);
        };
    }

    private boolean readHeader(ByteBuffer input) throws ContentException {
        if (input.hasRemaining() && frame > maxFrames) {
            throw ContentException.limit("zstd has too many frames", "maxMembers", maxFrames);
        }
        if (!header.read(input, frame)) {
            return false;
        }
        if (header.isSkippable()) {
            toSkip = header.skippedBytes();
            state = State.SKIPPED;
        } else {
            headerBytes = header.flip();
            state = State.DATA;
        }
        return true;
    }

    private boolean skip(ByteBuffer input) {
        int size = (int) Math.min(toSkip, input.remaining());
        input.position(input.position() + size);
        toSkip -= size;
        if (toSkip > 0) {
            return false;
        }
        beginFrame();
        return true;
    }

    private void beginFrame() {
        frame++;
        header.begin();
        state = State.HEADER;
    }

    private boolean readData(ByteBuffer input) throws ContentException {
        ByteBuffer from = headerBytes.hasRemaining() ? headerBytes : stage(input);
        // The library takes calls that can get nowhere for a hang, and fails after some.
        if (!from.hasRemaining() && !wasFull) {
            return false;
        }
        if (decompress(from)) {
            beginFrame();
        }
        return true;
    }

    private ByteBuffer stage(ByteBuffer input) {
        if (!staged.hasRemaining()) {
            staged.clear();
            Decoding.move(input, staged);
            staged.flip();
        }
        return staged;
    }

    /// @return whether the frame is complete
    private boolean decompress(ByteBuffer from) throws ContentException {
        decoded.clear();
        try {
            boolean isComplete = stream.decompress(from, decoded);
            wasFull = !decoded.hasRemaining();
            return isComplete;
        } catch (IOException e) {
            throw ContentException.malformed(
                    "expected a zstd stream in frame " + frame + " but found: " + e.getMessage());
        } finally {
            decoded.flip();
        }
    }

    @Override
    public @Nullable String unfinished() {
        return switch (state) {
            case HEADER -> header.isEmpty() ? null : "in the header of frame " + frame;
            case DATA -> "in the data of frame " + frame;
            case SKIPPED -> "in the skippable frame " + frame;
        };
    }

    @Override
    public void close() {
        stream.close();
    }
}
