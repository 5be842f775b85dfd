package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/// A server that hangs, wherever it does: the request ends when its time is up.
@Tag("realtime")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TimeoutTest {
    private static final Duration TOTAL = Duration.ofMillis(150);

    private final ClientRun client;

    TimeoutTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "                                               | waiting for the head",
                "HTTP/1.1 2                                     | waiting for the head",
                "HTTP/1.1 200 OK~Content-Length: 5~             | waiting for the head",
                "HTTP/1.1 100 Continue~~                        | waiting for the head",
                "HTTP/1.1 200 OK~Content-Length: 5~~            | the body (0 bytes",
                "HTTP/1.1 200 OK~Content-Length: 5~~hell        | the body (4 bytes",
                "HTTP/1.1 200 OK~~hello                         | the body (5 bytes",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~   | the body (0 bytes",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~hello~0~ | the body (5 bytes",
            })
    void aServerThatFallsSilentIsGivenUp(String said, String phase) throws Exception {
        String bytes = said == null ? "" : said.replace("~", "\r\n");
        client.run(ClientRun.options().withTotalTimeout(TOTAL), (server, session) -> {
            server.on("/", peer -> {
                peer.send(bytes);
                peer.awaitClose();
            });
            long start = System.nanoTime();
            ClientException failure = failureOf(session, server.url("/"));
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            probePatiently(server, session);

            assertTimeout(failure, server.url("/"), phase);
            assertThat(elapsed).isBetween(TOTAL, TOTAL.plusSeconds(3));
        });
    }

    @Test
    void aServerThatSendsAByteNowAndThenIsGivenUp() throws Exception {
        client.run(ClientRun.options().withTotalTimeout(TOTAL), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                while (true) {
                    peer.send("x");
                    peer.letTheLoopLook();
                }
            });
            ClientException failure = failureOf(session, server.url("/"));
            probePatiently(server, session);

            assertTimeout(failure, server.url("/"), "reading the body");
        });
    }

    @Test
    void aConnectThatHangsIsGivenUp() throws Exception {
        client.run(ClientRun.options().withTotalTimeout(TOTAL), (server, session) -> {
            try (FullListener full = FullListener.open()) {
                ClientException failure = failureOf(session, full.url());
                probePatiently(server, session);

                assertTimeout(failure, full.url(), "connecting");
            }
        });
    }

    /// Where the slot comes free at the last moment, the request hangs in its connect instead.
    @Test
    void aRequestThatWaitsInLineForTooLongIsGivenUp() throws Exception {
        ClientOptions options = ClientRun.options().withTotalTimeout(TOTAL).withLimit(1);
        client.run(options, (server, session) -> {
            server.on("/held", Conversation::awaitClose);
            try (FullListener full = FullListener.open()) {
                Task<ClientException> held =
                        createTask(() -> failureOf(session, server.url("/held")));
                Task<ClientException> waiting = createTask(() -> failureOf(session, full.url()));

                assertTimeout(await(held), server.url("/held"), "waiting for the head");
                assertTimeout(await(waiting), full.url(), "the timeout total is 150 ms (poolWait ");
                probePatiently(server, session);
            }
        });
    }

    @Test
    void aResponseThatIsNeitherReadNorClosedGivesItsConnectionBack() throws Exception {
        ClientOptions options = ClientRun.options().withTotalTimeout(TOTAL).withLimit(1);
        client.run(options, (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                peer.awaitClose();
            });
            ClientResponse forgotten = await(session.get(server.url("/")));
            until(() -> session.connectionsInUse() == 0);
            probePatiently(server, session);
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(forgotten.read()));

            assertTimeout(failure, server.url("/"), "reading the body (5 bytes");
        });
    }

    @Test
    void theDeadlineOfARequestDoesNotOutliveIt() throws Exception {
        client.run(ClientRun.options().withTotalTimeout(TOTAL), (server, session) -> {
            probePatiently(server, session);
            await(Async.sleep(TOTAL.plusMillis(50)));

            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void theDeadlineIsThatOfTheWholeRequestNotOfEachStep() throws Exception {
        client.run(ClientRun.options().withTotalTimeout(TOTAL), (server, session) -> {
            CountDownLatch late = new CountDownLatch(1);
            server.on("/", peer -> {
                Conversation.await(late);
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                peer.awaitClose();
            });
            long start = System.nanoTime();
            Task<ClientException> task = createTask(() -> failureOf(session, server.url("/")));
            await(Async.sleep(TOTAL.dividedBy(2)));
            late.countDown();
            assertTimeout(await(task), server.url("/"), "");
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);

            assertThat(elapsed).isBetween(TOTAL, TOTAL.plusSeconds(3));
        });
    }

    @Test
    void aTimeoutOfTheCallersOwnIsACancellation() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::awaitClose);
            var given = Async.failAfter(TOTAL, () -> fetch(session, server.url("/")));
            Throwable thrown = catchThrowableOfType(TimeoutException.class, () -> await(given));

            assertThat(thrown).isNotNull();
            assertThat(session.connectionsInUse()).isZero();
            probePatiently(server, session);
        });
    }

    @Test
    void aTimeoutOfForeverIsOneOfManyYears() throws Exception {
        ClientOptions options =
                ClientRun.options().withTotalTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        client.run(options, (server, session) -> probe(server, session));
    }

    /// Asks whether the session is as good as before. Its requests have little time, which a
    /// busy machine may use up.
    private static void probePatiently(ScriptedServer server, ClientSession session)
            throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                probe(server, session);
                return;
            } catch (ClientException.Timeout busy) {
                assertThat(tries).as("tries, the last of which: %s", busy).isLessThan(10);
            }
        }
    }

    private static void assertTimeout(ClientException failure, String url, String phase) {
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure)
                .isInstanceOf(ClientException.Timeout.class)
                .hasMessageStartingWith("GET " + url + ": the time was up ")
                .hasMessageContaining(phase);
    }
}
