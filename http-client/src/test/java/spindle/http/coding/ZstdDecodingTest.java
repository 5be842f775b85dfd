package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// zstd frame by frame: headers, windows, skippable frames, and what is no frame.
@Timeout(60)
class ZstdDecodingTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;

    private static final String BODY = "hello, hello, hello, hello, hello, hello";

    private static final byte[] FRAME = Bodies.zstd(Bodies.text(BODY));

    /// A block of one byte, `a`, the last one.
    private static final String BLOCK = "090000 61";

    private static final String MAGIC = "28b52ffd";

    // --- Frames ---

    @Test
    void framesAreJoined() throws ContentException {
        byte[] coded = Bodies.concat(
                FRAME,
                Bodies.zstd(new byte[0]),
                Bodies.hex("502a4d18 03000000 ffffff"),
                Bodies.hex("5f2a4d18 00000000"),
                Bodies.zstdStream(Bodies.text("!")));

        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int at = 0; at <= coded.length; at++) {
                assertThat(Playback.split(coded, at, outputSize, "zstd"))
                        .isEqualTo(Bodies.text(BODY + "!"));
            }
        }
    }

    @Test
    void bodyMayConsistOfSkippableFrames() throws ContentException {
        assertThat(Playback.whole(Bodies.hex("5a2a4d18 02000000 6162"), "zstd")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9, 15, 19, 22})
    void everyLevelIsRead(int level) throws ContentException {
        byte[] body = Bodies.ofSize(300_000);
        try (var compressor = new ZstdCompressCtx()) {
            byte[] coded = compressor.setLevel(level).compress(body);

            assertThat(Playback.whole(coded, "zstd")).isEqualTo(body);
        }
    }

    @Test
    void whatWasFlushedIsThere() throws IOException {
        var coded = new ByteArrayOutputStream();
        ByteBuffer output = ByteBuffer.allocate(100);
        try (var stream = new ZstdOutputStreamNoFinalizer(coded);
                var decoder = ContentDecoder.of(List.of("zstd"), DEFAULT)) {
            stream.write(Bodies.text("data: hello\n\n"));
            stream.flush();

            decoder.decode(ByteBuffer.wrap(coded.toByteArray()), output);
        }

        assertThat(Arrays.copyOf(output.array(), output.position()))
                .isEqualTo(Bodies.text("data: hello\n\n"));
    }

    @Test
    void emptyPiecesAreNoFailure() throws ContentException {
        try (var decoder = ContentDecoder.of(List.of("zstd"), DEFAULT)) {
            ByteBuffer output = ByteBuffer.allocate(100);
            decoder.decode(ByteBuffer.wrap(FRAME, 0, 15), output);

            for (int i = 0; i < 100; i++) {
                decoder.decode(ByteBuffer.allocate(0), output);
            }
            decoder.decode(ByteBuffer.wrap(FRAME, 15, FRAME.length - 15), output);
            decoder.endOfInput(output);

            assertThat(output.position()).isEqualTo(BODY.length());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void framesMayBeAsManyAsTheLimit(int limit) throws ContentException {
        var limits = DEFAULT.withMaxMembers(limit);
        var coded = new ByteArrayOutputStream();
        for (int i = 0; i < limit; i++) {
            coded.writeBytes(i % 2 == 0 ? FRAME : Bodies.hex("502a4d18 00000000"));
        }

        assertThat(Playback.whole(coded.toByteArray(), limits, "zstd"))
                .hasSize((limit + 1) / 2 * BODY.length());
        Refusals.assertLimit(
                Bodies.concat(coded.toByteArray(), FRAME),
                limits,
                "zstd has too many frames: the limit maxMembers is " + limit,
                "zstd");
    }

    // --- Headers ---

    @ParameterizedTest
    @CsvSource({
        // A window of 1 KiB; the same with a content size of each length.
        "00 00",
        "40 00 0000",
        "80 00 01000000",
        "c0 00 0100000000000000",
        // A single segment, with a content size of each length.
        "20 01",
        "a0 01000000",
        "e0 0100000000000000",
        // Dictionary 0 means none.
        "01 00 00",
        "02 00 0000",
        "23 00000000 01"
    })
    void everyFormOfTheHeaderIsRead(String header) {
        // A content size of two bytes is at least 256, which one byte cannot be.
        String expected = header.startsWith("40") ? "MALFORMED" : "a";

        for (int pieceSize : new int[] {1, 3, 100}) {
            assertThat(Playback.outcome(Bodies.hex(MAGIC + header + BLOCK), pieceSize, 7, "zstd"))
                    .startsWith(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00 68, 8388608, true",
        "00 69, 9437184, false",
        "00 70, 16777216, false",
        "00 ff, 4123168604160, false",
        "a0 00008000, 8388608, true",
        "a0 01008000, 8388609, false",
        "e0 ffffffffffffffff, 18446744073709551615, false",
        "e0 0000000000000080, 9223372036854775808, false"
    })
    void windowMayBeAsLargeAsTheLimit(String header, String window, boolean isAllowed) {
        String outcome =
                Playback.outcome(Bodies.hex(MAGIC + header + BLOCK), Integer.MAX_VALUE, 9, "zstd");

        if (isAllowed) {
            // A single segment that says 8 MiB and holds one byte is still wrong.
            assertThat(outcome).doesNotStartWith("LIMIT");
        } else {
            assertThat(outcome)
                    .isEqualTo("LIMIT: zstd frame 1 needs a window of " + window
                            + " bytes: the limit maxZstdWindowBytes is 8388608");
        }
    }

    @Test
    void windowOfTheLibraryIsBounded() throws ContentException {
        byte[] body = Bodies.ofSize(1_000_000);
        try (var compressor = new ZstdCompressCtx()) {
            byte[] coded = compressor.setWindowLog(24).setContentSize(false).compress(body);

            assertThat(Playback.whole(coded, DEFAULT.withMaxZstdWindowBytes(1 << 24), "zstd"))
                    .isEqualTo(body);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "29b52ffd, '28 b5 2f fd, or a skippable frame, as the beginning of', 0x29",
        "00, '28 b5 2f fd, or a skippable frame, as the beginning of', 0x00",
        "28b6, '0xb5 at byte 1 as the beginning of', 0xb6",
        "28b52ffc, '0xfd at byte 3 as the beginning of', 0xfc",
        "512b, '0x2a at byte 1 as the beginning of', 0x2b"
    })
    void whatIsNoFrameIsRefused(String start, String expected, String found) {
        Refusals.assertMalformed(
                Bodies.concat(FRAME, Bodies.hex(start)),
                "expected " + expected + " zstd frame 2 but found " + found,
                "zstd");
    }

    @Test
    void dictionaryIsRefused() {
        Refusals.assertMalformed(
                Bodies.hex(MAGIC + "01 00 07" + BLOCK),
                "expected zstd frame 1 to need no dictionary but it does",
                "zstd");
    }

    @Test
    void reservedBitIsRefused() {
        Refusals.assertMalformed(
                Bodies.hex(MAGIC + "08 00" + BLOCK),
                "expected a zero for the reserved bit of zstd frame 1 but found the descriptor"
                        + " 0x08",
                "zstd");
    }

    // --- What is broken ---

    @Test
    void everyFlipIsNoticed() {
        Refusals.assertEveryFlipIsNoticed(FRAME, BODY, "zstd");
    }

    @ParameterizedTest
    @CsvSource({"5, header of frame 2", "14, data of frame 2"})
    void truncationSaysWhere(int size, String part) {
        Refusals.assertTruncated(
                Bodies.concat(FRAME, Arrays.copyOf(FRAME, size)),
                "the zstd body ended after " + (FRAME.length + size) + " bytes, in the " + part,
                "zstd");
    }

    @Test
    void cutSkippableFrameIsTruncated() {
        Refusals.assertTruncated(
                Bodies.hex("502a4d18 ffffffff 00"),
                "the zstd body ended after 9 bytes, in the skippable frame 1",
                "zstd");
    }

    @Test
    void closeFreesTheDecoder() {
        var decoding = new ZstdDecoding(DEFAULT);
        decoding.close();

        assertThatThrownBy(() -> decoding.decode(ByteBuffer.wrap(FRAME), ByteBuffer.allocate(100)))
                .hasMessageEndingWith("Stream closed");
    }
}
