package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiePathTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a, /",
        "/a/, /a",
        "/a/b, /a",
        "/a/b/, /a/b",
        "/a/b/c.html, /a/b",
        "//, /",
        "//a, /",
        "/a//b, /a/",
        "/a%2Fb, /",
        "/a;x=/b, /a;x=",
    })
    void defaultIsTheFolderOfTheRequest(String request, String expected) {
        assertThat(CookiePath.defaultOf(request)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, true",
        "/, /a/b, true",
        "/a, /a, true",
        "/a, /a/, true",
        "/a, /a/b, true",
        "/a, /ab, false",
        "/a, /, false",
        "/a, /b/a, false",
        "/a, /A, false",
        "/a/, /a, false",
        "/a/, /a/, true",
        "/a/, /a/b, true",
        "/a/b, /a, false",
        "/a/b, /a/b/c, true",
        "/a/b, /a/bc, false",
        "/a, /a%2Fb, false",
        "/%61, /a, false",
    })
    void coversAsFoldersDo(String folder, String path, boolean expected) {
        assertThat(CookiePath.covers(folder, path)).isEqualTo(expected);
    }
}
