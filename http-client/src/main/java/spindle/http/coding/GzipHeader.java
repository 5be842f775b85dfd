package spindle.http.coding;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Reads the header of a gzip member byte by byte and keeps nothing of it (RFC 1952 §2.3).
///
/// ```
///   FIXED          1f 8b 08 flags, time (4), extra flags, system
///   EXTRA_LENGTH   if FEXTRA: 2 bytes, the lower one first
///   EXTRA
///   NAME           if FNAME: up to and including a zero
///   COMMENT        if FCOMMENT: up to and including a zero
///   CHECKSUM       if FHCRC: the lower half of the CRC-32 of all before it
///   DONE
/// ```
final class GzipHeader {

    private enum Part {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CHECKSUM,
        DONE
    }

    static final int FIRST_MAGIC = 0x1f;
    private static final int SECOND_MAGIC = 0x8b;
    private static final int METHOD_DEFLATE = 8;
    private static final int FIXED_BYTES = 10;

    private static final int FHCRC = 1 << 1;
    private static final int FEXTRA = 1 << 2;
    private static final int FNAME = 1 << 3;
    private static final int FCOMMENT = 1 << 4;
    private static final int RESERVED = 0xe0;

    // fixed at construction
    private final int maxBytes;

    // changes while running
    private Part part = Part.FIXED;
    private int flags;
    // of the whole header
    private int bytes;
    // of the part, where it has a length
    private int partBytes;
    private int extraLength;
    private int checksum;
    private final CRC32 crc = new CRC32();

    GzipHeader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void begin() {
        part = Part.FIXED;
        flags = 0;
        bytes = 0;
        partBytes = 0;
        extraLength = 0;
        checksum = 0;
        crc.reset();
    }

    /// Takes what belongs to the header.
    ///
    /// @param member counts from 1, for messages
    /// @return false if the input ended before it
    boolean read(ByteBuffer input, int member) throws ContentException {
        while (part != Part.DONE) {
            if (!input.hasRemaining()) {
                return false;
            }
            if (++bytes > maxBytes) {
                throw ContentException.limit(
                        "the header of gzip member " + member + " is too long",
                        "maxGzipHeaderBytes",
                        maxBytes);
            }
            int next = input.get() & 0xff;
            if (part != Part.CHECKSUM) {
                crc.update(next);
            }
            take(next, member);
        }
        return true;
    }

    private void take(int next, int member) throws ContentException {
        partBytes++;
        switch (part) {
            case FIXED -> takeFixed(next, member);
            case EXTRA_LENGTH -> {
                extraLength |= next << (8 * (partBytes - 1));
                if (partBytes == 2) {
                    enter(extraLength > 0 ? Part.EXTRA : partAfter(Part.EXTRA));
                }
            }
            case EXTRA -> {
                if (partBytes == extraLength) {
                    enter(partAfter(Part.EXTRA));
                }
            }
            case NAME, COMMENT -> {
                if (next == 0) {
                    enter(partAfter(part));
                }
            }
            case CHECKSUM -> {
                checksum |= next << (8 * (partBytes - 1));
                if (partBytes == 2) {
                    requireChecksum(member);
                    enter(Part.DONE);
                }
            }
            case DONE -> throw new AssertionError("a header that is done takes no byte");
        }
    }

    private void takeFixed(int next, int member) throws ContentException {
        switch (partBytes) {
            case 1 -> require(FIRST_MAGIC, next, "1f 8b at the beginning", member);
            case 2 -> require(SECOND_MAGIC, next, "1f 8b at the beginning", member);
            case 3 -> require(METHOD_DEFLATE, next, "method 8 (deflate)", member);
            case 4 -> {
                flags = next;
                if ((flags & RESERVED) != 0) {
                    throw ContentException.malformed("expected zeros in the reserved flags of gzip"
                            + " member "
                            + member
                            + " but found "
                            + Decoding.hex(next));
                }
            }
            case FIXED_BYTES -> enter(partAfter(Part.FIXED));
            default -> {} // When, how and where it was compressed is not our business.
        }
    }

    private static void require(int expected, int found, String what, int member)
            throws ContentException {
        if (found != expected) {
            throw ContentException.malformed("expected "
                    + what
                    + " of gzip member "
                    + member
                    + " but found "
                    + Decoding.hex(found));
        }
    }

    private Part partAfter(Part before) {
        if (before.compareTo(Part.EXTRA_LENGTH) < 0 && (flags & FEXTRA) != 0) {
            return Part.EXTRA_LENGTH;
        }
        if (before.compareTo(Part.NAME) < 0 && (flags & FNAME) != 0) {
            return Part.NAME;
        }
        if (before.compareTo(Part.COMMENT) < 0 && (flags & FCOMMENT) != 0) {
            return Part.COMMENT;
        }
        return (flags & FHCRC) != 0 ? Part.CHECKSUM : Part.DONE;
    }

    private void enter(Part next) {
        part = next;
        partBytes = 0;
    }

    private void requireChecksum(int member) throws ContentException {
        int expected = (int) crc.getValue() & 0xffff;
        if (checksum != expected) {
            throw ContentException.malformed(String.format(
                    "expected the checksum %04x for the header of gzip member %d but found %04x",
                    expected, member, checksum));
        }
    }
}
