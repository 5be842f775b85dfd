package spindle.http;

import spindle.http.coding.DecodingLimits;
import spindle.http.wire.WireLimits;

/// How much a server may send. A value: `with…` returns a changed copy. An error names the limit
/// that was broken.
///
/// @param maxLineBytes a status line or a field line
/// @param maxHeadBytes a head, that of each interim response too
/// @param maxFields the fields of a head, and again those of the trailers
/// @param maxChunkExtensionBytes all chunk extensions of a response together
/// @param maxTrailerBytes the trailers after a chunked body
/// @param maxInterimResponses responses with a status of 1xx before the final one
/// @param maxBodyBytes a body that is collected in memory, after decoding
/// @param maxDecodedBytes a body that was sent compressed, after decoding, also one that is read
///     piece by piece
/// @param maxDecodingRatio how many times larger than what was sent it may be
public record ResponseLimits(
        int maxLineBytes,
        int maxHeadBytes,
        int maxFields,
        int maxChunkExtensionBytes,
        int maxTrailerBytes,
        int maxInterimResponses,
        int maxBodyBytes,
        long maxDecodedBytes,
        int maxDecodingRatio) {
    private static final int MEBIBYTE = 1024 * 1024;

    private static final ResponseLimits DEFAULTS = new ResponseLimits(
            8190, 65_536, 128, 16_384, 16_384, 16, 256 * MEBIBYTE, 16_384L * MEBIBYTE, 250);

    /// Checks each limit.
    public ResponseLimits {
        WireLimits _ = new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException(
                    "maxBodyBytes must be at least 0, was " + maxBodyBytes);
        }
        DecodingLimits _ = decoding(maxDecodedBytes, maxDecodingRatio);
    }

    /// Returns the defaults: lines of 8190 bytes, heads of 64 KiB and 128 fields, bodies of 256
    /// MiB in memory and of 16 GiB decoded, at most 250 times what was sent, which does not count
    /// for the first megabyte.
    public static ResponseLimits defaults() {
        return DEFAULTS;
    }

    /// Returns these with another limit for lines.
    public ResponseLimits withMaxLineBytes(int limit) {
        return with(wire().withMaxLineBytes(limit));
    }

    /// Returns these with another limit for heads.
    public ResponseLimits withMaxHeadBytes(int limit) {
        return with(wire().withMaxHeadBytes(limit));
    }

    /// Returns these with another limit for the number of fields.
    public ResponseLimits withMaxFields(int limit) {
        return with(wire().withMaxFields(limit));
    }

    /// Returns these with another limit for chunk extensions.
    public ResponseLimits withMaxChunkExtensionBytes(int limit) {
        return with(wire().withMaxChunkExtensionBytes(limit));
    }

    /// Returns these with another limit for trailers.
    public ResponseLimits withMaxTrailerBytes(int limit) {
        return with(wire().withMaxTrailerBytes(limit));
    }

    /// Returns these with another limit for interim responses.
    public ResponseLimits withMaxInterimResponses(int limit) {
        return with(wire().withMaxInterimResponses(limit));
    }

    private ResponseLimits with(WireLimits wire) {
        return new ResponseLimits(
                wire.maxLineBytes(),
                wire.maxHeadBytes(),
                wire.maxFields(),
                wire.maxChunkExtensionBytes(),
                wire.maxTrailerBytes(),
                wire.maxInterimResponses(),
                maxBodyBytes,
                maxDecodedBytes,
                maxDecodingRatio);
    }

    /// Returns these with another limit for bodies in memory.
    public ResponseLimits withMaxBodyBytes(int limit) {
        return with(limit, maxDecodedBytes, maxDecodingRatio);
    }

    /// Returns these with another limit for decoded bodies.
    public ResponseLimits withMaxDecodedBytes(long limit) {
        return with(maxBodyBytes, limit, maxDecodingRatio);
    }

    /// Returns these with another limit for how much decoding may add.
    public ResponseLimits withMaxDecodingRatio(int limit) {
        return with(maxBodyBytes, maxDecodedBytes, limit);
    }

    private ResponseLimits with(int body, long decoded, int ratio) {
        return new ResponseLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses,
                body,
                decoded,
                ratio);
    }

    WireLimits wire() {
        return new WireLimits(
                maxLineBytes,
                maxHeadBytes,
                maxFields,
                maxChunkExtensionBytes,
                maxTrailerBytes,
                maxInterimResponses);
    }

    DecodingLimits decoding() {
        return decoding(maxDecodedBytes, maxDecodingRatio);
    }

    private static DecodingLimits decoding(long bytes, int ratio) {
        return DecodingLimits.DEFAULT.withMaxDecodedBytes(bytes).withMaxDecodingRatio(ratio);
    }
}
