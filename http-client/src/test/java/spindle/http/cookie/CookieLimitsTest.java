package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Which cookies are given up when there are too many.
@Timeout(10)
class CookieLimitsTest {
    private final ManualInstants clock = new ManualInstants();

    @Test
    void aSiteHasAtMost180() {
        CookieJar jar = new CookieJar(clock);
        for (int i = 0; i < 500; i++) {
            store(jar, "https://h" + i % 7 + ".example.com/", "c" + i + "=");
        }

        assertThat(jar.size()).isEqualTo(180);
        assertThat(jar.cookies().getFirst().name()).isEqualTo("c320");
    }

    @Test
    void allSitesHaveAtMost3000() {
        CookieJar jar = new CookieJar(clock);
        for (int i = 0; i < 3500; i++) {
            store(jar, "https://site" + i % 100 + ".com/", "c" + i + "=");
        }

        assertThat(jar.size()).isEqualTo(3000);
    }

    @Test
    void theFullestSitePaysForAll() {
        CookieJar jar = jar(10, 12);
        store(jar, "https://small.com/", "old=1");
        for (int i = 0; i < 10; i++) {
            store(jar, "https://a.large.com/", "c" + i + "=");
        }
        store(jar, "https://b.com/", "b1=", "b2=");

        assertThat(names(jar))
                .containsExactly(
                        "old", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "b1", "b2");
    }

    @Test
    void thoseOfAPublicSuffixAreSitesOfTheirOwn() {
        CookieJar jar = jar(2, 100);
        store(jar, "https://a.github.io/", "a1=", "a2=");
        store(jar, "https://b.github.io/", "b1=", "b2=", "b3=");

        assertThat(names(jar)).containsExactly("a1", "a2", "b2", "b3");
    }

    @Test
    void thoseThatHaveEndedGoFirst() {
        CookieJar jar = jar(3, 100);
        store(jar, "https://example.com/", "a=", "b=; Max-Age=1", "c=");
        clock.advance(Duration.ofSeconds(1));
        store(jar, "https://example.com/", "d=");

        assertThat(names(jar)).containsExactly("a", "c", "d");
    }

    @Test
    void thoseThatAreNotSecureGoBeforeThoseThatAre() {
        CookieJar jar = jar(3, 100);
        store(jar, "https://example.com/", "a=; Secure", "b=", "c=; Secure");
        store(jar, "https://example.com/", "d=", "e=");

        assertThat(names(jar)).containsExactly("a", "c", "e");
    }

    @Test
    void noFloodFromHttpWashesSecureCookiesAway() {
        CookieJar jar = jar(3, 3);
        store(jar, "https://example.com/", "a=; Secure", "b=; Secure", "c=; Secure");
        for (int i = 0; i < 10; i++) {
            store(jar, "http://evil.example.com/", "flood" + i + "=; Domain=example.com");
        }

        assertThat(names(jar)).containsExactly("a", "b", "c");
    }

    @Test
    void thoseThatWereSentLatelyStay() {
        CookieJar jar = jar(3, 100);
        store(jar, "https://example.com/", "a=; Path=/a", "b=; Path=/b", "c=; Path=/c");
        jar.headerFor(Url.parse("https://example.com/a"));
        store(jar, "https://example.com/", "d=");

        assertThat(names(jar)).containsExactly("a", "c", "d");
    }

    @Test
    void toLookAtACookieIsNoUse() {
        CookieJar jar = jar(3, 100);
        store(jar, "https://example.com/", "a=; Path=/a", "b=; Path=/b", "c=; Path=/c");
        jar.cookiesFor(Url.parse("https://example.com/a"));
        store(jar, "https://example.com/", "d=");

        assertThat(names(jar)).containsExactly("b", "c", "d");
    }

    @Test
    void aNewValueIsAUse() {
        CookieJar jar = jar(3, 100);
        store(jar, "https://example.com/", "a=1", "b=", "c=", "a=2", "d=");

        assertThat(names(jar)).containsExactly("a", "c", "d");
    }

    @Test
    void aNewValueOfAFullSitePushesNothingOut() {
        CookieJar jar = jar(2, 2);
        store(jar, "https://example.com/", "a=1", "b=1", "a=2", "b=2");

        assertThat(jar.headerFor(Url.parse("https://example.com/"))).isEqualTo("a=2; b=2");
    }

    @Test
    void serversCannotMakeCookiesLastLonger() {
        CookieJar jar =
                new CookieJar(clock, CookieOptions.defaults().withMaxLifetime(Duration.ofHours(1)));
        store(jar, "https://example.com/", "a=; Max-Age=3601", "b=; Max-Age=3599", "c=");

        assertThat(jar.cookies())
                .extracting(Cookie::expires)
                .containsExactly(
                        ManualInstants.START.plusSeconds(3600),
                        ManualInstants.START.plusSeconds(3599),
                        null);
    }

    // --- Options ---

    @Test
    void optionsAreChecked() {
        CookieOptions options = CookieOptions.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withMaxNameAndValueBytes(0))
                .withMessage("maxNameAndValueBytes must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withMaxAttributeBytes(-1))
                .withMessage("maxAttributeBytes must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withMaxCookiesPerSite(0))
                .withMessage("maxCookiesPerSite must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withMaxCookies(0))
                .withMessage("maxCookies must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withMaxLifetime(Duration.ZERO))
                .withMessage("maxLifetime must be positive, was PT0S");
        assertThatThrownBy(() -> options.withTrustedOrigins("localhost"))
                .isInstanceOf(InvalidUrlException.class);
    }

    @Test
    void optionsMayBeForEver() {
        CookieJar jar = new CookieJar(
                clock,
                CookieOptions.defaults().withMaxLifetime(Duration.ofSeconds(Long.MAX_VALUE)));
        store(jar, "https://example.com/", "a=; Max-Age=99999999999999");

        assertThat(jar.cookies().getFirst().expires())
                .isEqualTo(ManualInstants.START.plus(Duration.ofDays(36_500)));
    }

    @Test
    void originsAreComparedInOneSpelling() {
        assertThat(CookieOptions.defaults()
                        .withTrustedOrigins("http://Local.test:80/x?y", "http://local.test")
                        .trustedOrigins())
                .isEqualTo(Set.of("http://local.test"));
    }

    private CookieJar jar(int ofSite, int all) {
        return new CookieJar(
                clock, CookieOptions.defaults().withMaxCookiesPerSite(ofSite).withMaxCookies(all));
    }

    private static void store(CookieJar jar, String from, String... fields) {
        jar.store(Url.parse(from), List.of(fields));
    }

    private static List<String> names(CookieJar jar) {
        return jar.cookies().stream().map(Cookie::name).toList();
    }
}
