package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class ChunkWriterTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "9, 9",
        "10, a",
        "15, f",
        "16, 10",
        "255, ff",
        "256, 100",
        "4096, 1000",
        "65535, ffff",
        "4294967301, 100000005",
        "9223372036854775807, 7fffffffffffffff"
    })
    void sizeIsWrittenInHexadecimal(long size, String digits) {
        var into = new byte[ChunkWriter.MOST_SIZE_BYTES];

        int end = ChunkWriter.writeSize(size, into, 0);

        assertThat(latin1(into, 0, end)).isEqualTo(digits + "\r\n");
        assertThat(end).isEqualTo(ChunkWriter.sizeLength(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void chunkWithoutDataIsRefused(long size) {
        assertThatThrownBy(() -> ChunkWriter.writeSize(size, new byte[20], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a chunk must have at least 1 byte, had " + size);
        assertThatThrownBy(() -> ChunkWriter.sizeLength(size))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingBesideTheSizeIsTouched() {
        byte[] into = "..........".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(ChunkWriter.writeSize(0x1f, into, 3)).isEqualTo(7);

        assertThat(latin1(into, 0, 10)).isEqualTo("...1f\r\n...");
    }

    @Test
    void headAndFirstChunkShareAnArray() {
        var head = new RequestHead("POST", "/", FieldLines.of("Transfer-Encoding", "chunked"));
        int length = RequestWriter.length(head);
        var bytes = new byte[length + ChunkWriter.sizeLength(2) + 2 + ChunkWriter.END_BYTES];

        int end = ChunkWriter.writeSize(2, bytes, RequestWriter.write(head, bytes, 0));
        bytes[end++] = 'h';
        bytes[end++] = 'i';
        end = ChunkWriter.writeEnd(bytes, end);

        assertThat(end).isEqualTo(bytes.length);
        assertThat(latin1(bytes, length, end)).isEqualTo("2\r\nhi\r\n");
    }

    @Test
    void lastChunkEndsTheBody() {
        assertThat(last(FieldLines.EMPTY)).isEqualTo("0\r\n\r\n");
        assertThat(last(FieldLines.of("Digest", "a", "X", "ä")))
                .isEqualTo("0\r\nDigest: a\r\nX: ä\r\n\r\n");
    }

    private static String last(FieldLines trailers) {
        var into = new byte[ChunkWriter.lastLength(trailers)];
        assertThat(ChunkWriter.writeLast(trailers, into, 0)).isEqualTo(into.length);
        return latin1(into, 0, into.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "transfer-encoding",
                "TRAILER",
                "te",
                "Connection",
                "Host",
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "Set-Cookie",
                "Content-Type",
                "Content-Encoding",
                "Content-Range",
                "Cache-Control",
                "Expect",
                "Max-Forwards",
                "Range",
                "If-Match",
                "Upgrade"
            })
    void fieldThatDoesHarmBehindABodyIsNoTrailer(String name) {
        FieldLines trailers = FieldLines.of("Digest", "x", name, "secret");

        assertThatThrownBy(() -> last(trailers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the field \"" + name + "\" must not be a trailer: send it in the head");
        assertThatThrownBy(() -> ChunkWriter.requireTrailer(name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Digest", "ETag", "Server-Timing", "X-Content-Length", "Contents"})
    void otherFieldsAreTrailers(String name) {
        assertThat(last(FieldLines.of(name, "1"))).isEqualTo("0\r\n" + name + ": 1\r\n\r\n");
    }

    @Test
    void arrayThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> ChunkWriter.writeSize(16, new byte[3], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ChunkWriter.writeLast(FieldLines.EMPTY, new byte[4], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /// The response parser reads chunks: what it makes of those that were written is what was
    /// meant.
    @Test
    void chunksReadBackAreThoseThatWereWritten() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var raw = new StringBuilder();
            var body = new StringBuilder();
            for (int i = random.nextInt(5); i > 0; i--) {
                String data = "x".repeat(1 + random.nextInt(300));
                body.append(data);
                raw.append(chunk(data));
            }
            raw.append(last(FieldLines.of("Seed", "" + seed)));

            var exchange = Exchange.valid("round trip", Exchange.chunked(raw.toString()), "");

            assertThat(Playback.whole(exchange))
                    .as("seed %d", seed)
                    .endsWith("| keep-alive | " + (body.isEmpty() ? "" : body + " | ")
                            + "trailers Seed: " + seed);
        }
    }

    private static String chunk(String data) {
        var size = new byte[ChunkWriter.MOST_SIZE_BYTES];
        int end = ChunkWriter.writeSize(data.length(), size, 0);
        return latin1(size, 0, end) + data + "\r\n";
    }

    private static String latin1(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
