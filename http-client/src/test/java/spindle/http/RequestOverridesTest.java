package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.proxy.Proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// What a request says for itself counts for more than what its session says.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RequestOverridesTest {
    private final ClientRun client;

    RequestOverridesTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Time and limits ---

    @Test
    void theTimeoutOfARequestIsItsOwn() throws Exception {
        client.run((server, session) -> {
            server.on("/silent", Conversation::awaitClose);
            ClientRequest request = ClientRequest.get(server.url("/silent"))
                    .withTimeout(ClientTimeout.none().withTotal(Duration.ofMillis(20)));

            assertThat(failureOf(session.send(request)))
                    .hasMessageContaining("the timeout total is 20 ms");
        });
    }

    @Test
    void aMiddlewareMayGiveAnAttemptItsOwnTimeoutForAPhase() throws Exception {
        Middleware hurried = (request, next) -> next.send(
                request.withTimeout(ClientTimeout.none().withFirstByte(Duration.ofMillis(20))));
        client.run(options().withMiddleware(hurried), (server, session) -> {
            server.on("/silent", Conversation::awaitClose);

            assertThat(failureOf(session, server.url("/silent")))
                    .hasMessageContaining("the timeout firstByte is 20 ms");
        });
    }

    @Test
    void theTotalIsTheCallsWhateverAMiddlewareSays() throws Exception {
        Middleware patient =
                (request, next) -> next.send(request.withTimeout(ClientTimeout.none()));
        ClientOptions hurried =
                options().withTotalTimeout(Duration.ofMillis(20)).withMiddleware(patient);
        client.run(hurried, (server, session) -> {
            server.on("/silent", Conversation::awaitClose);

            assertThat(failureOf(session, server.url("/silent")))
                    .hasMessageContaining("the timeout total is 20 ms");
        });
    }

    @Test
    void theLimitsOfARequestAreItsOwn() throws Exception {
        client.run(options().withMaxBodyBytes(3), (server, session) -> {
            server.on("/", peer -> peer.respond("hello"));
            ClientRequest request = ClientRequest.get(server.url("/"));
            ResponseLimits five = ResponseLimits.defaults().withMaxBodyBytes(5);

            assertThat(failureOf(session.send(request)).kind()).isEqualTo(Kind.LIMIT);
            assertThat(fetch(session, request.withLimits(five))).isEqualTo("hello");
            assertThat(failureOf(session.send(request.withLimits(five.withMaxBodyBytes(4))))
                            .kind())
                    .isEqualTo(Kind.LIMIT);
        });
    }

    @Test
    void aMiddlewareMayGiveAnAttemptItsOwnLimits() throws Exception {
        Middleware careful = (request, next) ->
                next.send(request.withLimits(ResponseLimits.defaults().withMaxBodyBytes(3)));
        client.run(options().withMiddleware(careful), (server, session) -> {
            server.on("/", peer -> peer.respond("hello"));

            assertThat(failureOf(session, server.url("/")).kind()).isEqualTo(Kind.LIMIT);
        });
    }

    // --- What happens to responses ---

    @Test
    void howManyRedirectsAreFollowedIsTheRequestsToSay() throws Exception {
        client.run(options().withMaxRedirects(0), (server, session) -> {
            server.on("/", peer -> peer.redirect(302, "/probe?there"));
            ClientRequest request = ClientRequest.get(server.url("/"));

            assertThat(fetch(session, request)).isEmpty();
            assertThat(fetch(session, request.withMaxRedirects(1))).isEqualTo("there");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whetherAStatusIsAFailureIsTheRequestsToSay(boolean session) throws Exception {
        client.run(options().withRaiseForStatus(session), (server, opened) -> {
            server.on("/", peer -> peer.respond("404 Not Found", "gone"));
            ClientRequest request = ClientRequest.get(server.url("/"));

            assertThat(fetch(opened, request.withRaiseForStatus(false))).isEqualTo("gone");
            assertThat(failureOf(opened.send(request.withRaiseForStatus(true))).kind())
                    .isEqualTo(Kind.STATUS);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whetherABodyIsDecompressedIsTheRequestsToSay(boolean session) throws Exception {
        byte[] zipped = gzip("hello");
        client.run(options().withDecompression(session), (server, opened) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                        + zipped.length + "\r\n\r\n");
                peer.send(zipped);
            });
            ClientRequest request = ClientRequest.get(server.url("/"));
            try (ClientResponse response = await(opened.send(request.withDecompression(false)))) {
                assertThat(await(response.read())).isEqualTo(zipped);
            }

            assertThat(fetch(opened, request.withDecompression(true))).isEqualTo("hello");
            assertThat(server.requests().getFirst()).doesNotContain("Accept-Encoding");
            assertThat(server.requests().getLast()).contains("Accept-Encoding");
        });
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream output = new GZIPOutputStream(zipped)) {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return zipped.toByteArray();
    }

    // --- Who stands in between, who is trusted ---

    @Test
    void theMiddlewaresOfARequestReplaceTheSessions() throws Exception {
        client.run(options().withMiddleware(saying("session")), (server, session) -> {
            server.on("/", peer -> peer.respond(said(peer)));
            ClientRequest request = ClientRequest.get(server.url("/"));

            assertThat(fetch(session, request)).isEqualTo("session");
            assertThat(fetch(session, request.withMiddlewares(List.of(saying("own")))))
                    .isEqualTo("own");
            assertThat(fetch(session, request.withMiddlewares(List.of()))).isEqualTo("nothing");
        });
    }

    private static Middleware saying(String word) {
        return (request, next) -> next.send(request.withHeader("X-Said", word));
    }

    private static String said(Conversation peer) {
        String[] parts = peer.request().split("X-Said: ", 2);
        return parts.length == 1 ? "nothing" : parts[1].strip();
    }

    @Test
    void theProxyOfARequestReplacesTheSessions() throws Exception {
        client.run((server, session) -> {
            String target = "http://elsewhere.invalid/x";
            server.on(target, peer -> peer.respond("by proxy"));
            ClientRequest request = ClientRequest.get(target).withProxy(Proxy.of(server.url("/")));

            assertThat(fetch(session, request)).isEqualTo("by proxy");
        });
    }

    @Test
    void theTrustOfARequestIsItsOwn() throws Exception {
        client.run(options(), ScriptedServer::openTls, (server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/probe?x"));

            assertThat(failureOf(session.send(request)).kind()).isEqualTo(Kind.TLS);
            assertThat(fetch(session, request.withTls(Certificates.client()))).isEqualTo("x");
            assertThat(failureOf(session.send(request)).kind()).isEqualTo(Kind.TLS);
        });
    }
}
