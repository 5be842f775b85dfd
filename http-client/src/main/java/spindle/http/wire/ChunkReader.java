package spindle.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads what stands between the chunks of a body; the data and the trailers are read by
/// [ResponseParser].
///
/// ```
///   chunk      = size [extensions] CRLF data CRLF
///   last chunk = "0"  [extensions] CRLF               // the trailers follow
///
///   SIZE -> EXTENSIONS    // ";"
///   SIZE, EXTENSIONS -> SIZE_LF -> DATA_CR
///   DATA_CR -> DATA_LF -> SIZE
/// ```
///
/// Sizes are read digit by digit, so that what is no digit is refused as soon as it is there.
final class ChunkReader {

    private enum State {
        SIZE,
        EXTENSIONS,
        SIZE_LF,
        // as soon as all data are taken
        DATA_CR,
        DATA_LF
    }

    /// Enough for any size below 2^63; more can only be leading zeros.
    private static final int MOST_DIGITS = 16;

    // changes while running
    private int maxExtensionBytes;
    private State state = State.SIZE;
    private final byte[] digits = new byte[MOST_DIGITS];
    private int digitCount;
    private long size;
    // of the current chunk, not yet taken
    private long remaining;
    // of the whole message
    private long bodyBytes;
    private int extensionBytes;

    void begin(WireLimits limits) {
        maxExtensionBytes = limits.maxChunkExtensionBytes();
        beginSize();
        remaining = 0;
        bodyBytes = 0;
        extensionBytes = 0;
    }

    private void beginSize() {
        state = State.SIZE;
        digitCount = 0;
        size = 0;
    }

    /// Returns how many bytes of data come next, before anything that [#readSize] may read.
    long remaining() {
        return remaining;
    }

    void taken(int bytes) {
        remaining -= bytes;
        bodyBytes += bytes;
    }

    /// Reads the CRLF behind the chunk before, if there was one, and the size of the next
    /// chunk.
    ///
    /// @return false if the input ended before that
    boolean readSize(ByteBuffer input) throws WireException {
        while (input.hasRemaining()) {
            byte next = input.get();
            switch (state) {
                case SIZE -> sizeByte(next);
                case EXTENSIONS -> extensionByte(next);
                case SIZE_LF -> {
                    require('\n', next, "the chunk size");
                    state = State.DATA_CR;
                    remaining = size;
                    return true;
                }
                case DATA_CR -> {
                    require('\r', next, "the data of a chunk");
                    state = State.DATA_LF;
                }
                case DATA_LF -> {
                    require('\n', next, "the data of a chunk");
                    beginSize();
                }
            }
        }
        return false;
    }

    /// Whether the chunk whose size was just read is the last one, which has no data.
    boolean isLast() {
        return size == 0;
    }

    private void sizeByte(byte next) throws WireException {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            addDigit(next, digit);
        } else if (digitCount > 0 && next == '\r') {
            state = State.SIZE_LF;
        } else if (digitCount > 0 && next == ';') {
            state = State.EXTENSIONS;
            countExtensionByte();
        } else if (digitCount > 0) {
            throw malformed("expected CRLF or \";\" after the chunk size "
                    + Grammar.quote(digits())
                    + " but found "
                    + Grammar.quote(next));
        } else {
            throw malformed(
                    "expected a chunk size in hexadecimal but found " + Grammar.quote(next));
        }
    }

    private void addDigit(byte next, int digit) throws WireException {
        if (digitCount == MOST_DIGITS) {
            throw malformed("expected a chunk size of at most "
                    + MOST_DIGITS
                    + " digits but found "
                    + Grammar.quote(digits() + (char) next));
        }
        digits[digitCount++] = next;
        size = size << 4 | digit;
        if (size < 0) {
            throw malformed(
                    "expected a chunk size below 2^63 but found " + Grammar.quote(digits()));
        }
    }

    private String digits() {
        return new String(digits, 0, digitCount, StandardCharsets.ISO_8859_1);
    }

    /// Skips extensions (RFC 9112 section 7.1.1): nobody uses them, but a reader that takes a
    /// bare LF for their end sees other chunks than one that does not.
    private void extensionByte(byte next) throws WireException {
        if (next == '\r') {
            state = State.SIZE_LF;
            return;
        }
        if (!Grammar.isFieldText(next & 0xff)) {
            throw malformed("a chunk extension has the control character " + Grammar.code(next));
        }
        countExtensionByte();
    }

    private void countExtensionByte() throws WireException {
        if (++extensionBytes > maxExtensionBytes) {
            throw WireException.limit(
                    "the chunk extensions are too long",
                    "maxChunkExtensionBytes",
                    maxExtensionBytes);
        }
    }

    private void require(char expected, byte found, String before) throws WireException {
        if (found != expected) {
            String what = expected == '\r' ? "CRLF" : "LF after the CR";
            throw malformed("expected " + what + " behind " + before + " but found "
                    + Grammar.quote(found));
        }
    }

    private WireException malformed(String message) {
        return WireException.malformed(message + " (after " + bodyBytes + " body bytes)");
    }

    /// Says what a peer did that closed the connection before the last chunk.
    WireException endOfInput() {
        String where = remaining > 0
                ? "in a chunk of which " + (size - remaining) + " of " + size
                        + " bytes were received"
                : "before its last chunk";
        return WireException.truncated("the body ended after " + bodyBytes + " bytes, " + where);
    }
}
