package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/// gzip member by member: headers, checks, and what is between and behind members.
@Timeout(60)
class GzipDecodingTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;

    private static final String BODY = "hello, hello, hello";

    /// Of [#BODY], with a header of ten bytes.
    private static final byte[] MEMBER = Bodies.gzip(Bodies.text(BODY));

    private static final byte[] REST = Arrays.copyOfRange(MEMBER, 10, MEMBER.length);

    // --- Members ---

    @Test
    void membersAreJoined() throws ContentException {
        byte[] coded = Bodies.concat(
                Bodies.gzip(Bodies.text("one ")),
                Bodies.gzip(new byte[0]),
                Bodies.gzip(Bodies.text("two")));

        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int at = 0; at <= coded.length; at++) {
                assertThat(Playback.split(coded, at, outputSize, "gzip"))
                        .isEqualTo(Bodies.text("one two"));
            }
        }
    }

    @Test
    void cutInAnyMemberIsTruncated() {
        byte[] coded = Bodies.concat(MEMBER, MEMBER);

        for (int size = MEMBER.length + 1; size < coded.length; size++) {
            assertThat(Playback.outcome(Arrays.copyOf(coded, size), Integer.MAX_VALUE, 64, "gzip"))
                    .startsWith("TRUNCATED: the gzip body ended after " + size + " bytes, in the ")
                    .endsWith(" of member 2");
        }
    }

    @ParameterizedTest
    @CsvSource({"9, header", "10, data", "20, trailer"})
    void truncationSaysWhere(int size, String part) {
        byte[] coded = Bodies.concat(
                MEMBER, Arrays.copyOf(MEMBER, part.equals("trailer") ? MEMBER.length - 1 : size));

        Refusals.assertTruncated(
                coded,
                "the gzip body ended after " + coded.length + " bytes, in the " + part
                        + " of member 2",
                "gzip");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void membersMayBeAsManyAsTheLimit(int limit) throws ContentException {
        var limits = DEFAULT.withMaxMembers(limit);
        byte[] coded = repeat(MEMBER, limit);

        assertThat(Playback.whole(coded, limits, "gzip")).hasSize(BODY.length() * limit);
        Refusals.assertLimit(
                Bodies.concat(coded, MEMBER),
                limits,
                "gzip has too many members: the limit maxMembers is " + limit,
                "gzip");
    }

    private static byte[] repeat(byte[] member, int times) {
        var repeated = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            repeated.writeBytes(member);
        }
        return repeated.toByteArray();
    }

    @Test
    void zerosBehindTheLastMemberAreSkipped() throws ContentException {
        byte[] coded = Bodies.concat(MEMBER, MEMBER, new byte[1000]);

        for (int pieceSize : new int[] {1, 7, coded.length}) {
            assertThat(Playback.outcome(coded, pieceSize, 1, "gzip")).isEqualTo(BODY + BODY);
        }
    }

    @Test
    void otherBytesBehindTheLastMemberAreRefused() {
        Refusals.assertMalformed(
                Bodies.concat(MEMBER, Bodies.text("x")),
                "expected another member, zeros or the end behind gzip member 1 but found 0x78",
                "gzip");
        Refusals.assertMalformed(
                Bodies.concat(MEMBER, MEMBER, Bodies.hex("1f 8c")),
                "expected 1f 8b at the beginning of gzip member 3 but found 0x8c",
                "gzip");
    }

    @Test
    void memberBehindZerosIsRefused() {
        Refusals.assertMalformed(
                Bodies.concat(MEMBER, new byte[3], MEMBER),
                "expected only zeros behind gzip member 1 and a zero but found 0x1f",
                "gzip");
    }

    @Test
    void zerosOnlyAreNoBody() {
        Refusals.assertMalformed(
                new byte[20],
                "expected 1f 8b at the beginning of gzip member 1 but found 0x00",
                "gzip");
    }

    // --- Headers ---

    /// Flags: 1 text, 2 checksum, 4 extra, 8 name, 16 comment.
    @ParameterizedTest
    @CsvSource({
        "01, ''",
        "04, 00 00",
        "04, 03 00 61 00 62",
        "08, 00",
        "08, 6e 61 6d 65 00",
        "10, 00",
        "10, 63 00",
        "18, 6e 00 63 00",
        "1c, 01 00 ff 6e 00 63 00",
        "1d, 00 00 00 00"
    })
    void optionalPartsOfTheHeaderAreSkipped(String flags, String parts) {
        byte[] header = Bodies.hex("1f8b08" + flags + "12345678 02 03" + parts);
        byte[] withChecksum = header.clone();
        withChecksum[3] |= 2;

        assertDecodes(Bodies.concat(header, REST));
        assertDecodes(Bodies.concat(withChecksum, checksum(withChecksum), REST));
    }

    private static void assertDecodes(byte[] coded) {
        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int pieceSize : new int[] {1, 3, coded.length}) {
                assertThat(Playback.outcome(coded, pieceSize, outputSize, "gzip"))
                        .isEqualTo(BODY);
            }
        }
    }

    private static byte[] checksum(byte[] header) {
        var crc = new CRC32();
        crc.update(header);
        return new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    }

    @Test
    void optionsOfOneMemberAreNotThoseOfTheNext() {
        byte[] named = Bodies.concat(Bodies.hex("1f8b081c00000000 00 03 0100 ff 6e00 6300"), REST);

        assertThat(Playback.outcome(Bodies.concat(named, MEMBER, named), 1, 7, "gzip"))
                .isEqualTo(BODY.repeat(3));
    }

    @Test
    void everyMemberHasAnExtraFieldAndAChecksumOfItsOwn() {
        byte[] first = Bodies.hex("1f8b080600000000 00 03 0500 0102030405");
        byte[] second = Bodies.hex("1f8b080600000000 00 03 0200 0102");

        assertThat(Playback.outcome(
                        Bodies.concat(first, checksum(first), REST, second, checksum(second), REST),
                        7,
                        7,
                        "gzip"))
                .isEqualTo(BODY.repeat(2));
    }

    @Test
    void wrongChecksumOfTheHeaderIsRefused() {
        byte[] header = Bodies.hex("1f8b080200000000 00 03");
        byte[] right = checksum(header);
        byte[] wrong = {right[0], (byte) (right[1] ^ 1)};

        Refusals.assertMalformed(
                Bodies.concat(header, wrong, REST),
                String.format(
                        "expected the checksum %02x%02x for the header of gzip member 1"
                                + " but found %02x%02x",
                        right[1], right[0], wrong[1], wrong[0]),
                "gzip");
    }

    @ParameterizedTest
    @CsvSource({
        "1e8b0800, 1f 8b at the beginning of gzip member 1 but found 0x1e",
        "1f8a0800, 1f 8b at the beginning of gzip member 1 but found 0x8a",
        "1f8b0700, method 8 (deflate) of gzip member 1 but found 0x07",
        "1f8b0820, zeros in the reserved flags of gzip member 1 but found 0x20",
        "1f8b0840, zeros in the reserved flags of gzip member 1 but found 0x40",
        "1f8b0880, zeros in the reserved flags of gzip member 1 but found 0x80"
    })
    void otherHeadersAreRefused(String start, String message) {
        Refusals.assertMalformed(
                Bodies.concat(Bodies.hex(start + "000000000003"), REST),
                "expected " + message,
                "gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08", "10"})
    void headerMayBeAsLongAsTheLimit(String flag) throws ContentException {
        byte[] start = Bodies.hex("1f8b08" + flag + "000000000003");
        byte[] text = new byte[90];
        Arrays.fill(text, 0, 89, (byte) 'x');
        byte[] coded = Bodies.concat(start, text, REST);

        assertThat(Playback.whole(coded, DEFAULT.withMaxGzipHeaderBytes(100), "gzip"))
                .isEqualTo(Bodies.text(BODY));
        Refusals.assertLimit(
                coded,
                DEFAULT.withMaxGzipHeaderBytes(99),
                "the header of gzip member 1 is too long: the limit maxGzipHeaderBytes is 99",
                "gzip");
    }

    @Test
    void limitOfTheHeaderCountsForEachMember() throws ContentException {
        var limits = DEFAULT.withMaxGzipHeaderBytes(10);

        assertThat(Playback.whole(Bodies.concat(MEMBER, MEMBER), limits, "gzip"))
                .hasSize(2 * BODY.length());
    }

    @Test
    void longestExtraFieldIsBounded() {
        byte[] coded = Bodies.concat(Bodies.hex("1f8b0804000000000003 ffff"), new byte[65_535]);

        Refusals.assertLimit(
                coded,
                DEFAULT,
                "the header of gzip member 1 is too long: the limit maxGzipHeaderBytes is 65536",
                "gzip");
    }

    // --- Checks ---

    @Test
    void wrongChecksumIsRefused() {
        int at = MEMBER.length - 8;

        for (int i = at; i < at + 4; i++) {
            assertThat(Playback.outcome(Bodies.flipped(MEMBER, i, 1), 1, 1, "gzip"))
                    .startsWith("MALFORMED: expected the checksum ")
                    .contains(" in the trailer of gzip member 1 but found ");
        }
    }

    @Test
    void wrongLengthIsRefused() {
        Refusals.assertMalformed(
                Bodies.flipped(MEMBER, MEMBER.length - 1, 0x80),
                "expected the length 00000013 in the trailer of gzip member 1 but found 80000013",
                "gzip");
    }

    @Test
    void wrongChecksumOfALaterMemberIsRefused() {
        byte[] broken = Bodies.flipped(MEMBER, MEMBER.length - 8, 1);

        assertThat(Playback.outcome(Bodies.concat(MEMBER, broken), Integer.MAX_VALUE, 64, "gzip"))
                .contains(" in the trailer of gzip member 2 but found ");
    }

    @Test
    void everyFlipIsNoticed() {
        Refusals.assertEveryFlipIsNoticed(MEMBER, BODY, "gzip");
    }

    @Test
    void everyFlipInTwoMembersWithOptionsIsNoticed() {
        byte[] header = Bodies.hex("1f8b081e00000000 00 03 0200 ff00 6e00 6300");
        byte[] member = Bodies.concat(header, checksum(header), REST);

        Refusals.assertEveryFlipIsNoticed(Bodies.concat(member, member), BODY + BODY, "gzip");
    }

    @Test
    void noDeflateStreamIsRefused() {
        Refusals.assertMalformed(
                Bodies.concat(Bodies.hex("1f8b0800000000000003"), Bodies.hex("07 00 00 00")),
                "expected a deflate stream in gzip member 1 but found: invalid block type",
                "gzip");
    }

    // --- Lifecycle ---

    @Test
    void closeEndsTheInflater() {
        var decoding = new GzipDecoding(DEFAULT);
        decoding.close();

        assertThatThrownBy(() -> decoding.decode(ByteBuffer.wrap(MEMBER), ByteBuffer.allocate(100)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Inflater has been closed");
    }
}
