package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;

/// Names beyond ASCII where ICU4J is absent.
@Timeout(10)
class JdkIdnaTest {

    private final Idna idna = new JdkIdna();

    @ParameterizedTest
    @CsvSource({
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER.Example, xn--bcher-kva.example",
        "\u65e5\u672c\u8a9e\u3002\uff2a\uff30, xn--wgv71a119e.jp",
        "xn--fa-hia.example, xn--fa-hia.example",
        "XN--A.example, xn--a.example",
    })
    void takesWhatItReadsAsBrowsersDo(String name, String ascii) throws Flaw {
        assertThat(idna.toAscii(name)).isEqualTo(ascii);
        assertThat(idna.toAscii(ascii)).isEqualTo(ascii);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fa\u00df.example",
                "\u03b2\u03cc\u03bb\u03bf\u03c2.example",
                "a\u200cb.example",
                "a\u200db.example",
                "\ud83d\ude00.example",
                "\u1e9e.example",
                "a\u05d0.example",
            })
    void refusesWhatItReadsOtherwise(String name) {
        assertThatThrownBy(() -> idna.toAscii(name))
                .isInstanceOf(Flaw.class)
                .hasMessageContaining("put com.ibm.icu:icu4j on the class path");
    }

    @Test
    void icuIsPreferred() {
        assertThat(Idna.available()).isInstanceOf(IcuIdna.class);
    }

    @Test
    void isUsedWhereIcuIsAbsent() throws Exception {
        URL classes = Url.class.getProtectionDomain().getCodeSource().getLocation();
        try (var loader = new URLClassLoader(
                new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Method parse = loader.loadClass(Url.class.getName()).getMethod("parse", String.class);

            assertThat(parse.invoke(null, "http://b\u00fccher.example"))
                    .hasToString("http://xn--bcher-kva.example/");
            assertThatThrownBy(() -> parse.invoke(null, "http://fa\u00df.example"))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("put com.ibm.icu:icu4j on the class path");
        }
    }
}
