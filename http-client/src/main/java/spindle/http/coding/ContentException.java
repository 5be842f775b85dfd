package spindle.http.coding;

import java.io.IOException;

/// The body of a message is not what its codings say, or decodes to more than allowed.
///
/// The message says what was expected, what was found and where. It never holds what the
/// body says.
public final class ContentException extends IOException {

    private static final long serialVersionUID = 1;

    /// What went wrong, for those who must decide whether to ask again.
    public enum Kind {
        /// The bytes do not follow the coding, or a checksum is wrong.
        MALFORMED,
        /// The body is larger than one of [DecodingLimits] allows.
        LIMIT,
        /// The body ended before its coding did.
        TRUNCATED
    }

    private final Kind kind;

    private ContentException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static ContentException malformed(String message) {
        return new ContentException(Kind.MALFORMED, message);
    }

    /// @param problem what is too much, such as `the header of a gzip member is too long`
    /// @param limit the name of the component of [DecodingLimits]
    static ContentException limit(String problem, String limit, long value) {
        return new ContentException(Kind.LIMIT, problem + ": the limit " + limit + " is " + value);
    }

    static ContentException truncated(String message) {
        return new ContentException(Kind.TRUNCATED, message);
    }

    public Kind kind() {
        return kind;
    }
}
