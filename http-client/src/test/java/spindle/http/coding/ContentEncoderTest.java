package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// What is encoded here is read by others, and by us, however it was cut.
@Timeout(60)
class ContentEncoderTest {

    @ParameterizedTest
    @EnumSource(Coding.class)
    void othersReadIt(Coding coding) throws IOException {
        for (int size : new int[] {0, 1, 100, 8191, 8192, 8193, 65_536, 1_000_000}) {
            byte[] body = Bodies.ofSize(size);
            byte[] coded = encode(coding, body, Integer.MAX_VALUE, 8192);

            try (InputStream stream = reader(coding, coded)) {
                assertThat(stream.readAllBytes()).as("size " + size).isEqualTo(body);
            }
        }
    }

    private static InputStream reader(Coding coding, byte[] coded) throws IOException {
        var stream = new ByteArrayInputStream(coded);
        return switch (coding) {
            case GZIP -> new GZIPInputStream(stream);
            case DEFLATE -> new InflaterInputStream(stream);
            case BROTLI -> new BrotliInputStream(stream);
            case ZSTD -> new ZstdInputStreamNoFinalizer(stream);
        };
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void weReadItHoweverItWasCut(Coding coding) throws ContentException {
        byte[] body = Bodies.ofSize(40_000);

        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int pieceSize : new int[] {1, 7, 8192, Integer.MAX_VALUE}) {
                byte[] coded = encode(coding, body, pieceSize, outputSize);
                assertThat(Playback.whole(coded, coding.toString()))
                        .as("pieces of " + pieceSize + ", output of " + outputSize)
                        .isEqualTo(body);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void weReadItSplitAtEveryByte(Coding coding) throws ContentException {
        byte[] body = Bodies.ofSize(300);

        for (int at = 0; at <= body.length; at++) {
            var coded = new ByteArrayOutputStream();
            try (var encoder = ContentEncoder.of(coding.toString())) {
                ByteBuffer output = ByteBuffer.allocateDirect(7);
                feed(encoder, ByteBuffer.wrap(body, 0, at).asReadOnlyBuffer(), output, coded);
                feed(encoder, ByteBuffer.wrap(body, at, body.length - at), output, coded);
                finish(encoder, output, coded);
            }
            assertThat(Playback.whole(coded.toByteArray(), coding.toString())).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void itCompresses(Coding coding) {
        byte[] coded = encode(coding, new byte[1 << 20], Integer.MAX_VALUE, 8192);

        assertThat(coded.length).isLessThan(2000);
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void incompressibleBodyGrowsLittle(Coding coding) throws ContentException {
        byte[] body = new byte[1 << 20];
        new Random(1).nextBytes(body);

        byte[] coded = encode(coding, body, 1000, 1000);

        assertThat(coded.length).isLessThan(body.length + 1000);
        assertThat(Playback.whole(coded, coding.toString())).isEqualTo(body);
    }

    private static byte[] encode(Coding coding, byte[] body, int pieceSize, int outputSize) {
        var coded = new ByteArrayOutputStream();
        try (var encoder = ContentEncoder.of(coding.toString())) {
            ByteBuffer output = ByteBuffer.allocate(outputSize);
            for (int at = 0; at < body.length; at += Math.min(pieceSize, body.length - at)) {
                int size = Math.min(pieceSize, body.length - at);
                feed(encoder, ByteBuffer.wrap(body, at, size), output, coded);
            }
            finish(encoder, output, coded);
        }
        return coded.toByteArray();
    }

    private static void feed(
            ContentEncoder encoder,
            ByteBuffer input,
            ByteBuffer output,
            ByteArrayOutputStream coded) {
        do {
            encoder.encode(input, output);
            drain(output, coded);
        } while (encoder.isOutputPending());
        assertThat(input.hasRemaining()).as("input is left").isFalse();
    }

    private static void finish(
            ContentEncoder encoder, ByteBuffer output, ByteArrayOutputStream coded) {
        do {
            encoder.finish(output);
            drain(output, coded);
        } while (encoder.isOutputPending());
    }

    private static void drain(ByteBuffer output, ByteArrayOutputStream coded) {
        output.flip();
        while (output.hasRemaining()) {
            coded.write(output.get());
        }
        output.clear();
    }

    // --- Names ---

    @ParameterizedTest
    @CsvSource({"gzip", "GZIP", "x-gzip", "deflate", "br", "zstd"})
    void knownCodingsAreSupported(String coding) {
        assertThat(ContentEncoder.supports(coding)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "compress", "rot13"})
    void otherCodingsAreNot(String coding) {
        assertThat(ContentEncoder.supports(coding)).isFalse();
        assertThatThrownBy(() -> ContentEncoder.of(coding))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a content coding among gzip, deflate, br, zstd but found \""
                        + coding
                        + "\": ask supports() first");
    }

    // --- Lifecycle ---

    @ParameterizedTest
    @EnumSource(Coding.class)
    void buffersAreNotKept(Coding coding) throws ContentException {
        byte[] body = Bodies.ofSize(1000);
        var coded = new ByteArrayOutputStream();
        try (var encoder = ContentEncoder.of(coding.toString())) {
            ByteBuffer output = ByteBuffer.allocate(8192);
            byte[] piece = Arrays.copyOf(body, 500);
            feed(encoder, ByteBuffer.wrap(piece), output, coded);
            Arrays.fill(piece, (byte) 0);
            feed(encoder, ByteBuffer.wrap(body, 500, 500), output, coded);
            finish(encoder, output, coded);
        }

        assertThat(Playback.whole(coded.toByteArray(), coding.toString())).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void finishedBodyTakesNoMore(Coding coding) {
        try (var encoder = ContentEncoder.of(coding.toString())) {
            ByteBuffer output = ByteBuffer.allocate(100);
            encoder.finish(output);
            assertThat(encoder.isOutputPending()).isFalse();
            int size = output.position();

            encoder.finish(output);
            assertThat(output.position()).as("finished again").isEqualTo(size);
            assertThatThrownBy(() -> encoder.encode(ByteBuffer.allocate(1), output))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the body is finished: ");
        }
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void closedEncoderRefuses(Coding coding) {
        var encoder = ContentEncoder.of(coding.toString());
        encoder.encode(ByteBuffer.wrap(Bodies.ofSize(100_000)), ByteBuffer.allocate(10));
        encoder.close();
        encoder.close();

        assertThatThrownBy(() -> encoder.encode(ByteBuffer.allocate(1), ByteBuffer.allocate(9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the encoder is closed: make one for each body");
        assertThatThrownBy(() -> encoder.finish(ByteBuffer.allocate(9)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void gzipSaysNothingOfTheSender() {
        byte[] coded = encode(Coding.GZIP, Bodies.text("hello"), 5, 8192);

        assertThat(Arrays.copyOf(coded, 10)).isEqualTo(Bodies.hex("1f8b08 00 00000000 00 ff"));
    }
}
