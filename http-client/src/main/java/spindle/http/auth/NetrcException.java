package spindle.http.auth;

import java.io.IOException;

/// Says where a `.netrc` file can't be understood, and what was expected there. Never what was
/// found: it may be half of a password.
public final class NetrcException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int line;

    NetrcException(String source, int line, String problem) {
        super(problem + " (line " + line + " of " + source + ")");
        this.line = line;
    }

    /// Returns the number of the line, from 1.
    public int line() {
        return line;
    }
}
