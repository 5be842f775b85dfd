package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.Url;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which hosts a cookie is for.
@Timeout(10)
class CookieDomainTest {
    private static final String HOST_ONLY = "host";

    private final CookieJar jar = new CookieJar(new ManualInstants());

    // --- Domain attributes ---

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, .example.com",
        "example.com, .example.com, .example.com",
        "example.com, EXAMPLE.com, .example.com",
        "EXAMPLE.com, example.com, .example.com",
        "a.example.com, example.com, .example.com",
        "a.example.com, a.example.com, .a.example.com",
        "a.b.example.com, example.com, .example.com",
        "a.b.example.com, b.example.com, .b.example.com",
        "example.com, '', host",
        "example.com, ., host",
        "example.com, a.example.com, refused",
        "example.com, ample.com, refused",
        "example.com, xample.com, refused",
        "example.com, example.org, refused",
        "example.com, ..example.com, refused",
        "example.com, example.com., refused",
        "example.com., example.com, refused",
        "example.com., example.com., .example.com.",
        "a.example.com., example.com., .example.com.",
        "example.com, .com, refused",
        "example.com, com, refused",
        "example.com, com., refused",
        "example.com, *, refused",
        "example.com, *.example.com, refused",
        "example.com, 'example.com,example.com', refused",
        "example.com, http://example.com, refused",
        "example.com, example.com:80, refused",
        "example.com, example.com/, refused",
        // Public suffixes, of registries and of companies.
        "www.bbc.co.uk, bbc.co.uk, .bbc.co.uk",
        "www.bbc.co.uk, co.uk, refused",
        "www.bbc.co.uk, uk, refused",
        "co.uk, co.uk, host",
        "me.github.io, github.io, refused",
        "me.github.io, me.github.io, .me.github.io",
        "github.io, github.io, host",
        "b.s3.amazonaws.com, s3.amazonaws.com, refused",
        "b.s3.amazonaws.com, amazonaws.com, .amazonaws.com",
        "a.b.kawasaki.jp, b.kawasaki.jp, refused",
        "a.city.kawasaki.jp, city.kawasaki.jp, .city.kawasaki.jp",
        "www.ck, www.ck, .www.ck",
        "a.b.ck, b.ck, refused",
        // A name without a dot is one too, and so are those that the list does not have.
        "localhost, localhost, host",
        "localhost, '', host",
        "a.localhost, localhost, refused",
        "a.local, local, refused",
        "a.b.internal, b.internal, .b.internal",
        "a.b.internal, internal, refused",
        // Names that DNS would not like.
        "my_host.example.com, example.com, .example.com",
        "my_host.example.com, my_host.example.com, .my_host.example.com",
        "-.example.com, example.com, .example.com",
        // Addresses.
        "127.0.0.1, '', host",
        "127.0.0.1, 127.0.0.1, host",
        "127.0.0.1, .127.0.0.1, host",
        "127.0.0.1, 0.0.1, refused",
        "127.0.0.1, .0.0.1, refused",
        "127.0.0.1, 1, refused",
        "127.0.0.1, 2130706433, refused",
        "127.0.0.1, localhost, refused",
        "[::1], '', host",
        "[::1], ::1, host",
        "[::1], [::1], host",
        "[::1], ::2, refused",
        "[1::0:2], 1::2, host",
        // Beyond ASCII.
        "bücher.example, bücher.example, .xn--bcher-kva.example",
        "a.bücher.example, BÜCHER.example, .xn--bcher-kva.example",
        "a.bücher.example, .bücher.example, .xn--bcher-kva.example",
        "bücher.example, xn--bcher-kva.example, .xn--bcher-kva.example",
        "bücher.example, XN--BCHER-KVA.example, .xn--bcher-kva.example",
        "xn--bcher-kva.example, bücher.example, .xn--bcher-kva.example",
        "bücher.example, bucher.example, refused",
        "a.公司.cn, 公司.cn, refused",
        "a.b.公司.cn, b.公司.cn, .b.xn--55qx5d.cn",
        "a.пример.рф, рф, refused",
        "example.com, ｅxample.com, .example.com",
        "example.com, exam\u00adple.com, .example.com",
    })
    void attributeIsHeldAgainstTheHost(String host, String domain, String expected) {
        assertThat(outcome(host, domain)).isEqualTo(expected);
        assertThat(outcome(host, asBytes(domain))).as("as UTF-8").isEqualTo(expected);
    }

    private String outcome(String host, String domain) {
        jar.clear();
        jar.store(Url.parse("http://" + host + "/"), List.of("a=b; Domain=" + domain));
        if (jar.isEmpty()) {
            return "refused";
        }
        Cookie cookie = jar.cookies().getFirst();
        return cookie.hostOnly() ? HOST_ONLY : "." + cookie.domain();
    }

    /// Returns the text as a field has it: a char per byte.
    private static String asBytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void latin1IsReadAsSuchWhereItIsNoUtf8() {
        assertThat(outcome("bücher.example", "b\u00fccher.example"))
                .isEqualTo(".xn--bcher-kva.example");
    }

    // --- Hosts ---

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, a.example.com, true",
        "example.com, a.b.example.com, true",
        "example.com, badexample.com, false",
        "example.com, example.org, false",
        "a.example.com, example.com, false",
        "example.com, com, false",
        "0.0.1, 127.0.0.1, false",
        "127.0.0.1, 127.0.0.1, true",
        ":1, ::1, false",
        "com, com, true",
    })
    void coversTheHostsBelow(String domain, String host, boolean expected) {
        assertThat(CookieDomain.covers(domain, host)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, false",
        "localhost, false",
        "127.0.0.1, true",
        "::1, true",
        "2001:db8::1, true",
        "1e100.net, false",
        "4.example, false",
        "example.4a, false",
    })
    void anAddressEndsInANumber(String host, boolean expected) {
        assertThat(CookieDomain.isIpAddress(host)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        ".example.com, example.com",
        "EXAMPLE.com, example.com",
        "bücher.example, xn--bcher-kva.example",
        "::1, ::1",
        "[::1], ::1",
        "[0:0::1], ::1",
        "2001:DB8::1, 2001:db8::1",
        "127.0.0.1, 127.0.0.1",
        "localhost, localhost",
    })
    void hasOneSpelling(String text, String expected) {
        assertThat(CookieDomain.canonical(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a b",
                "a/b",
                "a?b",
                "a#b",
                "u@a",
                "a:80",
                "[a]",
                "a\\b",
                "a\tb",
                "%61",
                "1.2.3.4.5",
                "::g",
                "[::1",
                "a\nb"
            })
    void refusesWhatIsNoHost(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CookieDomain.canonical(text))
                .withMessageContaining("expected a domain such as example.org or an IP address");
    }

    // --- Sites ---

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.com, example.com",
        "a.b.example.co.uk, example.co.uk",
        "me.github.io, me.github.io",
        "a.me.github.io, me.github.io",
        "co.uk, co.uk",
        "localhost, localhost",
        "a.b.c.internal, c.internal",
        "c.internal, c.internal",
        "_a.b.example.co.uk, example.co.uk",
        "127.0.0.1, 127.0.0.1",
        "::1, ::1",
        "a.www.ck, www.ck",
    })
    void siteIsASuffixAndOneLabelMore(String domain, String expected) {
        assertThat(PublicSuffixes.siteOf(domain)).isEqualTo(expected);
    }
}
