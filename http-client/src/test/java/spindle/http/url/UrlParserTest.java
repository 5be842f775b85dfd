package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.InvalidUrlException.Reason;

@Timeout(10)
class UrlParserTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // Around it.
                "' \t\r\n\u0001http://host/\u001f\0 \n'~http://host/",
                // Scheme and slashes.
                "hTTp://Host/~http://host/",
                "http:host~http://host/",
                "http:/host~http://host/",
                "http:///host~http://host/",
                "http:////host//p~http://host//p",
                "http:\\\\host\\p~http://host/p",
                "http:/\\host/p~http://host/p",
                "https:host~https://host/",
                // Host and port.
                "http://host~http://host/",
                "http://host?q~http://host/?q",
                "http://host#f~http://host/#f",
                "http://host\\p~http://host/p",
                "http://host:80~http://host/",
                "http://host:~http://host/",
                "http://host:/~http://host/",
                "http://host:0081/~http://host:81/",
                "http://host:443/~http://host:443/",
                "https://host:443/~https://host/",
                "https://host:80/~https://host:80/",
                "http://host.:80/~http://host./",
                // Credentials.
                "http://u:p@host/~http://u:p@host/",
                "http://@host/~http://host/",
                "http://:@host/~http://host/",
                "http://u:@host/~http://u@host/",
                "http://a@b:c@d@host/~http://a%40b:c%40d@host/",
                "http://u:p:q@host/~http://u:p%3Aq@host/",
                "http://u\"[]^|;=`{}:<>@host/~http://u%22%5B%5D%5E%7C%3B%3D%60%7B%7D:%3C%3E@host/",
                "http://u!$&'()*+,-._@host/~http://u!$&'()*+,-._@host/",
                // Path.
                "http://host/a/./b~http://host/a/b",
                "http://host/a/../b~http://host/b",
                "http://host/a/..~http://host/",
                "http://host/a/b/..~http://host/a/",
                "http://host/a/.~http://host/a/",
                "http://host/..~http://host/",
                "http://host/../../a~http://host/a",
                "http://host/a/../../../b~http://host/b",
                "http://host/a//../b~http://host/a/b",
                "http://host//a~http://host//a",
                "http://host/a/%2e/b~http://host/a/b",
                "http://host/a/%2E%2e/b~http://host/b",
                "http://host/a/.%2e/b~http://host/b",
                "http://host/a/%2e.~http://host/",
                "http://host/a/.../b~http://host/a/.../b",
                "http://host/a/%2e%2e%2e~http://host/a/%2e%2e%2e",
                "http://host/a/.b/..c/d.~http://host/a/.b/..c/d.",
                "http://host/a\\..\\b~http://host/b",
                "http://host/a%5C..%2Fb~http://host/a%5C..%2Fb",
                "http://host/;x/..;y~http://host/;x/..;y",
                "http://host/a b\"<>`{}^~http://host/a%20b%22%3C%3E%60%7B%7D%5E",
                "http://host/|'[]@:!$&()*+,;=~http://host/|'[]@:!$&()*+,;=",
                "http://host/\u0001\u001f\u007f\u0080~http://host/%01%1F%7F%C2%80",
                "http://host/%~http://host/%",
                "http://host/%zz%4~http://host/%zz%4",
                "http://host/%41%c3%a4~http://host/%41%c3%a4",
                "http://host/gr\u00fcn~http://host/gr%C3%BCn",
                "http://host/\u4f60\ud83d\ude00~http://host/%E4%BD%A0%F0%9F%98%80",
                "http://host/\ud83d|\ude00~http://host/%EF%BF%BD|%EF%BF%BD",
                "http://host/\ufeff~http://host/%EF%BB%BF",
                // Query.
                "http://host/?~http://host/?",
                "http://host/??/../\\%2e~http://host/??/../\\%2e",
                "http://host/? \"<>'#~http://host/?%20%22%3C%3E%27#",
                "http://host/?`{}|^[]~http://host/?`{}|^[]",
                "http://host/?gr\u00fcn\ud83d~http://host/?gr%C3%BCn%EF%BF%BD",
                // Fragment.
                "http://host/#~http://host/#",
                "http://host/# \"<>`'#?{}|^/../~http://host/#%20%22%3C%3E%60'#?{}|^/../",
                "http://host/#\u4f60~http://host/#%E4%BD%A0",
            })
    void bringsAUrlIntoNormalForm(String given, String text) {
        assertThat(Url.parse(given).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "''~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "' '~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "host/path~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "/path~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "//host/~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "://host/~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "1http://host/~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "ht tp://host/~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "http//host/~SYNTAX~it has no scheme: it must begin with http:// or https://",
                "ftp://host/~SCHEME~the scheme must be http or https, was \"ftp\"",
                "file:///etc/passwd~SCHEME~the scheme must be http or https, was \"file\"",
                "javascript:alert(1)~SCHEME~the scheme must be http or https, was \"javascript\"",
                "mailto:me@example.org~SCHEME~the scheme must be http or https",
                "httpx://host/~SCHEME~the scheme must be http or https, was \"httpx\"",
                "localhost:8080/~SCHEME~the scheme must be http or https, was \"localhost\"",
                "http:~HOST~it has no host",
                "http://~HOST~it has no host",
                "http:///~HOST~it has no host",
                "http://?q~HOST~it has no host",
                "http://:80/~HOST~it has no host",
                "http://u:p@/~HOST~it has no host",
                "http://host:x/~PORT~the port must be a number from 1 to 65535, was \"x\"",
                "http://host:8 0/~PORT~the port must be a number from 1 to 65535, was \"8 0\"",
                "http://host:-1/~PORT~the port must be a number from 1 to 65535, was \"-1\"",
                "http://host:+80/~PORT~the port must be a number from 1 to 65535, was \"+80\"",
                "http://host:0/~PORT~the port must be a number from 1 to 65535, was \"0\"",
                "http://host:000/~PORT~the port must be a number from 1 to 65535, was \"000\"",
                "http://host:65536/~PORT~the port must be a number from 1 to 65535, was \"65536\"",
                "http://host:4294967376/~PORT~the port must be a number from 1 to 65535,"
                        + " was \"4294967376\"",
                "http://host:\u0668\u0660/~PORT~the port must be a number from 1 to 65535,"
                        + " was \"\u0668\u0660\"",
                "http://host:80:81/~PORT~the port must be a number from 1 to 65535, was \"80:81\"",
                "http://u:p@host:0/~PORT~the port must be a number from 1 to 65535",
            })
    void refusesWhatIsNoUrl(String given, Reason reason, String problem) {
        InvalidUrlException failure = failureOf(given);

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure)
                .hasMessageStartingWith("expected a URL such as http://host/path but found \"")
                .hasMessageEndingWith("\": " + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host/a HTTP/1.1\r\nX: y",
                "http://host/a\nb",
                "http://host/a\rb",
                "http://host/a\tb",
                "http://host/a\0b",
                "http://host/?a\nb",
                "http://host/#a\nb",
                "http://ho\nst/",
                "ht\ntp://host/",
                "http://u\n:p@host/",
                "http://host:8\t0/",
            })
    void refusesLineBreaksInside(String given) {
        InvalidUrlException failure = failureOf(given);

        assertThat(failure.reason()).isEqualTo(Reason.SYNTAX);
        assertThat(failure.getMessage())
                .contains("it holds the control character U+00")
                .matches("[ -~]*");
    }

    @Test
    void messageSaysWhatWasExpectedAndFound() {
        assertThat(failureOf("http://host:x/"))
                .hasMessage("expected a URL such as http://host/path but found \"http://host:x/\":"
                        + " the port must be a number from 1 to 65535, was \"x\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@host:99999/",
                "http://us@er:secret@host:0/",
                "ftp://user:secret@host/",
                "http://user:secret@ho st/",
                "http://user:secret@/",
                "http://user:secret@[::x]/",
                "http://user:secret@1.2.3/",
                "http://user:secret@host/\nx",
                "http://user:sec\nsecret@host/",
                "http://user:se/cret@host/",
                "http://secret:cret/@host/",
                "user:secret@host/path",
                "secret:user@host/path",
                "http:\\\\user:secret@host:0\\path",
                " \u0001ftp://user:secret@host/",
                "http:user:secret@host:x/",
            })
    void noMessageHoldsAPassword(String given) {
        assertThat(failureOf(given).getMessage()).doesNotContain("cret").contains("***@");
    }

    @Test
    void messageHoldsNoPasswordOfTheBase() {
        Url base = Url.parse("http://user:secret@host/");

        InvalidUrlException failure =
                catchThrowableOfType(InvalidUrlException.class, () -> base.resolve("ftp:x"));

        assertThat(failure)
                .hasMessage("expected a reference to resolve against http://***@host/ but found"
                        + " \"ftp:x\": the scheme must be http or https, was \"ftp\"");
    }

    @Test
    void messageShowsTheBeginningOfALongText() {
        assertThat(failureOf("http://host:x/" + "a".repeat(60_000)).getMessage())
                .hasSizeLessThan(400);
        assertThat(failureOf("http://host:" + "9".repeat(60_000)).getMessage())
                .hasSizeLessThan(600);
        assertThat(failureOf("http://" + "a".repeat(60_000)).getMessage()).hasSizeLessThan(400);
    }

    // --- Limits ---

    @Test
    void takesAUrlOfTheGreatestLength() {
        String longest = "http://host/" + "a".repeat(UrlParser.MOST_CHARS - 12);

        assertThat(Url.parse(longest).text()).isEqualTo(longest);
        assertThat(failureOf(longest + "a").reason()).isEqualTo(Reason.SYNTAX);
        assertThat(failureOf(longest + "a").getMessage())
                .endsWith(": a URL must have at most 65536 characters, has 65537");
    }

    @Test
    void refusesAUrlThatIsTooLongInNormalForm() {
        String given = "http://host/" + "\u4f60".repeat(10_000);

        assertThat(failureOf(given).getMessage())
                .endsWith(": a URL must have at most 65536 characters, has 90012");
    }

    @Test
    void resolvedUrlHasALimitToo() {
        Url base = Url.parse("http://host/" + "a".repeat(60_000) + "/");

        InvalidUrlException failure = catchThrowableOfType(
                InvalidUrlException.class, () -> base.resolve("b".repeat(6_000)));

        assertThat(failure.getMessage()).endsWith(" at most 65536 characters, has 66013");
    }

    /// Each would take a minute if it took the square of its length.
    @ParameterizedTest
    @ValueSource(strings = {"../", "%2e%2e/", "a&", "@", ":"})
    void costsNoMoreThanItsLength(String piece) {
        String credentials = "http://" + "u".repeat(30_000) + "@host/";
        String many = piece.repeat(30_000 / piece.length());

        for (int i = 0; i < 100; i++) {
            read(credentials + many);
            read(credentials + "?" + many);
            read("http://" + many + "@host/");
        }
    }

    private static void read(String text) {
        try {
            Url url = Url.parse(text);
            assertThat(url.resolve("x").path()).endsWith("x");
            assertThat(url.parameters()).isNotNull();
        } catch (InvalidUrlException failure) {
            assertThat(failure).hasMessageStartingWith("expected a URL such as ");
        }
    }

    private static InvalidUrlException failureOf(String url) {
        InvalidUrlException failure =
                catchThrowableOfType(InvalidUrlException.class, () -> Url.parse(url));
        assertThat(failure).as("failure of %s", url).isNotNull();
        return failure;
    }
}
