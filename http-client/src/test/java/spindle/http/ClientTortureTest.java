package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.sleep;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.AsyncIterator;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Handle;
import spindle.LoopObserver;
import spindle.Runner;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.FaultyNetwork.Fault;
import spindle.http.body.RequestBody;
import spindle.net.Network;
import spindle.net.Server;
import spindle.net.Tls;
import spindle.testing.AutoJumpClock;
import spindle.testing.NetworkConditions;
import spindle.testing.ReportedFailures;
import spindle.testing.SimulatedNetwork;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// One program, which connects, sends a body in pieces, is redirected, reads a compressed body in
/// pieces and asks again on the same connection; cancelled before the first callback of the loop,
/// the second, and so on to its end; and with the first operation of the network failing, the
/// second, and so on. Afterwards the session works as before, and nothing is left.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ClientTortureTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.1", 443);
    private static final Duration TOTAL = Duration.ofSeconds(5);

    /// Made once: reading keys is slow on purpose.
    private static final Tls SERVER =
            Tls.server(Certificates.identity("192.0.2.1"), Certificates.PASSWORD);

    private static final Tls CLIENT = Certificates.client();

    /// What a connection that breaks or falls silent may come to.
    private static final Set<Kind> EXPECTED = EnumSet.of(
            Kind.REFUSED,
            Kind.CONNECT,
            Kind.RESET,
            Kind.DISCONNECTED,
            Kind.TRUNCATED,
            Kind.TLS,
            Kind.TIMEOUT);

    /// Which connections a program makes.
    enum Scheme {
        HTTP,
        HTTPS
    }

    private final CoroutineEngine engine;

    ClientTortureTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    // --- Cancelling ---

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aProgramThatIsCancelledAnywhereLeavesNothing(Scheme scheme) throws Exception {
        int callback = engine == CoroutineEngine.LOOP_CARRIED ? 1 : 2;
        while (isCancelledBefore(callback, scheme)) {
            // A handshake has many, and takes its time: each engine sees others of them.
            callback += scheme == Scheme.HTTP ? 1 : 3;
        }

        assertThat(callback).as("callbacks of the program").isGreaterThan(30);
    }

    /// Returns whether the program was still running then.
    private boolean isCancelledBefore(int callback, Scheme scheme) throws Exception {
        Canceller canceller = new Canceller(callback);
        boolean[] cancelled = new boolean[1];
        run(EventLoop.builder().observer(canceller), () -> {
            try (Place place = new Place(scheme, network -> network)) {
                Task<String> task = createTask(() -> place.program());
                canceller.task = task;
                try {
                    assertThat(await(task)).isEqualTo(TortureServer.PLAIN + "ok");
                } catch (CancelledError expected) {
                    cancelled[0] = true;
                }
                canceller.task = null;
                place.check("cancelled before callback " + callback);
            }
        });
        assertThat(cancelled[0]).as("cancelled").isEqualTo(canceller.inTime);
        return canceller.inTime;
    }

    /// Cancels a task before the loop runs a callback.
    private static final class Canceller implements LoopObserver {
        private int callbacksLeft;
        private @Nullable Task<?> task;
        private boolean inTime;

        Canceller(int callback) {
            callbacksLeft = callback;
        }

        @Override
        public void beforeCallback(Handle handle) {
            if (task != null && --callbacksLeft == 0) {
                inTime = task.cancel();
            }
        }
    }

    // --- Failing ---

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aConnectionThatBreaksAnywhereIsAClearFailure(Scheme scheme) throws Exception {
        assertThat(operationsThatFailed(scheme, Fault.BREAK)).isGreaterThan(8);
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void aConnectionThatFallsSilentAnywhereIsGivenUp(Scheme scheme) throws Exception {
        assertThat(operationsThatFailed(scheme, Fault.SILENCE)).isGreaterThan(8);
    }

    private int operationsThatFailed(Scheme scheme, Fault fault) throws Exception {
        int operation = 0;
        boolean[] failed = {true};
        while (failed[0]) {
            int failing = ++operation;
            run(EventLoop.builder(), () -> failed[0] = hasFailed(scheme, fault, failing));
        }
        return operation;
    }

    private static boolean hasFailed(Scheme scheme, Fault fault, int operation) throws Exception {
        FaultyNetwork[] faulty = new FaultyNetwork[1];
        try (Place place = new Place(scheme, network -> {
            faulty[0] = new FaultyNetwork(network, fault, operation);
            return faulty[0];
        })) {
            String description = fault + " in operation " + operation;
            long begin = EventLoop.current().time();
            try {
                assertThat(place.program()).isEqualTo(TortureServer.PLAIN + "ok");
            } catch (ClientException failure) {
                assertThat(failure.kind()).as(description).isIn(EXPECTED);
                assertThat(failure)
                        .hasMessageMatching("(?s)(POST|GET) " + place.url("/") + ".+: .+");
            }
            assertThat(EventLoop.current().time() - begin)
                    .as("time with %s", description)
                    .isLessThanOrEqualTo(TOTAL.multipliedBy(2).toNanos());
            boolean failed = faulty[0].stop();
            place.network.allowConnects(ADDRESS);
            place.check(description);
            return failed;
        }
    }

    @Test
    void aLeakWouldBeFound() throws Exception {
        AssertionError[] found = new AssertionError[1];
        run(EventLoop.builder(), () -> {
            try (Place place = new Place(Scheme.HTTP, network -> network)) {
                ClientResponse held = await(place.session.get(place.url("/result")));
                try {
                    place.check("a response that is held");
                } catch (AssertionError failure) {
                    found[0] = failure;
                }
                held.close();
            }
        });

        assertThat(found[0])
                .hasMessageContaining("connections in use after a response that is held");
    }

    // --- Where it happens ---

    /// Runs something, which must leave no task, no timer and no report behind. That a handshake
    /// failed is for the server to report.
    private void run(EventLoop.Builder builder, Coroutine.Action action) throws Exception {
        ReportedFailures reports = new ReportedFailures();
        builder.engine(engine)
                .clock(new AutoJumpClock())
                .exceptionHandler(reports)
                .detectDeadlocks(true);
        try (Runner runner = Runner.open(builder)) {
            runner.run(action);
            assertThat(runner.loop().allTasks()).as("tasks that are left").isEmpty();
        }
        assertThat(reports.takeAll())
                .as("reports")
                .allMatch(report -> report.message().equals("a client could not be served"));
    }

    /// What a client sees of a network.
    private interface View {
        Network of(SimulatedNetwork network);
    }

    /// A server and a session.
    private static final class Place implements AutoCloseable {
        private final SimulatedNetwork network;
        private final Scheme scheme;
        private final Server server;
        private final ClientSession session;

        Place(Scheme scheme, View view) throws Exception {
            this.scheme = scheme;
            network = SimulatedNetwork.open(
                    NetworkConditions.ideal().withLatency(Duration.ofMillis(1)), 0);
            Network side = scheme == Scheme.HTTP ? network : SERVER.over(network);
            server = side.listen(ADDRESS, TortureServer::new);
            session = ClientSession.open(ClientOptions.defaults()
                    .withNetwork(view.of(network))
                    .withTls(CLIENT)
                    .withLimit(1)
                    .withTotalTimeout(TOTAL));
        }

        String url(String path) {
            return (scheme == Scheme.HTTP ? "http" : "https") + "://192.0.2.1"
                    + (scheme == Scheme.HTTP ? ":443" : "") + path;
        }

        String program() throws Exception {
            StringBuilder read = new StringBuilder();
            RequestBody body = RequestBody.stream(() -> pieces());
            try (ClientResponse response = await(session.post(url("/upload"), body))) {
                for (ByteBuffer piece : awaitEach(response.pieces())) {
                    read.append(StandardCharsets.ISO_8859_1.decode(piece));
                }
            }
            try (ClientResponse response = await(session.get(url("/again")))) {
                return read + await(response.text());
            }
        }

        private static AsyncIterator<ByteBuffer> pieces() {
            int[] left = {3};
            return () -> () -> {
                if (left[0]-- == 0) {
                    return Optional.empty();
                }
                await(sleep(Duration.ofMillis(2)));
                return Optional.of(ByteBuffer.wrap(new byte[1000]));
            };
        }

        /// Looks what is left, and whether the session works.
        void check(String after) throws Exception {
            assertThat(session.connectionsInUse())
                    .as("connections in use after %s", after)
                    .isZero();
            try (ClientResponse response = await(session.get(url("/probe")))) {
                assertThat(await(response.text())).as("a probe after %s", after).isEqualTo("ok");
            }
        }

        @Override
        public void close() {
            session.close();
            letTimePass();
            server.close();
            network.connections().forEach(connection -> {
                if (connection.isCut()) {
                    connection.reset(); // Its server has not heard of the end.
                }
            });
            letTimePass();
            assertThat(network.connections()).as("connections that are left").isEmpty();
        }

        private static void letTimePass() {
            try {
                await(sleep(Duration.ofSeconds(2)));
            } catch (Exception impossible) {
                throw new AssertionError("a sleep does not fail", impossible);
            }
        }
    }
}
