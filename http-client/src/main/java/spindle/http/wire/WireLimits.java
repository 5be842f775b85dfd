package spindle.http.wire;

/// How much a peer may send of what has no other bound; the body itself is bounded by whoever
/// reads it.
///
/// @param maxLineBytes a status line or a field line, without its CRLF
/// @param maxHeadBytes a head from its first byte up to and including its empty line; each
///     interim response has a head of its own
/// @param maxFields the field lines of a head, and again those of the trailers
/// @param maxChunkExtensionBytes all chunk extensions of a message together
/// @param maxTrailerBytes the trailers up to and including their empty line, so that 2 allows
///     none
/// @param maxInterimResponses the 1xx responses before the final one
public record WireLimits(
        int maxLineBytes,
        int maxHeadBytes,
        int maxFields,
        int maxChunkExtensionBytes,
        int maxTrailerBytes,
        int maxInterimResponses) {

    public static final WireLimits DEFAULT = new WireLimits(8190, 65_536, 128, 16_384, 16_384, 16);

    /// Room for the shortest head that there is, `HTTP/1.1 200` with two CRLFs.
    private static final int SHORTEST_HEAD = 16;

    /// Far more than anybody needs, and far from where sums of two limits overflow.
    private static final int MOST = 1 << 24;

    public WireLimits {
        requireWithin("maxLineBytes", maxLineBytes, SHORTEST_HEAD);
        requireWithin("maxHeadBytes", maxHeadBytes, SHORTEST_HEAD);
        requireWithin("maxFields", maxFields, 0);
        requireWithin("maxChunkExtensionBytes", maxChunkExtensionBytes, 0);
        requireWithin("maxTrailerBytes", maxTrailerBytes, 2);
        requireWithin("maxInterimResponses", maxInterimResponses, 0);
    }

    private static void requireWithin(String name, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(
                    name + " must be from " + least + " to " + MOST + ", was " + value);
        }
    }

    public WireLimits withMaxLineBytes(int maxLineBytes) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    public WireLimits withMaxHeadBytes(int maxHeadBytes) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    public WireLimits withMaxFields(int maxFields) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    public WireLimits withMaxChunkExtensionBytes(int maxChunkExtensionBytes) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    public WireLimits withMaxTrailerBytes(int maxTrailerBytes) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    public WireLimits withMaxInterimResponses(int maxInterimResponses) {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }
}
