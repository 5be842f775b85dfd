package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

/// A status as a failure, where that is asked for.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RaiseForStatusTest {
    private final ClientRun client;

    RaiseForStatusTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 503, 599})
    void aStatusOf400OrMoreIsAFailureThatKnowsWhatTheServerSaid(int status) throws Exception {
        client.run(options().withRaiseForStatus(true), (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 " + status
                            + " Sorry\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"));
            String url = server.url("/");
            ClientException failure = failureOf(session, url);

            assertThat(failure).isInstanceOfSatisfying(ClientException.Status.class, known -> {
                assertThat(known.status()).isEqualTo(status);
                assertThat(known.headers().first("retry-after")).contains("7");
                assertThat(known.url().text()).isEqualTo(url);
            });
            assertThat(failure.kind()).isEqualTo(Kind.STATUS);
            assertThat(failure)
                    .hasMessage("GET " + url + ": the server answered " + status + " Sorry");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 300, 304, 399})
    void aStatusBelow400IsNone(int status) throws Exception {
        client.run(options().withRaiseForStatus(true), (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 " + status + " Fine\r\nContent-Length: 0\r\n\r\n"));

            assertThat(fetch(session, server.url("/"))).isEmpty();
        });
    }

    @Test
    void theConnectionIsUsedAgainIfTheBodyWasThere() throws Exception {
        client.run(options().withRaiseForStatus(true).withLimit(1), (server, session) -> {
            server.on("/", peer -> peer.respond("404 Not Found", "gone"));
            for (int i = 0; i < 5; i++) {
                failureOf(session, server.url("/"));
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void theConnectionIsDroppedIfTheBodyIsStillToCome() throws Exception {
        client.run(options().withRaiseForStatus(true).withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 1000000000\r\n\r\n");
                peer.awaitClose();
            });
            for (int i = 0; i < 3; i++) {
                failureOf(session, server.url("/"));
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(4);
        });
    }

    @Test
    void theStatusThatCountsIsTheOneAfterRedirects() throws Exception {
        client.run(options().withRaiseForStatus(true), (server, session) -> {
            server.on("/from", peer -> peer.redirect(302, "/to"));
            server.on("/to", peer -> peer.respond("410 Gone", ""));
            ClientException failure = failureOf(session, server.url("/from"));

            assertThat(failure)
                    .hasMessage("GET " + server.url("/to") + ": the server answered 410 Gone");
        });
    }

    @Test
    void middlewaresSeeTheStatusBeforeItIsAFailure() throws Exception {
        Middleware retrying = (request, next) -> {
            ClientResponse first = next.send(request);
            first.close();
            return next.send(request);
        };
        ClientOptions options = options().withRaiseForStatus(true).withMiddleware(retrying);
        client.run(options, (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.respond(
                            server.requests().size() == 1 ? "503 Later" : "200 OK", "x"));

            assertThat(fetch(session, server.url("/"))).isEqualTo("x");
        });
    }

    @Test
    void aStatusThatIsNoFailureMayBeMadeOne() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("404 Not Found", "gone"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThatThrownBy(response::raiseForStatus)
                        .isInstanceOf(ClientException.Status.class)
                        .hasMessageEndingWith("/: the server answered 404 Not Found");
                assertThat(await(response.text())).isEqualTo("gone");
            }
        });
    }
}
