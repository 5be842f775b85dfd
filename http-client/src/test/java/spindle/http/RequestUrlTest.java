package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.ClientException.Kind;

@Timeout(10)
class RequestUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://host, host, 80, /",
        "http://host/, host, 80, /",
        "HTTP://Host.Example:8080/A/b, host.example, 8080, /A/b",
        "http://host:/x, host, 80, /x",
        "http://host?q=1, host, 80, /?q=1",
        "http://host/?, host, 80, /?",
        "http://host/a?b=c&d=%20#fragment, host, 80, /a?b=c&d=%20",
        "http://host#fragment, host, 80, /",
        "http://127.0.0.1:65535/, 127.0.0.1, 65535, /",
        "http://[::1]:5000/x, ::1, 5000, /x",
        "http://host//a/../b, host, 80, //a/../b",
        "http://host/%2F?x=http://y/, host, 80, /%2F?x=http://y/",
        "http://host/gr\u00fcn?\u4f60, host, 80, /gr%C3%BCn?%E4%BD%A0",
        "http://host/@user?a@b, host, 80, /@user?a@b",
    })
    void isTakenApart(String url, String host, int port, String target) throws Exception {
        RequestUrl parsed = RequestUrl.parse(url);

        assertThat(parsed.origin()).isEqualTo(new Origin(host, port));
        assertThat(parsed.target()).isEqualTo(target);
        assertThat(parsed).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/, host",
        "http://host:80/, host",
        "http://HOST:81/, host:81",
        "http://[::1]/, [::1]",
        "http://[::1]:81/, [::1]:81",
    })
    void namesItsHostAsTheHostFieldDoes(String url, String field) throws Exception {
        assertThat(RequestUrl.parse(url).origin().hostField()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "''|it has no scheme",
                "host/path|it has no scheme",
                "/path|it has no scheme",
                "//host/path|it has no scheme",
                "http:|Expected scheme-specific part at index 5",
                "http:///path|it has no host",
                "http:path|it has no host",
                "mailto:me@example.org|it has no host",
                "https://host/|https is not supported yet, only http",
                "ftp://host/|the scheme ftp is not supported, only http",
                "file:///etc/passwd|it has no host",
                "http://host/a b|Illegal character in path at index 13",
                " http://host/|Illegal character in scheme name at index 0",
                "http://host/<x>|Illegal character in path at index 12",
                "http://host/%zz|Malformed escape pair at index 12",
                "http://my_host/|Illegal character in hostname at index 9",
                "http://host:99999/|the port must be from 1 to 65535, was 99999",
                "http://host:0/|the port must be from 1 to 65535, was 0",
                "http://host:http/|Illegal character in port number at index 12",
                "http://[::1/|Expected closing bracket for IPv6 address at index 11",
                "http://user:secret@host/|credentials in a URL are not supported",
            })
    void isRefusedWithTheReason(String url, String problem) {
        ClientException failure = failureOf(url);

        assertThat(failure.kind()).isEqualTo(Kind.INVALID_URL);
        assertThat(failure)
                .isInstanceOf(ClientException.InvalidUrl.class)
                .hasMessageStartingWith("expected a URL such as http://host/path but found \"")
                .hasMessageEndingWith("\": " + problem);
    }

    @Test
    void cannotBreakOutOfTheRequestLine() {
        assertThat(failureOf("http://host/a HTTP/1.1\r\nX: y").kind()).isEqualTo(Kind.INVALID_URL);
        assertThat(failureOf("http://host/a\nb").kind()).isEqualTo(Kind.INVALID_URL);
        assertThat(failureOf("http://ho\r\nst/").kind()).isEqualTo(Kind.INVALID_URL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@host/",
                "http://user:secret@host:99999/",
                "http://us@er:secret@host/",
                "https://user:secret@host/",
                "ftp://user:secret@host/",
                "http://user:secret@ho st/",
                "http://user:secret@/",
                "http://user:se/cret@host/",
                "user:secret@host/path",
                "http:user:secret@host/path",
                "http:/user:secret@host/path",
                "http:\\\\user:secret@host\\path",
            })
    void noMessageHoldsAPassword(String url) {
        assertThat(failureOf(url).getMessage()).doesNotContain("cret");
    }

    private static ClientException failureOf(String url) {
        ClientException failure =
                catchThrowableOfType(ClientException.class, () -> RequestUrl.parse(url));
        assertThat(failure).as("failure of %s", url).isNotNull();
        return failure;
    }
}
