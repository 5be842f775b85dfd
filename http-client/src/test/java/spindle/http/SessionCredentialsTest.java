package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.auth.Credentials;
import spindle.http.auth.Netrc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Which credentials are sent, of several that there are.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SessionCredentialsTest {
    private final ClientRun client;

    SessionCredentialsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void theSessionsCredentialsAreForTheirOriginOnly() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ScriptedServer other = ScriptedServer.open();
                    ClientSession session = ClientSession.open(options()
                            .withCredentials(server.url("/x?y"), Credentials.basic("me", "1"))
                            .withCredentials(
                                    "https://127.0.0.1:" + other.port(),
                                    Credentials.bearer("2")))) {
                assertThat(sent(server.url("/a"), server, session)).isEqualTo("Basic me:1");
                assertThat(sent(server.url("localhost", "/a"), server, session)).isEqualTo("none");
                assertThat(sent(other.url("/a"), other, session)).isEqualTo("none");
            }
        });
    }

    @Test
    void bearersAreSentAsTheyAre() throws Exception {
        client.run((server, session) -> {
            ClientRequest request = asking(server.url("/a"), server)
                    .withCredentials(Credentials.bearer("a.b-c_d~e+f/=="));

            assertThat(fetch(session, request)).isEqualTo("Bearer a.b-c_d~e+f/==");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "me:secret   | me:secret",
                "me          | me:",
                "me:         | me:",
                ":secret     | :secret",
                "m%40e:s%3Ae | m@e:s:e",
                "käse:brot   | käse:brot",
                "me:a b      | me:a b",
            })
    void credentialsInAUrlAreDecoded(String given, String expected) throws Exception {
        client.run((server, session) -> {
            String url = server.url("/a").replace("://", "://" + given + "@");
            try (ClientResponse response = await(session.send(asking(url, server)))) {
                assertThat(await(response.text())).isEqualTo("Basic " + expected);
                assertThat(response.url()).hasToString(server.url("/a").replace("://", "://***@"));
            }

            assertThat(server.requests().getFirst())
                    .startsWith("GET /a HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
        });
    }

    // --- Netrc ---

    @Test
    void aNetrcFileIsAskedForTheHost() throws Exception {
        Netrc netrc = Netrc.parse("machine 127.0.0.1 login me password 1\n"
                + "machine LOCALHOST login you password 2");
        client.run(options().withNetrc(netrc), (server, session) -> {
            assertThat(sent(server.url("/a"), server, session)).isEqualTo("Basic me:1");
            assertThat(sent(server.url("localhost", "/a"), server, session))
                    .isEqualTo("Basic you:2");
        });
    }

    @Test
    void aHostThatTheNetrcFileDoesNotNameIsToldNothing() throws Exception {
        Netrc netrc = Netrc.parse("machine localhost login you password 2");
        client.run(
                options().withNetrc(netrc),
                (server, session) ->
                        assertThat(sent(server.url("/a"), server, session)).isEqualTo("none"));
    }

    @Test
    void aNetrcFileKnowsThePasswordOfTheUserInTheUrl() throws Exception {
        Netrc netrc = Netrc.parse("machine 127.0.0.1 login you password 1\n"
                + "machine 127.0.0.1 login me password 2");
        client.run(options().withNetrc(netrc), (server, session) -> {
            String url = server.url("/a");

            assertThat(sent(url.replace("://", "://me@"), server, session)).isEqualTo("Basic me:2");
            assertThat(sent(url.replace("://", "://me:own@"), server, session))
                    .isEqualTo("Basic me:own");
            assertThat(sent(url.replace("://", "://else@"), server, session))
                    .isEqualTo("Basic else:");
        });
    }

    // --- Which of several ---

    /// From the first, which counts for least, to the last.
    enum Source {
        NETRC,
        SESSION_CREDENTIALS,
        SESSION_FIELD,
        URL,
        REQUEST_CREDENTIALS,
        REQUEST_FIELD
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void ofSeveralTheOneNearestToTheRequestIsSentAlone(Source nearest) throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session =
                            ClientSession.open(sessionWith(nearest, server.url("/")))) {
                ClientRequest request = requestWith(nearest, server);

                assertThat(fetch(session, request)).isEqualTo("Basic " + nearest.name() + ":x");
            }
        });
    }

    private static boolean has(Source nearest, Source source) {
        return source.compareTo(nearest) <= 0;
    }

    private static ClientOptions sessionWith(Source nearest, String url) throws Exception {
        ClientOptions session = options().withNetrc(Netrc.parse("default login NETRC password x"));
        if (has(nearest, Source.SESSION_CREDENTIALS)) {
            session = session.withCredentials(url, credentials(Source.SESSION_CREDENTIALS));
        }
        return has(nearest, Source.SESSION_FIELD)
                ? session.withHeader("authorization", field(Source.SESSION_FIELD))
                : session;
    }

    private static ClientRequest requestWith(Source nearest, ScriptedServer server) {
        String url = server.url("/a");
        ClientRequest request =
                asking(has(nearest, Source.URL) ? url.replace("://", "://URL:x@") : url, server);
        if (has(nearest, Source.REQUEST_CREDENTIALS)) {
            request = request.withCredentials(credentials(Source.REQUEST_CREDENTIALS));
        }
        return has(nearest, Source.REQUEST_FIELD)
                ? request.withHeader("AUTHORIZATION", field(Source.REQUEST_FIELD))
                : request;
    }

    private static Credentials credentials(Source source) {
        return Credentials.basic(source.name(), "x");
    }

    private static String field(Source source) {
        return credentials(source).headerValue();
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void withoutTheFieldNoneAreSent(Source nearest) throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session =
                            ClientSession.open(sessionWith(nearest, server.url("/")))) {
                ClientRequest request = requestWith(nearest, server).withoutHeader("Authorization");

                assertThat(fetch(session, request)).isEqualTo("none");
            }
        });
    }

    // --- Helpers ---

    private static String sent(String url, ScriptedServer server, ClientSession session)
            throws Exception {
        return fetch(session, asking(url, server));
    }

    /// Returns a request that is answered with its credentials.
    private static ClientRequest asking(String url, ScriptedServer server) {
        server.on("/a", peer -> {
            String[] parts = peer.request().split("(?i)\r\nauthorization: ", -1);
            peer.respond(
                    switch (parts.length) {
                        case 1 -> "none";
                        case 2 -> readable(parts[1].split("\r\n", 2)[0]);
                        default -> "several";
                    });
        });
        return ClientRequest.get(url);
    }

    private static String readable(String value) {
        if (!value.startsWith("Basic ")) {
            return value;
        }
        byte[] decoded = Base64.getDecoder().decode(value.substring("Basic ".length()));
        // The client reads the answer as UTF-8, which it is sent in, a char for each byte.
        return "Basic " + new String(decoded, StandardCharsets.ISO_8859_1);
    }
}
