package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.net.TlsTruncationException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// How connections with TLS end: TLS has a word for it, and a connection that ends without it may
/// have been cut.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@MethodSource("all")
class TlsEndTest {
    private static final String UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nhello";

    private final ClientRun client;
    private final ClientOptions options;

    TlsEndTest(CoroutineEngine engine, String version) {
        client = new ClientRun(engine);
        options = ClientRun.options().withTls(Certificates.client().withVersions(version));
    }

    static Stream<Arguments> all() {
        return Stream.of(CoroutineEngine.values())
                .flatMap(engine -> Stream.of("TLSv1.2", "TLSv1.3")
                        .map(version -> Arguments.of(engine, version)));
    }

    private void run(ClientRun.Body test) throws Exception {
        client.run(options, ScriptedServer::openTls, test);
    }

    // --- The server's end ---

    @Test
    void aBodyEndsWithAConnectionThatEndsInGoodOrder() throws Exception {
        run((server, session) -> {
            server.on("/", peer -> {
                peer.send(UNTIL_CLOSE);
                peer.close();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
        });
    }

    /// Whoever sits on the way can end a connection, but not say TLS's word for it.
    @Test
    void aBodyThatEndsWithAConnectionThatWasCutIsNoSuccess() throws Exception {
        run((server, session) -> {
            server.on("/", peer -> {
                peer.send(UNTIL_CLOSE);
                peer.cut();
            });
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(failure).hasCauseInstanceOf(TlsTruncationException.class);
            assertThat(failure.partialBody())
                    .hasValueSatisfying(body -> assertThat(body).asString().isEqualTo("hello"));
            probe(server, session);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Le",
            })
    void anAnswerThatIsCutIsTruncated(String answer) throws Exception {
        run((server, session) -> {
            server.on("/", peer -> {
                peer.send(answer);
                peer.cut();
            });

            assertThat(failureOf(session, server.url("/")).kind()).isEqualTo(Kind.TRUNCATED);
        });
    }

    /// Its end is known by other means.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            })
    void aBodyOfKnownLengthIsWholeEvenIfTheConnectionIsCutBehindIt(String answer) throws Exception {
        run((server, session) -> {
            server.on("/", peer -> {
                peer.send(answer);
                peer.cut();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            probe(server, session);
        });
    }

    @Test
    void aConnectionThatIsCutInPlaceOfAnAnswerIsDisconnected() throws Exception {
        run((server, session) -> {
            server.on("/", Conversation::cut);

            assertThat(failureOf(session, server.url("/")).kind()).isEqualTo(Kind.DISCONNECTED);
        });
    }

    @Test
    void aRequestThatMeetsTheEndOfItsConnectionIsSentOnAFreshOne() throws Exception {
        run((server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1) {
                    peer.cut();
                } else {
                    peer.respond("hello");
                }
            });
            probe(server, session);

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void anIdleConnectionThatTheServerEndsIsNotUsedAgain() throws Exception {
        run((server, session) -> {
            CountDownLatch answered = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.respond("hello");
                Conversation.await(answered);
                peer.close();
            });
            fetch(session, server.url("/"));
            answered.countDown();

            assertThat(ClientRun.isSoon(() -> session.connectionsIdle() == 0)).isTrue();
            probe(server, session);
        });
    }

    // --- Our end ---

    /// The server reads an end only if `close_notify` came; a connection that ends without it is
    /// an exception to it.
    @Test
    void closingTheSessionSaysGoodbyeToIdleConnections() throws Exception {
        AtomicReference<Object> end = new AtomicReference<>("none");
        CountDownLatch ended = new CountDownLatch(1);
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.openTls()) {
                server.on("/", peer -> {
                    peer.respond("hello");
                    try {
                        end.set(peer.readRequest());
                    } catch (IOException failure) {
                        end.set(failure);
                    }
                    peer.close();
                    ended.countDown();
                });
                ClientSession session = ClientSession.open(options);
                fetch(session, server.url("/"));
                session.close();
                Conversation.await(ended);
            }
        });

        assertThat(end).hasValue(false);
    }

    @Test
    void closingTheSessionWaitsForTheServersGoodbye() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.openTls()) {
                CountDownLatch answer = new CountDownLatch(1);
                server.on("/", peer -> {
                    peer.respond("hello");
                    peer.readRequest();
                    Conversation.await(answer);
                    peer.close();
                });
                ClientSession session = ClientSession.open(options);
                fetch(session, server.url("/"));
                Task<@Nullable Void> closing = Async.createTask(() -> {
                    session.close();
                    return null;
                });
                Async.yieldNow();
                Async.yieldNow();
                assertThat(closing.isDone()).isFalse();
                answer.countDown();
                await(closing);
            }
        });
    }

    // --- Handshakes that come to nothing ---

    @Test
    void aHandshakeThatTakesTooLongNamesItsPhase() throws Exception {
        ClientTimeout timeout = ClientTimeout.defaults().withTls(Duration.ofMillis(50));
        client.run(options.withTimeout(timeout), (server, session) -> {
            String url = server.url("/").replace("http:", "https:");
            ClientException failure = failureOf(session, url);

            assertThat(failure)
                    .isInstanceOfSatisfying(
                            ClientException.Timeout.class,
                            late -> assertThat(late.phase()).isEqualTo(Phase.TLS));
        });
    }

    @Test
    void cancellingAHandshakeLeavesNothingBehind() throws Exception {
        client.run(options, (server, session) -> {
            String url = server.url("/").replace("http:", "https:");
            Task<ClientResponse> request = Async.createTask(session.get(url));
            ClientRun.until(() -> server.connections() == 1);
            request.cancel();

            assertThat(await(Async.waitAll(List.of(request))).done()).hasSize(1);
            assertThat(request.isCancelled()).isTrue();
            probe(server, session);
        });
    }
}
