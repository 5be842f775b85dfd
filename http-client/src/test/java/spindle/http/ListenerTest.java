package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.http.body.RequestBody;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/// What listeners are told, in which order.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ListenerTest {
    private final ClientRun client;

    ListenerTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// The events of each attempt, in the order of their beginnings.
    private final List<List<String>> attempts = new ArrayList<>();

    private final IdentityHashMap<ClientRequest, List<String>> byRequest = new IdentityHashMap<>();

    private void hear(ClientEvent event) {
        byRequest
                .computeIfAbsent(event.request(), _ -> {
                    List<String> attempt = new ArrayList<>();
                    attempts.add(attempt);
                    return attempt;
                })
                .add(described(event));
    }

    private static String described(ClientEvent event) {
        return switch (event) {
            case ClientEvent.Started _ -> "started";
            case ClientEvent.Queued _ -> "queued";
            case ClientEvent.Dequeued _ -> "dequeued";
            case ClientEvent.Reused _ -> "reused";
            case ClientEvent.Resolving resolving -> "resolving " + resolving.host();
            case ClientEvent.Resolved resolved -> "resolved " + resolved.host();
            case ClientEvent.Connecting connecting -> "connecting " + connecting.host();
            case ClientEvent.Connected _ -> "connected";
            case ClientEvent.Secured _ -> "secured";
            case ClientEvent.Sent _ -> "sent";
            case ClientEvent.Interim interim -> "interim " + interim.status();
            case ClientEvent.Answered answered -> "answered " + answered.status();
            case ClientEvent.Redirected redirected ->
                "redirected " + redirected.to().path();
            case ClientEvent.Completed _ -> "completed";
            case ClientEvent.Failed failed ->
                "failed "
                        + (failed.failure() instanceof ClientException known
                                ? known.kind()
                                : failed.failure());
        };
    }

    private static final String[] FRESH = {
        "started", "connecting 127.0.0.1", "connected", "sent", "answered 200", "completed"
    };
    private static final String[] REUSED = {"started", "reused", "sent", "answered 200", "completed"
    };

    private ClientOptions heard() {
        return options().withListener(this::hear);
    }

    // --- Requests that succeed ---

    @Test
    void aConnectionIsMadeForTheFirstRequestAndReusedForTheSecond() throws Exception {
        client.run(heard(), (server, session) -> {
            fetch(session, server.url("/probe?x"));
            fetch(session, server.url("/probe?x"));

            assertThat(attempts).containsExactly(List.of(FRESH), List.of(REUSED));
        });
    }

    @Test
    void aNameIsResolvedFirst() throws Exception {
        client.run(heard(), (server, session) -> {
            fetch(session, server.url("localhost", "/probe?x"));

            assertThat(attempts.getFirst())
                    .startsWith("started", "resolving localhost", "resolved localhost")
                    .containsSubsequence("connecting localhost", "connected", "sent");
        });
    }

    @Test
    void tlsIsAgreedOnAfterTheConnection() throws Exception {
        ClientOptions options = heard().withTls(Certificates.client());
        client.run(options, ScriptedServer::openTls, (server, session) -> {
            fetch(session, server.url("/probe?x"));

            assertThat(attempts.getFirst())
                    .containsExactly(
                            "started",
                            "connecting 127.0.0.1",
                            "connected",
                            "secured",
                            "sent",
                            "answered 200",
                            "completed");
        });
    }

    @Test
    void aRequestInLineIsToldApartFromOneOfTheSameUrl() throws Exception {
        client.run(heard().withLimit(1), (server, session) -> {
            CountDownLatch go = new CountDownLatch(1);
            server.on("/", peer -> {
                Conversation.await(go);
                peer.respond("ok");
            });
            Task<String> first = createTask(() -> fetch(session, server.url("/")));
            Task<String> second = createTask(() -> fetch(session, server.url("/")));
            until(() -> session.statistics().waiting() == 1);
            go.countDown();
            await(first);
            await(second);

            assertThat(attempts)
                    .containsExactly(
                            List.of(FRESH),
                            List.of(
                                    "started",
                                    "queued",
                                    "dequeued",
                                    "reused",
                                    "sent",
                                    "answered 200",
                                    "completed"));
        });
    }

    @Test
    void aRequestThatIsSentTwiceIsTwoRequests() throws Exception {
        client.run(heard(), (server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/probe?x"));
            fetch(session, request);
            fetch(session, request);

            assertThat(attempts).containsExactly(List.of(FRESH), List.of(REUSED));
        });
    }

    @Test
    void aRedirectIsToldBeforeTheNextHopBegins() throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", peer -> peer.redirect(302, "/probe?x"));
            fetch(session, server.url("/"));

            assertThat(attempts)
                    .containsExactly(
                            List.of(
                                    "started",
                                    "connecting 127.0.0.1",
                                    "connected",
                                    "sent",
                                    "answered 302",
                                    "completed",
                                    "redirected /probe"),
                            List.of(REUSED));
        });
    }

    @Test
    void interimResponsesAreTold() throws Exception {
        List<Headers> hints = new ArrayList<>();
        ClientOptions options = heard().withListener(event -> {
            if (event instanceof ClientEvent.Interim interim) {
                hints.add(interim.headers());
            }
        });
        client.run(options, (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                            + "HTTP/1.1 102 Processing\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            fetch(session, server.url("/"));

            assertThat(attempts.getFirst())
                    .containsExactly(
                            "started",
                            "connecting 127.0.0.1",
                            "connected",
                            "sent",
                            "interim 103",
                            "interim 102",
                            "answered 200",
                            "completed");
            assertThat(hints.getFirst().first("Link")).contains("</a>");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500})
    void anErrorStatusIsNoFailure(int status) throws Exception {
        client.run(heard().withRaiseForStatus(true), (server, session) -> {
            server.on("/", peer -> peer.respond(status + " Sorry", ""));
            failureOf(session, server.url("/"));

            assertThat(attempts.getFirst()).endsWith("answered " + status, "completed");
        });
    }

    // --- Bodies ---

    @Test
    void whatWasSentIsCountedHeadAndBody() throws Exception {
        List<Long> sizes = new ArrayList<>();
        ClientOptions options = heard().withListener(event -> {
            if (event instanceof ClientEvent.Sent sent) {
                sizes.add(sent.bytes());
            }
        });
        client.run(options, (server, session) -> {
            server.on("/", peer -> peer.respond("" + peer.readBody().length()));
            Queue<String> pieces = new ArrayDeque<>(List.of("he", "llo"));
            AsyncIterator<ByteBuffer> stream = () -> () -> Optional.ofNullable(pieces.poll())
                    .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            String url = server.url("/");
            fetch(session, url);
            fetch(session, ClientRequest.put(url).withBody(RequestBody.text("hello")));
            fetch(session, ClientRequest.put(url).withBody(RequestBody.stream(stream)));

            List<Integer> heads = server.requests().stream().map(String::length).toList();
            assertThat(sizes)
                    .containsExactly(
                            (long) heads.get(0),
                            heads.get(1) + 5L,
                            (long) heads.get(2) + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n".length());
            assertThat(attempts.get(2)).isEqualTo(attempts.get(1)).containsExactly(REUSED);
        });
    }

    @Test
    void aResponseThatIsClosedEarlyHasFailed() throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                peer.awaitClose();
            });
            await(session.get(server.url("/"))).close();

            assertThat(attempts.getFirst()).endsWith("sent", "answered 200", "failed closed");
        });
    }

    // --- Requests that fail ---

    @Test
    void aRefusalIsToldOnce() throws Exception {
        client.run(heard(), (server, session) -> {
            server.stopListening();
            failureOf(session, server.url("/"));

            assertThat(attempts)
                    .containsExactly(List.of("started", "connecting 127.0.0.1", "failed refused"));
        });
    }

    @Test
    void anAnswerThatIsNoneIsToldOnce() throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", peer -> {
                peer.send("nonsense\r\n\r\n");
                peer.awaitClose();
            });
            failureOf(session, server.url("/"));

            assertThat(attempts)
                    .containsExactly(List.of(
                            "started",
                            "connecting 127.0.0.1",
                            "connected",
                            "sent",
                            "failed malformed"));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBrokenBodyIsToldOnceAfterItsHead(boolean together) throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", peer -> {
                String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                peer.send(together ? head + "nonsense\r\n" : head);
                if (!together) {
                    peer.letTheLoopLook();
                    peer.send("nonsense\r\n");
                }
                peer.awaitClose();
            });
            failureOf(session, server.url("/"));

            assertThat(attempts)
                    .containsExactly(List.of(
                            "started",
                            "connecting 127.0.0.1",
                            "connected",
                            "sent",
                            "answered 200",
                            "failed malformed"));
        });
    }

    @Test
    void aCancelledRequestIsToldOnceWithoutAFailure() throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", Conversation::awaitClose);
            Task<String> task = createTask(() -> fetch(session, server.url("/")));
            until(() -> !server.requests().isEmpty());
            task.cancel();
            until(task::isDone);

            assertThat(attempts)
                    .containsExactly(List.of(
                            "started", "connecting 127.0.0.1", "connected", "sent", "failed null"));
        });
    }

    @Test
    void aRequestThatIsSentAgainOnAFreshConnectionIsOneAttempt() throws Exception {
        client.run(heard(), (server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1 && server.requests().size() == 2) {
                    peer.close();
                } else {
                    peer.respond("ok");
                }
            });
            fetch(session, server.url("/"));
            fetch(session, server.url("/"));

            assertThat(attempts.getLast())
                    .containsExactly(
                            "started",
                            "reused",
                            "sent",
                            "connecting 127.0.0.1",
                            "connected",
                            "sent",
                            "answered 200",
                            "completed");
        });
    }

    // --- Listeners that fail ---

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerThatThrowsIsReportedAndHarmsNothing(boolean error) throws Exception {
        ClientListener broken = _ -> {
            if (error) {
                throw new AssertionError("broken");
            }
            throw new IllegalStateException("broken");
        };
        List<ExceptionHandler.Context> reports = client.reportsOf(() -> {
            ClientOptions options =
                    options().withLimit(1).withListener(broken).withListener(this::hear);
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session = ClientSession.open(options)) {
                assertThat(fetch(session, server.url("/probe?x"))).isEqualTo("x");
                assertThat(fetch(session, server.url("/probe?y"))).isEqualTo("y");
                assertThat(session.connectionsInUse()).isZero();
            }
        });

        assertThat(attempts).containsExactly(List.of(FRESH), List.of(REUSED));
        assertThat(reports)
                .hasSize(FRESH.length + REUSED.length)
                .allSatisfy(report ->
                        assertThat(report.message()).isEqualTo("a listener of the client failed"));
    }

    @Test
    void withoutListenersNoEventIsMade() throws Exception {
        client.runInLoop(() -> new Listeners(EventLoop.current(), List.of()).tell(() -> {
            throw new AssertionError("an event was made for nobody");
        }));
    }
}
