package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.http.coding.ContentException.Kind;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Every coding and layer gives back what was coded, however it is cut; and nothing else.
@Timeout(60)
class ContentDecoderTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;

    interface Coder {
        byte[] code(byte[] body);
    }

    record Sample(String name, Coder coder, List<String> names) {

        String[] codings() {
            return names.toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Sample sample(String name, Coder coder, String... codings) {
        return new Sample(name, coder, List.of(codings));
    }

    static Stream<Sample> samples() {
        return Stream.of(
                sample("gzip", Bodies::gzip, "gzip"),
                sample("x-gzip", Bodies::gzip, "X-Gzip"),
                sample("zlib", Bodies::zlib, "deflate"),
                sample("raw deflate", Bodies::raw, "Deflate"),
                sample("brotli", Bodies::brotli, "BR"),
                sample("zstd", Bodies::zstd, "zstd"),
                sample("zstd of unknown size", Bodies::zstdStream, "Zstd"),
                sample("identity", body -> body, "identity"),
                sample("no coding", body -> body),
                sample(
                        "gzip in gzip",
                        body -> Bodies.gzip(Bodies.gzip(body)),
                        "gzip",
                        "identity",
                        "GZIP"),
                sample("gzip in zlib", body -> Bodies.zlib(Bodies.gzip(body)), "gzip", "deflate"),
                sample(
                        "raw in gzip in zlib",
                        body -> Bodies.zlib(Bodies.gzip(Bodies.raw(body))),
                        "deflate",
                        "gzip",
                        "deflate"),
                sample(
                        "gzip in brotli in zstd",
                        body -> Bodies.zstd(Bodies.brotli(Bodies.gzip(body))),
                        "gzip",
                        "br",
                        "zstd"),
                sample(
                        "zstd in brotli",
                        body -> Bodies.brotli(Bodies.zstdStream(body)),
                        "zstd",
                        "br"));
    }

    // --- What was coded comes back ---

    @ParameterizedTest
    @MethodSource("samples")
    void comesBackAtEverySize(Sample sample) throws ContentException {
        for (int size : new int[] {0, 1, 2, 100, 8191, 8192, 8193, 65_536, 1_000_000}) {
            byte[] body = Bodies.ofSize(size);

            assertThat(Playback.whole(sample.coder().code(body), sample.codings()))
                    .as("size " + size)
                    .isEqualTo(body);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void comesBackSplitAtEveryByte(Sample sample) throws ContentException {
        byte[] body = Bodies.ofSize(700);
        byte[] coded = sample.coder().code(body);

        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int at = 0; at <= coded.length; at++) {
                assertThat(Playback.split(coded, at, outputSize, sample.codings()))
                        .as("split at " + at + ", output of " + outputSize)
                        .isEqualTo(body);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void comesBackInPieces(Sample sample) throws ContentException {
        byte[] body = Bodies.ofSize(40_000);
        byte[] coded = sample.coder().code(body);

        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int pieceSize : new int[] {1, 2, 3, 1460, Integer.MAX_VALUE}) {
                assertThat(Playback.pieces(coded, pieceSize, outputSize, DEFAULT, sample.codings()))
                        .as("pieces of " + pieceSize + ", output of " + outputSize)
                        .isEqualTo(body);
            }
        }
    }

    // --- What is not whole ---

    @ParameterizedTest
    @MethodSource("samples")
    void bodyWithoutAnyByteIsComplete(Sample sample) throws ContentException {
        assertThat(Playback.whole(new byte[0], sample.codings())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("codedSamples")
    void cutAtEveryByteIsTruncated(Sample sample) {
        byte[] coded = sample.coder().code(Bodies.ofSize(300));

        for (int size = 1; size < coded.length; size++) {
            byte[] cut = Arrays.copyOf(coded, size);
            for (int pieceSize : new int[] {1, Integer.MAX_VALUE}) {
                for (int outputSize : Playback.OUTPUT_SIZES) {
                    assertThatThrownBy(() -> Playback.pieces(
                                    cut, pieceSize, outputSize, DEFAULT, sample.codings()))
                            .as("cut at " + size)
                            .isInstanceOfSatisfying(
                                    ContentException.class,
                                    e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED))
                            .hasMessageContaining(" body ended after ");
                }
            }
        }
    }

    static Stream<Sample> codedSamples() {
        return samples().filter(sample -> sample.coder().code(new byte[0]).length > 0);
    }

    @ParameterizedTest
    @MethodSource("codedSamples")
    void byteBehindTheEndIsRefused(Sample sample) {
        byte[] coded = Bodies.concat(sample.coder().code(Bodies.ofSize(300)), new byte[] {'x'});

        for (int pieceSize : new int[] {1, coded.length - 1, Integer.MAX_VALUE}) {
            for (int outputSize : Playback.OUTPUT_SIZES) {
                assertMalformed(() ->
                        Playback.pieces(coded, pieceSize, outputSize, DEFAULT, sample.codings()));
            }
        }
    }

    private static void assertMalformed(ThrowingCallable decoding) {
        assertThatThrownBy(decoding)
                .isInstanceOfSatisfying(
                        ContentException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
    }

    // --- Names ---

    @Test
    void knownCodingsAreSupportedWithoutRegardToCase() {
        assertThat(List.of(
                        "gzip",
                        "GZIP",
                        "x-gzip",
                        "X-GZIP",
                        "deflate",
                        "Deflate",
                        "identity",
                        "Br",
                        "ZSTD"))
                .allMatch(ContentDecoder::supports);
    }

    @Test
    void whatIsThereIsAskedFor() {
        assertThat(ContentDecoder.acceptEncoding()).isEqualTo("gzip, deflate, br, zstd");
    }

    @Test
    void unknownCodingsAreNotSupported() {
        assertThat(List.of("", "compress", "x-compress", "gzip2", " gzip", "*", "aes128gcm"))
                .noneMatch(ContentDecoder::supports);
    }

    @Test
    void namesAreReadAlikeInEveryLocale() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr"));

            assertThat(ContentDecoder.supports("GZIP")).isTrue();
            assertThat(ContentDecoder.supports("IDENTITY")).isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void codingThatIsNotSupportedIsTheCallersMistake() {
        assertThatThrownBy(() -> ContentDecoder.of(List.of("gzip", "rot13"), DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a content coding among gzip, deflate, br, zstd ")
                .hasMessageEndingWith("but found \"rot13\": ask supports() first");
    }

    // --- Lifecycle ---

    @Test
    void outputThatIsExactlyFullIsPending() throws ContentException {
        try (var decoder = ContentDecoder.of(List.of("gzip"), DEFAULT)) {
            ByteBuffer input = ByteBuffer.wrap(Bodies.gzip(Bodies.text("hello")));
            ByteBuffer output = ByteBuffer.allocate(5);

            decoder.decode(input, output);
            assertThat(decoder.isOutputPending()).isTrue();
            decoder.decode(input, output.clear());
            assertThat(decoder.isOutputPending()).isFalse();

            assertThat(output.position()).isZero();
            assertThat(input.hasRemaining()).isFalse();
        }
    }

    @Test
    void buffersAreNotKept() throws ContentException {
        byte[] coded = Bodies.gzip(Bodies.ofSize(1000));
        try (var decoder = ContentDecoder.of(List.of("gzip"), DEFAULT)) {
            ByteBuffer input = ByteBuffer.allocate(coded.length).put(coded, 0, 100);
            ByteBuffer output = ByteBuffer.allocate(2000);
            decoder.decode(input.flip(), output);

            input.clear().put(new byte[coded.length]).clear();
            decoder.decode(ByteBuffer.wrap(coded, 100, coded.length - 100), output);
            decoder.endOfInput(output);

            assertThat(Arrays.copyOf(output.array(), output.position()))
                    .isEqualTo(Bodies.ofSize(1000));
        }
    }

    @Test
    void limitOfTheOutputIsKept() throws ContentException {
        try (var decoder = ContentDecoder.of(List.of("gzip"), DEFAULT)) {
            ByteBuffer output = ByteBuffer.allocate(100_000).limit(20_000).position(10_000);

            decoder.decode(ByteBuffer.wrap(Bodies.gzip(Bodies.ofSize(50_000))), output);

            assertThat(output.limit()).isEqualTo(20_000);
            assertThat(output.position()).isEqualTo(20_000);
            assertThat(Arrays.copyOfRange(output.array(), 10_000, 20_000))
                    .isEqualTo(Arrays.copyOf(Bodies.ofSize(50_000), 10_000));
        }
    }

    @Test
    void failsAlikeAfterAFailure() {
        try (var decoder = ContentDecoder.of(List.of("gzip"), DEFAULT)) {
            ByteBuffer output = ByteBuffer.allocate(10);
            String message = "expected 1f 8b at the beginning of gzip member 1 but found 0x6e";
            assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(Bodies.text("no")), output))
                    .hasMessage(message);

            assertThatThrownBy(() -> decoder.decode(ByteBuffer.allocate(0), output))
                    .hasMessage(message);
            assertThatThrownBy(() -> decoder.endOfInput(output)).hasMessage(message);
        }
    }

    @Test
    void closedDecoderRefuses() {
        var decoder = ContentDecoder.of(List.of("gzip", "deflate"), DEFAULT);
        decoder.close();
        decoder.close();

        assertThatThrownBy(() -> decoder.decode(ByteBuffer.allocate(1), ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the decoder is closed: make one for each body");
        assertThatThrownBy(() -> decoder.endOfInput(ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class);
    }
}
