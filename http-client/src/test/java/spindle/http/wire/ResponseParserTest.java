package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.http.wire.WireException.Kind;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The parser as a connection uses it; what it reads is tested in [ExchangeTableTest].
@Timeout(30)
class ResponseParserTest {

    private final ResponseParser parser = new ResponseParser();

    // --- Events ---

    @Test
    void eventsComeOneByOne() throws WireException {
        ByteBuffer input = bytes(Exchange.ok("Content-Length: 5") + "hello" + "rest");
        parser.begin(ResponseKind.ORDINARY);

        assertThat(parser.next(input)).isInstanceOfSatisfying(WireEvent.Head.class, head -> {
            assertThat(head.head().status()).isEqualTo(200);
            assertThat(head.head().framing()).isEqualTo(new BodyFraming.Length(5));
        });
        assertThat(text(input)).isEqualTo("hellorest");
        assertThat(parser.next(input))
                .isInstanceOfSatisfying(
                        WireEvent.Data.class,
                        data -> assertThat(text(data.bytes())).isEqualTo("hello"));
        assertThat(parser.next(input)).isEqualTo(new WireEvent.End(FieldLines.EMPTY));
        assertThat(text(input)).isEqualTo("rest");
    }

    @Test
    void dataAreAViewOfTheInput() throws WireException {
        ByteBuffer input = ByteBuffer.allocateDirect(100);
        input.put(Exchange.ok("Content-Length: 5").getBytes(StandardCharsets.ISO_8859_1));
        input.put("hello".getBytes(StandardCharsets.ISO_8859_1)).flip();
        parser.begin(ResponseKind.ORDINARY);
        parser.next(input);

        var data = (WireEvent.Data) parser.next(input);
        input.put(input.limit() - 1, (byte) '!');

        assertThat(data.bytes().isDirect()).isTrue();
        assertThat(text(data.bytes())).isEqualTo("hell!");
    }

    @Test
    void dataComeAsFarAsTheyAreThere() throws WireException {
        parser.begin(ResponseKind.ORDINARY);
        parser.next(bytes(Exchange.ok("Content-Length: 5")));

        assertThat(text(((WireEvent.Data) parser.next(bytes("he"))).bytes())).isEqualTo("he");
        assertThat(parser.next(bytes(""))).isInstanceOf(WireEvent.NeedMore.class);
        assertThat(text(((WireEvent.Data) parser.next(bytes("llo!"))).bytes())).isEqualTo("llo");
    }

    @Test
    void endNeedsNoFurtherInput() throws WireException {
        parser.begin(ResponseKind.TO_HEAD);
        parser.next(bytes(Exchange.ok()));

        assertThat(parser.next(bytes(""))).isInstanceOf(WireEvent.End.class);
        assertThat(parser.isComplete()).isTrue();
    }

    @Test
    void inputWithAPositionAndALimitIsReadBetweenThem() throws WireException {
        ByteBuffer input = bytes("xx" + Exchange.ok("Content-Length: 5") + "helloyy");
        input.position(2).limit(input.limit() - 2);
        parser.begin(ResponseKind.ORDINARY);

        parser.next(input);
        parser.next(input);

        assertThat(parser.next(input)).isInstanceOf(WireEvent.End.class);
        assertThat(input.remaining()).isZero();
    }

    @Test
    void readOnlyInputIsEnough() throws WireException {
        parser.begin(ResponseKind.ORDINARY);

        assertThat(parser.next(bytes(Exchange.ok()).asReadOnlyBuffer()))
                .isInstanceOf(WireEvent.Head.class);
    }

    @Test
    void secondResponseInTheSameInputIsReadAfterBegin() throws WireException {
        ByteBuffer input = bytes(
                Exchange.chunked("2\r\nhi\r\n0\r\n\r\n") + Exchange.head("HTTP/1.1 204 None"));
        parser.begin(ResponseKind.ORDINARY);
        while (!(parser.next(input) instanceof WireEvent.End)) {}

        parser.begin(ResponseKind.ORDINARY);

        assertThat(parser.next(input))
                .isInstanceOfSatisfying(
                        WireEvent.Head.class,
                        head -> assertThat(head.head().status()).isEqualTo(204));
    }

    @Test
    void interimResponsesComeOneByOneBeforeTheHead() throws WireException {
        ByteBuffer input = bytes(Exchange.head("HTTP/1.1 100 Continue")
                + Exchange.head("HTTP/1.1 103 Early Hints", "Link: </a>")
                + Exchange.ok("Content-Length: 0"));
        parser.begin(ResponseKind.ORDINARY);

        assertThat(parser.next(input)).isEqualTo(new WireEvent.Interim(100, FieldLines.EMPTY));
        assertThat(parser.next(input)).isInstanceOfSatisfying(WireEvent.Interim.class, interim -> {
            assertThat(interim.status()).isEqualTo(103);
            assertThat(Playback.show(interim.fields())).isEqualTo("Link: </a>");
        });
        assertThat(parser.next(input))
                .isInstanceOfSatisfying(
                        WireEvent.Head.class,
                        head -> assertThat(head.head().fields().indexOf("Link", 0))
                                .isEqualTo(-1));
    }

    /// Who waits for 100 (Continue) before it sends the body must hear of it at once.
    @Test
    void interimResponseComesWithItsLastByte() throws WireException {
        parser.begin(ResponseKind.ORDINARY);
        parser.next(bytes("HTTP/1.1 100 Continue\r\n\r"));

        assertThat(parser.next(bytes("\n"))).isInstanceOf(WireEvent.Interim.class);
        assertThat(parser.next(bytes(""))).isInstanceOf(WireEvent.NeedMore.class);
    }

    @Test
    void tunnelLeavesTheRestOfTheInput() throws WireException {
        ByteBuffer input = bytes(Exchange.ok("Content-Length: 5") + "tunnel");
        parser.begin(ResponseKind.TO_CONNECT);

        assertThat(parser.next(input))
                .isInstanceOfSatisfying(
                        WireEvent.Head.class,
                        head -> assertThat(head.head().framing())
                                .isEqualTo(new BodyFraming.Tunnel()));
        assertThat(parser.next(input)).isEqualTo(new WireEvent.End(FieldLines.EMPTY));
        assertThat(text(input)).isEqualTo("tunnel");
    }

    @Test
    void kindHoldsForOneResponseOnly() throws WireException {
        parser.begin(ResponseKind.TO_HEAD);
        parser.next(bytes(Exchange.ok("Content-Length: 5")));
        parser.next(bytes(""));
        parser.begin(ResponseKind.ORDINARY);

        parser.next(bytes(Exchange.ok("Content-Length: 5")));

        assertThat(parser.next(bytes("hello"))).isInstanceOf(WireEvent.Data.class);
    }

    @Test
    void limitsHoldForOneResponseOnly() throws WireException {
        String head = Exchange.chunked("0;a\r\nA: b\r\n\r\n");
        WireLimits none = WireLimits.DEFAULT
                .withMaxFields(0)
                .withMaxTrailerBytes(2)
                .withMaxChunkExtensionBytes(0);
        parser.begin(ResponseKind.TO_HEAD, none);
        parser.next(bytes(Exchange.ok()));
        parser.next(bytes(""));

        parser.begin(ResponseKind.ORDINARY);
        ByteBuffer input = bytes(head);
        assertThat(parser.next(input)).isInstanceOf(WireEvent.Head.class);
        assertThat(parser.next(input)).isInstanceOf(WireEvent.End.class);
        parser.begin(ResponseKind.ORDINARY, none);

        assertThatThrownBy(() -> parser.next(bytes(head))).hasMessageContaining("maxFields is 0");
    }

    // --- Lifecycle ---

    @Test
    void nothingIsReadBeforeBegin() {
        ByteBuffer input = bytes(Exchange.ok());

        assertThatThrownBy(() -> parser.next(input))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no response is expected: call begin() first");
        assertThatThrownBy(parser::endOfInput).isInstanceOf(IllegalStateException.class);
        assertThat(input.position()).isZero();
    }

    @Test
    void nothingIsReadAfterTheEnd() throws WireException {
        parser.begin(ResponseKind.TO_HEAD);
        parser.next(bytes(Exchange.ok()));
        parser.next(bytes(""));

        assertThatThrownBy(() -> parser.next(bytes("x"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void beginIsRefusedBeforeTheEnd() throws WireException {
        parser.begin(ResponseKind.ORDINARY);
        parser.next(bytes("HTTP"));

        assertThatThrownBy(() -> parser.begin(ResponseKind.ORDINARY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the response before is not complete: read it up to its End");
    }

    @Test
    void hasStartedWithTheFirstByte() throws WireException {
        assertThat(parser.hasStarted()).isFalse();
        parser.begin(ResponseKind.ORDINARY);
        assertThat(parser.hasStarted()).isFalse();
        parser.next(bytes(""));
        assertThat(parser.hasStarted()).isFalse();
        parser.next(bytes("H"));
        assertThat(parser.hasStarted()).isTrue();
    }

    @Test
    void interimResponseIsAStartToo() throws WireException {
        parser.begin(ResponseKind.ORDINARY);

        parser.next(bytes(Exchange.head("HTTP/1.1 100 Continue")));

        assertThat(parser.hasStarted()).isTrue();
        assertThatThrownBy(parser::endOfInput)
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRUNCATED));
        assertThat(parser.hasStarted()).isTrue();
    }

    @Test
    void closeWithoutAByteIsNoStart() {
        parser.begin(ResponseKind.ORDINARY);

        assertThatThrownBy(parser::endOfInput)
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.DISCONNECTED));
        assertThat(parser.hasStarted()).isFalse();
        assertThat(parser.isComplete()).isFalse();
    }

    @Test
    void closeBetweenTheLastByteAndTheEndIsAGoodEnd() throws WireException {
        parser.begin(ResponseKind.ORDINARY);
        ByteBuffer input = bytes(Exchange.ok("Content-Length: 5") + "hello");
        parser.next(input);
        parser.next(input);

        assertThat(parser.endOfInput()).isEqualTo(new WireEvent.End(FieldLines.EMPTY));
        assertThat(parser.isComplete()).isTrue();
    }

    // --- What it costs ---

    /// The head that nginx sends for a small file. This is the benchmark that the fast paths
    /// of the package are paid for with: bytes are exact, where times are not.
    @Test
    void usualResponseAllocatesLessThanSevenHundredBytes() throws WireException {
        ByteBuffer input = ByteBuffer.allocateDirect(4096);
        input.put(Exchange.ok(
                        "Server: nginx/1.22.1",
                        "Date: Mon, 23 Nov 2026 21:00:00 GMT",
                        "Content-Type: text/plain",
                        "Content-Length: 6",
                        "Connection: keep-alive",
                        "ETag: \"65f0a1b2-6\"")
                .getBytes(StandardCharsets.ISO_8859_1));
        input.put("hello\n".getBytes(StandardCharsets.ISO_8859_1)).flip();
        readOften(input, 20_000);

        long before = allocatedBytes();
        readOften(input, 10_000);
        long allocated = (allocatedBytes() - before) / 10_000;

        assertThat(allocated).isLessThan(700);
    }

    private void readOften(ByteBuffer input, int times) throws WireException {
        for (int i = 0; i < times; i++) {
            input.rewind();
            parser.begin(ResponseKind.ORDINARY);
            while (!(parser.next(input) instanceof WireEvent.End)) {}
        }
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    private static ByteBuffer bytes(String latin1) {
        return ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }
}
