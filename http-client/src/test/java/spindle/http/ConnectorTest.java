package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.url.Url;
import spindle.net.ConnectFailedException;
import spindle.net.HostConnectOptions;
import spindle.net.Resolver;
import spindle.net.Tls;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The pool on a network in memory, where thousands of schedules can be tried.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectorTest {
    private static final int SEEDS = 300;
    private static final int REQUESTS = 25;
    private static final ClientRequest REQUEST =
            ClientRequest.get("").resolved(Url.parse("http://somewhere/"));
    private static final Route ROUTE = Route.of(REQUEST.url(), Tls::client, null, null);
    private static final InetAddress FIRST = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("192.0.2.2");

    private final ClientRun client;

    ConnectorTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 0})
    void noSlotIsLostUnderRandomCancelsAndFailures(int limit) throws Exception {
        client.runInLoop(() -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                Schedule schedule = new Schedule(seed, limit);
                schedule.play();

                assertThat(schedule.mostSlots)
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(limit == 0 ? REQUESTS : limit);
                assertThat(schedule.connector.slotsTaken()).as("seed %d", seed).isZero();
                assertThat(schedule.network.open())
                        .as("seed %d", seed)
                        .isEqualTo(schedule.connector.idleCount());
                schedule.connector.close();
                assertThat(schedule.network.open()).as("seed %d", seed).isZero();
            }
        });
    }

    @Test
    void whoComesFirstIsServedFirst() throws Exception {
        client.runInLoop(() -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                Schedule schedule = new Schedule(seed, 1);
                schedule.play();
                List<Integer> expected = new ArrayList<>(schedule.arrived);
                expected.retainAll(schedule.served);

                assertThat(schedule.served).as("seed %d", seed).isEqualTo(expected);
                schedule.connector.close();
            }
        });
    }

    @Test
    void theSameSeedGivesTheSameSchedule() throws Exception {
        client.runInLoop(() -> {
            Schedule one = new Schedule(7, 2);
            Schedule two = new Schedule(7, 2);
            one.play();
            two.play();

            assertThat(two.served).isEqualTo(one.served).isNotEmpty();
            one.connector.close();
            two.connector.close();
        });
    }

    // --- Connecting ---

    @Test
    void triesEveryAddressInOrder() throws Exception {
        List<InetAddress> tried = new ArrayList<>();
        client.runInLoop(() -> {
            Connector connector = connector(new ManualNetwork(() -> 1, address -> {
                tried.add(address.getAddress());
                if (address.getAddress().equals(FIRST)) {
                    throw new ConnectException("cannot connect to 192.0.2.1:80: no");
                }
            }));
            HttpConnection connection = connector.acquire(ROUTE, attempt(), false);
            connector.release(connection, true);

            assertThat(connector.idleCount()).isEqualTo(1);
            connector.close();
        });

        assertThat(tried).containsExactly(FIRST, SECOND);
    }

    @Test
    void theFailureOfSeveralAddressesSaysWhyForEach() throws Exception {
        client.runInLoop(() -> {
            Connector connector = connector(new ManualNetwork(() -> 1, address -> {
                throw address.getAddress().equals(FIRST)
                        ? new ConnectException("Connection refused")
                        : new NoRouteToHostException("second");
            }));
            ClientException failure = failureOf(connector);

            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure)
                    .hasMessage("cannot connect to somewhere:80: 192.0.2.1:80: Connection refused; "
                            + "192.0.2.2:80: second")
                    .hasCauseInstanceOf(ConnectFailedException.class);
            assertThat(failure.getCause().getSuppressed())
                    .hasExactlyElementsOfTypes(
                            ConnectException.class, NoRouteToHostException.class);
            assertThat(connector.slotsTaken()).isZero();
        });
    }

    @Test
    void oneRefusalAmongSeveralAddressesIsARefusal() throws Exception {
        client.runInLoop(() -> {
            Connector connector = connector(new ManualNetwork(() -> 1, address -> {
                throw address.getAddress().equals(FIRST)
                        ? new NoRouteToHostException("first")
                        : new ConnectException("Connection refused");
            }));

            assertThat(failureOf(connector).kind()).isEqualTo(Kind.REFUSED);
        });
    }

    /// Nobody refused anything: the JDK has one exception for both.
    @Test
    void aConnectThatTheSystemGaveUpIsNotARefusal() throws Exception {
        client.runInLoop(() -> {
            Connector connector = connector(new ManualNetwork(() -> 1, _ -> {
                IOException cause = new ConnectException("Connection timed out");
                IOException failure = new ConnectException(
                        "cannot connect to 192.0.2.1:80: " + cause.getMessage());
                failure.initCause(cause);
                throw failure;
            }));

            assertThat(failureOf(connector).kind()).isEqualTo(Kind.CONNECT);
        });
    }

    @Test
    void aNameWithoutAddressesCannotBeResolved() throws Exception {
        client.runInLoop(() -> {
            Connector connector = connector(
                    new ManualNetwork(() -> 1, _ -> {}), _ -> List::of, PoolOptions.defaults());
            ClientException failure = failureOf(connector);

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
            assertThat(failure).hasMessage("no address is known for the host somewhere");
        });
    }

    @Test
    void closingEndsAnAcquireThatConnects() throws Exception {
        client.runInLoop(() -> {
            ManualNetwork network = new ManualNetwork(() -> Integer.MAX_VALUE, _ -> {});
            Connector connector = connector(network);
            Task<ClientException> task = createTask(() -> failureOf(connector));
            yieldNow();
            connector.close();
            for (int turn = 0; turn < 100 && !task.isDone(); turn++) {
                yieldNow();
            }
            boolean ended = task.isDone();
            task.cancel();

            assertThat(ended).as("the acquire ends when the pool is closed").isTrue();
            assertThat(await(task).kind()).isEqualTo(Kind.CLOSED);
        });
    }

    private static Connector connector(ManualNetwork network) {
        Resolver resolver = _ -> () -> List.of(FIRST, SECOND);
        return connector(network, resolver, PoolOptions.defaults());
    }

    private static Connector connector(
            ManualNetwork network, Resolver resolver, PoolOptions options) {
        return new Connector(
                EventLoop.current(),
                options,
                new Dialer(network, resolver, HostConnectOptions.defaults(), Tls::client));
    }

    private static Attempt attempt() {
        EventLoop loop = EventLoop.current();
        return new Attempt(
                loop,
                REQUEST,
                ClientTimeout.none(),
                ResponseLimits.defaults(),
                Attempt.NO_DEADLINE,
                new PhaseClock(loop, loop.time()),
                new Listeners(loop, List.of()));
    }

    private static ClientException failureOf(Connector connector) {
        return catchThrowableOfType(
                ClientException.class, () -> connector.acquire(ROUTE, attempt(), false));
    }

    /// Some requests at random times, each with a random course, and random cancels.
    private static final class Schedule {
        private final Random random;
        private final ManualNetwork network;
        private final Connector connector;
        private final List<Task<?>> tasks = new ArrayList<>();
        private final List<Integer> arrived = new ArrayList<>();
        private final List<Integer> served = new ArrayList<>();
        private int mostSlots;

        Schedule(int seed, int limit) {
            random = new Random(seed);
            network = new ManualNetwork(() -> random.nextInt(3), _ -> failNowAndThen());
            connector = connector(
                    network, host -> () -> resolve(host), PoolOptions.defaults().withLimit(limit));
        }

        private void failNowAndThen() throws IOException {
            if (random.nextInt(8) == 0) {
                throw new ConnectException("no");
            }
        }

        /// Asked as soon as a request has its slot, unless it got an idle connection.
        private List<InetAddress> resolve(String host) {
            serve(Integer.parseInt(EventLoop.current().currentTask().name()));
            if (random.nextBoolean()) {
                yieldNow();
            }
            return List.of(host.isEmpty() ? FIRST : SECOND);
        }

        private void serve(int request) {
            if (!served.contains(request)) {
                served.add(request);
            }
        }

        void play() throws Exception {
            for (int i = 0; i < REQUESTS; i++) {
                int request = i;
                tasks.add(createTask("" + i, () -> request(request)));
            }
            while (tasks.stream().anyMatch(task -> !task.isDone())) {
                mostSlots = Math.max(mostSlots, connector.slotsTaken());
                if (random.nextInt(3) == 0) {
                    tasks.get(random.nextInt(tasks.size())).cancel();
                }
                yieldNow();
            }
        }

        private void request(int request) throws Exception {
            pause(20);
            arrived.add(request);
            HttpConnection connection;
            try {
                HttpConnection idle = connector.acquireIdle(ROUTE, attempt());
                connection = idle != null
                        ? idle
                        : connector.acquire(ROUTE, attempt(), random.nextInt(8) == 0);
            } catch (ClientException refused) {
                return;
            }
            serve(request);
            try {
                pause(6);
            } catch (CancelledError cancelled) {
                connector.release(connection, false);
                throw cancelled;
            }
            connector.release(connection, random.nextBoolean());
        }

        private void pause(int most) {
            for (int turns = random.nextInt(most); turns > 0; turns--) {
                yieldNow();
            }
        }
    }
}
