package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.http.cookie.Cookie.SameSite;

import java.time.Duration;
import java.util.stream.Stream;

class CookieTest {
    private static final Cookie COOKIE = Cookie.of("a", "b", "example.com");

    @Test
    void isForOneHostAndOneSessionUnlessItIsToldOtherwise() {
        assertThat(COOKIE)
                .isEqualTo(new Cookie(
                        "a", "b", "example.com", true, "/", null, false, false, SameSite.DEFAULT));
    }

    @Test
    void changesOnePartAtATime() {
        Cookie changed = COOKIE.withDomain(".EXAMPLE.org", false)
                .withPath("/x")
                .withExpires(ManualInstants.START)
                .withSecure(true)
                .withHttpOnly(true)
                .withSameSite(SameSite.LAX);

        assertThat(changed)
                .isEqualTo(new Cookie(
                        "a",
                        "b",
                        "example.org",
                        false,
                        "/x",
                        ManualInstants.START,
                        true,
                        true,
                        SameSite.LAX));
    }

    @Test
    void endsAtTheInstantItSays() {
        Cookie cookie = COOKIE.withExpires(ManualInstants.START);

        assertThat(cookie.isExpired(ManualInstants.START.minus(Duration.ofNanos(1))))
                .isFalse();
        assertThat(cookie.isExpired(ManualInstants.START)).isTrue();
        assertThat(cookie.isSessionCookie()).isFalse();
        assertThat(COOKIE.isExpired(ManualInstants.START)).isFalse();
        assertThat(COOKIE.isSessionCookie()).isTrue();
    }

    @Test
    void aPromiseInItsNameMakesItSecure() {
        assertThat(Cookie.of("__Host-a", "b", "example.com").secure()).isTrue();
        assertThat(Cookie.of("__secure-a", "b", "example.com").secure()).isTrue();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                of("", "", "it has neither a name nor a value"),
                of("", "a=b", "it has no name, and its value would be sent as a name and a value"),
                of("", "__host-", "it has no name, and its value begins as a prefix does"),
                of("a=b", "c", "the name has the character 0x3d at index 1"),
                of("a;b", "c", "the name has the character 0x3b at index 1"),
                of("a\r\n", "c", "the name has the character 0x0d at index 1"),
                of(" a", "c", "the name begins or ends with a blank"),
                of("a ", "c", "the name begins or ends with a blank"),
                of("a", "s;x", "the value has the character 0x3b at index 1"),
                of("a", "s\nx", "the value has the character 0x0a at index 1"),
                of("a", "s\tx", "the value has the character 0x09 at index 1"),
                of("a", "s\u20ac", "the value has the character 0x20ac at index 1"),
                of("a", " s", "the value begins or ends with a blank"),
                of("a", "s ", "the value begins or ends with a blank"));
    }

    private static Arguments of(String name, String value, String problem) {
        return Arguments.of(name, value, problem);
    }

    @ParameterizedTest
    @MethodSource
    void refused(String name, String value, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of(name, value, "example.com"))
                .withMessage("cannot make a cookie: " + problem);
    }

    @Test
    void refusesPathsThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COOKIE.withPath("x"))
                .withMessage("cannot make a cookie: its path must begin with a slash");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COOKIE.withPath("/x;y"))
                .withMessage("cannot make a cookie: its path has the character 0x3b at index 2");
    }

    @Test
    void refusesHostsThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COOKIE.withDomain("exa mple.com", true))
                .withMessage("expected a domain such as example.org or an IP address but found "
                        + "\"exa mple.com\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COOKIE.withDomain("127.0.0.1", false))
                .withMessage("cannot make a cookie: no host is below an IP address: the cookie "
                        + "must be for that host only");
    }

    @Test
    void refusesToBreakThePromiseInItsName() {
        Cookie cookie = Cookie.of("__Host-a", "b", "example.com");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> cookie.withSecure(false))
                .withMessageContaining("is for secure cookies");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cookie.withPath("/x"))
                .withMessageContaining("is for cookies of one host and the path /");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cookie.withDomain("example.com", false))
                .withMessageContaining("is for cookies of one host and the path /");
    }

    @Test
    void showsAllButItsValue() {
        Cookie cookie = Cookie.of("id", "secret", "example.com")
                .withDomain("example.com", false)
                .withExpires(ManualInstants.START)
                .withSecure(true)
                .withHttpOnly(true)
                .withSameSite(SameSite.STRICT);

        assertThat(cookie.toString())
                .isEqualTo("<Cookie id domain=.example.com path=/ expires=2026-03-01T12:00:00Z "
                        + "secure httpOnly sameSite=STRICT>");
        assertThat(Cookie.of("", "secret", "::1").toString())
                .isEqualTo("<Cookie (no name) domain=::1 path=/>");
    }
}
