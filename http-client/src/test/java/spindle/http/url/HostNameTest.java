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
class HostNameTest {

    @ParameterizedTest
    @CsvSource({
        "host, host",
        "HoSt.Example, host.example",
        "host., host.",
        "., .",
        "a..b, a..b",
        "-a-.b--c-, -a-.b--c-",
        "my_host, my_host",
        "_srv._tcp.example, _srv._tcp.example",
        "a!$&'()*+;=~b, a!$&'()*+;=~b",
        "'a,b', 'a,b'",
        "a{b}`c\", a{b}`c\"",
        "ho%73t, host",
        "h%4Fst%2eexample, host.example",
        "%68%6F%73%74, host",
    })
    void takesNamesOfAscii(String given, String host) {
        assertThat(Url.parse("http://" + given + "/").host()).isEqualTo(host);
    }

    /// With the settings of browsers: unlike RFC 3490, ß and ς stay apart from ss and σ.
    @ParameterizedTest
    @CsvSource({
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER.Example, xn--bcher-kva.example",
        "bu\u0308cher.example, xn--bcher-kva.example",
        "b%C3%BCcher.example, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example",
        "fa\u00df.example, xn--fa-hia.example",
        "xn--fa-hia.example, xn--fa-hia.example",
        "\u03b2\u03cc\u03bb\u03bf\u03c2.com, xn--nxasmm1c.com",
        "\u65e5\u672c\u8a9e\u3002\uff2a\uff30, xn--wgv71a119e.jp",
        "\u2603.net, xn--n3h.net",
        "\ud83d\ude00.example, xn--e28h.example",
        "\uff27\uff4f.com, go.com",
        "go\u00ad\u200b\u2060\ufeffogle.com, google.com",
        "\u00fc.b\u00fc.., xn--tda.xn--b-eha..",
        "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com, xn--mgba3gch31f060k.com",
    })
    void takesNamesBeyondAscii(String given, String host) {
        assertThat(Url.parse("http://" + given + "/").host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u200cb.example",
                "a\u05d0.example",
                "\u0300a.example",
                "a\ufffd.example",
                "a\u2028.example",
                "\ud83d.example",
                "\ud83d\u00ad\ude00.example",
                "%ff.example",
                "%C3.example",
                "xn--.example",
                "xn--a.example",
                "xn--a-\u00fc.example",
                "xn--bcher-.example",
                "xn--bcher-kva\u00fc.example",
            })
    void refusesNamesBeyondAsciiThatUts46Refuses(String given) {
        InvalidUrlException failure = failureOf(given);

        assertThat(failure.reason()).isEqualTo(Reason.HOST);
        assertThat(failure.getMessage())
                .containsPattern("is no internationalised name|half of a surrogate pair");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ", "%20", "a b", "a%00b", "a%0d%0ab", "a%09b", "a%23b", "a%2Fb", "a%3Ab", "a%3Fb",
                "a%40b", "a%5Cb", "a%5Bb", "a<b", "a>b", "a^b", "a|b", "a%7Cb", "a%b", "a%zz", "a%25b",
                "a%2525b", "a\u007fb", "a%7fb", "a\u0001b", "a]b", "a[b", "\uff05\uff14\uff11",
                "\u00ad", "a\uff0fb", "a\uff20b", "a\uff1ab", "\u2100x", "%EF%BC%8F",
            })
    void refusesCharactersThatNoHostHas(String given) {
        assertThat(failureOf(given).reason()).isEqualTo(Reason.HOST);
    }

    @Test
    void namesTheCharacterThatNoHostHas() {
        assertThat(failureOf("a%2Fb"))
                .hasMessage("expected a URL such as http://host/path but found \"http://a%2Fb/\":"
                        + " a host cannot hold the character U+002F, was \"a%2Fb\"");
        assertThat(failureOf("\u00ad"))
                .hasMessageContaining("nothing remains of the host in its normal form");
    }

    @Test
    void takesNamesOfTheLengthThatDnsHas() {
        String longest = "a".repeat(HostName.MOST_CHARS);

        assertThat(Url.parse("http://" + longest + "/").host()).isEqualTo(longest);
        assertThat(Url.parse("http://" + longest + "?").host()).isEqualTo(longest);
        assertThat(failureOf("a" + longest).reason()).isEqualTo(Reason.HOST);
        assertThat(failureOf("a" + longest))
                .hasMessageEndingWith(": a host must have at most 255 characters, has 256");
        assertThat(failureOf("\u4f60\u597d".repeat(127)))
                .hasMessageContaining(": a host must have at most 255 characters, has ");
        assertThat(failureOf("\u4f60".repeat(30_000)))
                .hasMessageEndingWith(": a host must have at most 255 characters, has 30000");
    }

    // --- IPv4 ---

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40", "1.2.3.4"})
    void takesIpv4AddressesOfFourNumbers(String address) {
        Url url = Url.parse("http://" + address + ":81/");

        assertThat(url.host()).isEqualTo(address);
        assertThat(url.isIpAddress()).isTrue();
        assertThat(Url.parse("http://u@" + address).host()).isEqualTo(address);
    }

    /// Each of them is an address for a browser or a C library, often 127.0.0.1.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "127.0.1",
                "2130706433",
                "0x7f.1",
                "0x7f000001",
                "0X7F.0.0.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.01",
                "127.0.0.0x1",
                "127.0.0.0x",
                "127.0.0.1.",
                "127.1.",
                "0",
                "1",
                "0x",
                "00.0.0.0",
                "256.0.0.1",
                "127.0.0.256",
                "127.0.0.1000",
                "1.2.3.4.5",
                "1.2.3.4294967296",
                "a.1",
                "a.b.0x7f",
                "a.08",
                "..1",
                "1..2.3",
                "1.2.3.4.5.",
                "\uff11\uff12\uff17.0.0.1",
                "127\u30020\u30020\u30021",
                "\u2460.2.3.4",
                "%31%32%37.0.0.1",
                "127%2e0%2e0%2e1",
                "127.0.0.1\u00ad",
            })
    void refusesOddIpv4Addresses(String given) {
        InvalidUrlException failure = failureOf(given);

        assertThat(failure.reason()).isEqualTo(Reason.HOST);
        assertThat(failure.getMessage())
                .contains(": a host that ends in a number must be an IPv4 address of four decimal"
                        + " numbers from 0 to 255 without leading zeros, was \"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.2.3.4.example", "1a", "a1", "1-1", "4.in-addr.arpa", "0xg", "1.2.3.x4", "0x7f.a"})
    void takesNamesThatOnlyLookLikeAddresses(String name) {
        Url url = Url.parse("http://" + name + "/");

        assertThat(url.host()).isEqualTo(name);
        assertThat(url.isIpAddress()).isFalse();
    }

    // --- IPv6 ---

    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "2001:DB8::A, 2001:db8::a",
        "2001:0db8:0000:0000:0000:0000:0002:0001, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:1:2:3:4:5:6, ::1:2:3:4:5:6",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1::3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
        "::1.2.3.4, ::102:304",
        "::ffff:192.0.2.128, ::ffff:c000:280",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:255.255.0.0, 1:2:3:4:5:6:ffff:0",
        "::0.0.0.0, ::",
    })
    void writesIpv6AddressesInCanonicalForm(String given, String address) {
        Url url = Url.parse("http://[" + given + "]/");

        assertThat(url.host()).isEqualTo(address);
        assertThat(url.hostField()).isEqualTo("[" + address + "]");
        assertThat(url.text()).isEqualTo("http://[" + address + "]/");
        assertThat(url.isIpAddress()).isTrue();
        assertThat(Url.parse(url.text())).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]", "[:]", "[:::]", "[1]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[:1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:]", "[1::2::3]", "[1:::2]", "[::1:2:3:4:5:6:7:8]", "[1:2:3:4::5:6:7:8]",
                "[1:2:3:4:5:6:7:8::]", "[12345::]", "[g::]", "[::-1]", "[::1 ]", "[ ::1]", "[::+1]",
                "[1.2.3.4]", "[::1.2.3]", "[::1.2.3.4.5]", "[::1.2.3.256]", "[::1.2.3.04]", "[::1.2.3.0x4]",
                "[::1.2.3.4:5]", "[1.2.3.4::]", "[::.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::\uff11]",
                "[::1", "[::1]x", "x[::1]", "[[::1]]", "[v1.x]", "[::1]]",
            })
    void refusesWhatIsNoIpv6Address(String given) {
        assertThat(failureOf(given).reason()).isEqualTo(Reason.HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%25]", "[%3A%3A1]"})
    void refusesZones(String given) {
        InvalidUrlException failure = failureOf(given);

        assertThat(failure.reason()).isEqualTo(Reason.HOST);
        assertThat(failure)
                .hasMessageContaining(
                        ": a zone (\"%\") cannot stand in the IPv6 address of a URL, was \"");
    }

    private static InvalidUrlException failureOf(String host) {
        String text = "http://" + host + "/";
        InvalidUrlException failure =
                catchThrowableOfType(InvalidUrlException.class, () -> Url.parse(text));
        assertThat(failure).as("failure of %s", text).isNotNull();
        return failure;
    }
}
