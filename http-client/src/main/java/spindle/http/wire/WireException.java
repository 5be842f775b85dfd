package spindle.http.wire;

import java.io.IOException;

/// The peer broke HTTP/1.1, or a limit; the connection is of no further use.
///
/// The message says what was expected, what was found and where. It never holds the value of
/// a field.
public final class WireException extends IOException {

    private static final long serialVersionUID = 1;

    /// What went wrong, for those who must decide whether to ask again.
    public enum Kind {
        /// The bytes are no HTTP/1.1, or could be read in two ways.
        MALFORMED,
        /// The response is larger than one of [WireLimits] allows.
        LIMIT,
        /// The peer closed the connection in the middle of the response.
        TRUNCATED,
        /// The peer closed the connection without sending a byte of the response.
        DISCONNECTED
    }

    private final Kind kind;

    private WireException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static WireException malformed(String message) {
        return new WireException(Kind.MALFORMED, message);
    }

    /// @param problem what is too much, such as `the head is too long`
    /// @param limit the name of the component of [WireLimits]
    static WireException limit(String problem, String limit, int value) {
        return new WireException(Kind.LIMIT, problem + ": the limit " + limit + " is " + value);
    }

    static WireException truncated(String message) {
        return new WireException(Kind.TRUNCATED, message);
    }

    static WireException disconnected() {
        return new WireException(
                Kind.DISCONNECTED,
                "expected a response but the peer closed the connection before its first byte");
    }

    public Kind kind() {
        return kind;
    }
}
