package spindle.http.wire;

import java.util.Set;
import java.util.TreeSet;

/// Turns what stands between the chunks of a body into bytes (RFC 9112 section 7.1).
///
/// The data are not its business. It writes into an array of the caller's, so that the head of
/// a request and its first chunk can leave in one write, and so can the end of one chunk and
/// the size of the next.
///
/// ```
///   writeSize data writeEnd   writeSize data writeEnd   ...   writeLast
/// ```
public final class ChunkWriter {

    /// The most that [#writeSize] writes: sixteen digits and CRLF.
    public static final int MOST_SIZE_BYTES = 18;

    /// What [#writeEnd] writes.
    public static final int END_BYTES = 2;

    /// Fields that a receiver must know before the body, or must not find where few look for
    /// them (RFC 9110 section 6.5.1).
    private static final Set<String> NEVER_TRAILERS = caseless(
            // framing
            "Connection",
            "Content-Length",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            // routing
            "Host",
            "Max-Forwards",
            "Via",
            // how the request is meant
            "Accept",
            "Accept-Charset",
            "Accept-Encoding",
            "Accept-Language",
            "Cache-Control",
            "Expect",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "If-Unmodified-Since",
            "Pragma",
            "Range",
            // authentication
            "Authorization",
            "Cookie",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Set-Cookie",
            "WWW-Authenticate",
            // what the body is
            "Content-Encoding",
            "Content-Language",
            "Content-Location",
            "Content-Range",
            "Content-Type");

    private ChunkWriter() {}

    private static Set<String> caseless(String... names) {
        var set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }

    /// Returns how many bytes [#writeSize] writes.
    public static int sizeLength(long size) {
        return digits(size) + 2;
    }

    private static int digits(long size) {
        if (size <= 0) {
            // A chunk without data would be the last one.
            throw new IllegalArgumentException("a chunk must have at least 1 byte, had " + size);
        }
        return (Long.SIZE - Long.numberOfLeadingZeros(size) + 3) / 4;
    }

    /// Writes the line before the data of a chunk.
    ///
    /// @param size of the data in bytes
    /// @param at where in the array to start
    /// @return where it stopped
    /// @throws IllegalArgumentException if the size is not positive
    /// @throws IndexOutOfBoundsException if the array is too short
    public static int writeSize(long size, byte[] into, int at) {
        int end = at + digits(size);
        long rest = size;
        for (int i = end - 1; i >= at; i--) {
            into[i] = (byte) Character.forDigit((int) (rest & 0xf), 16);
            rest >>>= 4;
        }
        return writeEnd(into, end);
    }

    /// Writes the CRLF behind the data of a chunk.
    ///
    /// @return where it stopped
    public static int writeEnd(byte[] into, int at) {
        into[at] = '\r';
        into[at + 1] = '\n';
        return at + END_BYTES;
    }

    /// Returns how many bytes [#writeLast] writes.
    public static int lastLength(FieldLines trailers) {
        return 1 + END_BYTES + trailers.text().length() + END_BYTES;
    }

    /// Writes the last chunk, the trailers, and the empty line that ends the body.
    ///
    /// @return where it stopped, which is `at + lastLength(trailers)`
    /// @throws IllegalArgumentException if one of the fields may not be a trailer
    /// @throws IndexOutOfBoundsException if the array is too short
    public static int writeLast(FieldLines trailers, byte[] into, int at) {
        for (int i = 0; i < trailers.count(); i++) {
            requireTrailer(trailers.name(i));
        }
        into[at] = '0';
        int end = writeEnd(into, at + 1);
        end = RequestWriter.put(trailers.text(), into, end);
        return writeEnd(into, end);
    }

    /// Refuses the name of a field that would do harm behind a body: what frames, routes,
    /// steers or authenticates a request, or says what its body is.
    ///
    /// @throws IllegalArgumentException if it is one of these
    public static void requireTrailer(String name) {
        if (NEVER_TRAILERS.contains(name)) {
            throw new IllegalArgumentException("the field " + Grammar.quote(name)
                    + " must not be a trailer: send it in the head");
        }
    }
}
