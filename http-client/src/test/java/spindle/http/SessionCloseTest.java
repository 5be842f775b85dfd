package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SessionCloseTest {
    private final ClientRun client;

    SessionCloseTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void idleConnectionsAreClosed() throws Exception {
        client.run((server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.respond("");
                peer.awaitClose();
                closed.countDown();
            });
            fetch(session, server.url("/"));
            session.close();
            session.close();
            until(() -> closed.getCount() == 0);

            assertThat(session.connectionsIdle()).isZero();
        });
    }

    @Test
    void aRequestThatWaitsForItsAnswerFails() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::awaitClose);
            Task<ClientException> task = createTask(() -> failureOf(session, server.url("/")));
            until(() -> !server.requests().isEmpty());
            session.close();

            assertClosed(await(task), server.url("/"));
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void aBodyThatIsBeingReadFails() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            Task<ClientException> task = createTask(() ->
                    catchThrowableOfType(ClientException.class, () -> await(response.read())));
            yieldNow();
            session.close();
            response.close();

            assertClosed(await(task), server.url("/"));
        });
    }

    @Test
    void aBodyThatWasThereAlreadyCanStillBeRead() throws Exception {
        client.run((server, session) -> {
            ClientResponse response = await(session.get(server.url("/probe?hello")));
            until(() -> session.connectionsInUse() == 0);
            session.close();

            assertThat(await(response.text())).isEqualTo("hello");
        });
    }

    @Test
    void requestsInLineFailAndDoNotSetOff() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            server.on("/", Conversation::awaitClose);
            Task<ClientException> first = createTask(() -> failureOf(session, server.url("/")));
            Task<ClientException> second =
                    createTask(() -> failureOf(session, server.url("/probe?2")));
            Task<ClientException> third =
                    createTask(() -> failureOf(session, server.url("/probe?3")));
            until(() -> !server.requests().isEmpty());
            session.close();

            assertClosed(await(first), server.url("/"));
            assertClosed(await(second), server.url("/probe?2"));
            assertClosed(await(third), server.url("/probe?3"));
            assertThat(server.connections()).isEqualTo(1);
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void aRequestThatConnectsFailsAtOnce() throws Exception {
        client.run((_, session) -> {
            try (FullListener full = FullListener.open()) {
                Task<ClientException> task = createTask(() -> failureOf(session, full.url()));
                until(() -> session.connectionsInUse() == 1);
                session.close();
                boolean ended = ClientRun.isSoon(task::isDone);
                task.cancel();

                assertThat(ended).as("the request has ended").isTrue();
                assertClosed(await(task), full.url());
                assertThat(session.connectionsInUse()).isZero();
            }
        });
    }

    @Test
    void aTaskWhoseConnectFailedByThatGoesOn() throws Exception {
        client.run((server, session) -> {
            try (FullListener full = FullListener.open();
                    ClientSession other = ClientSession.open(ClientRun.options())) {
                Task<Integer> task = createTask(() -> {
                    assertClosed(failureOf(session, full.url()), full.url());
                    probe(server, other);
                    return Async.currentTask().cancelling();
                });
                until(() -> session.connectionsInUse() == 1);
                session.close();

                assertThat(await(task)).isZero();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCancellationAtTheSameTimeIsOne(boolean cancelFirst) throws Exception {
        client.run((_, session) -> {
            try (FullListener full = FullListener.open()) {
                Task<String> task = createTask(() -> fetch(session, full.url()));
                until(() -> session.connectionsInUse() == 1);
                // From a callback: a task would wait for the request to end.
                EventLoop.current().callSoon(() -> {
                    if (cancelFirst) {
                        task.cancel();
                        session.close();
                    } else {
                        session.close();
                        task.cancel();
                    }
                });

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(session.connectionsInUse()).isZero();
            }
        });
    }

    @Test
    void aRequestThatResolvesFails() throws Exception {
        client.run((_, session) -> {
            String url = "http://no-such-host.invalid/";
            Task<ClientException> task = createTask(() -> failureOf(session, url));
            until(() -> session.connectionsInUse() == 1);
            session.close();

            assertClosed(await(task), url);
        });
    }

    @Test
    void aRequestOnAClosedSessionIsTheCallersMistake() throws Exception {
        client.run((server, session) -> {
            probe(server, session);
            var made = session.get(server.url("/probe?late"));
            session.close();

            assertThatThrownBy(() -> await(made))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the session is closed: open another one");
            assertThat(server.requests()).hasSize(1);
        });
    }

    @Test
    void aSessionIsOpenedInALoop() {
        assertThatThrownBy(ClientSession::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no event loop is running in this thread");
    }

    @Test
    void otherSessionsAreUntouched() throws Exception {
        client.run((server, session) -> {
            try (ClientSession other = ClientSession.open()) {
                probe(server, other);
                probe(server, session);
                session.close();
                probe(server, other);

                assertThat(server.connections()).isEqualTo(2);
            }
        });
    }

    @Test
    void aSessionThatNobodyClosesIsClosedWithItsLoopWhichReportsIt() throws Exception {
        long before = Descriptors.openSockets();
        List<ExceptionHandler.Context> reports = client.reportsOf(() -> {
            try (ScriptedServer server = ScriptedServer.open()) {
                server.on("/", Conversation::awaitClose);
                ClientSession forgotten = ClientSession.open(ClientRun.options());
                probe(server, forgotten);
                createTask(() -> fetch(forgotten, server.url("/")));
                until(() -> server.targets().contains("/"));
            }
        });

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(reports)
                .hasToString("[client session was never closed: open it in a "
                        + "try-with-resources: <ClientSession closed inUse=0 idle=0>]");
    }

    @Test
    void printsWhatItHas() throws Exception {
        client.run((server, session) -> {
            probe(server, session);
            assertThat(session).hasToString("<ClientSession open inUse=0 idle=1>");
            session.close();
            assertThat(session).hasToString("<ClientSession closed inUse=0 idle=0>");
        });
    }

    /// A server that has no `close_notify` to say.
    @Test
    void aServerThatDoesNotSayGoodbyeHoldsUpNobodyForLong() throws Exception {
        ClientOptions options = ClientRun.options().withTls(Certificates.client());
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.openTls()) {
                CountDownLatch over = new CountDownLatch(1);
                server.on("/", peer -> {
                    peer.respond("hello");
                    Conversation.await(over);
                });
                ClientSession session = ClientSession.open(options);
                fetch(session, server.url("/"));
                await(Async.failAfter(Duration.ofSeconds(5), () -> {
                    session.close();
                    return null;
                }));
                over.countDown();
            }
        });
    }

    private static void assertClosed(ClientException failure, String url) {
        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure).hasMessage("GET " + url + ": the session was closed");
    }
}
