package spindle.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a section of lines that ends with an empty one: a head, or the trailers after a
/// chunked body.
///
/// Not a parser of status lines: it hands out the first line of a head as bytes, and reads
/// the rest as fields.
///
/// ```
///   begin -> nextLine?  -> readFields ... readFields -> fields
///            (head only)   (until it returns true)
/// ```
final class SectionReader {

    /* Overview

    Bytes are copied out of the input in gulps and looked at there, because an array is much
    faster to walk than a direct buffer. A gulp may reach beyond the section into the body; what
    was copied too much is given back to the input when the empty line is found. That is always
    possible: whenever a call returns for want of bytes, all input was part of the section.

    Nothing is looked at twice. The search for the end of a line goes on where it stopped
    (`scanned`), and a line is checked once, when it is complete; so the cost is linear however
    the bytes were cut.

    What if a line never ends? The search stops at the limits, and they are compared with what
    was searched and not with what happens to be in the buffer: the same byte is the first one
    too many in every cut. */

    private static final int SMALL_BUFFER = 1024;

    /// A buffer that a large section needed is kept for the next response up to this size.
    private static final int LARGEST_KEPT_BUFFER = 4096;

    private static final int FEW_FIELDS = 16;
    private static final int MOST_KEPT_FIELDS = 64;

    // changes while running
    private WireLimits limits = WireLimits.DEFAULT;
    private byte[] buffer = new byte[SMALL_BUFFER];
    // buffer[0, filled) is copied from the input
    private int filled;
    // there is no LF in buffer[rest, scanned)
    private int scanned;
    // the latest line is buffer[line, lineEnd), without its CRLF; the next begins at rest
    private int line;
    private int lineEnd;
    private int rest;
    // the first field line begins here; -1 while the start line is expected
    private int fieldsStart;
    private int[] bounds = new int[FEW_FIELDS * FieldLines.BOUNDS];
    private int fieldCount;
    private boolean trailers;

    /// @param limits for this head, and for trailers if they follow
    void beginHead(WireLimits limits) {
        this.limits = limits;
        begin(false);
    }

    void beginTrailers() {
        begin(true);
    }

    private void begin(boolean trailers) {
        this.trailers = trailers;
        filled = 0;
        scanned = 0;
        rest = 0;
        fieldsStart = trailers ? 0 : -1;
        fieldCount = 0;
    }

    // --- Lines ---

    /// Reads the next line.
    ///
    /// @return false if the input ended before the line did
    boolean nextLine(ByteBuffer input) throws WireException {
        while (true) {
            int tooLong = rest + limits.maxLineBytes() + 2;
            int stop = Math.min(filled, Math.min(tooLong, maxBytes()));
            for (int i = scanned; i < stop; i++) {
                if (buffer[i] == '\n') {
                    endLine(i);
                    return true;
                }
            }
            scanned = stop;
            if (stop == tooLong) {
                throw WireException.limit(
                        "a line is too long " + where(), "maxLineBytes", limits.maxLineBytes());
            }
            if (stop == maxBytes()) {
                throw trailers
                        ? WireException.limit("the trailers are too long", "maxTrailerBytes", stop)
                        : WireException.limit("the head is too long", "maxHeadBytes", stop);
            }
            if (!input.hasRemaining()) {
                return false;
            }
            fill(input);
        }
    }

    private int maxBytes() {
        return trailers ? limits.maxTrailerBytes() : limits.maxHeadBytes();
    }

    private void endLine(int lineFeed) throws WireException {
        if (lineFeed == rest || buffer[lineFeed - 1] != '\r') {
            throw WireException.malformed(
                    "expected CRLF at the end of a line but found a bare LF " + where());
        }
        line = rest;
        lineEnd = lineFeed - 1;
        rest = lineFeed + 1;
        scanned = rest;
        if (fieldsStart < 0) {
            fieldsStart = rest;
        }
    }

    /// Copies as much of the input as the buffer takes, at least one byte if there is one.
    void fill(ByteBuffer input) {
        if (filled == buffer.length) {
            buffer =
                    Arrays.copyOf(buffer, Math.min(2 * filled, Math.max(maxBytes(), SMALL_BUFFER)));
        }
        int gulp = Math.min(input.remaining(), buffer.length - filled);
        input.get(buffer, filled, gulp);
        filled += gulp;
    }

    /// Returns how many bytes the buffer holds, those of the body that were copied too much
    /// included.
    int filled() {
        return filled;
    }

    byte[] array() {
        return buffer;
    }

    /// Returns where the latest line ends in the array; the first line begins at 0.
    int lineEnd() {
        return lineEnd;
    }

    // --- Fields ---

    /// Reads field lines up to and including the empty line, and leaves the input right
    /// behind it.
    ///
    /// @return false if the input ended before that
    boolean readFields(ByteBuffer input) throws WireException {
        while (nextLine(input)) {
            if (line == lineEnd) {
                input.position(input.position() - (filled - rest));
                filled = rest;
                return true;
            }
            addField();
        }
        return false;
    }

    private void addField() throws WireException {
        if (fieldCount == limits.maxFields()) {
            throw WireException.limit(
                    trailers ? "there are too many trailers" : "there are too many fields",
                    "maxFields",
                    fieldCount);
        }
        int nameEnd = endOfName();
        int valueStart = nameEnd + 1;
        int valueEnd = lineEnd;
        while (valueStart < valueEnd && Grammar.isBlank(buffer[valueStart])) {
            valueStart++;
        }
        while (valueEnd > valueStart && Grammar.isBlank(buffer[valueEnd - 1])) {
            valueEnd--;
        }
        checkValue(nameEnd, valueStart, valueEnd);
        addBounds(line, nameEnd, valueStart, valueEnd);
    }

    private int endOfName() throws WireException {
        int end = line;
        while (end < lineEnd && Grammar.isToken(buffer[end] & 0xff)) {
            end++;
        }
        if (end == lineEnd || end == line || buffer[end] != ':') {
            throw badName(end);
        }
        return end;
    }

    /// Shows the line only up to the character that is wrong: what follows may be a value.
    private WireException badName(int end) {
        if (end == line) {
            String found = Grammar.isBlank(buffer[end])
                    ? "a line folded into the one before (obs-fold)"
                    : Grammar.quote(buffer[end]);
            return WireException.malformed(
                    "expected the name of a field but found " + found + " " + where());
        }
        return WireException.malformed("expected a colon after the name of a field, "
                + Grammar.quote(latin1(line, end))
                + ", but found "
                + (end == lineEnd ? "the end of the line" : Grammar.quote(buffer[end]))
                + " "
                + where());
    }

    private void checkValue(int nameEnd, int valueStart, int valueEnd) throws WireException {
        for (int i = valueStart; i < valueEnd; i++) {
            if (!Grammar.isFieldText(buffer[i] & 0xff)) {
                throw WireException.malformed("the value of the field "
                        + Grammar.quote(latin1(line, nameEnd))
                        + " has the control character "
                        + Grammar.code(buffer[i])
                        + " at index "
                        + (i - valueStart)
                        + " "
                        + where());
            }
        }
    }

    private void addBounds(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = fieldCount++ * FieldLines.BOUNDS;
        if (at == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * at);
        }
        bounds[at] = nameStart - fieldsStart;
        bounds[at + 1] = nameEnd - fieldsStart;
        bounds[at + 2] = valueStart - fieldsStart;
        bounds[at + 3] = valueEnd - fieldsStart;
    }

    /// Names the line that is being read, or was read last when it is the one at fault.
    private String where() {
        if (fieldsStart < 0) {
            return "(in the status line)";
        }
        return (trailers ? "(in trailer line " : "(in field line ") + (fieldCount + 1) + ")";
    }

    /// Returns the fields of a section that was read to its end, and lets go of large arrays.
    FieldLines fields() {
        FieldLines fields = fieldCount == 0
                ? FieldLines.EMPTY
                : new FieldLines(
                        latin1(fieldsStart, line),
                        Arrays.copyOf(bounds, fieldCount * FieldLines.BOUNDS));
        if (buffer.length > LARGEST_KEPT_BUFFER) {
            buffer = new byte[SMALL_BUFFER];
        }
        if (fieldCount > MOST_KEPT_FIELDS) {
            bounds = new int[FEW_FIELDS * FieldLines.BOUNDS];
        }
        return fields;
    }

    private String latin1(int start, int end) {
        return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
