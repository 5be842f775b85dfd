package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConcurrencyTest {
    private final ClientRun client;

    ConcurrencyTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100})
    void fiveHundredRequestsAtOnceGetTheirOwnAnswers(int limit) throws Exception {
        client.run(ClientRun.options().withLimit(limit), (server, session) -> {
            List<Coroutine<String>> requests = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String url = server.url("/probe?" + i);
                requests.add(() -> fetch(session, url));
                expected.add("" + i);
            }

            assertThat(await(gather(requests))).isEqualTo(expected);
        });
    }

    @Test
    void fiveHundredRequestsAreInFlightOnOneThread() throws Exception {
        client.run(ClientRun.options().withLimit(0), (server, session) -> {
            CountDownLatch all = new CountDownLatch(500);
            server.on("/", peer -> {
                all.countDown();
                Conversation.await(all);
                peer.respond(peer.query());
            });
            List<Coroutine<String>> requests = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String url = server.url("/?" + i);
                requests.add(() -> fetch(session, url));
            }

            assertThat(await(gather(requests))).doesNotHaveDuplicates().hasSize(500);
        });
    }

    /// Five thousand requests, one in ten of which meets a fault or is cancelled.
    @Test
    void nothingIsLeftOverFromAMixOfFaults() throws Exception {
        Random random = new Random(2026);
        client.runInLoop(() -> {
            int[] failures = new int[1];
            ClientSession session = ClientSession.open(ClientRun.options().withLimit(20));
            try (ScriptedServer server = faultyServer()) {
                probe(server, session);
                int tasksBefore = EventLoop.current().allTasks().size();
                long socketsBefore = Descriptors.openSockets();
                for (int round = 0; round < 50; round++) {
                    failures[0] += playRound(server, session, random);
                }
                assertThat(session.connectionsInUse()).isZero();
                assertThat(EventLoop.current().allTasks()).hasSize(tasksBefore);
                probe(server, session);
                session.close();
                ClientRun.until(() -> session.connectionsIdle() == 0);
                for (int turn = 0; turn < 200; turn++) {
                    Async.yieldNow();
                }

                Descriptors.assertOpenSocketsFallTo(socketsBefore);
                assertThat(server.failures()).isEmpty();
            }
            assertThat(failures[0]).isBetween(200, 800);
            assertThat(timers()).isLessThan(110);
        });
    }

    /// Makes a hundred requests at once, and returns how many came to nothing. Those that came
    /// to something have their own answers.
    private static int playRound(ScriptedServer server, ClientSession session, Random random)
            throws Exception {
        List<Task<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int fault = random.nextInt(80);
            String path = fault < FAULTS.length ? FAULTS[fault] : "/probe";
            String token = path.substring(1) + random.nextInt(1_000_000);
            tasks.add(createTask(() -> isAnswered(session, server.url(path + "?" + token), token)));
            if (random.nextInt(80) == 0) {
                tasks.get(random.nextInt(tasks.size())).cancel();
                Async.yieldNow();
            }
        }
        int failures = 0;
        for (Task<Boolean> task : tasks) {
            ClientRun.until(task::isDone);
            if (task.isCancelled() || !await(task)) {
                failures++;
            }
        }
        return failures;
    }

    private static boolean isAnswered(ClientSession session, String url, String token)
            throws Exception {
        try {
            assertThat(fetch(session, url)).isEqualTo(token);
            return true;
        } catch (ClientException fault) {
            return false;
        }
    }

    private static final String[] FAULTS = {
        "/fin", "/rst", "/cut", "/broken", "/garbage", "/extra", "/late",
    };

    private static ScriptedServer faultyServer() throws Exception {
        return ScriptedServer.open()
                .on("/fin", Conversation::close)
                .on("/rst", Conversation::reset)
                .on("/cut", peer -> {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut");
                    peer.close();
                })
                .on("/broken", peer -> {
                    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
                    peer.reset();
                })
                .on("/garbage", peer -> peer.send("garbage\r\n\r\n"))
                .on("/extra", peer -> {
                    peer.respond(peer.query());
                    peer.close();
                })
                .on("/late", peer -> {
                    peer.respond(peer.query());
                    peer.reset();
                });
    }

    /// Returns how many timers the loop holds, those cancelled and not yet dropped included.
    private static int timers() {
        String text = EventLoop.current().toString();
        return Integer.parseInt(text.substring(text.indexOf("timers=") + 7, text.length() - 1));
    }
}
