package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

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

import spindle.CoroutineEngine;
import spindle.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectionLimitTest {
    private final ClientRun client;

    ConnectionLimitTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void noMoreConnectionsAreInUseThanAllowed(int limit) throws Exception {
        client.run(ClientRun.options().withLimit(limit), (server, session) -> {
            AtomicInteger atOnce = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            server.on("/", peer -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                peer.letTheLoopLook();
                atOnce.decrementAndGet();
                peer.respond("");
            });
            List<Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tasks.add(createTask(() -> fetch(session, server.url("/"))));
            }
            int mostInUse = 0;
            while (tasks.stream().anyMatch(task -> !task.isDone())) {
                mostInUse = Math.max(mostInUse, session.connectionsInUse());
                yieldNow();
            }

            assertThat(most.get()).isLessThanOrEqualTo(limit);
            assertThat(mostInUse).isEqualTo(limit);
            assertThat(server.connections()).isLessThanOrEqualTo(limit);
        });
    }

    @Test
    void requestsInLineAreServedInTheirOrder() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String url = server.url("/probe?" + i);
                tasks.add(createTask(() -> fetch(session, url)));
            }
            for (Task<?> task : tasks) {
                await(task);
            }

            assertThat(server.targets())
                    .isEqualTo(
                            IntStream.range(0, 50).mapToObj(i -> "/probe?" + i).toList());
        });
    }

    @Test
    void nobodyOvertakesTheLineByAnIdleConnection() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/held", peer -> {
                Conversation.await(release);
                peer.respond("");
            });
            Task<String> holder = createTask(() -> fetch(session, server.url("/held")));
            until(() -> !server.requests().isEmpty());
            Task<String> inLine = createTask(() -> fetch(session, server.url("/probe?first")));
            release.countDown();
            await(holder);
            Task<String> late = createTask(() -> fetch(session, server.url("/probe?second")));
            await(inLine);
            await(late);

            assertThat(server.targets()).containsExactly("/held", "/probe?first", "/probe?second");
        });
    }

    @Test
    void aRequestThatFailsLetsTheNextOneIn() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            server.on("/", Conversation::reset);
            Task<ClientException> failing =
                    createTask(() -> ClientRun.failureOf(session, server.url("/")));
            Task<ClientException> refused =
                    createTask(() -> ClientRun.failureOf(session, "http://127.0.0.1:1/"));
            Task<ClientException> invalid =
                    createTask(() -> ClientRun.failureOf(session, "http://:"));
            Task<String> last = createTask(() -> fetch(session, server.url("/probe?last")));
            await(failing);
            await(refused);
            await(invalid);

            assertThat(await(last)).isEqualTo("last");
        });
    }

    @Test
    void idleConnectionsDoNotCount() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            try (ScriptedServer other = ScriptedServer.open()) {
                probe(server, session);
                probe(other, session);

                assertThat(session.connectionsIdle()).isEqualTo(2);
                assertThat(session.connectionsInUse()).isZero();
            }
        });
    }

    @Test
    void aLimitOfNothingIsNone() throws Exception {
        client.run(ClientRun.options().withLimit(0), (server, session) -> {
            CountDownLatch all = new CountDownLatch(150);
            server.on("/", peer -> {
                all.countDown();
                Conversation.await(all);
                peer.respond("");
            });
            List<Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                tasks.add(createTask(() -> fetch(session, server.url("/"))));
            }
            for (Task<String> task : tasks) {
                await(task);
            }

            assertThat(server.connections()).isEqualTo(150);
        });
    }
}
