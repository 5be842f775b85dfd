package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.AsyncIterator;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.body.RequestBody;
import spindle.sync.Event;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What stands between a session and its connections.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class MiddlewareTest {
    private final ClientRun client;

    MiddlewareTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private final List<String> log = new ArrayList<>();

    private Middleware logging(String name) {
        return (request, next) -> {
            log.add(name + " " + request.method() + " " + request.url().path());
            ClientResponse response = next.send(request);
            log.add(name + " " + response.status());
            return response;
        };
    }

    // --- When ---

    @Test
    void theFirstIsTheOutermost() throws Exception {
        ClientOptions options =
                options().withMiddleware(logging("outer")).withMiddleware(logging("inner"));
        client.run(options, (server, session) -> {
            server.on("/", peer -> peer.respond("404 Not Found", ""));
            fetch(session, server.url("/"));

            assertThat(log).containsExactly("outer GET /", "inner GET /", "inner 404", "outer 404");
        });
    }

    @Test
    void eachHopOfARedirectIsSeen() throws Exception {
        client.run(options().withMiddleware(logging("it")), (server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(303, "/to");
            });
            server.on("/to", peer -> peer.respond(""));
            fetch(session, ClientRequest.post(server.url("/from")));

            assertThat(log).containsExactly("it POST /from", "it 303", "it GET /to", "it 200");
        });
    }

    @Test
    void eachRetryOfAnOuterOneIsSeen() throws Exception {
        ClientOptions options =
                options().withMiddleware(retrying()).withMiddleware(logging("inner"));
        client.run(options, (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.respond(
                            server.requests().size() < 3 ? "503 Later" : "200 OK", "ok"));

            assertThat(fetch(session, server.url("/"))).isEqualTo("ok");
            assertThat(log)
                    .containsExactly(
                            "inner GET /",
                            "inner 503",
                            "inner GET /",
                            "inner 503",
                            "inner GET /",
                            "inner 200");
        });
    }

    private static Middleware retrying() {
        return (request, next) -> {
            ClientResponse response = next.send(request);
            while (response.status() == 503) {
                response.close();
                response = next.send(request);
            }
            return response;
        };
    }

    // --- What they change ---

    @Test
    void whatAMiddlewareMakesOfARequestIsSent() throws Exception {
        Middleware changing = (request, next) -> next.send(request.withMethod("PUT")
                .withUrl(request.url().withPath("/b"))
                .withHeader("X-A", "1")
                .withParameter("q", "2")
                .withCookie("c", "3")
                .withBody(RequestBody.text("hello")));
        client.run(options().withMiddleware(changing), (server, session) -> {
            server.on("/b", peer -> peer.respond(peer.readBody()));

            assertThat(fetch(session, server.url("/a?p=0"))).isEqualTo("hello");
            assertThat(server.requests().getFirst())
                    .startsWith("PUT /b?p=0&q=2 HTTP/1.1\r\n")
                    .contains("\r\nX-A: 1\r\n")
                    .contains("\r\nCookie: c=3\r\n");
        });
    }

    @Test
    void aMiddlewareMayAskAnotherHost() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ScriptedServer other = ScriptedServer.open();
                    ClientSession session = ClientSession.open(options()
                            .withMiddleware((request, next) ->
                                    next.send(request.withUrl(other.url("/probe?x")))))) {
                assertThat(fetch(session, server.url("/a"))).isEqualTo("x");
                assertThat(other.requests().getFirst())
                        .contains("\r\nHost: 127.0.0.1:" + other.port() + "\r\n");
                assertThat(server.connections()).isZero();
            }
        });
    }

    @Test
    void anInnerOneSeesWhatTheOuterOneMadeOfTheRequest() throws Exception {
        Middleware outer = (request, next) -> next.send(request.withParameter("q", "1"));
        Middleware inner = (request, next) -> {
            log.add(request.url().query() + " " + request.headers().size());
            return next.send(request);
        };
        client.run(options().withMiddleware(outer).withMiddleware(inner), (server, session) -> {
            assertThat(fetch(session, server.url("/probe"))).isEqualTo("q=1");
            assertThat(log).containsExactly("q=1 0");
        });
    }

    @Test
    void aMiddlewareThatChangesTheListOfMiddlewaresChangesNothingForThisHop() throws Exception {
        Middleware emptying = (request, next) -> next.send(request.withMiddlewares(List.of()));
        ClientOptions options = options().withMiddleware(emptying).withMiddleware(logging("inner"));
        client.run(options, (server, session) -> {
            probe(server, session);

            assertThat(log).containsExactly("inner GET /probe", "inner 200");
        });
    }

    // --- Answers of their own ---

    @Test
    void aMiddlewareMayAnswerWithoutAsking() throws Exception {
        client.run((server, session) -> {
            ClientResponse kept = await(session.get(server.url("/probe?kept")));
            try (ClientSession caching =
                    ClientSession.open(options().withMiddleware((request, next) -> kept))) {
                assertThat(fetch(caching, server.url("/other"))).isEqualTo("kept");
                assertThat(server.requests()).hasSize(1);
            }
        });
    }

    @Test
    void whatAMiddlewareThrowsComesAsItIs() throws Exception {
        IllegalStateException thrown = new IllegalStateException("no");
        Middleware throwing = (request, next) -> {
            throw thrown;
        };
        client.run(options().withMiddleware(throwing), (server, session) -> {
            assertThat(catchThrowable(() -> fetch(session, server.url("/")))).isSameAs(thrown);
            assertThat(server.connections()).isZero();
        });
    }

    @Test
    void aMiddlewareThatThrowsAwayAResponseLosesNoSlot() throws Exception {
        Middleware throwing = (request, next) -> {
            try (ClientResponse response = next.send(request)) {
                throw new IllegalStateException("status " + response.status());
            }
        };
        client.run(options().withLimit(1).withMiddleware(throwing), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                peer.awaitClose();
            });
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> fetch(session, server.url("/"))).hasMessage("status 200");
            }
        });
    }

    @Test
    void aMiddlewareSeesFailuresAndMayMakeAnswersOfThem() throws Exception {
        Middleware patient = (request, next) -> {
            try {
                return next.send(request);
            } catch (ClientException failure) {
                log.add(failure.kind().toString());
                return next.send(request);
            }
        };
        client.run(options().withMiddleware(patient), (server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1) {
                    peer.close();
                } else {
                    peer.respond("ok");
                }
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("ok");
            assertThat(log).containsExactly("disconnected");
        });
    }

    // --- Bodies ---

    @Test
    void aBodyThatCanBeSentOnceIsNotSentASecondTime() throws Exception {
        client.run(options().withMiddleware(retrying()), (server, session) -> {
            server.on("/", peer -> {
                peer.readBody();
                peer.respond("503 Later", "");
            });
            AsyncIterator<ByteBuffer> pieces = () -> () -> Optional.empty();

            assertThatThrownBy(
                            () -> await(session.post(server.url("/"), RequestBody.stream(pieces))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected a body that was not used yet");
        });
    }

    @Test
    void aBodyOfAMiddlewareThatIsNotSentIsClosed() throws Exception {
        ByteArrayInputStream input = new ByteArrayInputStream(new byte[5]) {
            @Override
            public void close() {
                log.add("closed");
            }
        };
        Middleware replacing =
                (request, next) -> next.send(request.withBody(RequestBody.stream(input)));
        client.run(options().withMiddleware(replacing), (server, session) -> {
            server.stopListening();

            assertThat(failureOf(session.send(ClientRequest.post(server.url("/"))))
                            .kind())
                    .isEqualTo(Kind.REFUSED);
            ClientRun.until(() -> !log.isEmpty()); // It is closed on another thread.
            assertThat(log).containsExactly("closed");
        });
    }

    // --- Waiting ---

    @Test
    void aMiddlewareMayWaitAndAskSomethingElse() throws Exception {
        client.run((server, session) -> {
            Middleware asking = (request, next) -> {
                await(sleep(Duration.ofMillis(1)));
                String token = fetch(session, server.url("/probe?token"));
                return next.send(request.withHeader("X-Token", token));
            };
            server.on("/", peer -> peer.respond("ok"));
            try (ClientSession signing = ClientSession.open(options().withMiddleware(asking))) {
                assertThat(fetch(signing, server.url("/"))).isEqualTo("ok");
            }

            assertThat(server.requests().getLast()).contains("\r\nX-Token: token\r\n");
        });
    }

    @Test
    void aMiddlewareIsCancelledWithTheRequest() throws Exception {
        Event never = new Event();
        Middleware waiting = (request, next) -> {
            ClientResponse response = next.send(request);
            try {
                log.add("waits");
                await(never.waitUntilSet());
                return response;
            } catch (CancelledError cancelled) {
                log.add("cancelled");
                response.close();
                throw cancelled;
            }
        };
        client.run(options().withLimit(1).withMiddleware(waiting), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                peer.awaitClose();
            });
            Task<String> task = createTask(() -> fetch(session, server.url("/")));
            until(() -> log.contains("waits"));
            task.cancel();

            assertThat(catchThrowable(() -> await(task))).isInstanceOf(CancelledError.class);
            assertThat(log).containsExactly("waits", "cancelled");
        });
    }
}
