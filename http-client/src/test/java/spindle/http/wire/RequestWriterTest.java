package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;

/// What goes out is what was meant, and nothing that was passed can become another line.
class RequestWriterTest {

    private static final FieldLines HOST = FieldLines.of("Host", "example.org");

    @Test
    void requestIsWritten() {
        var fields = FieldLines.of("Host", "example.org", "x-G", "Ä\tb", "Empty", "");

        assertThat(written(new RequestHead("GET", "/a?b=%20#", fields)))
                .isEqualTo(
                        "GET /a?b=%20# HTTP/1.1\r\nHost: example.org\r\nx-G: Ä\tb\r\nEmpty: \r\n\r\n");
    }

    @Test
    void requestWithoutFieldsIsWritten() {
        assertThat(written(new RequestHead("OPTIONS", "*", FieldLines.EMPTY)))
                .isEqualTo("OPTIONS * HTTP/1.1\r\n\r\n");
    }

    /// RFC 9112 section 3.2: the forms for proxies (absolute), tunnels (authority) and whole
    /// servers (asterisk).
    @ParameterizedTest
    @CsvSource({
        "GET, /a%20b?c=d",
        "GET, http://example.org:8080/a?b=c",
        "GET, http://[2001:db8::1]/",
        "CONNECT, example.org:443",
        "CONNECT, [2001:db8::1]:443",
        "CONNECT, 192.0.2.1:80",
        "OPTIONS, *"
    })
    void everyFormOfTargetIsWrittenAsItIs(String method, String target) {
        assertThat(written(new RequestHead(method, target, FieldLines.EMPTY)))
                .isEqualTo(method + " " + target + " HTTP/1.1\r\n\r\n");
    }

    @Test
    void methodKeepsItsCase() {
        assertThat(written(new RequestHead("get", "/", FieldLines.EMPTY)))
                .startsWith("get / HTTP/1.1\r\n");
    }

    @Test
    void headAndFirstBytesOfTheBodyCanShareAnArray() {
        var head = new RequestHead("POST", "/", HOST);
        var bytes = new byte[3 + RequestWriter.length(head) + 4];

        int end = RequestWriter.write(head, bytes, 3);

        assertThat(end).isEqualTo(bytes.length - 4);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .isEqualTo("\0\0\0POST / HTTP/1.1\r\nHost: example.org\r\n\r\n\0\0\0\0");
    }

    @Test
    void arrayThatIsTooShortIsRefused() {
        var head = new RequestHead("GET", "/", HOST);

        assertThatThrownBy(() -> RequestWriter.write(head, new byte[20], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /// The response parser reads fields: what it makes of those that were written is what was
    /// meant.
    @Test
    void fieldsReadBackAreThoseThatWereWritten() {
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            FieldLines fields = randomFields(random);
            String lines = written(new RequestHead("GET", "/", fields))
                    .substring("GET / HTTP/1.1\r\n".length());
            var exchange = Exchange.toHead("round trip", "HTTP/1.1 200 OK\r\n" + lines, "");

            String shown = fields.count() == 0 ? "" : Playback.show(fields) + " | ";
            assertThat(Playback.whole(exchange))
                    .as("seed %d", seed)
                    .startsWith("HTTP/1.1 200 OK | " + shown + "no body | ");
        }
    }

    private static FieldLines randomFields(Random random) {
        var builder = FieldLines.builder();
        for (int i = random.nextInt(6); i > 0; i--) {
            builder.add(
                    randomText(random, 1 + random.nextInt(10), true),
                    randomText(random, random.nextInt(20), false));
        }
        return builder.build();
    }

    private static String randomText(Random random, int length, boolean token) {
        return random.ints(0, 256)
                .filter(c -> token ? Grammar.isToken(c) : Grammar.isFieldText(c))
                .limit(length)
                .collect(
                        StringBuilder::new,
                        (text, c) -> text.append((char) c),
                        StringBuilder::append)
                .toString();
    }

    private static String written(RequestHead head) {
        byte[] bytes = RequestWriter.toBytes(head);
        assertThat(bytes).hasSize(RequestWriter.length(head));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // --- Injection ---

    static IntStream controls() {
        return IntStream.concat(IntStream.range(0, 0x20), IntStream.of(0x7f));
    }

    static IntStream beyondLatin1() {
        // U+010A and U+0A0D would become LF and CR if a careless writer dropped their upper
        // bytes.
        return IntStream.of(0x100, 0x10a, 0x10d, 0xa0d, 0x2028, 0xd83d, 0xfeff, 0xffff);
    }

    @ParameterizedTest
    @MethodSource({"controls", "beyondLatin1"})
    void characterThatIsNoTokenIsRefusedInAMethod(int c) {
        assertRefusedInMethod("GE" + (char) c + "T", code(c), 2);
        assertRefusedInMethod("GET" + (char) c, code(c), 3);
        assertRefusedInMethod((char) c + "GET", code(c), 0);
    }

    @ParameterizedTest
    @ValueSource(
            chars = {
                ' ', '/', ':', '(', ')', '<', '>', '@', ',', ';', '\\', '"', '[', ']', '?', '=',
                '{', '}', '\u00e4'
            })
    void delimiterIsRefusedInAMethodAndInAName(char c) {
        assertRefusedInMethod("GE" + c + "T", code(c), 2);
        assertRefusedInName("Na" + c + "me", code(c), 2);
    }

    @ParameterizedTest
    @MethodSource({"controls", "beyondLatin1"})
    void characterThatIsNotVisibleAsciiIsRefusedInATarget(int c) {
        assertRefusedInTarget("/a" + (char) c + "b", code(c), 2);
        assertRefusedInTarget("/secret" + (char) c, code(c), 7);
        assertRefusedInTarget((char) c + "/", code(c), 0);
    }

    @ParameterizedTest
    @ValueSource(chars = {' ', '\u0080', '\u00a0', '\u00e4', '\u00ff'})
    void blankOrLatin1IsRefusedInATarget(char c) {
        assertRefusedInTarget("/a" + c + "HTTP/1.1", code(c), 2);
    }

    @ParameterizedTest
    @MethodSource({"controls", "beyondLatin1"})
    void characterThatIsNoTokenIsRefusedInAName(int c) {
        assertRefusedInName("Na" + (char) c + "me", code(c), 2);
        assertRefusedInName("Name" + (char) c, code(c), 4);
        assertRefusedInName((char) c + "Name", code(c), 0);
    }

    @ParameterizedTest
    @MethodSource({"controls", "beyondLatin1"})
    void controlCharacterIsRefusedInAValue(int c) {
        if (c == '\t') {
            assertThat(FieldLines.of("Name", "a\tb").value(0)).isEqualTo("a\tb");
            return;
        }
        assertRefusedInValue("se" + (char) c + "cret", code(c), 2);
        assertRefusedInValue("secret" + (char) c, code(c), 6);
        assertRefusedInValue((char) c + "secret", code(c), 0);
        assertRefusedInValue("  " + (char) c, code(c), 2);
    }

    @Test
    void nothingAtAllIsRefused() {
        assertThatThrownBy(() -> new RequestHead("", "/", HOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the method must be a token but is empty");
        assertThatThrownBy(() -> new RequestHead("GET", "", HOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a request target must not be empty");
        assertThatThrownBy(() -> FieldLines.of("", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of a field must be a token but is empty");
    }

    @Test
    void splittingIsRefused() {
        assertThatThrownBy(() -> FieldLines.of("A", "b\r\nContent-Length: 0\r\n\r\nGET /secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the value of the field \"A\" must be Latin-1 without control characters"
                                + " but has the character 0x0d at index 1");
        assertThatThrownBy(() -> FieldLines.of("Authorization: Bearer secret", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the name of a field must be a token but has the character 0x3a at index 13,"
                                + " after \"Authorization\"");
    }

    private static void assertRefusedInMethod(String method, String code, int index) {
        assertThatThrownBy(() -> new RequestHead(method, "/", HOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the method must be a token but has the character " + code
                        + " at index " + index);
    }

    private static void assertRefusedInTarget(String target, String code, int index) {
        assertThatThrownBy(() -> new RequestHead("GET", target, HOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a request target must be visible ASCII but has the character " + code
                        + " at index " + index);
    }

    private static void assertRefusedInName(String name, String code, int index) {
        assertThatThrownBy(() -> FieldLines.of(name, "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the name of a field must be a token but has the character "
                        + code + " at index " + index)
                .hasMessageNotContaining("secret");
    }

    private static void assertRefusedInValue(String value, String code, int index) {
        assertThatThrownBy(() -> FieldLines.of("Name", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"Name\"")
                .hasMessageContaining(" has the character " + code + " at index " + index)
                .hasMessageNotContaining("secret");
    }

    private static String code(int c) {
        return "0x%02x".formatted(c);
    }

    @Test
    void toStringShowsNeitherTargetNorValues() {
        assertThat(new RequestHead("GET", "/?token=secret", FieldLines.of("Cookie", "secret")))
                .hasToString("<RequestHead GET <FieldLines Cookie>>");
    }
}
