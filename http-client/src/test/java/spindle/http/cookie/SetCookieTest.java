package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.cookie.Cookie.SameSite;
import spindle.http.url.Url;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// What is read from a `Set-Cookie` field.
@Timeout(10)
class SetCookieTest {
    private static final Instant NOW = ManualInstants.START;
    private static final Url URL = Url.parse("https://example.com/dir/page");

    private final CookieJar jar = new CookieJar(new ManualInstants());

    // --- Names and values ---

    static Stream<Arguments> sentBack() {
        return Stream.of(
                row("a=b", "a=b"),
                row("a=b;", "a=b"),
                row("a=b;;;", "a=b"),
                row("a=b; ", "a=b"),
                row(" a = b ; Path=/", "a=b"),
                row("\ta\t=\tb\t", "a=b"),
                row("a=", "a="),
                row("a=;", "a="),
                row("a=b=c", "a=b=c"),
                row("a==", "a=="),
                row("a=b c", "a=b c"),
                row("a b=c", "a b=c"),
                row("a=\"b\"", "a=\"b\""),
                row("a=\"b c\"", "a=\"b c\""),
                row("a=\"\"", "a=\"\""),
                row("a=\"", "a=\""),
                row("a=\"b", "a=\"b"),
                row("a=\" b \"", "a=\" b \""),
                row("a=\"b;c\"", "a=\"b"),
                row("a=\"\\\"\"", "a=\"\\\"\""),
                row("a='b'", "a='b'"),
                row("a=b,c", "a=b,c"),
                row("a=b, c=d", "a=b, c=d"),
                row("a=%20%3B", "a=%20%3B"),
                row("a=\\x", "a=\\x"),
                row("a={\"k\":[1,2]}", "a={\"k\":[1,2]}"),
                row("a=caf\u00c3\u00a9", "a=caf\u00c3\u00a9"),
                row("a=\u00ff\u0080", "a=\u00ff\u0080"),
                row("\u00e9=1", "\u00e9=1"),
                row("\"a\"=b", "\"a\"=b"),
                row("a,b=c", "a,b=c"),
                row("A=b", "A=b"),
                row("path=x", "path=x"),
                row("$Version=1", "$Version=1"),
                row("domain=evil.example; Path=/", "domain=evil.example"),
                row("a=!#$%&'()*+-./:<>?@[]^_`{|}~", "a=!#$%&'()*+-./:<>?@[]^_`{|}~"),
                // Without a name, the value alone.
                row("b", "b"),
                row("=b", "b"),
                row(" = b ", "b"),
                row("b; a=c", "b"),
                row("\"b c\"", "\"b c\""));
    }

    @ParameterizedTest
    @MethodSource
    void sentBack(String field, String expected) {
        jar.store(URL, List.of(field));

        assertThat(jar.headerFor(URL)).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row("", "neither a name nor a value"),
                row(";", "neither a name nor a value"),
                row("=", "neither a name nor a value"),
                row(" ", "neither a name nor a value"),
                row(" = ; Path=/", "neither a name nor a value"),
                row("; a=b", "neither a name nor a value"),
                row("=a=b", "sent as a name and a value"),
                row("==", "sent as a name and a value"),
                row("=__Host-a", "as a prefix does"),
                row("__secure-a", "as a prefix does"),
                row("=__Secure-a=b", "sent as a name and a value"),
                row("a=b\0", "the character 0x00 at index 3"),
                row("a=b\r\nX: y", "the character 0x0d at index 3"),
                row("a=b\nc", "the character 0x0a at index 3"),
                row("a\u0001=b", "the character 0x01 at index 1"),
                row("a=b\u007f", "the character 0x7f at index 3"),
                row("a=b; Path=/\u001f", "the character 0x1f at index 11"),
                row("a=b; x\0", "the character 0x00 at index 6"),
                row("a=b\tc", "the value has the character 0x09 at index 1"),
                row("a\tb=c", "the name has the character 0x09 at index 1"),
                row("a=b; Path=/a\tb", "its path has the character 0x09 at index 2"),
                row("a=\u20ac", "the value has the character 0x20ac at index 0"),
                row("\u20ac=a", "the name has the character 0x20ac at index 0"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String field, String why) {
        jar.store(URL, List.of(field));

        assertThat(jar.isEmpty()).isTrue();
        assertThat(jar.whyRefused(URL, field)).contains(why);
    }

    private static Arguments row(String field, String expected) {
        return Arguments.of(field, expected);
    }

    @Test
    void aBadCookieTakesNoOtherWithIt() {
        jar.store(URL, List.of("a=1", "b=\0", "", "c=3"));

        assertThat(jar.headerFor(URL)).isEqualTo("a=1; c=3");
    }

    // --- Attributes ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Path=/x | /x",
                "path=/x | /x",
                "PATH = /x | /x",
                "Path=/ | /",
                "Path=/x/ | /x/",
                "Path=/x y | /x y",
                "Path=/x=y | /x=y",
                "Path=/%7E | /%7E",
                "Path=//x | //x",
                "'' | /dir",
                "Path | /dir",
                "Path= | /dir",
                "Path=x | /dir",
                "Path=\"/x\" | /dir",
                "Path=http://example.com/x | /dir",
                "Path=/x; Path=/y | /y",
                "Path=/x; Path= | /dir",
                "Path=; Path=/y | /y",
                "Paths=/x | /dir",
            })
    void readsThePath(String attributes, String expected) {
        assertThat(read(attributes).path()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | false | false",
                "Secure | true | false",
                "secure | true | false",
                "SECURE=false | true | false",
                "Secure= | true | false",
                " Secure  | true | false",
                "Secured | false | false",
                "HttpOnly | false | true",
                "httponly | false | true",
                "HTTPONLY=x | false | true",
                "Http-Only | false | false",
                "HttpOnly;Secure | true | true",
                "=Secure | false | false",
                "\"Secure\" | false | false",
                "Version=1; Comment=Secure | false | false",
            })
    void readsFlags(String attributes, boolean secure, boolean httpOnly) {
        Cookie cookie = read(attributes);

        assertThat(cookie.secure()).as("secure").isEqualTo(secure);
        assertThat(cookie.httpOnly()).as("httpOnly").isEqualTo(httpOnly);
    }

    @ParameterizedTest
    @CsvSource({
        "'', DEFAULT",
        "SameSite, DEFAULT",
        "SameSite=, DEFAULT",
        "SameSite=Strict, STRICT",
        "samesite=LAX, LAX",
        "SameSite=None, NONE",
        "SameSite=bogus, DEFAULT",
        "SameSite=Strict; SameSite=Lax, LAX",
        "SameSite=Strict; SameSite=bogus, DEFAULT",
    })
    void keepsSameSite(String attributes, SameSite expected) {
        assertThat(read(attributes).sameSite()).isEqualTo(expected);
    }

    // --- Ends ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Max-Age=1 | PT1S",
                "Max-Age=60 | PT1M",
                "max-age=0060 | PT1M",
                "MAX-AGE = 60  | PT1M",
                "Max-Age=60; Max-Age=90 | PT1M30S",
                // A bad one is as good as none.
                "Max-Age=60; Max-Age=x | PT1M",
                "Max-Age=x; Max-Age=60 | PT1M",
                "Max-Age=60; Expires=Sun, 01 Mar 2026 12:00:30 GMT | PT1M",
                "Expires=Sun, 01 Mar 2026 12:00:30 GMT; Max-Age=60 | PT1M",
                "Expires=Sun, 01 Mar 2026 12:00:30 GMT; Max-Age=60s | PT30S",
                "Expires=Sun, 01 Mar 2026 12:00:30 GMT; Max-Age= | PT30S",
                "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60 | PT1M",
                "Expires=Sun, 01 Mar 2026 12:00:30 GMT | PT30S",
                "expires=Sunday, 01-Mar-26 12:00:30 GMT | PT30S",
                "Expires=\"Sun, 01 Mar 2026 12:00:30 GMT\" | PT30S",
                "Expires=Sun, 01 Mar 2026 12:00:30 GMT; Expires=bogus | PT30S",
                // Nothing lasts more than 400 days.
                "Max-Age=34560000 | PT9600H",
                "Max-Age=34560001 | PT9600H",
                "Max-Age=2147483648 | PT9600H",
                "Max-Age=99999999999999999999999999999999 | PT9600H",
                "Expires=Fri, 31 Dec 9999 23:59:59 GMT | PT9600H",
            })
    void endsAfter(String attributes, Duration expected) {
        assertThat(read(attributes).expires()).isEqualTo(NOW.plus(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Max-Age",
                "Max-Age=",
                "Max-Age=x",
                "Max-Age=+60",
                "Max-Age=6 0",
                "Max-Age=1.5",
                "Max-Age=1e3",
                "Max-Age=0x10",
                "Max-Age=\"60\"",
                "Max-Age=-",
                "Max-Age=--1",
                "Max-Age=60-",
                "Max-Age=٦",
                "Expires",
                "Expires=",
                "Expires=0",
                "Expires=-1",
                "Expires=1700000000",
                "Expires=Session",
                "Expires=2030-01-01T00:00:00Z",
            })
    void whatIsNoEndLeavesItToTheSession(String attributes) {
        assertThat(read(attributes).isSessionCookie()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Max-Age=0",
                "Max-Age=-0",
                "Max-Age=-1",
                "Max-Age=-99999999999999999999999",
                "Max-Age=0; Expires=Sun, 01 Mar 2027 12:00:00 GMT",
                "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                "Expires=Thu, 01-Jan-70 00:00:01 GMT",
                "Expires=Mon, 01 Jan 1601 00:00:00 GMT",
                "Expires=Sun, 01 Mar 2026 11:59:59 GMT",
                "Expires=Sun, 01 Mar 2026 12:00:00 GMT",
            })
    void whatHasEndedRemovesTheCookie(String attributes) {
        jar.store(URL, List.of("a=1", "a=; " + attributes));

        assertThat(jar.isEmpty()).isTrue();
        assertThat(jar.headerFor(URL)).isNull();
    }

    private Cookie read(String attributes) {
        jar.store(URL, List.of("a=b; " + attributes));
        return jar.cookies().getFirst();
    }

    // --- Sizes ---

    @Test
    void nameAndValueHaveALimitTogether() {
        String field = "n".repeat(96) + "=" + "v".repeat(4000);

        assertThat(jar.whyRefused(URL, field)).isNull();
        assertThat(jar.whyRefused(URL, field + "v"))
                .isEqualTo("its name and value have 4097 bytes but the limit is 4096");
    }

    @Test
    void attributesThatAreTooLongAreIgnored() {
        assertThat(read("Path=/" + "p".repeat(1023)).path()).hasSize(1024);
        jar.clear();
        assertThat(read("Path=/" + "p".repeat(1024)).path()).isEqualTo("/dir");
    }

    @Test
    void aPathThatTheRequestBringsHasTheLimitToo() {
        Url far = Url.parse("https://example.com/" + "p".repeat(1100) + "/");

        assertThat(jar.whyRefused(far, "a=b"))
                .isEqualTo("its path has 1101 bytes but the limit is 1024");
    }

    @Test
    void limitsAreOptions() {
        CookieOptions options =
                CookieOptions.defaults().withMaxNameAndValueBytes(3).withMaxAttributeBytes(4);
        CookieJar small = new CookieJar(new ManualInstants(), options);

        assertThat(small.whyRefused(URL, "a=123"))
                .isEqualTo("its name and value have 4 bytes but the limit is 3");
        assertThat(small.whyRefused(Url.parse("https://a.de/"), "a=12; Path=/1234"))
                .isNull();
    }
}
