package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

@Timeout(10)
class UrlTest {

    @Test
    void isTakenApart() {
        Url url = Url.parse("https://me:pw@host.example:8443/a/b?c=d&e#f");

        assertThat(url.scheme()).isEqualTo("https");
        assertThat(url.isSecure()).isTrue();
        assertThat(url.host()).isEqualTo("host.example");
        assertThat(url.port()).isEqualTo(8443);
        assertThat(url.hasDefaultPort()).isFalse();
        assertThat(url.path()).isEqualTo("/a/b");
        assertThat(url.query()).isEqualTo("c=d&e");
        assertThat(url.fragment()).isEqualTo("f");
        assertThat(url.user()).isEqualTo("me");
        assertThat(url.password()).isEqualTo("pw");
        assertThat(url.target()).isEqualTo("/a/b?c=d&e");
        assertThat(url.hostField()).isEqualTo("host.example:8443");
        assertThat(url.origin()).isEqualTo("https://host.example:8443");
        assertThat(url.text()).isEqualTo("https://me:pw@host.example:8443/a/b?c=d&e#f");
    }

    @Test
    void hasNoPartThatIsNotThere() {
        Url url = Url.parse("http://host");

        assertThat(url.isSecure()).isFalse();
        assertThat(url.port()).isEqualTo(80);
        assertThat(url.hasDefaultPort()).isTrue();
        assertThat(url.path()).isEqualTo("/");
        assertThat(url.query()).isNull();
        assertThat(url.fragment()).isNull();
        assertThat(url.user()).isNull();
        assertThat(url.password()).isNull();
        assertThat(url.target()).isEqualTo("/");
        assertThat(url.hostField()).isEqualTo("host");
        assertThat(url.origin()).isEqualTo("http://host");
    }

    @Test
    void tellsAnEmptyPartFromNone() {
        Url url = Url.parse("http://host/?#");

        assertThat(url.query()).isEmpty();
        assertThat(url.fragment()).isEmpty();
        assertThat(url.target()).isEqualTo("/?");
        assertThat(url.text()).isEqualTo("http://host/?#");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/, host, 80, true, host",
        "http://host:80/, host, 80, true, host",
        "http://host:443/, host, 443, false, host:443",
        "https://host/, host, 443, true, host",
        "https://host:80/, host, 80, false, host:80",
        "http://HOST:81/, host, 81, false, host:81",
        "http://host:/, host, 80, true, host",
        "http://host:00080/, host, 80, true, host",
        "http://host:65535/, host, 65535, false, host:65535",
        "http://[::1]/, ::1, 80, true, [::1]",
        "http://u:p@[::1]:81/, ::1, 81, false, [::1]:81",
        "http://host./, host., 80, true, host.",
    })
    void knowsWhomToConnectTo(
            String text, String host, int port, boolean isDefault, String hostField) {
        Url url = Url.parse(text);

        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.hasDefaultPort()).isEqualTo(isDefault);
        assertThat(url.hostField()).isEqualTo(hostField);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "[::1], true",
        "[::ffff:1.2.3.4], true",
        "host, false",
        "host1, false",
        "1.2.3.4.example, false",
        "4.in-addr.arpa, false",
        "a.1b, false",
    })
    void tellsAnAddressFromAName(String host, boolean address) {
        assertThat(Url.parse("http://" + host + "/").isIpAddress()).isEqualTo(address);
    }

    // --- Credentials ---

    @ParameterizedTest
    @CsvSource({
        "http://me:pw@host/, me, pw, http://me:pw@host/",
        "http://me@host/, me, '', http://me@host/",
        "http://me:@host/, me, '', http://me@host/",
        "http://:pw@host/, '', pw, http://:pw@host/",
        "http://me:p:w@host/, me, p:w, http://me:p%3Aw@host/",
        "http://me@example.org:pw@host/, me@example.org, pw, http://me%40example.org:pw@host/",
        "http://m%65:p%3aw@host/, me, p:w, http://m%65:p%3aw@host/",
        "http://gr\u00fcn:\ud83d\ude00@host/, gr\u00fcn, \ud83d\ude00,"
                + " http://gr%C3%BCn:%F0%9F%98%80@host/",
        "http://m e:p|w@host/, m e, p|w, http://m%20e:p%7Cw@host/",
        "http://%:%zz@host/, %, %zz, http://%:%zz@host/",
    })
    void readsCredentials(String given, String user, String password, String text) {
        Url url = Url.parse(given);

        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://@host/", "http://:@host/"})
    void emptyCredentialsAreNone(String text) {
        Url url = Url.parse(text);

        assertThat(url.text()).isEqualTo("http://host/");
        assertThat(url.user()).isNull();
        assertThat(url.password()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"me, pw", "me, ''", "'', pw", "a@b:c/d, %41%zz?#[]", "gr\u00fcn, \ud83d\ude00"})
    void givesBackTheCredentialsThatItWasGiven(String user, String password) {
        Url url = Url.parse("http://old:old@host:81/p?q#f").withCredentials(user, password);

        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.withoutCredentials().text()).isEqualTo("http://host:81/p?q#f");
    }

    @Test
    void losesItsCredentialsWithEmptyOnes() {
        assertThat(Url.parse("http://me:pw@host/").withCredentials("", "").text())
                .isEqualTo("http://host/");
    }

    @Test
    void withoutCredentialsIsItselfIfItHasNone() {
        Url url = Url.parse("http://host/#f");

        assertThat(url.withoutCredentials()).isSameAs(url);
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/a?b#c, http://host/a?b#c",
        "http://me:secret@host/a?b#c, http://***@host/a?b#c",
        "https://me@host:81/, https://***@host:81/",
        "http://:secret@[::1]/, http://***@[::1]/",
        "http://host/@me, http://host/@me",
    })
    void isShownWithoutItsCredentials(String text, String shown) {
        assertThat(Url.parse(text)).hasToString(shown);
    }

    // --- With another part ---

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "/x,/x",
                "x/y,/x/y",
                "'',/",
                "/a b?c#d,/a%20b%3Fc%23d",
                "/%41%2F%zz%,/%41%2F%25zz%25",
                "/a\\b,/a%5Cb",
                "/a/../b/%2e/,/b/",
                "//evil.example/,//evil.example/",
                "/\u4f60,/%E4%BD%A0",
            })
    void takesAnotherPath(String given, String path) {
        Url url = Url.parse("http://me:pw@host:81/old?q#f").withPath(given);

        assertThat(url.text()).isEqualTo("http://me:pw@host:81" + path + "?q#f");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            nullValues = "none",
            value = {
                "none,",
                "'',?",
                "a=b&c,?a=b&c",
                "?a,??a",
                "a b#c'\"<>,?a%20b%23c%27%22%3C%3E",
                "%41%zz%,?%41%25zz%25",
                "gr\u00fcn,?gr%C3%BCn",
            })
    void takesAnotherQuery(@Nullable String given, @Nullable String query) {
        Url url = Url.parse("http://me:pw@host:81/p?old#f").withQuery(given);

        assertThat(url.text())
                .isEqualTo("http://me:pw@host:81/p" + (query == null ? "" : query) + "#f");
    }

    @Test
    void takesAnotherFragment() {
        Url url = Url.parse("http://me:pw@host/p?q#f");

        assertThat(url.withFragment("a b#%41%").text())
                .isEqualTo("http://me:pw@host/p?q#a%20b#%41%25");
        assertThat(url.withFragment("").text()).isEqualTo("http://me:pw@host/p?q#");
        assertThat(url.withoutFragment().text()).isEqualTo("http://me:pw@host/p?q");
    }

    @Test
    void encodesLineBreaksInPartsThatAProgramGives() {
        Url url = Url.parse("http://host/");

        assertThat(url.withPath("/\r\nX: y\t\0").target()).isEqualTo("/%0D%0AX:%20y%09%00");
        assertThat(url.withQuery("\r\n").target()).isEqualTo("/?%0D%0A");
        assertThat(url.withParameter("\r", "\n").target()).isEqualTo("/?%0D=%0A");
        assertThat(url.withCredentials("\r\n", "\0").text()).isEqualTo("http://%0D%0A:%00@host/");
    }

    // --- Parameters ---

    @ParameterizedTest
    @CsvSource({
        "http://h/, http://h/?a+b=c%26d",
        "http://h/?, http://h/?a+b=c%26d",
        "http://h/?x=%20, http://h/?x=%20&a+b=c%26d",
        "http://h/?x&#f, http://h/?x&&a+b=c%26d#f",
        "http://u:p@h:81/#f, http://u:p@h:81/?a+b=c%26d#f",
    })
    void appendsAParameter(String text, String extended) {
        assertThat(Url.parse(text).withParameter("a b", "c&d").text()).isEqualTo(extended);
    }

    @Test
    void appendsParametersInTheirOrder() {
        Url url = Url.parse("http://h/?z=0")
                .withParameters(List.of(Map.entry("b", "1"), Map.entry("a", ""), Map.entry("b", "2")));

        assertThat(url.target()).isEqualTo("/?z=0&b=1&a=&b=2");
    }

    @Test
    void staysAsItIsWithoutParameters() {
        assertThat(Url.parse("http://h/?").withParameters(List.of()).text()).isEqualTo("http://h/?");
        assertThat(Url.parse("http://h/").withParameters(Map.<String, String>of().entrySet()).text())
                .isEqualTo("http://h/");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a=b,[a=b]",
                "a,[a=]",
                "=b,[=b]",
                "=,[=]",
                "'',[]",
                "&&a&,[a=]",
                "a=b=c,[a=b=c]",
                "a+b=%2B%20+,'[a b=+  ]'",
                "b=1&a=2&b=3,'[b=1, a=2, b=3]'",
                "%C3%A4=%E4%BD%A0,[\u00e4=\u4f60]",
                "%=%zz%4,[%=%zz%4]",
                "%ff=%C3,[\ufffd=\ufffd]",
                "a;b=c,[a;b=c]",
            })
    void readsParameters(String query, String parameters) {
        assertThat(Url.parse("http://h/?" + query).parameters()).hasToString(parameters);
    }

    @Test
    void hasNoParametersWithoutAQuery() {
        assertThat(Url.parse("http://h/").parameters()).isEmpty();
    }

    @Test
    void givesBackTheParametersThatItWasGiven() {
        for (String text : List.of("", " ", "+%20%zz", "a=b&c;d#e", "\u00e4\ud83d\ude00\r\n\0'\"\\|")) {
            Url url = Url.parse("http://h/").withParameter(text, text);

            assertThat(url.parameters()).containsExactly(Map.entry(text, text));
        }
    }

    // --- Equality ---

    @Test
    void isEqualByItsText() {
        Url url = Url.parse("HTTP://HOST:80/a/../b?c");

        assertThat(url).isEqualTo(Url.parse("http://host/b?c")).hasSameHashCodeAs("http://host/b?c");
        assertThat(url)
                .isNotEqualTo(Url.parse("http://host/b?c#"))
                .isNotEqualTo(Url.parse("http://me@host/b?c"))
                .isNotEqualTo("http://host/b?c");
    }
}
