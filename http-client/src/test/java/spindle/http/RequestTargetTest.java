package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.url.Url;

import java.util.LinkedHashMap;
import java.util.Map;

/// What is asked for: base URLs, and parameters.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RequestTargetTest {
    private final ClientRun client;

    RequestTargetTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- The base URL ---

    @ParameterizedTest
    @CsvSource({
        "/api/v1/,    items,       /api/v1/items",
        "/api/v1,     items,       /api/items",
        "/api/v1/,    /items,      /items",
        "/api/v1/,    ../items,    /api/items",
        "/api/v1/,    ../../../x,  /x",
        "/api/v1/,    ?q=1,        /api/v1/?q=1",
        "/api/v1/,    '',          /api/v1/",
        "/api/v1/,    .,           /api/v1/",
        "/api/v1/,    a b,         /api/v1/a%20b",
        "/api/v1/?x,  items,       /api/v1/items",
        "/api/v1/,    items#part,  /api/v1/items",
        "'',          items,       /items",
    })
    void relativeUrlsAreResolvedAgainstTheBase(String base, String reference, String target)
            throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session = sessionWithBase(server, base)) {
                server.on(target.split("\\?", -1)[0], peer -> peer.respond("ok"));

                assertThat(fetch(session, reference)).isEqualTo("ok");
                assertThat(fetch(session, ClientRequest.delete(reference))).isEqualTo("ok");
                assertThat(server.targets()).containsExactly(target, target);
            }
        });
    }

    @Test
    void anAbsoluteUrlGoesWhereItSaysWhateverTheBase() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ScriptedServer other = ScriptedServer.open();
                    ClientSession session = sessionWithBase(server, "/api/")) {
                assertThat(fetch(session, other.url("/probe?x"))).isEqualTo("x");
                assertThat(fetch(session, "//127.0.0.1:" + other.port() + "/probe?y"))
                        .isEqualTo("y");
                assertThat(server.requests()).isEmpty();
            }
        });
    }

    private static ClientSession sessionWithBase(ScriptedServer server, String base) {
        return ClientSession.open(ClientRun.options().withBaseUrl(server.url(base)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/relative", "", "127.0.0.1:1/x", "ftp://127.0.0.1/", "http://"})
    void withoutABaseAUrlIsAbsoluteOrNone(String url) throws Exception {
        client.run((server, session) -> {
            assertThat(failureOf(session, url).kind()).isEqualTo(Kind.INVALID_URL);
            assertThat(failureOf(session.send(ClientRequest.head(url))).kind())
                    .isEqualTo(Kind.INVALID_URL);
        });
    }

    @Test
    void aBaseThatIsNoUrlIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRun.options().withBaseUrl("/api"));
    }

    // --- Parameters ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "q    | käse & brot | q=k%C3%A4se+%26+brot",
                "a=b  | c           | a%3Db=c",
                "q    | ''          | q=",
                "''   | ''          | =",
                "q    | 1+1         | q=1%2B1",
                "q    | 100%        | q=100%25",
                "q    | %41         | q=%2541",
                "q    | a#b?c/d     | q=a%23b%3Fc%2Fd",
                "q    | 😀          | q=%F0%9F%98%80",
                "q    | ~-._*       | q=%7E-._*",
                "q    | a;b,c       | q=a%3Bb%2Cc",
            })
    void aParameterIsEncodedAsAForms(String name, String value, String query) throws Exception {
        client.run((server, session) -> {
            ClientRequest request =
                    ClientRequest.get(server.url("/probe")).withParameter(name, value);

            assertThat(fetch(session, request)).isEqualTo(query);
        });
    }

    @Test
    void lineBreaksInAParameterAreData() throws Exception {
        client.run((server, session) -> {
            ClientRequest request =
                    ClientRequest.get(server.url("/probe")).withParameter("q", "a\r\nX: y\0");

            assertThat(fetch(session, request)).isEqualTo("q=a%0D%0AX%3A+y%00");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "/probe,          b=2",
        "/probe?,         b=2",
        "/probe?a=1,      a=1&b=2",
        "/probe?b=1,      b=1&b=2",
        "/probe?a=%C3+1,  a=%C3+1&b=2",
        "/probe?a=1#x?y,  a=1&b=2",
    })
    void parametersComeBehindTheQueryThatIsThere(String target, String query) throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.get(server.url(target)).withParameter("b", "2");

            assertThat(fetch(session, request)).isEqualTo(query);
        });
    }

    @Test
    void parametersKeepTheirOrderAndNumber() throws Exception {
        client.run((server, session) -> {
            Map<String, String> more = new LinkedHashMap<>();
            more.put("z", "2");
            more.put("a", "3");
            ClientRequest request = ClientRequest.get(server.url("/probe"))
                    .withParameter("a", "1")
                    .withParameters(more)
                    .withParameter("a", "1");

            assertThat(fetch(session, request)).isEqualTo("a=1&z=2&a=3&a=1");
        });
    }

    @Test
    void aRequestThatIsSentTwiceHasItsParametersOnce() throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/probe")).withParameter("a", "1");

            assertThat(fetch(session, request)).isEqualTo("a=1");
            assertThat(fetch(session, request)).isEqualTo("a=1");
        });
    }

    @Test
    void aRedirectDoesNotTakeParametersAlong() throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> peer.redirect(307, "/probe?b=2"));
            ClientRequest request = ClientRequest.get(server.url("/from")).withParameter("a", "1");

            assertThat(fetch(session, request)).isEqualTo("b=2");
            assertThat(server.targets()).containsExactly("/from?a=1", "/probe?b=2");
        });
    }

    @Test
    void theResponseKnowsTheUrlWithItsParametersAndWithoutItsFragment() throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.get("/")
                    .withUrl(Url.parse(server.url("/probe?a=1#part")))
                    .withParameter("b", "2");
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.url().text()).isEqualTo(server.url("/probe?a=1&b=2"));
                assertThat(await(response.text())).isEqualTo("a=1&b=2");
            }
        });
    }

    @Test
    void aUrlThatIsGivenAsOneIsAskedForWithoutItsFragment() throws Exception {
        client.run((server, session) -> {
            ClientRequest request =
                    ClientRequest.get("/").withUrl(Url.parse(server.url("/probe?a=1#part")));
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.url().text()).isEqualTo(server.url("/probe?a=1"));
                await(response.read());
            }
        });
    }
}
