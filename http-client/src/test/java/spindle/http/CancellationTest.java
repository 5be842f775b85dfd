package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.util.concurrent.CountDownLatch;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class CancellationTest {
    private final ClientRun client;

    CancellationTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel",
            })
    void aRequestCancelledWhileItsServerIsSilentDropsTheConnection(String said) throws Exception {
        client.run((server, session) -> {
            CountDownLatch taken = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send(said);
                peer.letTheLoopLook();
                taken.countDown();
                peer.awaitClose();
                closed.countDown();
            });
            Task<String> task = createTask(() -> fetch(session, server.url("/")));
            until(() -> taken.getCount() == 0);
            assertThat(session.connectionsInUse()).isEqualTo(1);
            cancel(task);

            assertThat(session.connectionsInUse()).isZero();
            until(() -> closed.getCount() == 0);
            probe(server, session);
        });
    }

    @Test
    void aRequestCancelledWhileItConnectsGivesItsSlotBack() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            try (FullListener full = FullListener.open()) {
                Task<String> task = createTask(() -> fetch(session, full.url()));
                until(() -> session.connectionsInUse() == 1);
                cancel(task);

                assertThat(session.connectionsInUse()).isZero();
                probe(server, session);
            }
        });
    }

    @Test
    void aRequestCancelledWhileItResolvesGivesItsSlotBack() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            Task<String> task = createTask(() -> fetch(session, "http://no-such-host.invalid/"));
            until(() -> session.connectionsInUse() == 1);
            cancel(task);

            assertThat(session.connectionsInUse()).isZero();
            probe(server, session);
        });
    }

    @Test
    void aRequestCancelledInLineLeavesTheLine() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/held", peer -> {
                Conversation.await(release);
                peer.respond("held");
            });
            Task<String> first = createTask(() -> fetch(session, server.url("/held")));
            Task<String> second = createTask(() -> fetch(session, server.url("/probe?second")));
            Task<String> third = createTask(() -> fetch(session, server.url("/probe?third")));
            until(() -> !server.requests().isEmpty());
            cancel(second);
            release.countDown();

            assertThat(await(first)).isEqualTo("held");
            assertThat(await(third)).isEqualTo("third");
            assertThat(server.targets()).containsExactly("/held", "/probe?third");
        });
    }

    @Test
    void aRequestCancelledWithASlotInHandPassesItOn() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            ClientResponse holder = openLarge(server, session);
            Task<String> second = createTask(() -> fetch(session, server.url("/probe?second")));
            Task<String> third = createTask(() -> fetch(session, server.url("/probe?third")));
            yieldNow();
            yieldNow();
            holder.close();
            cancel(second);

            assertThat(await(third)).isEqualTo("third");
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void aRequestCancelledBeforeItsFirstStepSendsNothing() throws Exception {
        client.run((server, session) -> {
            Task<String> task = createTask(() -> fetch(session, server.url("/")));
            cancel(task);
            probe(server, session);

            assertThat(server.requests()).hasSize(1);
        });
    }

    @Test
    void aCancelledReadLeavesAResponseThatSaysSo() throws Exception {
        client.run((server, session) -> {
            ClientResponse response = openLarge(server, session);
            Task<byte[]> task = createTask(response.read());
            yieldNow();
            cancel(task);
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));

            assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
            assertThat(session.connectionsInUse()).isZero();
            probe(server, session);
        });
    }

    /// The request is cancelled one turn later each time, until it is over before that.
    @Test
    void aRequestCanBeCancelledInEveryTurn() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                peer.letTheLoopLook();
                peer.send("5\r\nhello\r\n");
                peer.letTheLoopLook();
                peer.send("0\r\n\r\n");
            });
            boolean cancelled = true;
            for (int turns = 0; cancelled; turns += 1 + turns / 20) {
                Task<String> task = createTask(() -> fetch(session, server.url("/")));
                for (int turn = 0; turn < turns; turn++) {
                    yieldNow();
                }
                cancelled = task.cancel();
                if (cancelled) {
                    assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                } else {
                    assertThat(await(task)).isEqualTo("hello");
                }

                assertThat(session.connectionsInUse())
                        .as("after %d turns", turns)
                        .isZero();
                probe(server, session);
            }
        });
    }

    private static void cancel(Task<?> task) {
        assertThat(task.cancel()).isTrue();
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }

    /// Asks for a response whose body never ends.
    private static ClientResponse openLarge(ScriptedServer server, ClientSession session)
            throws Exception {
        server.on("/large", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
            peer.awaitClose();
        });
        return await(session.get(server.url("/large")));
    }
}
