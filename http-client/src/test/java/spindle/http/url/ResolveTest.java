package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.InvalidUrlException.Reason;

import java.nio.charset.StandardCharsets;

@Timeout(10)
class ResolveTest {

    private static final Url BASE = Url.parse("http://a/b/c/d;p?q");

    /// RFC 3986 section 5.4.1, but `g:h`, which is neither http nor https.
    @ParameterizedTest
    @CsvSource({
        "g, http://a/b/c/g",
        "./g, http://a/b/c/g",
        "g/, http://a/b/c/g/",
        "/g, http://a/g",
        "//g, http://g/",
        "?y, http://a/b/c/d;p?y",
        "g?y, http://a/b/c/g?y",
        "#s, http://a/b/c/d;p?q#s",
        "g#s, http://a/b/c/g#s",
        "g?y#s, http://a/b/c/g?y#s",
        ";x, http://a/b/c/;x",
        "g;x, http://a/b/c/g;x",
        "g;x?y#s, http://a/b/c/g;x?y#s",
        "'', http://a/b/c/d;p?q",
        "., http://a/b/c/",
        "./, http://a/b/c/",
        ".., http://a/b/",
        "../, http://a/b/",
        "../g, http://a/b/g",
        "../.., http://a/",
        "../../, http://a/",
        "../../g, http://a/g",
    })
    void resolvesTheNormalExamples(String reference, String text) {
        assertThat(BASE.resolve(reference).text()).isEqualTo(text);
    }

    /// RFC 3986 section 5.4.2; `http:g` as browsers take it.
    @ParameterizedTest
    @CsvSource({
        "../../../g, http://a/g",
        "../../../../g, http://a/g",
        "/./g, http://a/g",
        "/../g, http://a/g",
        "g., http://a/b/c/g.",
        ".g, http://a/b/c/.g",
        "g.., http://a/b/c/g..",
        "..g, http://a/b/c/..g",
        "./../g, http://a/b/g",
        "./g/., http://a/b/c/g/",
        "g/./h, http://a/b/c/g/h",
        "g/../h, http://a/b/c/h",
        "g;x=1/./y, http://a/b/c/g;x=1/y",
        "g;x=1/../y, http://a/b/c/y",
        "g?y/./x, http://a/b/c/g?y/./x",
        "g?y/../x, http://a/b/c/g?y/../x",
        "g#s/./x, http://a/b/c/g#s/./x",
        "g#s/../x, http://a/b/c/g#s/../x",
        "http:g, http://a/b/c/g",
    })
    void resolvesTheAbnormalExamples(String reference, String text) {
        assertThat(BASE.resolve(reference).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "http:, http://a/b/c/d;p?q",
        "HTTP:g, http://a/b/c/g",
        "http:?y, http://a/b/c/d;p?y",
        "http:#s, http://a/b/c/d;p?q#s",
        "http:/g, http://a/g",
        "http://g, http://g/",
        "http:///g, http://g/",
        "https:g, https://g/",
        "https:/g, https://g/",
        "https://g/h, https://g/h",
        "///g, http://g/",
        "////g//h, http://g//h",
        "\\g, http://a/g",
        "\\\\g\\h, http://g/h",
        "/\\g, http://g/",
        "..\\g, http://a/b/g",
        "g\\..\\h, http://a/b/c/h",
        "?, http://a/b/c/d;p?",
        "#, http://a/b/c/d;p?q#",
        "?#, http://a/b/c/d;p?#",
        "/, http://a/",
        "%2e%2E/g, http://a/b/g",
        "1:2, http://a/b/c/1:2",
        "./g:h, http://a/b/c/g:h",
        "//u:p@g:81/h, http://u:p@g:81/h",
        "//G:80, http://g/",
        "@g, http://a/b/c/@g",
    })
    void resolvesAsABrowserDoes(String reference, String text) {
        assertThat(BASE.resolve(reference).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://u:p@a:81/b/c?q",
        "'  ', https://u:p@a:81/b/c?q",
        "?y, https://u:p@a:81/b/c?y",
        "g, https://u:p@a:81/b/g",
        "/g, https://u:p@a:81/g",
        "#s, https://u:p@a:81/b/c?q#s",
        "https:g, https://u:p@a:81/b/g",
        "//g, https://g/",
        "//a, https://a/",
        "https://a:81/g, https://a:81/g",
        "http:g, http://g/",
    })
    void takesCredentialsOverWithTheHostOnly(String reference, String text) {
        assertThat(Url.parse("https://u:p@a:81/b/c?q#f").resolve(reference).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a, g, http://a/g",
        "http://a/b, '', http://a/b",
        "http://a/b/, ../g, http://a/g",
        "http://a/b//, ../g, http://a/b/g",
        "http://a/b//c, .., http://a/b/",
        "http://a//, g, http://a//g",
        "http://a/b?x/y, g, http://a/g",
        "http://a/b?, #s, http://a/b?#s",
        "http://[::1]:81/b, /g, http://[::1]:81/g",
        "http://a/b;x/c, ../;y, http://a/;y",
    })
    void resolvesAgainstOtherBases(String base, String reference, String text) {
        assertThat(Url.parse(base).resolve(reference).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "ftp://host/~SCHEME",
                "mailto:me@example.org~SCHEME",
                "javascript:alert(1)~SCHEME",
                "file:///etc/passwd~SCHEME",
                "data:,x~SCHEME",
                "g:h~SCHEME",
                "//~HOST",
                "///~HOST",
                "http://~HOST",
                "https:~HOST",
                "//127.1/~HOST",
                "//host:0/~PORT",
                "//[::1~HOST",
                "'g\nh'~SYNTAX",
            })
    void refusesWhatLeadsToNoUrl(String reference, Reason reason) {
        InvalidUrlException failure =
                catchThrowableOfType(InvalidUrlException.class, () -> BASE.resolve(reference));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure)
                .hasMessageStartingWith(
                        "expected a reference to resolve against http://a/b/c/d;p?q but found \"");
    }

    // --- As it came in a field ---

    @ParameterizedTest
    @ValueSource(strings = {"/gr\u00fcn", "/\u4f60?\ud83d\ude00#\u00e4", "/plain", "//b\u00fccher.example/"})
    void readsAFieldInUtf8(String reference) {
        byte[] bytes = reference.getBytes(StandardCharsets.UTF_8);

        assertThat(BASE.resolveField(new String(bytes, StandardCharsets.ISO_8859_1)))
                .isEqualTo(BASE.resolve(reference));
    }

    @ParameterizedTest
    @CsvSource({
        "/gr\u00fcn, /gr%C3%BCn",
        "/\u00ff\u00fe, /%C3%BF%C3%BE",
        "/\u00c3, /%C3%83",
        "/\u00e4\u00c3\u00a4, /%C3%A4%C3%83%C2%A4",
        "/\u00ed\u00a0\u0080, /%C3%AD%C2%A0%C2%80",
        "/\u00c0\u00af, /%C3%80%C2%AF",
    })
    void readsAFieldInLatin1IfItIsNoUtf8(String field, String path) {
        assertThat(BASE.resolveField(field).path()).isEqualTo(path);
    }

    @Test
    void takesAFieldThatIsDecodedAlreadyAsItIs() {
        assertThat(BASE.resolveField("/\u4f60\u00c3\u00a4").path())
                .isEqualTo("/%E4%BD%A0%C3%83%C2%A4");
    }

    @Test
    void readsAFieldThatJavaNetUriRefuses() {
        assertThat(BASE.resolveField("/a b|c^d\"<e>?{f}%zz[g]#`h`").text())
                .isEqualTo("http://a/a%20b|c%5Ed%22%3Ce%3E?{f}%zz[g]#%60h%60");
    }
}
