package spindle.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.Url;

class NoProxyListTest {

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            *                           → http://a.example https://127.0.0.1 http://[::1]:8080
            a.example, *                → http://b.example
            example.org                 → http://example.org https://EXAMPLE.org:444 http://www.example.org http://a.b.example.org
            .example.org                → http://example.org http://www.example.org
            *.example.org               → http://www.example.org http://a.b.example.org
            EXAMPLE.Org.                → http://example.org http://www.example.org http://example.org./
            b,a                         → http://a http://b
            b a                         → http://a http://b
            ' , b ,, a , '              → http://a http://b
            bücher.example              → http://xn--bcher-kva.example http://www.BÜCHER.example
            a:80                        → http://a http://x.a:80
            a:443                       → https://a http://a:443
            .a:8080                     → http://a:8080 http://x.a:8080
            *.a:8080                    → http://x.a:8080
            a:                          → http://a http://a:81
            localhost                   → http://localhost http://x.localhost
            192.0.2.1                   → http://192.0.2.1 https://192.0.2.1:444 http://[::ffff:192.0.2.1]
            192.0.2.1:81                → http://192.0.2.1:81
            2001:db8::1                 → http://[2001:db8::1] http://[2001:DB8:0:0::1]:81
            [2001:db8::1]               → http://[2001:db8::1] http://[2001:db8::1]:81
            [2001:db8::1]:81            → http://[2001:db8::1]:81
            ::ffff:192.0.2.1            → http://192.0.2.1 http://[::ffff:c000:201]
            10.0.0.0/8                  → http://10.0.0.0 http://10.255.255.255:81 http://[::ffff:10.1.2.3]
            10.1.2.3/8                  → http://10.9.9.9
            192.0.2.128/25              → http://192.0.2.128 http://192.0.2.255
            192.0.2.1/32                → http://192.0.2.1
            172.16.0.0/12               → http://172.16.0.0 http://172.31.255.255
            0.0.0.0/0                   → http://1.2.3.4 http://255.255.255.255
            fd00::/8                    → http://[fd00::1] http://[fdff::]:81
            [fd00::]/8                  → http://[fd00::1]
            2001:db8:8000::/33          → http://[2001:db8:8000::1] http://[2001:db8:ffff::1]
            ::/0                        → http://[::1] http://[fd00::1]
            ::1/128                     → http://[::1]
            ::ffff:10.0.0.0/104         → http://10.1.2.3 http://[::ffff:10.1.2.3]
            """)
    void entriesCover(String text, String urls) {
        NoProxyList list = NoProxyList.parse("no_proxy", text);

        for (String url : urls.split(" ", -1)) {
            assertThat(list.covers(Url.parse(url))).as(url).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            ' , '                       → http://a http://127.0.0.1
            example.org                 → http://example.com http://notexample.org http://example.org.evil.example http://org
            *.example.org               → http://example.org http://notexample.org
            a:80                        → https://a http://a:81
            .a:8080                     → http://a http://x.a:8081
            localhost                   → http://127.0.0.1 http://[::1] http://localhost.example
            192.0.2.1                   → http://192.0.2.10 http://192.0.2.1.example http://[::192.0.2.1]
            192.0.2.1:81                → http://192.0.2.1
            2001:db8::1                 → http://[2001:db8::2] http://[2001:db8::1:1]
            [2001:db8::1]:81            → http://[2001:db8::1]
            10.0.0.0/8                  → http://11.0.0.0 http://9.255.255.255 http://ten.example http://[a00::]
            192.0.2.128/25              → http://192.0.2.127 http://192.0.3.128
            192.0.2.1/32                → http://192.0.2.0
            172.16.0.0/12               → http://172.15.255.255 http://172.32.0.0
            0.0.0.0/0                   → http://[::1] http://a
            fd00::/8                    → http://[fc00::1] http://[fe00::] http://253.0.0.1
            2001:db8:8000::/33          → http://[2001:db8:7fff::1]
            ::/0                        → http://1.2.3.4 http://a
            ::ffff:10.0.0.0/104         → http://11.1.2.3
            """)
    void entriesDoNotCoverOthers(String text, String urls) {
        NoProxyList list = NoProxyList.parse("no_proxy", text);

        for (String url : urls.split(" ", -1)) {
            assertThat(list.covers(Url.parse(url))).as(url).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            10.0.0.0/33                 → 10.0.0.0/33 → : expected a length from 0 to 32 bits after the slash
            10.0.0.0/-1                 → 10.0.0.0/-1 → : expected a length from 0 to 32 bits after the slash
            10.0.0.0/                   → 10.0.0.0/   → : expected a length from 0 to 32 bits after the slash
            10.0.0.0/99999999999        → 10.0.0.0/99999999999 → : expected a length from 0 to 32 bits after the slash
            10.0.0.0/255.0.0.0          → 10.0.0.0/255.0.0.0 → : expected a length from 0 to 32 bits after the slash
            fd00::/129                  → fd00::/129  → : expected a length from 0 to 128 bits after the slash
            ::ffff:10.0.0.0/8           → ::ffff:10.0.0.0/8 → : expected a length from 96 to 128 bits after the slash
            a.example/8                 → a.example/8 → : a block begins with an address
            a, http://u:secret@b        → ***@b       → ''
            u:secret@b                  → ***@b       → : there is more than a host and a port
            a?b                         → a?b         → : there is more than a host and a port
            192.168.*                   → 192.168.*   → : an asterisk stands alone, or before a dot
            a#b                         → a#b         → : there is more than a host and a port
            """)
    void badEntryIsNamedWithoutSecrets(String text, String shown, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoProxyList.parse("NO_PROXY", text))
                .withMessage("expected hosts, addresses and blocks of addresses such as "
                        + "\".example.org, 10.0.0.0/8\" in the environment variable NO_PROXY but "
                        + "found \"" + shown + "\"" + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10/8",
                "10.0.0/8",
                "a:99999",
                "a:x",
                "[::1",
                "::1::2",
                "fe80::1%eth0",
                ".",
                "*.",
                "<local>",
                "*a",
                "**",
                "/8",
                "[a]",
                "[10.0.0.0]/8x"
            })
    void whatIsNeitherHostNorBlockIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoProxyList.parse("no_proxy", text))
                .withMessageContaining("\"" + text + "\"");
    }
}
