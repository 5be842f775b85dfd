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
import spindle.http.auth.Credentials;
import spindle.http.coding.ContentDecoder;

import java.util.function.UnaryOperator;

/// Whom a redirect takes secrets to: nobody but the origin that they were meant for.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RedirectSecretsTest {
    private final ClientRun client;

    RedirectSecretsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static final String AUTOMATIC = "User-Agent: spindle/0.1\r\nAccept: */*\r\n"
            + "Accept-Encoding: " + ContentDecoder.acceptEncoding() + "\r\n";
    private static final String BASIC = "Authorization: Basic bWU6c2VjcmV0\r\n";

    /// A request with secrets of one kind, and how these look on the wire.
    private void assertKeptAndDropped(
            ClientOptions options, UnaryOperator<ClientRequest> change, String expected)
            throws Exception {
        client.run(options, (server, session) -> {
            server.on("/from", peer -> peer.redirect(302, "/probe?same"));
            fetch(session, change.apply(ClientRequest.get(server.url("/from"))));

            assertThat(server.requests().get(0)).as("the first hop").contains(expected);
            assertThat(server.requests().get(1)).as("the same origin").contains(expected);
        });
        client.run(options, (server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                server.on("/from", peer -> peer.redirect(302, other.url("/probe?other")));
                fetch(session, change.apply(ClientRequest.get(server.url("/from"))));

                assertThat(other.requests())
                        .as("another origin")
                        .containsExactly("GET /probe?other HTTP/1.1\r\nHost: 127.0.0.1:"
                                + other.port() + "\r\n" + AUTOMATIC + "\r\n");
            }
        });
    }

    @Test
    void anAuthorizationStaysWithItsOrigin() throws Exception {
        assertKeptAndDropped(
                options(),
                request -> request.plusHeader("authorization", "Digest x")
                        .plusHeader("AUTHORIZATION", "Digest y"),
                "authorization: Digest x\r\nAUTHORIZATION: Digest y\r\n");
    }

    @Test
    void aCookieFieldStaysWithItsOrigin() throws Exception {
        assertKeptAndDropped(
                options(), request -> request.withHeader("cookie", "id=7"), "cookie: id=7\r\n");
    }

    @Test
    void cookiesOfTheRequestStayWithItsOrigin() throws Exception {
        assertKeptAndDropped(
                options(), request -> request.withCookie("id", "7"), "Cookie: id=7\r\n");
    }

    @Test
    void credentialsOfTheRequestStayWithItsOrigin() throws Exception {
        assertKeptAndDropped(
                options(),
                request -> request.withCredentials(Credentials.basic("me", "secret")),
                BASIC);
    }

    @Test
    void credentialsOfTheUrlStayWithItsOrigin() throws Exception {
        assertKeptAndDropped(options(), RedirectSecretsTest::withUser, BASIC);
    }

    private static ClientRequest withUser(ClientRequest request) {
        return request.withUrl(request.urlText().replace("://", "://me:secret@"));
    }

    @Test
    void anotherHostStaysWithItsOrigin() throws Exception {
        assertKeptAndDropped(
                options(),
                request -> request.withHeader("Host", "inner.example"),
                "Host: inner.example\r\n");
    }

    @Test
    void anAuthorizationOfTheSessionStaysWithTheOriginThatWasAskedFor() throws Exception {
        assertKeptAndDropped(
                options().withHeader("authorization", "Bearer secret"),
                request -> request,
                "authorization: Bearer secret\r\n");
    }

    @Test
    void aCookieFieldOfTheSessionStaysWithTheOriginThatWasAskedFor() throws Exception {
        assertKeptAndDropped(
                options().withHeader("COOKIE", "id=7"), request -> request, "COOKIE: id=7\r\n");
    }

    @Test
    void anotherHostOfTheSessionStaysWithTheOriginThatWasAskedFor() throws Exception {
        assertKeptAndDropped(
                options().withHeader("host", "inner.example"),
                request -> request,
                "Host: inner.example\r\n");
    }

    @Test
    void otherFieldsGoAlong() throws Exception {
        client.run(options().withHeader("X-Session", "1"), (server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                server.on("/from", peer -> peer.redirect(302, other.url("/probe?other")));
                fetch(session, ClientRequest.get(server.url("/from")).withHeader("X-Own", "2"));

                assertThat(other.requests().getFirst())
                        .contains("\r\nX-Session: 1\r\nX-Own: 2\r\n");
            }
        });
    }

    // --- What another origin is ---

    /// The middleware asks it without the credentials: its redirects must not bring it any.
    @Test
    void aMirrorThatAMiddlewareAskedIsAnotherOrigin() throws Exception {
        client.run(options(), (server, _) -> {
            Middleware mirrored = (request, next) -> request.url().path().equals("/from")
                    ? next.send(ClientRequest.get(server.url("/mirror")))
                    : next.send(request);
            try (ClientSession session = ClientSession.open(options().withMiddleware(mirrored))) {
                server.on("/mirror", peer -> peer.redirect(302, "/probe?x"));
                ClientRequest request = ClientRequest.get("http://origin.example/from")
                        .withCredentials(Credentials.basic("me", "secret"))
                        .withCookie("id", "7");

                assertThat(fetch(session, request)).isEqualTo("x");
                assertThat(server.requests().get(1)).doesNotContain("Authorization", "Cookie");
            }
        });
    }

    @Test
    void anotherNameOfTheSameMachineIsAnotherOrigin() throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> peer.redirect(302, server.url("localhost", "/probe?x")));
            fetch(session, ClientRequest.get(server.url("/from")).withCookie("id", "7"));

            assertThat(server.requests().getLast()).doesNotContain("Cookie");
        });
    }

    @Test
    void anotherSchemeIsAnotherOrigin() throws Exception {
        ClientOptions careless =
                options().withTls(Certificates.client()).withInsecureRedirects(true);
        client.run(careless, ScriptedServer::openTls, (secure, session) -> {
            try (ScriptedServer plain = ScriptedServer.open()) {
                secure.on("/from", peer -> peer.redirect(302, plain.url("/probe?x")));
                fetch(session, ClientRequest.get(secure.url("/from")).withCookie("id", "7"));

                assertThat(plain.requests().getFirst()).doesNotContain("Cookie");
            }
        });
    }

    @Test
    void theWayBackDoesNotBringSecretsBack() throws Exception {
        client.run((server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                server.on("/from", peer -> peer.redirect(302, other.url("/back")));
                other.on("/back", peer -> peer.redirect(302, server.url("/probe?x")));
                fetch(
                        session,
                        withUser(ClientRequest.get(server.url("/from")))
                                .withCookie("id", "7")
                                .withHeader("Authorization", "x"));

                assertThat(server.requests().getFirst()).contains("Authorization", "Cookie");
                assertThat(server.requests().getLast()).doesNotContain("Authorization", "Cookie");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void everyStatusDropsThem(int status) throws Exception {
        client.run((server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                server.on("/from", peer -> peer.redirect(status, other.url("/probe?x")));
                fetch(session, withUser(ClientRequest.get(server.url("/from"))));

                assertThat(other.requests().getFirst()).doesNotContain("Authorization");
            }
        });
    }

    // --- What is for the other origin ---

    @Test
    void credentialsInTheLocationAreForWhoeverItNames() throws Exception {
        client.run((server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                String to = other.url("/probe?x").replace("://", "://me:secret@");
                server.on("/from", peer -> peer.redirect(302, to));
                fetch(session, server.url("/from"));

                assertThat(other.requests().getFirst()).contains(BASIC);
            }
        });
    }

    @Test
    void theSessionsCredentialsForTheOtherOriginAreSentThere() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ScriptedServer other = ScriptedServer.open();
                    ClientSession session = ClientSession.open(options()
                            .withHeader("Authorization", "Bearer first")
                            .withCredentials(other.url("/"), Credentials.basic("me", "secret")))) {
                server.on("/from", peer -> peer.redirect(302, other.url("/probe?x")));
                fetch(session, server.url("/from"));

                assertThat(server.requests().getFirst())
                        .contains("\r\nAuthorization: Bearer first\r\n");
                assertThat(other.requests().getFirst()).contains(BASIC).doesNotContain("Bearer");
            }
        });
    }

    @Test
    void theJarsCookiesForTheOtherOriginAreSentThere() throws Exception {
        client.run((server, session) -> {
            String other = server.url("localhost", "/probe?x");
            server.on(
                    "/set",
                    peer -> peer.send(
                            "HTTP/1.1 200 OK\r\nSet-Cookie: id=jar\r\nContent-Length: 0\r\n\r\n"));
            server.on("/from", peer -> peer.redirect(302, other));
            fetch(session, server.url("localhost", "/set"));
            fetch(session, ClientRequest.get(server.url("/from")).withCookie("id", "own"));

            assertThat(server.requests().getLast()).contains("\r\nCookie: id=jar\r\n");
        });
    }
}
