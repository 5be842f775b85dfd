package spindle.net;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// How a stream reads.
///
/// @param limit how long a line, or whatever else ends with a separator, may be, in bytes, unless a
///     call says otherwise; and about half of what a stream reads ahead at the most
/// @param charset what lines and strings are encoded in
public record StreamOptions(int limit, Charset charset) {
    private static final StreamOptions DEFAULTS =
            new StreamOptions(64 * 1024, StandardCharsets.UTF_8);

    /// Checks the limit.
    public StreamOptions {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "expected a limit of at least 1 byte but it is " + limit);
        }
    }

    /// Returns 64 KiB and UTF-8.
    public static StreamOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another limit.
    public StreamOptions withLimit(int bytes) {
        return new StreamOptions(bytes, charset);
    }

    /// Returns these options with another charset.
    public StreamOptions withCharset(Charset charset) {
        return new StreamOptions(limit, charset);
    }
}
