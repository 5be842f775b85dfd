package spindle.net;

import java.io.EOFException;

/// Says that a stream ended before all that was wanted had come. What had is here, and not in the
/// stream any more.
public final class IncompleteReadException extends EOFException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] partial;

    IncompleteReadException(String wanted, byte[] partial) {
        super("the stream ended after " + partial.length + " bytes of " + wanted);
        this.partial = partial;
    }

    /// Returns what had come.
    public byte[] partial() {
        return partial.clone();
    }
}
