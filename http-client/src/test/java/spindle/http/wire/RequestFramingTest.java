package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {

    private static final FieldLines NONE = FieldLines.EMPTY;
    private static final FieldLines CHUNKED = FieldLines.of("transfer-encoding", "Chunked");

    // --- Without a body ---

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "CONNECT", "post", "X"})
    void requestThatUsuallyHasNoBodyNeedsNoField(String method) {
        assertThat(RequestFraming.withoutBody(method, NONE))
                .isEqualTo(new RequestFraming(new BodyFraming.None(), NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void requestThatUsuallyHasABodySaysThatItHasNone(String method) {
        assertThat(RequestFraming.withoutBody(method, NONE))
                .isEqualTo(new RequestFraming(
                        new BodyFraming.None(), FieldLines.of("Content-Length", "0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void lengthOfZeroMayStandWithoutABody(String method) {
        assertThat(RequestFraming.withoutBody(method, length("0")))
                .isEqualTo(new RequestFraming(new BodyFraming.None(), NONE));
    }

    @Test
    void announcingABodyThatIsNotThereIsRefused() {
        assertRefused(
                () -> RequestFraming.withoutBody("POST", length("5")),
                "the fields of the request announce a body but it has none: drop Content-Length");
        assertRefused(
                () -> RequestFraming.withoutBody("POST", CHUNKED),
                "the fields of the request announce a body but it has none: drop Transfer-Encoding");
    }

    // --- With a body ---

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65_536, Long.MAX_VALUE / 10})
    void bodyOfKnownLengthIsAnnouncedByIt(long length) {
        assertThat(RequestFraming.withBody("POST", NONE, length))
                .isEqualTo(new RequestFraming(
                        new BodyFraming.Length(length), length(String.valueOf(length))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "POST", "QUERY"})
    void bodyOfUnknownLengthIsSentInChunks(String method) {
        assertThat(RequestFraming.withBody(method, NONE, -1))
                .isEqualTo(new RequestFraming(
                        new BodyFraming.Chunked(), FieldLines.of("Transfer-Encoding", "chunked")));
    }

    @Test
    void fieldsOfTheCallerAreNotRepeated() {
        assertThat(RequestFraming.withBody("POST", length("5"), 5))
                .isEqualTo(new RequestFraming(new BodyFraming.Length(5), NONE));
        assertThat(RequestFraming.withBody("POST", CHUNKED, -1))
                .isEqualTo(new RequestFraming(new BodyFraming.Chunked(), NONE));
    }

    @Test
    void callerMayWantChunks() {
        assertThat(RequestFraming.withBody("POST", CHUNKED, 5))
                .isEqualTo(new RequestFraming(new BodyFraming.Chunked(), NONE));
    }

    @Test
    void callerMayKnowTheLengthOfAStream() {
        assertThat(RequestFraming.withBody("PUT", length("00012"), -1))
                .isEqualTo(new RequestFraming(new BodyFraming.Length(12), NONE));
    }

    @Test
    void lengthThatIsNotThatOfTheBodyIsRefused() {
        assertRefused(
                () -> RequestFraming.withBody("POST", length("6"), 5),
                "the Content-Length is 6 but the body has 5 bytes: drop the field, it is set anyway");
        assertRefused(
                () -> RequestFraming.withBody("POST", length("0"), 5), "the Content-Length is 0");
    }

    @Test
    void lengthBelowAllMeaningIsRefused() {
        assertRefused(
                () -> RequestFraming.withBody("POST", NONE, -2),
                "the length of a body must be at least 0, or -1 if not known, was -2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT"})
    void bodyIsRefusedWhereNoneIsAllowed(String method) {
        assertRefused(
                () -> RequestFraming.withBody(method, NONE, 0),
                "a " + method + " request must not have a body");
    }

    // --- What the caller set ---

    @Test
    void nothingAnnouncedIsNone() {
        assertThat(RequestFraming.announced(FieldLines.of("Host", "example.org")))
                .isEqualTo(new BodyFraming.None());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "five",
                "+5",
                "-5",
                "0x5",
                "5, 5",
                "5,6",
                "5 5",
                "1e3",
                "5;",
                "\u00b2",
                "9223372036854775808"
            })
    void lengthThatIsNoneIsRefused(String value) {
        assertRefused(
                () -> RequestFraming.announced(length(value)),
                "the framing of the request is not legal: expected a Content-Length of 1 to 18"
                        + " digits but found \"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gzip",
                "identity",
                "gzip, chunked",
                "chunked, chunked",
                "chunked;a=b",
                "xchunked",
                "\"chunked\""
            })
    void encodingOtherThanChunkedIsRefused(String value) {
        assertRefused(
                () -> RequestFraming.announced(FieldLines.of("Transfer-Encoding", value)),
                "expected \"chunked\" as the only Transfer-Encoding but found \"");
    }

    @Test
    void whatIsSaidTwiceIsRefused() {
        assertRefused(
                () -> RequestFraming.announced(
                        FieldLines.of("Content-Length", "5", "content-length", "5")),
                "expected one Content-Length but found several");
        assertRefused(
                () -> RequestFraming.announced(FieldLines.of(
                        "Transfer-Encoding", "chunked", "transfer-encoding", "chunked")),
                "expected one Transfer-Encoding but found several");
        assertRefused(
                () -> RequestFraming.announced(
                        FieldLines.of("Content-Length", "5", "Transfer-Encoding", "chunked")),
                "expected one of Transfer-Encoding and Content-Length but found both");
    }

    @Test
    void whatIsNotLegalIsRefusedWithAndWithoutABody() {
        FieldLines bad = length("five");

        assertRefused(() -> RequestFraming.withoutBody("GET", bad), "not legal");
        assertRefused(() -> RequestFraming.withBody("POST", bad, 5), "not legal");
        assertRefused(() -> RequestFraming.withBody("POST", bad, -1), "not legal");
    }

    private static FieldLines length(String value) {
        return FieldLines.of("Content-Length", value);
    }

    private static void assertRefused(Runnable framing, String message) {
        assertThatThrownBy(framing::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
