package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.testing.Testing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What becomes of the attempts that lose, and of a race that is given up. `Testing` fails a test
/// that leaves a task or a timer behind.
@OnBothEngines
class ConnectRaceTest {
    private static final int SEEDS = 300;
    private static final List<String> ADDRESSES = List.of("192.0.2.1", "192.0.2.2", "192.0.2.3");

    private final CoroutineEngine engine;

    ConnectRaceTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    private static Coroutine<RecordingProtocol> connect(FakeNetwork network) {
        return new HostConnector(
                        network,
                        _ -> () ->
                                ADDRESSES.stream().map(InetAddress::ofLiteral).toList())
                .connect("somewhere", 80, RecordingProtocol::new);
    }

    @Test
    void attemptsThatLoseHaveEndedWhenTheWinnerIsThere() throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().accepts("192.0.2.3", 0);
            await(connect(network));

            assertThat(network.attempts).hasSize(3);
            assertThat(network.underWay).isZero();
            assertThat(network.open()).isEqualTo(1);
        });
    }

    @Test
    void aConnectionThatIsThereTogetherWithTheWinnersIsClosed() throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork()
                    .accepts("192.0.2.1", 250)
                    .accepts("192.0.2.2", 0)
                    .returnsAfter(3);
            RecordingProtocol protocol = await(connect(network));

            assertThat(network.transports).hasSize(2);
            assertThat(network.open()).isEqualTo(1);
            assertThat(protocol.transport().isClosing()).isFalse();
            assertThat(protocol.events).containsExactly("connectionMade");
        });
    }

    @Test
    void aSupplierOfProtocolsThatFailsEndsTheRace() throws Exception {
        IllegalStateException failure = new IllegalStateException("no protocol today");
        run(() -> {
            FakeNetwork network = new FakeNetwork().accepts("192.0.2.2", 0);
            Coroutine<Protocol> connecting = new HostConnector(
                            network,
                            _ -> () -> ADDRESSES.stream()
                                    .map(InetAddress::ofLiteral)
                                    .toList())
                    .connect("somewhere", 80, () -> {
                        throw failure;
                    });

            assertThatThrownBy(() -> await(connecting)).isSameAs(failure);
            assertThat(network.attempts).containsExactly("0 192.0.2.1", "250 192.0.2.2");
            assertThat(network.underWay).isZero();
        });
    }

    @Test
    void aFailureThatIsNoMatterOfOneAddressEndsTheRace() throws Exception {
        UnsupportedOperationException failure = new UnsupportedOperationException("what address?");
        run(() -> {
            FakeNetwork network = new FakeNetwork().fails("192.0.2.1", 0, failure);

            assertThatThrownBy(() -> await(connect(network))).isSameAs(failure);
            assertThat(network.attempts).hasSize(1);
        });
    }

    // --- Cancelling ---

    /// At any time and in any turn: either the connection is there and stays, or the connect is
    /// cancelled and everything is closed.
    @Test
    void aRaceCancelledAnywhereLeavesNothingBehind() throws Exception {
        int cancelled = 0;
        int connected = 0;
        for (int millis : new int[] {0, 100, 250, 260, 300, 500, 510}) {
            for (int turns = 0; turns < 8; turns++) {
                if (isCancelledAt(millis, turns)) {
                    cancelled++;
                } else {
                    connected++;
                }
            }
        }

        assertThat(cancelled).isGreaterThan(40);
        assertThat(connected).isPositive();
    }

    private boolean isCancelledAt(int millis, int turns) throws Exception {
        boolean[] cancelled = new boolean[1];
        run(() -> {
            FakeNetwork network = new FakeNetwork()
                    .refuses("192.0.2.1", 260)
                    .accepts("192.0.2.3", 250)
                    .returnsAfter(1);
            Task<RecordingProtocol> task = createTask(connect(network));
            await(sleep(Duration.ofMillis(millis)));
            for (int i = 0; i < turns; i++) {
                yieldNow();
            }
            task.cancel();
            try {
                await(task);
                assertThat(network.open()).as("open").isEqualTo(1);
            } catch (CancelledError _) {
                cancelled[0] = true;
                assertThat(network.open()).as("open").isZero();
            }
            assertThat(network.underWay).as("under way").isZero();
        });
        return cancelled[0];
    }

    @Test
    void whateverHappensNothingIsLeftBehind() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<String> ends = new ArrayList<>();
            Testing.run(
                    EventLoop.builder().engine(engine).seed(seed),
                    () -> ends.add(playAtRandom(random)));

            assertThat(ends).as("seed %d", seed).hasSize(1);
        }
    }

    private static String playAtRandom(Random random) throws Exception {
        FakeNetwork network = new FakeNetwork().returnsAfter(random.nextInt(3));
        for (String address : ADDRESSES) {
            // So that several things happen at one time.
            long millis = 50L * random.nextInt(12);
            switch (random.nextInt(3)) {
                case 0 -> network.accepts(address, millis);
                case 1 -> network.refuses(address, millis);
                default -> {}
            }
        }
        Task<RecordingProtocol> task = createTask(connect(network));
        await(sleep(Duration.ofMillis(50L * random.nextInt(30))));
        for (int turns = random.nextInt(6); turns > 0; turns--) {
            yieldNow();
        }
        task.cancel();
        String end;
        int expectedOpen = 0;
        try {
            RecordingProtocol protocol = await(task);
            end = "connected";
            expectedOpen = protocol.transport().isClosing() ? 99 : 1;
        } catch (CancelledError _) {
            end = "cancelled";
        } catch (ConnectFailedException failed) {
            end = "failed";
            assertThat(failed.attempts()).hasSize(ADDRESSES.size());
        }
        assertThat(network.open()).as(end).isEqualTo(expectedOpen);
        assertThat(network.underWay).as("under way").isZero();
        return end;
    }
}
