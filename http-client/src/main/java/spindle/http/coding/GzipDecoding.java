package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Undoes `gzip`: any number of members, one behind the other (RFC 1952 §2.2).
///
/// ```
///   HEADER -> DATA -> TRAILER -> BETWEEN
///   BETWEEN -> HEADER     // another member
///   BETWEEN -> PADDING    // a zero: nothing but zeros may follow
/// ```
///
/// Checksum and length are checked for every member. [java.util.zip.GZIPInputStream] is no
/// help here: it can only pull, and it takes what it cannot read behind a member for the end.
final class GzipDecoding implements Decoding {

    private enum State {
        HEADER,
        DATA,
        TRAILER,
        BETWEEN,
        PADDING
    }

    private static final int TRAILER_BYTES = 8;

    // fixed at construction
    private final int maxMembers;
    private final GzipHeader header;
    private final Inflation inflation = Inflation.raw();
    private final CRC32 crc = new CRC32();

    // changes while running
    private State state = State.HEADER;
    private int member = 1;
    // CRC-32 in the lower half, length in the upper one
    private long trailer;
    private int trailerBytes;

    GzipDecoding(DecodingLimits limits) {
        maxMembers = limits.maxMembers();
        header = new GzipHeader(limits.maxGzipHeaderBytes());
    }

    @Override
    public void decode(ByteBuffer input, ByteBuffer output) throws ContentException {
        while (output.hasRemaining()) {
            boolean isComplete = switch (state) {
                case HEADER -> readHeader(input);
                case DATA -> readData(input, output);
                case TRAILER -> readTrailer(input);
                case BETWEEN -> readBetween(input);
                case PADDING -> readPadding(input);
            };
            if (!isComplete) {
                return;
            }
        }
    }

    private boolean readHeader(ByteBuffer input) throws ContentException {
        if (!header.read(input, member)) {
            return false;
        }
        state = State.DATA;
        return true;
    }

    private boolean readData(ByteBuffer input, ByteBuffer output) throws ContentException {
        int start = output.position();
        boolean isFinished = inflation.inflate(input, output, where());
        checksum(output, start);
        if (!isFinished) {
            return false;
        }
        trailer = 0;
        trailerBytes = 0;
        state = State.TRAILER;
        return true;
    }

    private void checksum(ByteBuffer output, int start) {
        int end = output.position();
        int limit = output.limit();
        output.position(start).limit(end);
        crc.update(output);
        output.limit(limit);
    }

    private boolean readTrailer(ByteBuffer input) throws ContentException {
        while (trailerBytes < TRAILER_BYTES) {
            if (!input.hasRemaining()) {
                return false;
            }
            trailer |= (input.get() & 0xffL) << (8 * trailerBytes++);
        }
        requireEqual("checksum", crc.getValue(), trailer & 0xffff_ffffL);
        requireEqual("length", inflation.written() & 0xffff_ffffL, trailer >>> 32);
        state = State.BETWEEN;
        return true;
    }

    private void requireEqual(String what, long expected, long found) throws ContentException {
        if (found != expected) {
            throw ContentException.malformed(String.format(
                    "expected the %s %08x in the trailer of %s but found %08x",
                    what, expected, where(), found));
        }
    }

    private boolean readBetween(ByteBuffer input) throws ContentException {
        if (!input.hasRemaining()) {
            return false;
        }
        int next = input.get(input.position()) & 0xff;
        if (next == 0) {
            state = State.PADDING;
            return true;
        }
        if (next != GzipHeader.FIRST_MAGIC) {
            throw ContentException.malformed("expected another member, zeros or the end behind "
                    + where()
                    + " but found "
                    + Decoding.hex(next));
        }
        beginMember();
        return true;
    }

    private void beginMember() throws ContentException {
        if (member == maxMembers) {
            throw ContentException.limit("gzip has too many members", "maxMembers", maxMembers);
        }
        member++;
        header.begin();
        inflation.reset();
        crc.reset();
        state = State.HEADER;
    }

    /// Skips what some archivers fill a last block with.
    private boolean readPadding(ByteBuffer input) throws ContentException {
        while (input.hasRemaining()) {
            byte next = input.get();
            if (next != 0) {
                throw ContentException.malformed("expected only zeros behind "
                        + where()
                        + " and a zero but found "
                        + Decoding.hex(next));
            }
        }
        return false;
    }

    private String where() {
        return "gzip member " + member;
    }

    @Override
    public @Nullable String unfinished() {
        return switch (state) {
            case HEADER -> "in the header of member " + member;
            case DATA -> "in the data of member " + member;
            case TRAILER -> "in the trailer of member " + member;
            case BETWEEN, PADDING -> null;
        };
    }

    @Override
    public void close() {
        inflation.close();
    }
}
