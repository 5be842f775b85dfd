package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// br as the library's decoder has it, and what we make of its states.
@Timeout(60)
class BrotliDecodingTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;

    private static final byte[] BODY = Bodies.ofSize(5000);

    private static final byte[] CODED = Bodies.brotli(BODY);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9, 11})
    void everyQualityIsRead(int quality) throws IOException {
        byte[] body = Bodies.ofSize(200_000);
        var parameters = Encoder.Parameters.create(quality, 24);

        assertThat(Playback.whole(Encoder.compress(body, parameters), "br")).isEqualTo(body);
    }

    /// Events come as they are flushed, not when a window is full.
    @Test
    void whatWasFlushedIsThere() throws IOException {
        var coded = new ByteArrayOutputStream();
        ByteBuffer output = ByteBuffer.allocate(100);
        try (var stream = new BrotliOutputStream(coded);
                var decoder = ContentDecoder.of(List.of("br"), DEFAULT)) {
            stream.write(Bodies.text("data: hello\n\n"));
            stream.flush();

            decoder.decode(ByteBuffer.wrap(coded.toByteArray()), output);
        }

        assertThat(Arrays.copyOf(output.array(), output.position()))
                .isEqualTo(Bodies.text("data: hello\n\n"));
    }

    @Test
    void otherDataAreRefused() {
        Refusals.assertMalformed(
                Bodies.hex("ffffffffffffffffffffff"),
                "expected a brotli stream and nothing behind it, but found other data",
                "br");
    }

    @Test
    void bytesBehindTheStreamAreRefused() {
        byte[] coded = Bodies.concat(CODED, new byte[1]);

        assertThat(Playback.outcome(coded, Integer.MAX_VALUE, 8192, "br"))
                .isEqualTo("MALFORMED: expected a brotli stream and nothing behind it, but found"
                        + " other data");
        assertThat(Playback.outcome(coded, 1, 8192, "br"))
                .isEqualTo("MALFORMED: expected nothing behind the brotli stream but found 0x00");
    }

    /// There is no checksum: a flip may give another body, but never an endless one, and no
    /// other failure.
    @Test
    void everyFlipEnds() {
        for (int i = 0; i < CODED.length; i++) {
            byte[] flipped = Bodies.flipped(CODED, i, 1 << (i % 8));
            String outcome = Playback.outcome(flipped, Integer.MAX_VALUE, 8192, "br");
            String kind = outcome.replaceFirst("(?s)^(MALFORMED|TRUNCATED|LIMIT): .*", "$1");

            assertThat(Playback.outcome(flipped, 7, 8192, "br")).startsWith(kind);
        }
    }

    @Test
    void truncationIsTold() {
        Refusals.assertTruncated(
                Arrays.copyOf(CODED, CODED.length - 1),
                "the br body ended after " + (CODED.length - 1) + " bytes, inside its stream",
                "br");
    }

    @Test
    void closeInTheMiddleOfTheOutputForgetsIt() throws ContentException {
        var decoder = ContentDecoder.of(List.of("br"), DEFAULT);
        decoder.decode(ByteBuffer.wrap(CODED), ByteBuffer.allocate(100));
        assertThat(decoder.isOutputPending()).isTrue();

        decoder.close();

        assertThatThrownBy(() -> decoder.endOfInput(ByteBuffer.allocate(100)))
                .isInstanceOf(IllegalStateException.class);
    }
}
