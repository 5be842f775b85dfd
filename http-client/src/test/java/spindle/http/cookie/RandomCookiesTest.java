package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.http.url.Url;
import spindle.http.wire.FieldLines;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What holds for every cookie, whoever made it up.
@Timeout(60)
class RandomCookiesTest {
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "=",
            "=",
            ";",
            ";",
            "; ",
            " ",
            "\t",
            "\"",
            ",",
            "\0",
            "\r\n",
            "\u007f",
            "\u00e9",
            "\u20ac",
            "\ud800",
            "Path=",
            "Path=/",
            "/a",
            "/a/b",
            "Domain=",
            "Domain=example.com",
            "Domain=.a.example.com",
            "Domain=com",
            "Domain=b\u00fccher.example",
            "Domain=\u3002com",
            "Domain=xn--",
            "Domain=[",
            "Domain=1",
            "Domain=%",
            "Secure",
            "HttpOnly",
            "SameSite=Lax",
            "Max-Age=",
            "Max-Age=5",
            "Max-Age=0",
            "Max-Age=-1",
            "99999999999",
            "Expires=",
            "Expires=Wed, 09 Jun 2027 10:18:14 GMT",
            "9 Jun",
            "10:18:14",
            "__Host-a",
            "__Secure-a",
            "__HOST-",
            "x".repeat(1025),
            "v".repeat(4000));

    private static final List<Url> URLS = List.of(
            Url.parse("http://example.com/"),
            Url.parse("https://example.com/a/b"),
            Url.parse("http://a.example.com/a"),
            Url.parse("https://b.a.example.com/a/b/c"),
            Url.parse("https://b\u00fccher.example/"),
            Url.parse("http://com/"),
            Url.parse("http://127.0.0.1/"),
            Url.parse("https://[::1]/a"),
            Url.parse("http://my_host.a!b$c.example.com/a%20b/"),
            Url.parse("https://example.com./"));

    @Test
    void whateverIsSetIsDroppedOrFitToBeSent() {
        int kept = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            CookieJar jar = new CookieJar(new ManualInstants());
            Url from = URLS.get(random.nextInt(URLS.size()));
            String field = field(random);
            String why = jar.whyRefused(from, field);

            jar.store(from, List.of(field));

            if (why != null) {
                assertThat(jar.isEmpty()).as("seed %d: %s", seed, why).isTrue();
            }
            for (Url to : URLS) {
                String header = jar.headerFor(to);
                if (header != null) {
                    kept++;
                    assertThat(FieldLines.of("Cookie", header).value(0)).isEqualTo(header);
                    assertThat(field)
                            .as("seed %d", seed)
                            .contains(jar.cookies().getFirst().value());
                }
            }
        }
        assertThat(kept).as("cookies that were sent").isGreaterThan(500);
    }

    private static String field(Random random) {
        StringBuilder field = new StringBuilder(random.nextBoolean() ? "a=b" : "");
        for (int i = random.nextInt(12); i > 0; i--) {
            field.append(PIECES.get(random.nextInt(PIECES.size())));
            field.append(random.nextInt(3) == 0 ? "; " : "");
        }
        return field.toString();
    }

    @Test
    void bytesOfAnyKindAreNoTrouble() {
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            CookieJar jar = new CookieJar(new ManualInstants());
            StringBuilder field = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                field.append((char) random.nextInt(seed % 2 == 0 ? 0x80 : 0x100));
            }

            jar.store(URLS.getFirst(), List.of(field.toString()));

            String header = jar.headerFor(URLS.getFirst());
            if (header != null) {
                assertThat(withoutBlanks(field.toString()))
                        .as("seed %d", seed)
                        .contains(withoutBlanks(header));
            }
        }
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("[ \\t]", "");
    }

    /// A second jar that does everything the slow way.
    @Test
    void jarsAgreeWithAListOfCookies() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            ManualInstants clock = new ManualInstants();
            CookieJar jar = new CookieJar(clock);
            List<Cookie> list = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                clock.advance(Duration.ofMillis(random.nextInt(3) * 500L));
                Cookie cookie = cookie(random, clock);
                jar.put(cookie);
                list.removeIf(old -> old.isExpired(clock.instant()));
                putSlowly(list, cookie);
                list.removeIf(old -> old.isExpired(clock.instant()));

                Url to = URLS.get(random.nextInt(URLS.size()));
                assertThat(jar.cookies()).as("seed %d", seed).isEqualTo(list);
                assertThat(jar.cookiesFor(to))
                        .as("seed %d for %s", seed, to)
                        .isEqualTo(forUrlSlowly(list, to));
            }
        }
    }

    private static Cookie cookie(Random random, ManualInstants clock) {
        String host = List.of("example.com", "a.example.com", "b.a.example.com", "127.0.0.1")
                .get(random.nextInt(4));
        Cookie cookie = Cookie.of("n" + random.nextInt(3), "v" + random.nextInt(), host)
                .withPath(List.of("/", "/a", "/a/", "/a/b").get(random.nextInt(4)))
                .withSecure(random.nextBoolean());
        if (random.nextInt(3) == 0) {
            cookie = cookie.withExpires(clock.instant().plusMillis(random.nextInt(4) * 700L));
        }
        return host.equals("127.0.0.1") ? cookie : cookie.withDomain(host, random.nextBoolean());
    }

    private static void putSlowly(List<Cookie> list, Cookie cookie) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).hasKeyOf(cookie)) {
                list.set(i, cookie);
                return;
            }
        }
        list.add(cookie);
    }

    private static List<Cookie> forUrlSlowly(List<Cookie> list, Url to) {
        List<Cookie> sent = new ArrayList<>();
        for (Cookie cookie : list) {
            boolean host = cookie.hostOnly()
                    ? to.host().equals(cookie.domain())
                    : ("." + to.host()).endsWith("." + cookie.domain());
            boolean path = to.path().equals(cookie.path())
                    || to.path().startsWith(cookie.path().replaceAll("/$", "") + "/");
            if (host && path && (!cookie.secure() || to.isSecure())) {
                sent.add(cookie);
            }
        }
        sent.sort((a, b) -> b.path().length() - a.path().length());
        return sent;
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            CookieJar jar = new CookieJar(new ManualInstants());
            jar.store(
                    URLS.get(random.nextInt(URLS.size())),
                    List.of(field(random), field(random), "x=" + field(random), field(random)));
            List<StoredCookie> stored = new ArrayList<>();
            for (Cookie cookie : jar.cookies()) {
                stored.add(new StoredCookie(cookie, "site", ManualInstants.START, seed, seed));
            }

            List<CookiesTxt.Line> lines =
                    CookiesTxt.parse(Path.of("cookies.txt"), CookiesTxt.format(stored));

            assertThat(lines)
                    .as("seed %d", seed)
                    .extracting(CookiesTxt.Line::cookie)
                    .isEqualTo(jar.cookies());
            assertThat(lines).allMatch(line -> ManualInstants.START.equals(line.created()));
        }
    }

    @Test
    void filesOfAnyKindAreReadOrRefused() {
        List<String> pieces = List.of(
                "\t",
                "\t",
                "\t",
                "\n",
                "\r",
                "#",
                "#HttpOnly_",
                "# spindle:",
                " created=",
                " sameSite=LAX",
                "TRUE",
                "FALSE",
                "/",
                "/a",
                "0",
                "1800000000",
                "-",
                ".",
                "example.com",
                "127.0.0.1",
                "::1",
                "a",
                "=",
                ";",
                "\0",
                "\u00e9",
                " ",
                "[",
                "%");
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            try {
                assertThat(CookiesTxt.parse(Path.of("cookies.txt"), text.toString()))
                        .doesNotContainNull();
            } catch (CookieFileException refused) {
                assertThat(refused.line()).as("seed %d", seed).isPositive();
            }
        }
    }
}
