package spindle.http;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;

/// The last resort for a text whose charset neither its Content-Type nor its first bytes name.
@FunctionalInterface
public interface CharsetGuess {
    /// Returns the charset of a body, or null for UTF-8. Called on the loop's thread, while
    /// [ClientResponse#text()] decodes; what it throws, that throws.
    @Nullable
    Charset guess(ClientResponse response, byte[] body);
}
