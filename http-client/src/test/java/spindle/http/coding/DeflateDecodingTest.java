package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/// deflate in both its readings: with the zlib format, and without.
@Timeout(60)
class DeflateDecodingTest {

    private static final String BODY = "hello, hello, hello";

    private static final byte[] ZLIB = Bodies.zlib(Bodies.text(BODY));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 9})
    void everyLevelIsReadWithTheFormatAndWithout(int level) throws ContentException {
        byte[] body = Bodies.ofSize(100_000);

        assertThat(Playback.whole(Bodies.deflate(body, new Deflater(level)), "deflate"))
                .isEqualTo(body);
        assertThat(Playback.whole(Bodies.deflate(body, new Deflater(level, true)), "deflate"))
                .isEqualTo(body);
    }

    /// A stored block, one with fixed codes and one with its own, each the last one or not.
    @ParameterizedTest
    @ValueSource(strings = {"01 0100feff 61", "00 0100feff 61 0300", "4b0400", "4a040c00"})
    void bareStreamMayBeginWithAnyBlock(String coded) {
        for (int pieceSize : new int[] {1, 100}) {
            assertThat(Playback.outcome(Bodies.hex(coded), pieceSize, 7, "deflate"))
                    .isEqualTo("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0800", "1800", "2800", "3800", "4800", "5800", "6800", "7800"})
    void lowNibbleOfEightMeansTheFormat(String header) {
        Refusals.assertMalformed(
                Bodies.concat(Bodies.hex(header), Bodies.raw(Bodies.text(BODY))),
                "expected a deflate stream in the deflate body but found: incorrect header check",
                "deflate");
    }

    @Test
    void everyFlipOfTheFormatIsNoticed() {
        // Without the first byte: a flip there may make it a bare stream.
        for (int i = 1; i < ZLIB.length; i++) {
            for (int mask = 1; mask < 256; mask <<= 1) {
                String outcome = Playback.outcome(Bodies.flipped(ZLIB, i, mask), 7, 7, "deflate");
                assertThat(outcome).matches("(MALFORMED|TRUNCATED): .*");
            }
        }
    }

    @Test
    void presetDictionaryIsRefused() {
        var deflater = new Deflater();
        deflater.setDictionary(Bodies.text("hello"));

        Refusals.assertMalformed(
                Bodies.deflate(Bodies.text(BODY), deflater),
                "expected a deflate stream in the deflate body but found one that needs a preset"
                        + " dictionary",
                "deflate");
    }

    @Test
    void bytesBehindTheStreamAreRefused() {
        String message = "expected the end of the deflate body behind its stream but found 0x00";

        Refusals.assertMalformed(Bodies.concat(ZLIB, new byte[1]), message, "deflate");
        Refusals.assertMalformed(
                Bodies.concat(Bodies.raw(Bodies.text(BODY)), new byte[9]), message, "deflate");
    }

    @Test
    void truncationIsTold() {
        Refusals.assertTruncated(
                new byte[] {ZLIB[0]},
                "the deflate body ended after 1 bytes, inside its stream",
                "deflate");
    }

    @Test
    void closeEndsTheInflater() throws ContentException {
        var decoding = new DeflateDecoding();
        decoding.decode(ByteBuffer.wrap(ZLIB, 0, 3), ByteBuffer.allocate(100));
        decoding.close();

        assertThatThrownBy(() ->
                        decoding.decode(ByteBuffer.wrap(ZLIB, 3, 3), ByteBuffer.allocate(100)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Inflater has been closed");
    }

    @Test
    void closeBeforeTheFirstByteHasNothingToEnd() {
        var decoding = new DeflateDecoding();

        decoding.close();

        assertThat(decoding.unfinished()).isNotNull();
    }
}
