package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.function.Consumer;

/// What is in normal form stays as it is, and the fast scan and the parser agree on what that is.
@Timeout(60)
class NormalFormTest {

    private static final int CASES = 5_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8090/",
                "http://host/",
                "https://host/",
                "http://h/",
                "http://my_host-1.example:65535/a/b.c/a%41/;x=1,2:@!$&'()*+~[]|?a=b/?&c[]=^`{}|\\#d#?^",
                "https://host:80/?",
                "http://host/#",
                "http://host/a//b/c...",
                "http://host/a..b/c.",
                "http://x.xn.xn-.a-xn--b/",
                "http://1.a/",
                "http://a..b/",
            })
    void fastScanTakesTheTextAsItIs(String text) {
        assertThat(NormalForm.layout(text)).as("layout of %s", text).isNotNull();
        assertThat(Url.parse(text).text()).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP://host/",
                "http://Host/",
                "http://host",
                "http://host?",
                "http://host:80/",
                "https://host:443/",
                "http://host:/",
                "http://host:081/",
                "http://host:0/",
                "http://host:65536/",
                "http://host:99999999999/",
                "http://host:81",
                "http:///host/",
                "http://host/./",
                "http://host/../",
                "http://host/%2e/",
                "http://host/a\\b",
                "http://host/a b",
                "http://host/\u00e4",
                "http://host/?'",
                "http://host/#<",
                "http://127.1/",
                "http://1/",
                "http://0x7f/",
                "http://1.2.3.4./",
                "http://xn--a/",
                "http://a.xn--a/",
                "http://ho%73t/",
                "http://host/ ",
                " http://host/",
                "http://host/\n",
                "http:",
                "http://",
                "",
            })
    void fastScanLeavesTheRestToTheParser(String text) {
        assertThat(NormalForm.layout(text)).isNull();
    }

    @Test
    void urlIsParsedFromItsText() {
        forRandomUrls(url -> {
            Url again = Url.parse(url.text());

            assertThat(again).isEqualTo(url);
            assertThat(again.text()).isEqualTo(url.text());
            assertThat(again.layout()).isEqualTo(url.layout());
        });
    }

    /// The blank keeps the fast scan out.
    @Test
    void fastScanAgreesWithTheParser() {
        forRandomUrls(url -> {
            Url slowly = Url.parse(" " + url.text());

            assertThat(slowly).isEqualTo(url);
            assertThat(slowly.layout()).isEqualTo(url.layout());
        });
    }

    @Test
    void partsMakeUpTheText() {
        forRandomUrls(url -> {
            String query = url.query() == null ? "" : "?" + url.query();
            String fragment = url.fragment() == null ? "" : "#" + url.fragment();

            assertThat(url.target()).isEqualTo(url.path() + query);
            assertThat(url.path()).startsWith("/").matches("[!-~]+");
            assertThat(url.text()).matches("[!-~]+");
            assertThat(url.withoutCredentials().text())
                    .isEqualTo(url.origin() + url.target() + fragment);
        });
    }

    @Test
    void replacingAPartByItselfChangesNothing() {
        forRandomUrls(url -> {
            if (url.text().replaceAll("%\\p{XDigit}{2}", "").indexOf('%') >= 0) {
                return; // What comes from a program has no bare percent sign.
            }
            assertThat(url.withPath(url.path())).isEqualTo(url);
            assertThat(url.withQuery(url.query())).isEqualTo(url);
            assertThat(url.withFragment(url.fragment())).isEqualTo(url);
        });
    }

    @Test
    void emptyReferenceMeansTheUrlWithoutItsFragment() {
        forRandomUrls(url -> assertThat(url.resolve("")).isEqualTo(url.withoutFragment()));
    }

    @Test
    void resolvedUrlIsParsedFromItsText() {
        for (int seed = 0; seed < CASES; seed++) {
            var urls = new RandomUrls(seed);
            Url base = parseOrNull(urls.url());
            if (base == null) {
                continue;
            }
            try {
                Url url = base.resolve(urls.reference());

                assertThat(Url.parse(url.text()).layout()).as(url.text()).isEqualTo(url.layout());
            } catch (InvalidUrlException failure) {
                assertThat(failure)
                        .hasMessageStartingWith("expected a reference to resolve against ");
            }
        }
    }

    private static void forRandomUrls(Consumer<Url> check) {
        int valid = 0;
        for (int seed = 0; seed < CASES; seed++) {
            Url url = parseOrNull(new RandomUrls(seed).url());
            if (url != null) {
                valid++;
                check.accept(url);
            }
        }
        assertThat(valid).isGreaterThan(CASES / 10);
    }

    private static @Nullable Url parseOrNull(String text) {
        try {
            return Url.parse(text);
        } catch (InvalidUrlException _) {
            return null;
        }
    }
}
