package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.body.RequestBody;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits per host, what servers say about keeping connections, what is sent again, connections
/// that are made beforehand, figures.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class PoolTest {
    private final ClientRun client;

    PoolTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- The limit per host ---

    @Test
    void noMoreThanTheLimitGoToOneHostAtATime() throws Exception {
        client.run(options().withLimitPerHost(3), (server, session) -> {
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch three = new CountDownLatch(3);
            server.on("/", peer -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                three.countDown();
                Conversation.await(three);
                peer.letTheLoopLook();
                now.decrementAndGet();
                peer.respond("ok");
            });
            List<Coroutine<String>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(() -> fetch(session, server.url("/")));
            }
            await(gather(all));

            assertThat(most.get()).isEqualTo(3);
            assertThat(server.connections()).isEqualTo(3);
        });
    }

    @Test
    void aCrowdedHostDoesNotHoldUpAnother() throws Exception {
        client.run(options().withLimitPerHost(1), (crowded, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            crowded.on("/slow", peer -> {
                Conversation.await(release);
                peer.respond("slow");
            });
            Task<String> first = createTask(() -> fetch(session, crowded.url("/slow")));
            Task<String> second = createTask(() -> fetch(session, crowded.url("/slow")));
            until(() -> session.statistics().waiting() == 1);
            try (ScriptedServer other = ScriptedServer.open()) {
                probe(other, session);
            }
            release.countDown();

            assertThat(await(first)).isEqualTo("slow");
            assertThat(await(second)).isEqualTo("slow");
        });
    }

    // --- What servers say ---

    @ParameterizedTest
    @CsvSource({"'timeout=5', 4", "'timeout=1', 0.5", "'timeout=100', 15", "'nonsense', 15"})
    void aConnectionIsKeptForNoLongerThanItsServerSays(String field, double seconds)
            throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send(keptAlive(field)));
            fetch(session, server.url("/"));

            assertThat(session.connector().nextIdleExpiry())
                    .isBetween(Duration.ZERO, Duration.ofMillis((long) (seconds * 1000)));
            assertThat(session.connector().nextIdleExpiry())
                    .isGreaterThan(Duration.ofMillis((long) (seconds * 1000) - 300));
        });
    }

    @Test
    void aConnectionThatItsServerWouldHaveClosedIsNotUsedAgain() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send(keptAlive("timeout=0")));
            fetch(session, server.url("/"));
            fetch(session, server.url("/"));

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    private static String keptAlive(String field) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: " + field + "\r\n\r\n";
    }

    @Test
    void aRequestThatSaysCloseIsTheLastOnItsConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));
            ClientRequest last =
                    ClientRequest.get(server.url("/")).withHeader("Connection", "close");
            try (ClientResponse response = await(session.send(last))) {
                await(response.read());
            }

            assertThat(session.connectionsIdle()).isZero();
            fetch(session, server.url("/"));
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void noMoreConnectionsAreIdleThanAllowed() throws Exception {
        ClientOptions few = options().withPool(PoolOptions.defaults().withMaxIdle(2));
        client.run(few, (server, session) -> {
            CountDownLatch all = new CountDownLatch(5);
            server.on("/", peer -> {
                all.countDown();
                Conversation.await(all);
                peer.respond("ok");
            });
            List<Coroutine<String>> requests = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                requests.add(() -> fetch(session, server.url("/")));
            }
            await(gather(requests));

            assertThat(server.connections()).isEqualTo(5);
            assertThat(session.connectionsIdle()).isEqualTo(2);
        });
    }

    // --- What is sent again ---

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void anIdempotentRequestIsSentAgainWhenItsConnectionWasStale(String method) throws Exception {
        client.run((server, session) -> {
            breakTheSecondRequestOfTheFirstConnection(server);
            fetch(session, server.url("/"));
            try (ClientResponse response =
                    await(session.send(ClientRequest.of(method, server.url("/"))))) {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.timings().attempts()).isEqualTo(2);
            }

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void aRequestThatMayDoHarmTwiceIsNotSentAgain(String method) throws Exception {
        client.run((server, session) -> {
            breakTheSecondRequestOfTheFirstConnection(server);
            fetch(session, server.url("/"));
            ClientException failure = catchThrowableOfType(
                    ClientException.class,
                    () -> await(session.send(ClientRequest.of(method, server.url("/")))));

            assertThat(failure.kind()).isIn(Kind.DISCONNECTED, Kind.RESET);
            assertThat(server.requests()).hasSize(2);
        });
    }

    @Test
    void aBodyThatCanBeSentOnceIsNotSentAgain() throws Exception {
        client.run((server, session) -> {
            breakTheSecondRequestOfTheFirstConnection(server);
            fetch(session, server.url("/"));
            AsyncIterator<ByteBuffer> pieces = () -> () -> Optional.empty();
            ClientException failure = catchThrowableOfType(
                    ClientException.class,
                    () -> await(session.put(server.url("/"), RequestBody.stream(pieces))));

            assertThat(failure.kind()).isIn(Kind.DISCONNECTED, Kind.RESET);
        });
    }

    @Test
    void aBodyThatCanBeSentAgainIs() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                if (peer.connection() == 1 && server.requests().size() > 1) {
                    peer.readBody(5);
                    peer.close();
                } else if (peer.request().startsWith("PUT")) {
                    peer.respond(new String(peer.readBody(5), StandardCharsets.ISO_8859_1));
                } else {
                    peer.respond("ok");
                }
            });
            fetch(session, server.url("/"));
            try (ClientResponse response =
                    await(session.put(server.url("/"), RequestBody.text("hello")))) {
                assertThat(await(response.text())).isEqualTo("hello");
            }
        });
    }

    @Test
    void whatFailsOnAFreshConnectionIsNotSentAgain() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::close);
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.DISCONNECTED);
            assertThat(server.requests()).hasSize(1);
        });
    }

    private static void breakTheSecondRequestOfTheFirstConnection(ScriptedServer server) {
        server.on("/", peer -> {
            if (peer.connection() == 1 && server.requests().size() > 1) {
                peer.close();
            } else {
                peer.respond(peer.request().startsWith("HEAD") ? "" : "ok");
            }
        });
    }

    // --- Beforehand ---

    @Test
    void connectionsCanBeMadeBeforeTheyAreNeeded() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));

            assertThat(await(session.preconnect(server.url("/"), 3))).isEqualTo(3);
            assertThat(session.connectionsIdle()).isEqualTo(3);
            until(() -> server.connections() == 3);
            fetch(session, server.url("/"));
            assertThat(server.connections()).isEqualTo(3);
        });
    }

    @Test
    void noMoreAreMadeBeforehandThanTheLimitAllows() throws Exception {
        client.run(options().withPool(PoolOptions.defaults().withMaxIdle(2)), (server, session) -> {
            assertThat(await(session.preconnect(server.url("/"), 9))).isEqualTo(2);
        });
    }

    /// It once did not say to whom.
    @Test
    void aConnectionThatCannotBeMadeBeforehandSaysToWhom() throws Exception {
        client.run((server, session) -> {
            server.stopListening();
            String origin = "http://127.0.0.1:" + server.port();
            String url = origin.replace("//", "//me:s3cret@") + "/path?query";
            ClientException failure = catchThrowableOfType(
                    ClientException.class, () -> await(session.preconnect(url, 1)));

            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure).hasMessageStartingWith("preconnect " + origin + ": ");
            assertThat(failure.getMessage()).doesNotContain("s3cret", "query");
        });
    }

    @Test
    void aHostWithoutAnAddressIsNamedWhenConnectionsAreMadeBeforehand() throws Exception {
        ClientOptions options = options().withResolver(_ -> () -> List.of());
        client.run(
                options,
                (_, session) -> assertThatThrownBy(
                                () -> await(session.preconnect("https://shop.test/", 1)))
                        .isInstanceOf(ClientException.class)
                        .hasMessageStartingWith("preconnect https://shop.test: "));
    }

    @Test
    void timeThatIsUpBeforehandSaysToWhomItWasConnecting() throws Exception {
        ClientOptions options = options()
                .withTotalTimeout(Duration.ofMillis(20))
                .withResolver(_ -> () -> await(sleep(Duration.ofHours(1), List.of())));
        client.run(
                options,
                (_, session) -> assertThatThrownBy(
                                () -> await(session.preconnect("http://shop.test/", 1)))
                        .isInstanceOf(ClientException.Timeout.class)
                        .hasMessageStartingWith("preconnect http://shop.test: the time was up"));
    }

    // --- Figures ---

    @Test
    void statisticsCount() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));
            fetch(session, server.url("/"));
            fetch(session, server.url("/"));
            server.stopListening();
            try (ScriptedServer gone = ScriptedServer.open()) {
                gone.stopListening();
                failureOf(session, gone.url("/"));
            }

            assertThat(session.statistics()).isEqualTo(new PoolStatistics(0, 1, 0, 1, 1, 1, 1));
        });
    }

    @Test
    void timingsTellWhereTheTimeWent() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
                peer.letTheLoopLook();
                peer.send("ok");
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                await(response.read());
                Timings timings = response.timings();

                assertThat(timings.reused()).isFalse();
                assertThat(timings.connect()).isPositive();
                assertThat(timings.firstByte()).isPositive();
                assertThat(timings.body()).isPositive();
                assertThat(timings.tls()).isZero();
                assertThat(timings.total())
                        .isGreaterThanOrEqualTo(timings.connect().plus(timings.firstByte()));
                await(sleep(Duration.ofMillis(2)));
                assertThat(response.timings()).isEqualTo(timings);
            }
            try (ClientResponse response = await(session.get(server.url("/")))) {
                await(response.read());

                assertThat(response.timings().reused()).isTrue();
                assertThat(response.timings().connect()).isZero();
            }
        });
    }
}
