package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyFolderTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.org/, text/html, 0001-example.org.html",
        "http://example.org/a/b, text/html; charset=utf-8, 0001-example.org-a-b.html",
        "http://example.org/a/b.PNG?size=2#top, image/png, 0001-example.org-a-b.png",
        "HTTP://127.0.0.1:5000/data, Application/JSON, 0001-127.0.0.1-5000-data.json",
        "http://example.org/who.knows.whatever, application/x-unknown, 0001-example.org-who.knows.whatever.bin",
        "http://example.org, '', 0001-example.org.bin"
    })
    void namesAFileAfterItsNumberAndUrl(String url, String contentType, String name) {
        assertThat(BodyFolder.nameOf(1, url, contentType)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/../../etc/passwd",
                "http://h/%2e%2e/%2e%2e/etc",
                "http://h/..\\..\\windows",
                "http://h/a\u0000b\nc",
                "http://h/\u001B[31m",
                "http://../..",
                "////",
                ""
            })
    void nameIsAlwaysThatOfAFileInTheFolder(String url) {
        assertThat(BodyFolder.nameOf(7, url, "text/html"))
                .startsWith("0007-")
                .matches("[A-Za-z0-9._-]+")
                .doesNotContain("..");
    }

    @Test
    void sameUrlTwiceHasTwoFiles() {
        assertThat(BodyFolder.nameOf(1, "http://h/", "text/html"))
                .isNotEqualTo(BodyFolder.nameOf(2, "http://h/", "text/html"));
    }

    @Test
    void longUrlIsCutInTheMiddle() {
        String url = "http://example.org/" + "x".repeat(500) + "/page.html";

        assertThat(BodyFolder.nameOf(12345, url, "text/html"))
                .startsWith("12345-example.org-xxx")
                .endsWith("xxx-page.html")
                .hasSizeLessThan(120);
    }
}
