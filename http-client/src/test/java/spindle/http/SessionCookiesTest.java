package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.cookie.CookieJar;
import spindle.http.url.Url;

import java.util.List;
import java.util.Locale;

/// The cookies of a session, of a request, and of the caller's own.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SessionCookiesTest {
    private final ClientRun client;

    SessionCookiesTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- The jar ---

    @Test
    void whatOneResponseSetsTheNextRequestSends() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1", "b=2; Path=/", "c=3; Path=/elsewhere");
            fetch(session, server.url("/set"));

            assertThat(cookiesSent(server, session)).isEqualTo("a=1; b=2");
        });
    }

    @Test
    void aCookieThatExpiresIsSentNoMore() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1", "b=2", "a=x; Max-Age=0");
            fetch(session, server.url("/set"));

            assertThat(cookiesSent(server, session)).isEqualTo("b=2");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"201 Created", "304 Not Modified", "404 Not Found", "500 Oops"})
    void everyStatusSetsCookies(String status) throws Exception {
        client.run((server, session) -> {
            setting(server, status, "a=1");
            fetch(session, server.url("/set"));

            assertThat(cookiesSent(server, session)).isEqualTo("a=1");
        });
    }

    @Test
    void aRedirectSetsCookiesThatTheNextHopIsSent() throws Exception {
        client.run((server, session) -> {
            setting(server, "302 Found\r\nLocation: /next", "a=1", "b=2");
            settingAt("/next", server, "302 Found\r\nLocation: /cookies", "a=3");
            answeringWithCookies(server);

            assertThat(fetch(session, server.url("/set"))).isEqualTo("a=3; b=2");
        });
    }

    @Test
    void cookiesOfAnotherHostAreNotSent() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("localhost", "/set"));

            assertThat(cookiesSent(server, session)).isEqualTo("none");
        });
    }

    @Test
    void aJarThatIsSharedServesBothSessions() throws Exception {
        CookieJar jar = new CookieJar();
        client.run(options().withCookieJar(jar), (server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));
            try (ClientSession other = ClientSession.open(options().withCookieJar(jar))) {
                assertThat(cookiesSent(server, other)).isEqualTo("a=1");
                assertThat(other.cookies()).isSameAs(jar);
            }
        });
    }

    @Test
    void sessionsOfTheSameOptionsHaveJarsOfTheirOwn() throws Exception {
        ClientOptions same = options();
        client.run(same, (server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));
            try (ClientSession other = ClientSession.open(same)) {
                assertThat(cookiesSent(server, other)).isEqualTo("none");
            }
        });
    }

    @Test
    void aJarThatTheProgramFillsIsSent() throws Exception {
        client.run((server, session) -> {
            CookieJar jar = session.cookies();
            assertThat(jar).isNotNull();
            jar.store(Url.parse(server.url("/")), List.of("a=1"));

            assertThat(cookiesSent(server, session)).isEqualTo("a=1");
        });
    }

    @Test
    void withoutCookiesNoneAreKeptAndOnlyTheRequestsOwnAreSent() throws Exception {
        client.run(options().withoutCookies(), (server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));

            assertThat(session.cookies()).isNull();
            assertThat(cookiesSent(server, session)).isEqualTo("none");
            assertThat(fetch(session, asking(server).withCookie("b", "2"))).isEqualTo("b=2");
        });
    }

    @Test
    void aJarAfterAllBringsCookiesBack() throws Exception {
        CookieJar jar = new CookieJar();
        client.run(
                options().withoutCookies().withCookieJar(jar),
                (_, session) -> assertThat(session.cookies()).isSameAs(jar));
    }

    // --- The request's ---

    @Test
    void cookiesOfARequestComeBehindTheJars() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));
            ClientRequest request = asking(server).withCookie("b", "2").withCookie("c", "\"3 4\"");

            assertThat(fetch(session, request)).isEqualTo("a=1; b=2; c=\"3 4\"");
            assertThat(cookiesSent(server, session)).as("of the next request").isEqualTo("a=1");
        });
    }

    @Test
    void aCookieOfARequestReplacesTheJarsOfThatName() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1", "b=2", "aa=3", "a=4; Path=/cookies");
            fetch(session, server.url("/set"));

            assertThat(fetch(session, asking(server).withCookie("a", "own")))
                    .isEqualTo("b=2; aa=3; a=own");
        });
    }

    @Test
    void theLastCookieOfANameCounts() throws Exception {
        client.run((server, session) -> {
            answeringWithCookies(server);
            ClientRequest request = asking(server).withCookie("a", "1").withCookie("a", "2=3");

            assertThat(fetch(session, request)).isEqualTo("a=2=3");
        });
    }

    // --- The caller's own field ---

    @Test
    void aFieldOfTheRequestIsSentAloneAndAsItIs() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));
            ClientRequest request =
                    asking(server).withCookie("b", "2").withHeader("Cookie", "mine; all mine");

            assertThat(fetch(session, request)).isEqualTo("mine; all mine");
        });
    }

    @Test
    void aFieldOfTheSessionIsSentAloneAndAsItIs() throws Exception {
        client.run(options().withHeader("Cookie", "c=3"), (server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));

            assertThat(cookiesSent(server, session)).isEqualTo("c=3");
            assertThat(fetch(session, asking(server).withoutHeader("Cookie"))).isEqualTo("none");
        });
    }

    @Test
    void withoutTheFieldTheJarStaysShut() throws Exception {
        client.run((server, session) -> {
            setting(server, "200 OK", "a=1");
            fetch(session, server.url("/set"));
            ClientRequest request = asking(server).withCookie("b", "2").withoutHeader("cookie");

            assertThat(fetch(session, request)).isEqualTo("none");
            assertThat(fetch(session, request.withCookie("c", "3"))).isEqualTo("c=3");
        });
    }

    // --- Helpers ---

    private static void setting(ScriptedServer server, String status, String... cookies) {
        settingAt("/set", server, status, cookies);
    }

    private static void settingAt(
            String path, ScriptedServer server, String status, String... cookies) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n");
        for (String cookie : cookies) {
            head.append("Set-Cookie: ")
                    .append(cookie.contains("Path") ? cookie : cookie + "; Path=/")
                    .append("\r\n");
        }
        server.on(path, peer -> peer.send(head + "\r\n"));
    }

    private static ClientRequest asking(ScriptedServer server) {
        answeringWithCookies(server);
        return ClientRequest.get(server.url("/cookies"));
    }

    private static String cookiesSent(ScriptedServer server, ClientSession session)
            throws Exception {
        return fetch(session, asking(server));
    }

    /// Answers with the cookies of the request.
    private static void answeringWithCookies(ScriptedServer server) {
        server.on("/cookies", peer -> {
            List<String> fields = peer.request()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("cookie: "))
                    .map(line -> line.substring("cookie: ".length()))
                    .toList();
            peer.respond(fields.isEmpty() ? "none" : String.join(" and ", fields));
        });
    }
}
