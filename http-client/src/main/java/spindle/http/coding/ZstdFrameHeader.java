package spindle.http.coding;

import java.nio.ByteBuffer;

/// Reads the header of a zstd frame, to see what the frame asks for before a decoder gets it
/// (RFC 8878 §3.1).
///
/// ```
///   frame      = 28 b5 2f fd descriptor [window] [dictionary] [content size] blocks...
///   skippable  = 50..5f 2a 4d 18 size (4), and as many bytes
/// ```
final class ZstdFrameHeader {

    private static final int MAGIC_BYTES = 4;
    private static final int DESCRIPTOR = 4;
    private static final int SKIPPABLE_BYTES = 8;
    private static final int MOST_BYTES = 18;

    private static final int[] FRAME_MAGIC = {0x28, 0xb5, 0x2f, 0xfd};
    private static final int[] SKIPPABLE_MAGIC = {0x50, 0x2a, 0x4d, 0x18};

    private static final int RESERVED = 1 << 3;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
    private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

    // fixed at construction
    private final int maxWindowBytes;
    // the decoder takes it from here
    private final ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);

    ZstdFrameHeader(int maxWindowBytes) {
        this.maxWindowBytes = maxWindowBytes;
    }

    void begin() {
        bytes.clear();
    }

    boolean isEmpty() {
        return bytes.position() == 0;
    }

    /// Takes what belongs to the header.
    ///
    /// @param frame counts from 1, for messages
    /// @return false if the input ended before it
    boolean read(ByteBuffer input, int frame) throws ContentException {
        while (bytes.position() < size()) {
            if (!input.hasRemaining()) {
                return false;
            }
            byte next = input.get();
            requireMagic(bytes.position(), next & 0xff, frame);
            bytes.put(next);
        }
        if (!isSkippable()) {
            requireDecodable(frame);
        }
        return true;
    }

    /// Returns how long the header is, as far as can be said yet.
    private int size() {
        int known = bytes.position();
        if (known < MAGIC_BYTES) {
            return MAGIC_BYTES;
        }
        if (isSkippable()) {
            return SKIPPABLE_BYTES;
        }
        if (known == DESCRIPTOR) {
            return DESCRIPTOR + 1;
        }
        return contentSizeAt() + contentSizeBytes();
    }

    private void requireMagic(int index, int found, int frame) throws ContentException {
        if (index >= MAGIC_BYTES) {
            return;
        }
        // The first byte of a skippable frame has a free lower half.
        boolean isSkippable = index == 0 ? (found & 0xf0) == SKIPPABLE_MAGIC[0] : isSkippable();
        int expected = isSkippable ? SKIPPABLE_MAGIC[index] : FRAME_MAGIC[index];
        if (found != expected && !(isSkippable && index == 0)) {
            throw ContentException.malformed("expected "
                    + (index == 0
                            ? "28 b5 2f fd, or a skippable frame,"
                            : Decoding.hex(expected) + " at byte " + index)
                    + " as the beginning of zstd frame "
                    + frame
                    + " but found "
                    + Decoding.hex(found));
        }
    }

    boolean isSkippable() {
        return (bytes.get(0) & 0xf0) == SKIPPABLE_MAGIC[0];
    }

    long skippedBytes() {
        return number(MAGIC_BYTES, 4);
    }

    private void requireDecodable(int frame) throws ContentException {
        if ((descriptor() & RESERVED) != 0) {
            throw ContentException.malformed("expected a zero for the reserved bit of zstd frame "
                    + frame
                    + " but found the descriptor "
                    + Decoding.hex(descriptor()));
        }
        if (number(dictionaryAt(), dictionaryBytes()) != 0) {
            throw ContentException.malformed(
                    "expected zstd frame " + frame + " to need no dictionary but it does");
        }
        long window = windowBytes();
        // A content size of 2^63 or more looks negative.
        if (window < 0 || window > maxWindowBytes) {
            throw ContentException.limit(
                    "zstd frame "
                            + frame
                            + " needs a window of "
                            + Long.toUnsignedString(window)
                            + " bytes",
                    "maxZstdWindowBytes",
                    maxWindowBytes);
        }
    }

    /// Returns how far the frame may refer back; a frame of a single segment to its beginning.
    private long windowBytes() {
        if (isSingleSegment()) {
            int size = contentSizeBytes();
            // RFC 8878 §3.1.1.1.4: two bytes are for what does not fit in one.
            return number(contentSizeAt(), size) + (size == 2 ? 256 : 0);
        }
        int window = bytes.get(DESCRIPTOR + 1) & 0xff;
        long base = 1L << (10 + (window >> 3));
        return base + base / 8 * (window & 7);
    }

    private int descriptor() {
        return bytes.get(DESCRIPTOR) & 0xff;
    }

    private boolean isSingleSegment() {
        return (descriptor() & SINGLE_SEGMENT) != 0;
    }

    private int dictionaryAt() {
        return DESCRIPTOR + (isSingleSegment() ? 1 : 2);
    }

    private int dictionaryBytes() {
        return DICTIONARY_BYTES[descriptor() & 3];
    }

    private int contentSizeAt() {
        return dictionaryAt() + dictionaryBytes();
    }

    private int contentSizeBytes() {
        int flag = descriptor() >> 6;
        return flag == 0 && isSingleSegment() ? 1 : CONTENT_SIZE_BYTES[flag];
    }

    private long number(int at, int size) {
        long number = 0;
        for (int i = 0; i < size; i++) {
            number |= (bytes.get(at + i) & 0xffL) << (8 * i);
        }
        return number;
    }

    /// Returns the whole header, to be read.
    ByteBuffer flip() {
        return bytes.flip();
    }
}
