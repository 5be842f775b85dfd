package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.wire.WireException.Kind;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// A peer can send as much as a limit says, and not a byte more; and what has no end costs no
/// more than the limit.
@Timeout(30)
class LimitsTest {

    private static final int MIB = 1 << 20;

    private static final WireLimits DEFAULT = WireLimits.DEFAULT;

    // --- Exactly at the limit ---

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 100, 1022, 1023, 1024, 1025, 4096, 8190})
    void fieldLineMayBeAsLongAsTheLimit(int limit) {
        var limits = DEFAULT.withMaxLineBytes(limit);

        assertAccepted(limits, Exchange.ok("Abc: " + "d".repeat(limit - 5)));
        assertLimit(limits, Exchange.ok("Abc: " + "d".repeat(limit - 4)), "maxLineBytes", limit);
    }

    @Test
    void statusLineMayBeAsLongAsTheLimit() {
        var limits = DEFAULT.withMaxLineBytes(20);

        assertAccepted(limits, Exchange.head("HTTP/1.1 404 " + "x".repeat(7)));
        assertLimit(limits, Exchange.head("HTTP/1.1 404 " + "x".repeat(8)), "maxLineBytes", 20);
    }

    @Test
    void trailerLineMayBeAsLongAsTheLimit() {
        var limits = DEFAULT.withMaxLineBytes(30);

        assertAccepted(limits, Exchange.chunked("0\r\nA: " + "b".repeat(27) + "\r\n\r\n"));
        assertLimit(
                limits,
                Exchange.chunked("0\r\nA: " + "b".repeat(28) + "\r\n\r\n"),
                "maxLineBytes",
                30);
    }

    @ParameterizedTest
    @ValueSource(ints = {23, 100, 1023, 1024, 1025, 2048, 65_536})
    void headMayBeAsLargeAsTheLimit(int limit) {
        var limits = DEFAULT.withMaxHeadBytes(limit).withMaxLineBytes(MIB);
        String least = Exchange.ok("A:");

        assertAccepted(limits, Exchange.ok("A:" + "b".repeat(limit - least.length())));
        assertLimit(
                limits,
                Exchange.ok("A:" + "b".repeat(limit - least.length() + 1)),
                "maxHeadBytes",
                limit);
    }

    @Test
    void everyInterimResponseHasAHeadOfItsOwn() {
        var limits = DEFAULT.withMaxHeadBytes(30);

        assertAccepted(
                limits,
                Exchange.head("HTTP/1.1 100 Continue").repeat(3)
                        + Exchange.ok("A:" + "b".repeat(7)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 17, 64, 65, 128, 1000})
    void headMayHaveAsManyFieldsAsTheLimit(int limit) {
        var limits = DEFAULT.withMaxFields(limit);

        assertAccepted(limits, "HTTP/1.1 200 OK\r\n" + "A:\r\n".repeat(limit) + "\r\n");
        assertLimit(
                limits,
                "HTTP/1.1 200 OK\r\n" + "A:\r\n".repeat(limit + 1) + "\r\n",
                "maxFields",
                limit);
    }

    @Test
    void trailersMayBeAsManyAsFields() {
        var limits = DEFAULT.withMaxFields(2);

        assertAccepted(limits, Exchange.chunked("0\r\nA:\r\nB:\r\n\r\n"));
        assertLimit(limits, Exchange.chunked("0\r\nA:\r\nB:\r\nC:\r\n\r\n"), "maxFields", 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 10, 1024, 16_384})
    void trailersMayBeAsLargeAsTheLimit(int limit) {
        var limits = DEFAULT.withMaxTrailerBytes(limit).withMaxLineBytes(MIB);

        assertAccepted(limits, Exchange.chunked("0\r\nA:" + "b".repeat(limit - 6) + "\r\n\r\n"));
        assertLimit(
                limits,
                Exchange.chunked("0\r\nA:" + "b".repeat(limit - 5) + "\r\n\r\n"),
                "maxTrailerBytes",
                limit);
    }

    @Test
    void trailersMayBeForbidden() {
        var limits = DEFAULT.withMaxTrailerBytes(2);

        assertAccepted(limits, Exchange.chunked("5\r\nhello\r\n0\r\n\r\n"));
        assertLimit(limits, Exchange.chunked("0\r\nA:\r\n\r\n"), "maxTrailerBytes", 2);
    }

    @Test
    void chunkExtensionsAreCountedForTheWholeMessage() {
        var limits = DEFAULT.withMaxChunkExtensionBytes(6);

        assertAccepted(limits, Exchange.chunked("1;a\r\nx\r\n1;b\r\nx\r\n0;c\r\n\r\n"));
        assertLimit(
                limits,
                Exchange.chunked("1;a\r\nx\r\n1;b\r\nx\r\n0;cd\r\n\r\n"),
                "maxChunkExtensionBytes",
                6);
    }

    @Test
    void chunkExtensionsMayBeForbidden() {
        var limits = DEFAULT.withMaxChunkExtensionBytes(0);

        assertAccepted(limits, Exchange.chunked("1\r\nx\r\n0\r\n\r\n"));
        assertLimit(limits, Exchange.chunked("1;\r\nx\r\n0\r\n\r\n"), "maxChunkExtensionBytes", 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16})
    void interimResponsesMayBeAsManyAsTheLimit(int limit) {
        var limits = DEFAULT.withMaxInterimResponses(limit);
        String interim = Exchange.head("HTTP/1.1 103 Hints");

        assertAccepted(limits, interim.repeat(limit) + Exchange.ok());
        assertLimit(
                limits, interim.repeat(limit + 1) + Exchange.ok(), "maxInterimResponses", limit);
    }

    @Test
    void countsBeginAnewWithEveryResponse() {
        var limits =
                DEFAULT.withMaxChunkExtensionBytes(2).withMaxInterimResponses(1).withMaxFields(1);
        var parser = new ResponseParser();
        var exchange = exchange(
                limits,
                Exchange.head("HTTP/1.1 100 Continue")
                        + Exchange.chunked("1;a\r\nx\r\n0\r\nA: b\r\n\r\n"));

        for (int i = 0; i < 5; i++) {
            assertThat(Playback.play(parser, exchange, exchange.bytes(), _ -> 3, false))
                    .endsWith("| x | trailers A: b");
        }
    }

    private static void assertAccepted(WireLimits limits, String raw) {
        for (int pieces : new int[] {Integer.MAX_VALUE, 1, 7}) {
            Exchange exchange = exchange(limits, raw);
            assertThat(Playback.play(exchange, exchange.bytes(), _ -> pieces, false))
                    .contains("HTTP/1.1 ")
                    .doesNotContain("LIMIT");
        }
    }

    private static void assertLimit(WireLimits limits, String raw, String name, int value) {
        for (int pieces : new int[] {Integer.MAX_VALUE, 1, 7}) {
            Exchange exchange = exchange(limits, raw);
            assertThat(Playback.play(exchange, exchange.bytes(), _ -> pieces, false))
                    .contains(Kind.LIMIT + ": ")
                    .endsWith(": the limit " + name + " is " + value);
        }
    }

    private static Exchange exchange(WireLimits limits, String raw) {
        return new Exchange("limit", ResponseKind.ORDINARY, limits, raw, "");
    }

    // --- Without end ---

    record Flood(String name, String start, String again, String limit, int mostBytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Flood> floods() {
        String chunked = Exchange.chunked("");
        int line = DEFAULT.maxLineBytes();
        return List.of(
                new Flood("status line", "HTTP/1.1 200 ", "x", "maxLineBytes", line),
                new Flood("field name", "HTTP/1.1 200 OK\r\n", "x", "maxLineBytes", line),
                new Flood("field value", "HTTP/1.1 200 OK\r\nA: ", "x", "maxLineBytes", line),
                new Flood("CRs", "HTTP/1.1 200 OK\r\nA: ", "\r", "maxLineBytes", line),
                new Flood("fields", "HTTP/1.1 200 OK\r\n", "A: b\r\n", "maxFields", 1000),
                new Flood(
                        "large fields",
                        "HTTP/1.1 200 OK\r\n",
                        "A: " + "b".repeat(5000) + "\r\n",
                        "maxHeadBytes",
                        DEFAULT.maxHeadBytes()),
                new Flood("chunk extension", chunked + "5;", "x", "maxChunkExtensionBytes", 20_000),
                new Flood(
                        "chunk extensions",
                        chunked,
                        "1;ab\r\nx\r\n",
                        "maxChunkExtensionBytes",
                        100_000),
                new Flood("trailer", chunked + "0\r\nA: ", "x", "maxLineBytes", 10_000),
                new Flood("trailers", chunked + "0\r\n", "A: b\r\n", "maxFields", 1000),
                new Flood(
                        "large trailers",
                        chunked + "0\r\n",
                        "A: " + "b".repeat(5000) + "\r\n",
                        "maxTrailerBytes",
                        20_000),
                new Flood(
                        "interim responses",
                        "",
                        "HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n",
                        "maxInterimResponses",
                        1000));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void floodEndsAtTheLimitWithBoundedMemory(Flood flood) {
        for (int pieces : new int[] {1, 100, 1460, 65_536}) {
            var parser = new ResponseParser();
            parser.begin(ResponseKind.ORDINARY, DEFAULT);
            ByteBuffer input = ByteBuffer.allocateDirect(
                    Math.max(pieces, flood.start().length()) + flood.again().length());

            long allocatedBefore = allocatedBytes();
            long sent = flood(parser, flood, input, pieces);
            long allocated = allocatedBytes() - allocatedBefore;

            assertThat(sent)
                    .as("bytes sent")
                    .isLessThanOrEqualTo(flood.mostBytes() + 6000L + pieces);
            // Doubling buffers, the events of small chunks, and what this method needs
            // itself.
            assertThat(allocated).as("bytes allocated").isLessThan(MIB * 3L);
        }
    }

    /// Sends until the parser refuses, and returns how many bytes that took.
    private static long flood(ResponseParser parser, Flood flood, ByteBuffer input, int pieces) {
        byte[] again = flood.again().getBytes(StandardCharsets.ISO_8859_1);
        long[] sent = new long[1];
        assertThatThrownBy(() -> {
                    input.put(flood.start().getBytes(StandardCharsets.ISO_8859_1));
                    int at = 0;
                    while (sent[0] < 16 * MIB) {
                        while (input.position() < pieces) {
                            input.put(again[at++ % again.length]);
                        }
                        sent[0] += input.position();
                        input.flip();
                        while (!(parser.next(input) instanceof WireEvent.NeedMore)) {}
                        input.clear();
                    }
                })
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                .hasMessageContaining("the limit " + flood.limit() + " is ");
        return sent[0];
    }

    @Test
    void zerosBeforeAChunkSizeEndAtTheSeventeenth() {
        assertThat(Playback.whole(exchange(DEFAULT, Exchange.chunked("0".repeat(MIB)))))
                .contains("MALFORMED: expected a chunk size of at most 16 digits");
    }

    @Test
    void chunksOfOneByteWithSizesOfSixteenDigitsAreReadInLinearTime() {
        String chunk = "0000000000000001\r\nx\r\n";
        var exchange = exchange(DEFAULT, Exchange.chunked(chunk.repeat(100_000) + "0\r\n\r\n"));

        assertThat(Playback.whole(exchange)).endsWith("x".repeat(100_000));
    }

    /// Four million steps if the search for the end of a line goes on where it stopped, and
    /// eight million million if it starts anew with every byte.
    @Test
    void lineFedByteByByteIsSearchedOnce() {
        var limits = DEFAULT.withMaxLineBytes(8 * MIB).withMaxHeadBytes(8 * MIB);
        var exchange = exchange(limits, Exchange.ok("A: " + "b".repeat(4 * MIB)));

        assertThat(Playback.play(exchange, exchange.bytes(), _ -> 1, true))
                .endsWith("b | until close | close");
    }

    @Test
    void largeBufferIsNotKept() throws WireException {
        var limits =
                DEFAULT.withMaxLineBytes(8 * MIB).withMaxHeadBytes(8 * MIB).withMaxFields(100_000);
        var section = new SectionReader();
        section.beginHead(limits);
        byte[] head =
                Exchange.ok("A: " + "b".repeat(4 * MIB)).getBytes(StandardCharsets.ISO_8859_1);

        ByteBuffer input = ByteBuffer.wrap(head);
        assertThat(section.nextLine(input)).isTrue();
        assertThat(section.readFields(input)).isTrue();
        section.fields();

        assertThat(section.array().length).isLessThanOrEqualTo(4096);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    // --- The limits themselves ---

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(DEFAULT).isEqualTo(new WireLimits(8190, 65_536, 128, 16_384, 16_384, 16));
    }

    @Test
    void withChangesOneLimit() {
        assertThat(DEFAULT.withMaxLineBytes(20))
                .isEqualTo(new WireLimits(20, 65_536, 128, 16_384, 16_384, 16));
        assertThat(DEFAULT.withMaxHeadBytes(20))
                .isEqualTo(new WireLimits(8190, 20, 128, 16_384, 16_384, 16));
        assertThat(DEFAULT.withMaxFields(20))
                .isEqualTo(new WireLimits(8190, 65_536, 20, 16_384, 16_384, 16));
        assertThat(DEFAULT.withMaxChunkExtensionBytes(20))
                .isEqualTo(new WireLimits(8190, 65_536, 128, 20, 16_384, 16));
        assertThat(DEFAULT.withMaxTrailerBytes(20))
                .isEqualTo(new WireLimits(8190, 65_536, 128, 16_384, 20, 16));
        assertThat(DEFAULT.withMaxInterimResponses(20))
                .isEqualTo(new WireLimits(8190, 65_536, 128, 16_384, 16_384, 20));
    }

    @Test
    void smallestAndLargestLimitsAreAccepted() {
        assertThat(new WireLimits(16, 16, 0, 0, 2, 0).maxTrailerBytes()).isEqualTo(2);
        assertThat(DEFAULT.withMaxHeadBytes(1 << 24).maxHeadBytes()).isEqualTo(1 << 24);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> DEFAULT.withMaxLineBytes(15))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxLineBytes must be from 16 to 16777216, was 15");
        Stream.<Runnable>of(
                        () -> DEFAULT.withMaxLineBytes(Integer.MAX_VALUE),
                        () -> DEFAULT.withMaxHeadBytes(15),
                        () -> DEFAULT.withMaxHeadBytes((1 << 24) + 1),
                        () -> DEFAULT.withMaxFields(-1),
                        () -> DEFAULT.withMaxChunkExtensionBytes(-1),
                        () -> DEFAULT.withMaxTrailerBytes(1),
                        () -> DEFAULT.withMaxInterimResponses(-1))
                .forEach(refused -> assertThatThrownBy(refused::run)
                        .isInstanceOf(IllegalArgumentException.class));
    }
}
