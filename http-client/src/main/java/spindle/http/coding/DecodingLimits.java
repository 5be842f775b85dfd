package spindle.http.coding;

/// How much a body may become when its codings are undone. A value: `with…` returns a changed
/// copy.
///
/// Sizes and ratio hold for every layer: what comes between two layers costs time too.
///
/// @param maxDecodedBytes what any one layer may decode to
/// @param maxDecodingRatio how many times as large as the bytes received a layer's output may be;
///     no deflate stream gets beyond 1032
/// @param ratioFreeBytes the first bytes of a layer's output, for which `maxDecodingRatio` does not
///     count: small bodies may be as compressible as they like
/// @param maxLayers the codings of a body, one applied to the result of another
/// @param maxMembers the members of a gzip body, or the frames of a zstd body
/// @param maxGzipHeaderBytes the header of a gzip member, with the names and comments in it
/// @param maxZstdWindowBytes how far a zstd frame may refer back, which is the memory that
///     its decoder takes
public record DecodingLimits(
        long maxDecodedBytes,
        int maxDecodingRatio,
        long ratioFreeBytes,
        int maxLayers,
        int maxMembers,
        int maxGzipHeaderBytes,
        int maxZstdWindowBytes) {

    // Block-wise compressed files have a member for each 64 KiB: 65,536 of them are 4 GiB.
    // RFC 9659: no zstd body needs more than 8 MiB of window.
    public static final DecodingLimits DEFAULT =
            new DecodingLimits(1L << 30, 250, 1 << 20, 3, 65_536, 65_536, 8 << 20);

    /// The fixed part of a gzip header, which has no shorter form.
    private static final int SHORTEST_GZIP_HEADER = 10;

    /// The smallest window that a zstd frame can name.
    private static final int SMALLEST_ZSTD_WINDOW = 1024;

    /// Checks each limit.
    public DecodingLimits {
        requireAtLeast("maxDecodedBytes", maxDecodedBytes, 0);
        requireAtLeast("maxDecodingRatio", maxDecodingRatio, 1);
        requireAtLeast("ratioFreeBytes", ratioFreeBytes, 0);
        requireAtLeast("maxLayers", maxLayers, 1);
        requireAtLeast("maxMembers", maxMembers, 1);
        requireAtLeast("maxGzipHeaderBytes", maxGzipHeaderBytes, SHORTEST_GZIP_HEADER);
        requireAtLeast("maxZstdWindowBytes", maxZstdWindowBytes, SMALLEST_ZSTD_WINDOW);
    }

    private static void requireAtLeast(String name, long value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", was " + value);
        }
    }

    public DecodingLimits withMaxDecodedBytes(long maxDecodedBytes) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withMaxDecodingRatio(int maxDecodingRatio) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withRatioFreeBytes(long ratioFreeBytes) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withMaxLayers(int maxLayers) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withMaxMembers(int maxMembers) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withMaxGzipHeaderBytes(int maxGzipHeaderBytes) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }

    public DecodingLimits withMaxZstdWindowBytes(int maxZstdWindowBytes) {
        return new DecodingLimits(
                maxDecodedBytes,
                maxDecodingRatio,
                ratioFreeBytes,
                maxLayers,
                maxMembers,
                maxGzipHeaderBytes,
                maxZstdWindowBytes);
    }
}
