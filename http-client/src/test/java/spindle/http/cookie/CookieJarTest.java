package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.Url;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// What a jar keeps and sends.
@Timeout(10)
class CookieJarTest {
    private final ManualInstants clock = new ManualInstants();
    private final CookieJar jar = new CookieJar(clock);

    // --- Where to ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.com/a/b | x=1 | https://example.com/a/c | x=1",
                "https://example.com/a/b | x=1 | https://example.com/a | x=1",
                "https://example.com/a/b | x=1 | https://example.com/a/b/c?q#f | x=1",
                "https://example.com/a/b | x=1 | https://example.com/ | ",
                "https://example.com/a/b | x=1 | https://example.com/ab | ",
                "https://example.com/ | x=1 | https://example.com:8443/ | x=1",
                "https://example.com/ | x=1 | http://example.com/ | x=1",
                "http://example.com/ | x=1 | https://example.com/ | x=1",
                "https://example.com/ | x=1; Secure | http://example.com/ | ",
                "https://example.com/ | x=1; Secure | https://example.com/ | x=1",
                "http://example.com/ | x=1; Secure | https://example.com/ | ",
                "https://example.com/ | x=1; HttpOnly | http://example.com/ | x=1",
                "https://example.com/ | x=1; SameSite=Strict | https://example.com/ | x=1",
                "https://example.com/ | x=1 | https://a.example.com/ | ",
                "https://a.example.com/ | x=1 | https://example.com/ | ",
                "https://a.example.com/ | x=1; Domain=example.com | https://example.com/ | x=1",
                "https://a.example.com/ | x=1; Domain=example.com | https://b.c.example.com/ | x=1",
                "https://a.example.com/ | x=1; Domain=example.com | https://badexample.com/ | ",
                "https://a.example.com/ | x=1; Domain=example.com | https://EXAMPLE.com/ | x=1",
                "https://example.com/ | x=1 | https://example.com./ | ",
                "https://example.com./ | x=1 | https://example.com./ | x=1",
                "http://127.0.0.1/ | x=1 | http://127.0.0.1:81/ | x=1",
                "http://127.0.0.1/ | x=1 | http://127.0.0.2/ | ",
                "http://[::1]/ | x=1 | http://[0::1]/ | x=1",
                "http://[::1]/ | x=1 | http://[::2]/ | ",
                "http://localhost/ | x=1 | http://localhost:8080/ | x=1",
                "http://b\u00fccher.example/ | x=1 | http://xn--bcher-kva.example/ | x=1",
            })
    void sendsWhereItMay(String from, String field, String to, String expected) {
        jar.store(Url.parse(from), List.of(field));

        assertThat(jar.headerFor(Url.parse(to))).isEqualTo(expected);
    }

    @Test
    void anEmptyJarDoesNotEvenAskItsClock() {
        InstantSource broken = () -> {
            throw new AssertionError("asked");
        };
        CookieJar empty = new CookieJar(broken);

        assertThatCode(() -> {
                    empty.store(url("https://example.com/"), List.of());
                    assertThat(empty.headerFor(url("https://example.com/"))).isNull();
                })
                .doesNotThrowAnyException();
    }

    // --- Order ---

    @Test
    void sendsTheLongestPathFirst() {
        store("https://example.com/", "a=1; Path=/", "b=2; Path=/x/y", "c=3; Path=/x");

        assertThat(header("https://example.com/x/y/z")).isEqualTo("b=2; c=3; a=1");
    }

    @Test
    void sendsTheOldestOfEqualPathsFirst() {
        store("https://example.com/", "b=1", "a=2");
        clock.advance(Duration.ofSeconds(1));
        store("https://example.com/", "0=3", "z=4; Domain=example.com");

        assertThat(header("https://example.com/")).isEqualTo("b=1; a=2; 0=3; z=4");
    }

    @Test
    void sendsCookiesOfOneNameAndSeveralPathsAll() {
        store("https://example.com/", "a=root; Path=/", "a=x; Path=/x", "a=y; Path=/x/y");

        assertThat(header("https://example.com/x/y")).isEqualTo("a=y; a=x; a=root");
        assertThat(header("https://example.com/x")).isEqualTo("a=x; a=root");
    }

    @Test
    void sendsCookiesOfOneNameAndSeveralDomainsAll() {
        store("https://a.example.com/", "a=domain; Domain=example.com", "a=host");
        store("https://a.example.com/", "a=own; Domain=a.example.com");

        assertThat(header("https://a.example.com/")).isEqualTo("a=domain; a=host; a=own");
        assertThat(header("https://b.example.com/")).isEqualTo("a=domain");
    }

    @Test
    void aNewValueTakesThePlaceOfTheOldOne() {
        store("https://example.com/", "a=1", "b=2");
        clock.advance(Duration.ofSeconds(1));
        store("https://example.com/", "a=3");

        assertThat(header("https://example.com/")).isEqualTo("a=3; b=2");
        assertThat(jar.size()).isEqualTo(2);
    }

    @Test
    void aRemovedCookieThatComesBackIsTheYoungest() {
        store("https://example.com/", "a=1", "b=2", "a=; Max-Age=0", "a=3");

        assertThat(header("https://example.com/")).isEqualTo("b=2; a=3");
    }

    @Test
    void namesDifferInCase() {
        store("https://example.com/", "a=1", "A=2");

        assertThat(header("https://example.com/")).isEqualTo("a=1; A=2");
    }

    // --- Ends ---

    @Test
    void aCookieIsSentUntilItsEnd() {
        store("https://example.com/", "a=1; Max-Age=10", "b=2");

        clock.advance(Duration.ofMillis(9_999));
        assertThat(header("https://example.com/")).isEqualTo("a=1; b=2");
        clock.advance(Duration.ofMillis(1));
        assertThat(header("https://example.com/")).isEqualTo("b=2");
        assertThat(jar.size()).isEqualTo(1);
    }

    @Test
    void cookiesEndOneAfterTheOther() {
        for (int i = 1; i <= 20; i++) {
            store("https://example.com/", "c" + (i * 7 % 20) + "=; Max-Age=" + (1 + i * 7 % 20));
        }

        for (int left = 20; left >= 0; left--) {
            assertThat(jar.cookies()).hasSize(left);
            clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void aNewEndCountsAndNotTheOldOne() {
        store("https://example.com/", "a=1; Max-Age=10");
        store("https://example.com/", "a=2; Max-Age=100");

        clock.advance(Duration.ofSeconds(50));

        assertThat(header("https://example.com/")).isEqualTo("a=2");
    }

    @Test
    void onlyTheCookieOfTheSamePathAndDomainIsRemoved() {
        store("https://example.com/", "a=1; Path=/x", "a=2; Domain=example.com");

        store("https://example.com/", "a=; Max-Age=0");
        assertThat(header("https://example.com/x")).isEqualTo("a=1; a=2");
        store("https://example.com/", "a=; Max-Age=0; Domain=example.com");
        assertThat(header("https://example.com/x")).isEqualTo("a=1");
        store("https://example.com/", "a=; Max-Age=0; Path=/x");
        assertThat(header("https://example.com/x")).isNull();
    }

    // --- Secure ones are left alone ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1; Secure | a=2 | refused",
                "a=1; Secure | a=; Max-Age=0 | refused",
                "a=1; Secure | a=2; Domain=example.com | refused",
                "a=1; Secure; Domain=example.com | a=2 | refused",
                "a=1; Secure | a=2; Path=/x | refused",
                "a=1; Secure; Path=/x | a=2; Path=/x/y | refused",
                "a=1; Secure; Path=/x | a=2; Path=/ | kept",
                "a=1; Secure; Path=/x | a=2; Path=/y | kept",
                "a=1; Secure | b=2 | kept",
                "a=1; Secure | A=2 | kept",
                "a=1 | a=2 | kept",
            })
    void noCookieFromHttpHidesASecureOne(String secure, String other, String expected) {
        store("https://example.com/", secure);
        Cookie kept = jar.cookies().getFirst();
        Url insecure = url("http://example.com/");
        boolean refused = jar.whyRefused(insecure, other) != null;

        jar.store(insecure, List.of(other));

        assertThat(refused ? "refused" : "kept").isEqualTo(expected);
        if (refused) {
            assertThat(jar.cookies()).containsExactly(kept);
        } else {
            assertThat(jar.cookies()).extracting(Cookie::value).contains("2");
        }
    }

    @Test
    void noCookieOfAnInsecureNeighbourHidesASecureOne() {
        store("https://a.example.com/", "a=1; Secure");

        assertThat(jar.whyRefused(url("http://b.example.com/"), "a=2; Domain=example.com"))
                .isEqualTo("it was set without https and would hide a secure cookie of that name");
        assertThat(jar.whyRefused(url("http://b.example.com/"), "a=2")).isNull();
    }

    @Test
    void httpsMayReplaceASecureCookieByOneThatIsNot() {
        store("https://example.com/", "a=1; Secure", "a=2");

        assertThat(header("http://example.com/")).isEqualTo("a=2");
    }

    // --- Prefixes ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.com/ | __Secure-a=1; Secure | kept",
                "https://example.com/ | __Secure-a=1; Secure; Domain=example.com; Path=/x | kept",
                "https://example.com/ | __Secure-a=1 | refused",
                "http://example.com/ | __Secure-a=1; Secure | refused",
                "https://example.com/ | __SECURE-a=1 | refused",
                "https://example.com/ | __secure-a=1 | refused",
                "https://example.com/ | __Host-a=1; Secure; Path=/ | kept",
                "https://example.com/x/y | __Host-a=1; Secure; Path=/ | kept",
                "https://example.com/ | __host-a=1; Secure; Path=/ | kept",
                "https://example.com/ | __Host-a=1; Path=/ | refused",
                "https://example.com/ | __Host-a=1; Secure | refused",
                "https://example.com/ | __Host-a=1; Secure; Path=/x | refused",
                "https://example.com/ | __Host-a=1; Secure; Path=/; Domain=example.com | refused",
                "https://example.com/ | __HOST-a=1; Secure; Path=/; Domain=example.com | refused",
                "https://example.com/ | __Host-a=1; Secure; Path=/; Domain= | kept",
                "http://example.com/ | __Host-a=1; Secure; Path=/ | refused",
                "https://example.com/ | __Host-; Secure; Path=/ | refused",
                "https://example.com/ | __Host=1 | kept",
                "https://example.com/ | _Secure-a=1 | kept",
                "https://example.com/ | x__Secure-a=1 | kept",
            })
    void prefixesKeepTheirPromises(String from, String field, String expected) {
        jar.store(url(from), List.of(field));

        assertThat(jar.isEmpty() ? "refused" : "kept").isEqualTo(expected);
    }

    // --- Trust ---

    @Test
    void aTrustedOriginMayDoWhatHttpsMay() {
        CookieJar trusting = new CookieJar(
                clock,
                CookieOptions.defaults().withTrustedOrigins("http://LOCALHOST:8080/ignored"));
        Url trusted = url("http://localhost:8080/");

        trusting.store(trusted, List.of("a=1; Secure", "__Host-b=2; Secure; Path=/"));

        assertThat(trusting.headerFor(trusted)).isEqualTo("a=1; __Host-b=2");
        assertThat(trusting.headerFor(url("http://localhost:8081/"))).isNull();
        assertThat(trusting.whyRefused(url("http://localhost/"), "c=1; Secure"))
                .isEqualTo("it is secure but was not set over https");
    }

    // --- By hand ---

    @Test
    void cookiesCanBePutByHand() {
        jar.put(Cookie.of("a", "1", "example.com"));
        jar.put(Cookie.of("b", "2", ".Example.COM").withDomain("example.com", false));
        jar.put(Cookie.of("c", "3", "example.com").withPath("/x").withSecure(true));

        assertThat(header("https://example.com/x")).isEqualTo("c=3; a=1; b=2");
        assertThat(header("http://www.example.com/x")).isEqualTo("b=2");
    }

    @Test
    void oneThatHasEndedIsRemovedByHand() {
        store("https://example.com/", "a=1");

        jar.put(Cookie.of("a", "", "example.com").withExpires(ManualInstants.START));

        assertThat(jar.isEmpty()).isTrue();
    }

    @Test
    void whatIsPutByHandMayLastAsLongAsOneLikes() {
        jar.put(Cookie.of("a", "1", "example.com")
                .withExpires(ManualInstants.START.plus(Duration.ofDays(4000))));
        clock.advance(Duration.ofDays(3999));

        assertThat(header("https://example.com/")).isEqualTo("a=1");
    }

    @Test
    void noCookieForAPublicSuffixIsPut() {
        Cookie cookie = Cookie.of("a", "secret", "co.uk").withDomain("co.uk", false);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> jar.put(cookie))
                .withMessage("cannot put <Cookie a domain=.co.uk path=/>: its domain is a public "
                        + "suffix: it must be for that host only");
    }

    @Test
    void noCookieThatIsTooLargeIsPut() {
        Cookie cookie = Cookie.of("a", "secret".repeat(1000), "example.com");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> jar.put(cookie))
                .withMessageContaining("its name and value have 6001 bytes but the limit is 4096")
                .withMessageNotContaining("secret");
    }

    // --- What is in it ---

    @Test
    void showsTheCookiesOfAUrlInTheOrderOfSending() {
        store("https://example.com/", "a=1", "b=2; Path=/x", "c=3; Path=/y");

        assertThat(jar.cookiesFor(url("https://example.com/x")))
                .extracting(Cookie::name)
                .containsExactly("b", "a");
        assertThat(jar.cookiesFor(url("https://example.org/"))).isEmpty();
    }

    @Test
    void showsAllCookiesAsTheyWereSet() {
        store("https://example.com/", "b=1; Path=/x", "a=2");
        store("https://example.org/", "c=3", "b=4");

        assertThat(jar.cookies())
                .extracting(cookie -> cookie.name() + "@" + cookie.domain())
                .containsExactly(
                        "b@example.com", "a@example.com", "c@example.org", "b@example.org");
    }

    @Test
    void whatIsShownIsACopy() {
        store("https://example.com/", "a=1");
        List<Cookie> cookies = jar.cookies();
        List<Cookie> sent = jar.cookiesFor(url("https://example.com/"));

        jar.clear();

        assertThat(cookies).hasSize(1);
        assertThat(sent).hasSize(1);
        assertThatThrownBy(cookies::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(sent::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void clearRemovesAll() {
        store("https://example.com/", "a=1; Max-Age=5", "b=2");
        store("https://example.org/", "c=3");

        jar.clear();

        assertThat(jar.isEmpty()).isTrue();
        assertThat(jar.cookies()).isEmpty();
        assertThat(header("https://example.com/")).isNull();
    }

    @Test
    void clearRemovesThoseForWhichAConditionHolds() {
        store("https://example.com/", "a=1", "b=2; Max-Age=5");
        store("https://example.org/", "c=3");

        jar.clear(Cookie::isSessionCookie);

        assertThat(jar.cookies()).extracting(Cookie::name).containsExactly("b");
        assertThat(jar.toString()).isEqualTo("<CookieJar 1 cookie of 1 site>");
    }

    @Test
    void aConditionThatThrowsRemovesNothing() {
        store("https://example.com/", "a=1", "b=2", "c=3");

        assertThatThrownBy(() -> jar.clear(cookie -> {
                    if (cookie.name().equals("b")) {
                        throw new IllegalStateException("stop");
                    }
                    return true;
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(jar.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "\"secret\"", "x secret"})
    void neitherJarNorCookieShowsValues(String value) {
        store("https://example.com/", "a=" + value, "secret2=" + value + "; Secure; HttpOnly");

        assertThat(jar.toString()).isEqualTo("<CookieJar 2 cookies of 1 site>");
        assertThat(jar.cookies().getFirst().toString())
                .isEqualTo("<Cookie a domain=example.com path=/>");
    }

    private void store(String from, String... fields) {
        jar.store(url(from), List.of(fields));
    }

    private @Nullable String header(String to) {
        return jar.headerFor(url(to));
    }

    private static Url url(String text) {
        return Url.parse(text);
    }
}
