package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectionReuseTest {
    private final ClientRun client;

    ConnectionReuseTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void oneConnectionServesOneRequestAfterTheOther() throws Exception {
        client.run((server, session) -> {
            for (int i = 0; i < 100; i++) {
                probe(server, session);
            }

            assertThat(server.connections()).isEqualTo(1);
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void otherServersHaveConnectionsOfTheirOwn() throws Exception {
        client.run((server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                probe(server, session);
                probe(other, session);
                probe(server, session);
                probe(other, session);

                assertThat(server.connections()).isEqualTo(1);
                assertThat(other.connections()).isEqualTo(1);
                assertThat(session.connectionsIdle()).isEqualTo(2);
            }
        });
    }

    @Test
    void theConnectionUsedLastIsUsedNext() throws Exception {
        client.run((server, session) -> {
            List<CountDownLatch> releases = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                CountDownLatch release = new CountDownLatch(1);
                releases.add(release);
                server.on("/" + i, peer -> {
                    Conversation.await(release);
                    peer.respond("" + peer.connection());
                });
            }
            server.on("/which", peer -> peer.respond("" + peer.connection()));
            List<Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String url = server.url("/" + i);
                tasks.add(createTask(() -> fetch(session, url)));
            }
            String lastUsed = "";
            for (int i : new int[] {0, 2, 1}) {
                releases.get(i).countDown();
                lastUsed = await(tasks.get(i));
            }

            assertThat(session.connectionsIdle()).isEqualTo(3);
            assertThat(fetch(session, server.url("/which"))).isEqualTo(lastUsed);
        });
    }

    @Test
    @Tag("realtime")
    void aConnectionThatWaitsForTooLongIsClosed() throws Exception {
        Duration keepAlive = Duration.ofMillis(50);
        client.run(ClientRun.options().withKeepAliveTimeout(keepAlive), (server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.respond("");
                peer.awaitClose();
                closed.countDown();
            });
            long start = System.nanoTime();
            fetch(session, server.url("/"));
            assertThat(session.connectionsIdle()).isEqualTo(1);
            until(() -> session.connectionsIdle() == 0);
            long idle = System.nanoTime() - start;
            until(() -> closed.getCount() == 0);
            probe(server, session);

            assertThat(idle).isGreaterThanOrEqualTo(keepAlive.toNanos());
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    @Tag("realtime")
    void aConnectionInUseDoesNotAge() throws Exception {
        Duration keepAlive = Duration.ofMillis(50);
        client.run(ClientRun.options().withKeepAliveTimeout(keepAlive), (server, session) -> {
            long end = System.nanoTime() + keepAlive.multipliedBy(4).toNanos();
            while (System.nanoTime() < end) {
                probe(server, session);
            }

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- What a server does to an idle connection ---

    @Test
    void aConnectionThatItsServerClosesLeavesThePool() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.respond("");
                peer.close();
            });
            fetch(session, server.url("/"));
            until(() -> session.connectionsIdle() == 0);
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aConnectionThatItsServerResetsLeavesThePool() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.respond("");
                peer.letTheLoopLook();
                peer.reset();
            });
            fetch(session, server.url("/"));
            until(() -> session.connectionsIdle() == 0);
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void whatComesUnaskedOnAnIdleConnectionIsNobodysAnswer() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.respond("asked for");
                peer.letTheLoopLook();
                peer.respond("poison");
            });
            assertThat(fetch(session, server.url("/"))).isEqualTo("asked for");
            until(() -> session.connectionsIdle() == 0);
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    /// The bytes arrive while a coroutine keeps the loop from looking at its sockets, and the
    /// next request is made before it does.
    @Test
    void whatCameUnaskedBeforeTheLoopCouldLookIsNobodysAnswer() throws Exception {
        client.run((server, session) -> {
            CountDownLatch complete = new CountDownLatch(1);
            CountDownLatch poisoned = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.respond("asked for");
                Conversation.await(complete);
                peer.respond("poison");
                poisoned.countDown();
            });
            assertThat(fetch(session, server.url("/"))).isEqualTo("asked for");
            complete.countDown();
            Conversation.await(poisoned);

            probe(server, session);
        });
    }

    // --- A connection that was closed just before it was used again ---

    @Test
    void aRequestOnAConnectionThatWasJustClosedIsSentAgain() throws Exception {
        client.run((server, session) -> {
            closeUnseen(server, session, Conversation::close);
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aRequestOnAConnectionThatWasJustResetIsSentAgain() throws Exception {
        client.run((server, session) -> {
            closeUnseen(server, session, Conversation::reset);
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aRequestThatAServerClosesUponIsSentAgainOnAFreshConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1) {
                    peer.close();
                } else {
                    peer.respond("second try");
                }
            });
            probe(server, session);

            assertThat(fetch(session, server.url("/"))).isEqualTo("second try");
            assertThat(server.targets()).endsWith("/", "/").hasSize(3);
        });
    }

    @Test
    void aRequestIsSentAgainOnlyOnceAndNeverOnAnotherOldConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::close);
            openIdle(server, session, 3);
            ClientException failure = failureOf(session, server.url("/"));
            probe(server, session);

            assertThat(failure.kind()).isEqualTo(Kind.DISCONNECTED);
            assertThat(server.targets().stream().filter(target -> target.equals("/")))
                    .hasSize(2);
            assertThat(server.connections()).isEqualTo(4);
        });
    }

    @Test
    void aRequestOnAFreshConnectionIsNotSentAgain() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::close);
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.DISCONNECTED);
            assertThat(failure).isInstanceOf(ClientException.Connection.class);
            assertThat(server.targets()).containsExactly("/");
        });
    }

    @Test
    void aRequestWhoseAnswerHasBegunIsNotSentAgain() throws Exception {
        client.run((server, session) -> {
            server.on("/fin", peer -> {
                        peer.send("H");
                        peer.close();
                    })
                    .on("/rst", peer -> {
                        peer.send("H");
                        peer.letTheLoopLook();
                        peer.reset();
                    })
                    .on("/interim", peer -> {
                        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                        peer.close();
                    });
            for (String path : List.of("/fin", "/rst", "/interim")) {
                probe(server, session);
                failureOf(session, server.url(path));

                assertThat(server.targets()).containsOnlyOnce(path);
            }
        });
    }

    @Test
    void aRequestThatWasSentAgainStillHasItsOldDeadline() throws Exception {
        Duration total = Duration.ofMillis(500);
        client.run(ClientRun.options().withTotalTimeout(total), (server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1) {
                    peer.close();
                } else {
                    peer.awaitClose();
                }
            });
            probe(server, session);
            long start = System.nanoTime();
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(total, total.plusSeconds(3));
        });
    }

    /// Makes a request, and has the server end the connection while the loop is not looking.
    private static void closeUnseen(
            ScriptedServer server, ClientSession session, ScriptedServer.Script end)
            throws Exception {
        CountDownLatch complete = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        server.on("/", peer -> {
            peer.respond("");
            Conversation.await(complete);
            end.play(peer);
            closed.countDown();
        });
        fetch(session, server.url("/"));
        complete.countDown();
        Conversation.await(closed);
        assertThat(session.connectionsIdle()).isEqualTo(1);
    }

    /// Makes so many idle connections.
    private static void openIdle(ScriptedServer server, ClientSession session, int count)
            throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        server.on("/held", peer -> {
            Conversation.await(release);
            peer.respond("");
        });
        List<Task<String>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(createTask(() -> fetch(session, server.url("/held"))));
        }
        until(() -> server.requests().size() == count);
        release.countDown();
        for (Task<String> task : tasks) {
            await(task);
        }
        assertThat(session.connectionsIdle()).isEqualTo(count);
    }
}
