package spindle.http.coding;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// An [Inflater] that keeps nothing of the buffers it is given.
final class Inflation {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // fixed at construction
    private final Inflater inflater;

    private Inflation(Inflater inflater) {
        this.inflater = inflater;
    }

    /// Returns one for a deflate stream without header and trailer (RFC 1951).
    static Inflation raw() {
        return new Inflation(new Inflater(true));
    }

    /// Returns one for a deflate stream in the zlib format (RFC 1950), whose checksum it
    /// checks.
    static Inflation zlib() {
        return new Inflation(new Inflater());
    }

    /// Inflates until the stream ends, the input is used up or the output is full.
    ///
    /// @param where names the stream in messages, such as `gzip member 1`
    /// @return whether the stream ended; what follows it is left in `input`
    boolean inflate(ByteBuffer input, ByteBuffer output, String where) throws ContentException {
        inflater.setInput(input);
        try {
            inflater.inflate(output);
        } catch (DataFormatException e) {
            throw ContentException.malformed(
                    "expected a deflate stream in " + where + " but found: " + reason(e));
        } finally {
            inflater.setInput(NOTHING);
        }
        if (inflater.needsDictionary()) {
            throw ContentException.malformed("expected a deflate stream in "
                    + where
                    + " but found one that needs a preset dictionary");
        }
        return inflater.finished();
    }

    private static String reason(DataFormatException e) {
        String message = e.getMessage();
        return message == null ? "invalid data" : message;
    }

    /// Returns how many bytes the stream inflated to, since the last reset.
    long written() {
        return inflater.getBytesWritten();
    }

    /// Begins another stream of the same kind.
    void reset() {
        inflater.reset();
    }

    void close() {
        inflater.end();
    }
}
