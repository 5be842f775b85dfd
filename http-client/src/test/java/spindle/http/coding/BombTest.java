package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.http.coding.ContentException.Kind;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/// Small bodies that become large ones end at a limit, early, with little memory; and what is
/// not larger than the limits passes.
@Timeout(60)
class BombTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;
    private static final int MIB = 1 << 20;

    /// A body that goes on and on: `start`, then `again` any number of times.
    record Bomb(String name, ByteBuffer start, ByteBuffer again, List<String> codings) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bomb bomb(String name, byte[] start, byte[] again, String... codings) {
        return new Bomb(
                name,
                ByteBuffer.wrap(start).asReadOnlyBuffer(),
                ByteBuffer.wrap(again).asReadOnlyBuffer(),
                List.of(codings));
    }

    static List<Bomb> bombs() {
        byte[] gzipHeader = Bodies.hex("1f8b0800000000000003");
        // An empty stored block.
        byte[] nothing = Bodies.hex("00 0000 ffff");
        byte[] zeros = flushed(new byte[MIB]);
        // Of unknown size, window 1 MiB; a block of 128 KiB that is one byte repeated.
        byte[] zstdHeader = Bodies.hex("28b52ffd 00 50");
        byte[] zstdZeros = Bodies.hex("020010 00");
        byte[] manyZeros = repeat(zeros, 10_000);
        return List.of(
                bomb("gzip", gzipHeader, zeros, "gzip"),
                bomb("zlib", Bodies.hex("789c"), zeros, "deflate"),
                bomb("raw deflate", new byte[0], zeros, "deflate"),
                bomb("zstd", zstdHeader, zstdZeros, "zstd"),
                bomb(
                        "gzip in gzip",
                        Bodies.gzip(Bodies.concat(gzipHeader, manyZeros)),
                        new byte[1],
                        "gzip",
                        "gzip"),
                bomb(
                        "gzip in gzip in brotli",
                        Bodies.brotli(Bodies.gzip(Bodies.concat(gzipHeader, manyZeros))),
                        new byte[1],
                        "gzip",
                        "gzip",
                        "br"),
                bomb(
                        "gzip of nothing, in gzip",
                        Bodies.concat(gzipHeader, flushed(gzipHeader)),
                        flushed(repeat(nothing, 1_000_000)),
                        "gzip",
                        "gzip"),
                bomb(
                        "gzip of zeros behind a member, in gzip",
                        Bodies.concat(gzipHeader, flushed(Bodies.gzip(new byte[0]))),
                        zeros,
                        "gzip",
                        "gzip"),
                bomb("brotli", Bodies.brotli(new byte[100 * MIB]), new byte[1], "br"));
    }

    /// Returns blocks of a deflate stream that end at a byte and refer to nothing before them.
    private static byte[] flushed(byte[] body) {
        var deflater = new Deflater(9, true);
        deflater.setInput(body);
        byte[] blocks = new byte[body.length + 1000];
        int size = deflater.deflate(blocks, 0, blocks.length, Deflater.FULL_FLUSH);
        deflater.end();
        return Arrays.copyOf(blocks, size);
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] repeated = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, repeated, i * bytes.length, bytes.length);
        }
        return repeated;
    }

    // --- What goes on and on ---

    @ParameterizedTest
    @MethodSource("bombs")
    void ratioEndsItSoon(Bomb bomb) {
        for (int outputSize : new int[] {1000, 8192, 16 * MIB}) {
            assertThat(explode(bomb, DEFAULT, "maxDecodingRatio", outputSize))
                    .as("output of " + outputSize)
                    .isLessThanOrEqualTo(3 * MIB);
        }
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void sizeEndsItWithoutALimitOfTheRatio(Bomb bomb) {
        var limits = DEFAULT.withMaxDecodingRatio(Integer.MAX_VALUE).withMaxDecodedBytes(20 * MIB);

        assertThat(explode(bomb, limits, "maxDecodedBytes", 8192))
                .isLessThanOrEqualTo(20 * MIB + Layer.STEP_BYTES);
    }

    /// Decodes until the limit of that name is hit, and returns how much came out.
    private static long explode(Bomb bomb, DecodingLimits limits, String limit, int outputSize) {
        ByteBuffer output = ByteBuffer.allocateDirect(outputSize);
        long[] decoded = new long[1];
        try (var decoder = ContentDecoder.of(bomb.codings(), limits)) {
            assertThatThrownBy(() -> {
                        decode(decoder, bomb.start(), output, decoded);
                        while (true) {
                            decode(decoder, bomb.again(), output, decoded);
                        }
                    })
                    .isInstanceOfSatisfying(
                            ContentException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                    .hasMessageContaining(": the limit " + limit + " is ");
        }
        return decoded[0] + output.position();
    }

    private static void decode(
            ContentDecoder decoder, ByteBuffer coded, ByteBuffer output, long[] decoded)
            throws ContentException {
        ByteBuffer input = coded.duplicate();
        do {
            decoder.decode(input, output);
            decoded[0] += output.position();
            output.clear();
        } while (decoder.isOutputPending());
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void heapDoesNotGrowWithIt(Bomb bomb) {
        var limits = DEFAULT.withMaxDecodingRatio(Integer.MAX_VALUE).withMaxDecodedBytes(50 * MIB);
        long _ = explode(bomb, limits, "maxDecodedBytes", 8192);

        long before = allocatedBytes();
        long _ = explode(bomb, limits, "maxDecodedBytes", 8192);

        // The exception, its assertion, and views of native memory, which are short-lived.
        assertThat(allocatedBytes() - before).isLessThan(2 * MIB);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    // --- Exactly at the limit ---

    @Test
    void bodyMayBeAsLargeAsTheLimit() throws ContentException {
        for (int size : new int[] {0, 1, 8192, 8193, 100_000}) {
            byte[] coded = Bodies.gzip(Bodies.ofSize(size));

            assertThat(Playback.whole(coded, DEFAULT.withMaxDecodedBytes(size), "gzip"))
                    .hasSize(size);
        }
    }

    @Test
    void bodyThatIsOneByteLargerThanTheLimitIsRefused() {
        byte[] coded = Bodies.gzip(Bodies.text("hello"));

        for (int pieceSize : new int[] {1, 7, coded.length}) {
            for (int outputSize : Playback.OUTPUT_SIZES) {
                assertThatThrownBy(() -> Playback.pieces(
                                coded,
                                pieceSize,
                                outputSize,
                                DEFAULT.withMaxDecodedBytes(4),
                                "gzip"))
                        .hasMessageMatching("the gzip body decodes to too much after \\d+ bytes:"
                                + " the limit maxDecodedBytes is 4");
            }
        }
    }

    @Test
    void smallBodiesMayBeAsCompressibleAsTheyLike() throws ContentException {
        byte[] body = new byte[MIB];

        assertThat(Playback.whole(Bodies.gzip(body), "gzip")).isEqualTo(body);
        assertThat(Playback.whole(Bodies.brotli(body), "br")).isEqualTo(body);
        assertThat(Playback.whole(Bodies.zstd(body), "zstd")).isEqualTo(body);
    }

    @Test
    void ratioMayBeAsLargeAsTheLimit() throws ContentException {
        int size = sizeThatIsAMultipleOfItsCode();
        byte[] coded = Bodies.zlib(new byte[size]);
        int ratio = size / coded.length;
        var limits = DEFAULT.withRatioFreeBytes(0);

        assertThat(Playback.whole(coded, limits.withMaxDecodingRatio(ratio), "deflate"))
                .hasSize(size);
        assertThatThrownBy(() ->
                        Playback.whole(coded, limits.withMaxDecodingRatio(ratio - 1), "deflate"))
                .hasMessageEndingWith(": the limit maxDecodingRatio is " + (ratio - 1));
    }

    /// Of one step, so that the ratio is looked at once.
    private static int sizeThatIsAMultipleOfItsCode() {
        return IntStream.range(1000, Layer.STEP_BYTES)
                .filter(size -> size % Bodies.zlib(new byte[size]).length == 0)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ratioIsNamedWhenItIsTooLarge() {
        byte[] coded = Bodies.gzip(new byte[2 * MIB]);

        assertThatThrownBy(() -> Playback.whole(coded, "gzip"))
                .hasMessageMatching("the gzip body decodes to \\d+ bytes after \\d+, which no"
                        + " ordinary content does: the limit maxDecodingRatio is 250");
    }

    @Test
    void ratioMayBeWidened() throws ContentException {
        byte[] body = new byte[20 * MIB];

        assertThat(Playback.whole(Bodies.gzip(body), DEFAULT.withMaxDecodingRatio(1032), "gzip"))
                .isEqualTo(body);
    }

    // --- Layers ---

    @Test
    void layersMayBeAsManyAsTheLimit() throws ContentException {
        byte[] coded = Bodies.gzip(Bodies.gzip(Bodies.gzip(Bodies.text("hello"))));

        assertThat(Playback.whole(coded, "gzip", "gzip", "gzip")).isEqualTo(Bodies.text("hello"));
    }

    @Test
    void moreLayersAreRefusedWithTheFirstByte() {
        Refusals.assertLimit(
                Bodies.text("x"),
                DEFAULT,
                "the body has 4 codings: the limit maxLayers is 3",
                "gzip",
                "br",
                "zstd",
                "deflate");
    }

    @Test
    void moreLayersAreNoMatterWithoutABody() throws ContentException {
        assertThat(Playback.whole(new byte[0], "gzip", "gzip", "gzip", "gzip")).isEmpty();
    }

    @Test
    void identityIsNoLayer() throws ContentException {
        byte[] coded = Bodies.gzip(Bodies.text("hello"));

        assertThat(Playback.whole(coded, "identity", "identity", "identity", "gzip"))
                .isEqualTo(Bodies.text("hello"));
    }

    // --- Linear time ---

    /// Three million steps; a buffer that is moved together for each of them would take ten
    /// thousand million.
    @Test
    void largeBodyByteByByteTakesLinearTime() throws ContentException {
        byte[] body = Bodies.ofSize(MIB);
        byte[] coded = Bodies.zstd(Bodies.brotli(Bodies.gzip(body)));

        assertThat(Playback.pieces(coded, 1, 1, DEFAULT, "gzip", "br", "zstd")).isEqualTo(body);
    }

    @Test
    void manySmallMembersTakeLinearTime() throws ContentException {
        byte[] gzip = repeat(Bodies.gzip(Bodies.text("x")), 65_536);
        byte[] zstd = repeat(Bodies.zstd(Bodies.text("x")), 65_536);

        for (int pieceSize : new int[] {1, 1_000_000}) {
            assertThat(Playback.pieces(gzip, pieceSize, 1, DEFAULT, "gzip")).hasSize(65_536);
            assertThat(Playback.pieces(zstd, pieceSize, 1, DEFAULT, "zstd")).hasSize(65_536);
        }
    }
}
