package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;
import spindle.http.body.RequestBody;
import spindle.net.Resolver;
import spindle.testing.LoopTest;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/// Each phase has a limit of its own, and the total counts in every one of them: the error says
/// which it was, and how long each phase took. In simulated time, so to the nanosecond.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PhaseTimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    /// Files are no part of the simulation.
    private static final Set<Reading> IN_MEMORY = EnumSet.complementOf(EnumSet.of(Reading.SAVE_TO));

    /// Sets the limit of one phase.
    private interface Limit extends BiFunction<ClientTimeout, Duration, ClientTimeout> {}

    private final Limit total = ClientTimeout::withTotal;

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void waitingInLine() throws Exception {
        for (Limit limit : List.<Limit>of(ClientTimeout::withPoolWait, total)) {
            ClientOptions options = ClientOptions.defaults().withLimit(1);
            SimulatedPeer.run(options, peer -> peer.pause(DAY), (_, session) -> {
                Task<ClientResponse> first = createTask(session.get(SimulatedPeer.URL));
                await(sleep(SECOND));

                assertTimeout(
                        failureOf(session, get(limit)),
                        Phase.POOL_WAIT,
                        "poolWait",
                        limit == total);
                assertThat(session.statistics().waiting()).isZero();
                first.cancel();
                await(sleep(SECOND));
            });
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void findingAddresses() throws Exception {
        Resolver hangs = _ -> () -> {
            await(sleep(DAY));
            return List.of();
        };
        ClientOptions options = ClientOptions.defaults().withResolver(hangs);
        for (Limit limit : List.<Limit>of(ClientTimeout::withDns, total)) {
            SimulatedPeer.run(options, _ -> {}, (_, session) -> {
                ClientRequest request = get(limit).withUrl("http://slow.example/");

                assertTimeout(failureOf(session, request), Phase.DNS, "dns", limit == total);
            });
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void connecting() throws Exception {
        for (Limit limit : List.<Limit>of(ClientTimeout::withConnect, total)) {
            SimulatedPeer.run(ClientOptions.defaults(), _ -> {}, (network, session) -> {
                network.ignoreConnects(SimulatedPeer.ADDRESS);

                assertTimeout(
                        failureOf(session, get(limit)), Phase.CONNECT, "connect", limit == total);
            });
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void agreeingOnTls() throws Exception {
        for (Limit limit : List.<Limit>of(ClientTimeout::withTls, total)) {
            SimulatedPeer.run(ClientOptions.defaults(), _ -> {}, (_, session) -> {
                ClientRequest request = get(limit).withUrl("https://192.0.2.1/");

                assertTimeout(failureOf(session, request), Phase.TLS, "tls", limit == total);
            });
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void sendingTheRequest() throws Exception {
        for (Limit limit : List.<Limit>of(ClientTimeout::withWrite, total)) {
            SimulatedPeer.Script readsNoMore = peer -> {
                peer.transport().pauseReading();
                peer.pause(DAY);
            };
            SimulatedPeer.run(ClientOptions.defaults(), readsNoMore, (_, session) -> {
                ClientRequest request = get(limit)
                        .withMethod("POST")
                        .withBody(RequestBody.of(new byte[10_000_000]));

                assertTimeout(failureOf(session, request), Phase.WRITE, "write", limit == total);
            });
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void waitingForTheHead() throws Exception {
        for (Limit limit : List.<Limit>of(ClientTimeout::withFirstByte, total)) {
            for (String begun : List.of("", "HTTP/1.1 2", "HTTP/1.1 103 Early Hints\r\n\r\n")) {
                SimulatedPeer.Script falls = peer -> {
                    peer.send(begun);
                    peer.pause(DAY);
                };
                SimulatedPeer.run(
                        ClientOptions.defaults(),
                        falls,
                        (_, session) -> assertTimeout(
                                failureOf(session, get(limit)),
                                Phase.FIRST_BYTE,
                                "firstByte",
                                limit == total));
            }
        }
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void readingTheBodyInEveryWay() throws Exception {
        SimulatedPeer.Script falls = peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
            peer.pause(DAY);
        };
        for (Limit limit : List.<Limit>of(ClientTimeout::withBetweenBytes, total)) {
            for (Reading way : IN_MEMORY) {
                SimulatedPeer.run(ClientOptions.defaults(), falls, (_, session) -> {
                    try (ClientResponse response = await(session.send(get(limit)))) {
                        ClientException.Timeout failure = catchThrowableOfType(
                                ClientException.Timeout.class, () -> way.all(response));

                        assertTimeout(failure, Phase.BODY, "betweenBytes", limit == total);
                        assertThat(failure).hasMessageContaining("(5 bytes have arrived)");
                        assertThat(failure.partialBody().map(String::new).orElse("hello"))
                                .isEqualTo("hello");
                    }
                });
            }
        }
    }

    // --- What is no timeout ---

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void aServerThatGoesOnInTimeMayTakeAsLongAsItLikes() throws Exception {
        SimulatedPeer.Script drips = peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 1000; i++) {
                peer.pause(Duration.ofMillis(999));
                peer.send("x");
            }
        };
        SimulatedPeer.run(ClientOptions.defaults(), drips, (_, session) -> {
            try (ClientResponse response =
                    await(session.send(get(ClientTimeout::withBetweenBytes)))) {
                assertThat(await(response.read())).hasSize(1000);
                assertThat(response.timings().body()).isEqualTo(Duration.ofSeconds(999));
            }
        });
    }

    /// The server cannot send what nobody takes.
    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void aReaderThatTakesItsTimeIsNotTheServersFault() throws Exception {
        int pieces = 100;
        byte[] piece = new byte[50_000];
        SimulatedPeer.Script sends = peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + pieces * piece.length + "\r\n\r\n");
            for (int i = 0; i < pieces; i++) {
                peer.sendPatiently(piece);
            }
        };
        SimulatedPeer.run(ClientOptions.defaults(), sends, (_, session) -> {
            try (ClientResponse response =
                    await(session.send(get(ClientTimeout::withBetweenBytes)))) {
                long size = 0;
                for (var next = await(response.pieces().next());
                        next.isPresent();
                        next = await(response.pieces().next())) {
                    size += next.get().remaining();
                    assertThat(next.get().capacity()).isLessThan(1_000_000);
                    if (size < (long) pieces * piece.length - 500_000) {
                        await(sleep(DAY));
                    }
                }

                assertThat(size).isEqualTo((long) pieces * piece.length);
                assertThat(response.timings().body()).isGreaterThan(DAY.multipliedBy(5));
            }
        });
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void noLimitOfARequestLastsLongerThanItDoes() throws Exception {
        ClientTimeout limits = ClientTimeout.none()
                .withTotal(SECOND)
                .withPoolWait(SECOND)
                .withConnect(SECOND)
                .withWrite(SECOND)
                .withFirstByte(SECOND)
                .withBetweenBytes(SECOND);
        ClientOptions options = ClientOptions.defaults()
                .withTimeout(limits)
                .withKeepAliveTimeout(DAY.multipliedBy(3));
        SimulatedPeer.run(
                options,
                peer -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                (_, session) -> {
                    for (int i = 0; i < 3; i++) {
                        assertThat(ClientRun.fetch(session, SimulatedPeer.URL)).isEqualTo("ok");
                        await(sleep(DAY));
                    }

                    assertThat(session.statistics().made()).isEqualTo(1);
                });
    }

    @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
    void discardingASlowBodyTakesASecondAtTheMost() throws Exception {
        SimulatedPeer.Script drips = peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 1000; i++) {
                peer.pause(Duration.ofMillis(10));
                peer.send("x");
            }
        };
        SimulatedPeer.run(ClientOptions.defaults(), drips, (_, session) -> {
            ClientResponse response = await(session.get(SimulatedPeer.URL));
            long start = EventLoop.current().time();
            await(response.discard());

            assertThat(Duration.ofNanos(EventLoop.current().time() - start)).isEqualTo(SECOND);
            assertThat(session.connectionsInUse()).isZero();
            assertThat(session.connectionsIdle()).isZero();
        });
    }

    /// It once was said to be 0 s.
    @ParameterizedTest
    @CsvSource({
        "PT0.0004S,     400 µs",
        "PT0.0004009S,  400 µs",
        "PT0.000000009S, 9 ns",
        "PT0.001S,      1 ms",
        "PT1.5S,        1500 ms",
        "PT1.5009S,     1500 ms",
        "PT90S,         90 s",
        "PT0S,          0 s",
    })
    void aLimitBelowAMillisecondIsNotSaidToBeZero(Duration limit, String said) {
        assertThat(Attempt.readable(limit)).isEqualTo(said);
    }

    /// Returns a request whose only limit is a second for that.
    private static ClientRequest get(Limit limit) {
        return ClientRequest.get(SimulatedPeer.URL)
                .withTimeout(limit.apply(ClientTimeout.none(), SECOND));
    }

    private static ClientException failureOf(ClientSession session, ClientRequest request) {
        long start = EventLoop.current().time();
        ClientException failure = ClientRun.failureOf(session.send(request));
        assertThat(Duration.ofNanos(EventLoop.current().time() - start)).isEqualTo(SECOND);
        return failure;
    }

    private static void assertTimeout(
            ClientException thrown, Phase phase, String name, boolean total) {
        assertThat(thrown).isInstanceOf(ClientException.Timeout.class);
        ClientException.Timeout failure = (ClientException.Timeout) thrown;
        assertThat(failure.kind()).isEqualTo(ClientException.Kind.TIMEOUT);
        assertThat(failure.phase()).isEqualTo(phase);
        assertThat(failure.isTotal()).isEqualTo(total);
        assertThat(failure.timings().of(phase)).isEqualTo(SECOND);
        assertThat(failure.timings().total()).isEqualTo(SECOND);
        assertThat(failure)
                .hasMessageContaining("the time was up while " + phase)
                .hasMessageContaining("the timeout " + (total ? "total" : name) + " is 1 s ("
                        + phase.label() + " 1000.0 ms, total 1000.0 ms)");
    }
}
