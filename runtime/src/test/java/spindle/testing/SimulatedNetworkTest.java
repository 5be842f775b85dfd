package spindle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.TaskLocal;
import spindle.TestLoops;
import spindle.net.Connections;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.RecordingProtocol;
import spindle.net.Server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class SimulatedNetworkTest {
    private static final InetSocketAddress WEB = new InetSocketAddress("192.0.2.1", 80);
    private static final InetAddress ALICE = InetAddress.ofLiteral("192.0.2.10");
    private static final InetAddress BOB = InetAddress.ofLiteral("192.0.2.20");

    @RegisterExtension
    final TestLoops loops;

    SimulatedNetworkTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private static Duration now() {
        return Duration.ofNanos(EventLoop.current().time());
    }

    private static NetworkConditions slow() {
        return NetworkConditions.ideal().withLatency(Duration.ofSeconds(10));
    }

    // --- Time ---

    @Test
    void connectingTakesTwoWaysAndBytesOne() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open(slow(), 0);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                Duration start = now();
                var ends = connections.own(RecordingProtocol::new);
                assertThat(now().minus(start)).hasSeconds(20);
                ends.client().write("hello");
                await(ends.server().untilReceived(5));
                assertThat(now().minus(start)).hasSeconds(30);
                ends.client().transport().close();
                await(ends.server().untilLost());

                assertThat(now().minus(start)).hasSeconds(40);
            }
        });
    }

    @Test
    void jitterDelaysBytesButNeverSwapsThem() throws Exception {
        loops.run(() -> {
            var jittery = NetworkConditions.ideal().withJitter(Duration.ofSeconds(10));
            var network = SimulatedNetwork.open(jittery, 5);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                Duration start = now();
                for (char letter = 'a'; letter <= 'z'; letter++) {
                    ends.client().write(String.valueOf(letter));
                }
                await(ends.server().untilReceived(26));

                assertThat(ends.server().receivedText()).isEqualTo("abcdefghijklmnopqrstuvwxyz");
                assertThat(now().minus(start))
                        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
                ends.client().transport().close();
            }
        });
    }

    @Test
    void bandwidthSpreadsBytesOverTime() throws Exception {
        loops.run(() -> {
            var network =
                    SimulatedNetwork.open(NetworkConditions.ideal().withBytesPerSecond(1000), 0);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                Duration start = now();
                ends.client().write(new byte[50_000]);
                await(ends.server().untilReceived(25_000));
                assertThat(now().minus(start))
                        .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(27));
                await(ends.server().untilReceived(50_000));
                assertThat(now().minus(start)).hasSeconds(50);
                ends.client().transport().close();
            }
        });
    }

    // --- Pieces ---

    @Test
    void readsBringOneByteEachIfAskedTo() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open(
                    NetworkConditions.ideal().withReads(ReadSizes.SINGLE_BYTES), 0);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("hello");
                await(ends.server().untilReceived(5));

                assertThat(ends.server().transport().counters().reads()).isEqualTo(5);
                ends.client().transport().close();
            }
        });
    }

    @Test
    void fullBuffersHoldTheWriterUp() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open(NetworkConditions.ideal().withBuffers(30, 20), 0);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().pauseReading();
                ends.client().write(new byte[60]);
                await(sleep(Duration.ofDays(1)));

                assertThat(ends.client().transport().writeBufferSize()).isEqualTo(10);
                ends.server().transport().resumeReading();
                await(ends.server().untilReceived(60));
                ends.client().transport().close();
            }
        });
    }

    // --- Faults that the test makes ---

    @Test
    void aCutHoldsEverythingUpUntilItIsHealed() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                SimulatedConnection cable = network.connection(ends.client().transport());
                cable.cut();
                ends.client().write("held up");
                ends.client().transport().close();
                await(sleep(Duration.ofDays(1)));
                assertThat(ends.server().events).containsExactly("connectionMade");
                assertThat(cable.toString()).startsWith("<SimulatedConnection cut ");
                cable.heal();
                await(ends.server().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("held up");
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void whoHasSomethingToSendGivesUpOnAPeerThatHasVanished() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                network.connection(ends.client().transport()).cut();
                Duration start = now();
                ends.client().write("anybody there?");
                await(ends.client().untilLost());

                assertThat(now().minus(start)).hasSeconds(924);
                assertThat(ends.client().failure())
                        .isInstanceOf(IOException.class)
                        .hasMessage("Connection timed out");
                assertThat(ends.server().events).containsExactly("connectionMade");
            }
        });
    }

    @Test
    void aConnectionCanBeCutAfterAnyByte() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                SimulatedConnection cable = network.connection(ends.server().transport());
                cable.cutAfter(4);
                ends.client().write("ab");
                ends.client().write("cdef");
                await(sleep(Duration.ofMinutes(1)));
                assertThat(ends.server().receivedText()).isEqualTo("abcd");
                assertThat(cable.bytes()).isEqualTo(6);
                cable.heal();
                await(ends.server().untilReceived(6));

                assertThat(ends.server().receivedText()).isEqualTo("abcdef");
                ends.client().transport().close();
            }
        });
    }

    @Test
    void aConnectionCanBeResetAfterAnyByte() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open(slow(), 0);
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                network.connection(ends.client().transport()).resetAfter(4);
                ends.client().write("abcdef");
                await(ends.server().untilLost());
                await(ends.client().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("abcd");
                assertThat(ends.server().failure()).hasMessage("Connection reset");
                assertThat(ends.client().failure()).hasMessage("Connection reset");
            }
        });
    }

    @Test
    void whoWritesToAPeerThatHasClosedIsReset() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open(slow(), 0);
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
                @Override
                public boolean eofReceived() {
                    super.eofReceived();
                    return true;
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().close();
                await(ends.server().untilEvent("eofReceived"));
                ends.server().write("late");
                await(sleep(Duration.ofSeconds(21)));
                ends.server().write("later");
                await(ends.server().untilLost());

                assertThat(ends.server().failure()).hasMessage("Broken pipe");
            }
        });
    }

    @Test
    void aPartitionSeparatesTwoMachinesAndNoOthers() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            Network alice = network.host(ALICE);
            InetSocketAddress anywhere = new InetSocketAddress(80);
            try (var bob = Connections.over(network.host(BOB), anywhere, RecordingProtocol::new)) {
                assertThat(bob.address()).isEqualTo(new InetSocketAddress(BOB, 80));
                var far = await(alice.connect(bob.address(), RecordingProtocol::new));
                var farServer = bob.nextAccepted();
                var near = bob.own(RecordingProtocol::new);
                assertThat(far.transport().localAddress())
                        .isInstanceOfSatisfying(
                                InetSocketAddress.class,
                                from -> assertThat(from.getAddress()).isEqualTo(ALICE));
                network.partition(ALICE, BOB);
                far.write("far");
                near.client().write("near");
                var late = createTask(alice.connect(bob.address(), RecordingProtocol::new));
                await(sleep(Duration.ofMinutes(1)));
                assertThat(farServer.events).containsExactly("connectionMade");
                assertThat(near.server().receivedText()).isEqualTo("near");
                assertThat(late.isDone()).isFalse();
                network.heal(ALICE, BOB);
                await(farServer.untilReceived(3));

                await(late).transport().close();
                far.transport().close();
            }
        });
    }

    // --- Connects that fail ---

    @Test
    void aConnectThatNobodyAnswersTimesOut() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            network.ignoreConnects(WEB);
            Duration start = now();

            assertThatThrownBy(() -> await(network.connect(WEB, RecordingProtocol::new)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("cannot connect to 192.0.2.1:80: Connection timed out");
            assertThat(now().minus(start)).hasSeconds(127);
        });
    }

    @Test
    void aConnectIsRefusedWhereTheTestSaysSo() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            try (var connections = Connections.over(network, WEB, RecordingProtocol::new)) {
                network.refuseConnects(WEB);
                assertThatThrownBy(() -> await(network.connect(WEB, RecordingProtocol::new)))
                        .isInstanceOf(ConnectException.class)
                        .hasMessage("cannot connect to 192.0.2.1:80: Connection refused");
                network.allowConnects(WEB);
                connections.own(RecordingProtocol::new).client().transport().close();
            }
        });
    }

    @Test
    void whoFindsTheBacklogFullComesInWhenThereIsRoom() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            List<RecordingProtocol> accepted = new ArrayList<>();
            var one = ListenOptions.defaults().withBacklog(1).withMaxConnections(1);
            try (Server server = network.listen(List.of(WEB), one, () -> {
                accepted.add(new RecordingProtocol());
                return accepted.getLast();
            })) {
                var first = await(network.connect(WEB, RecordingProtocol::new));
                await(sleep(Duration.ofSeconds(1)));
                var second = await(network.connect(WEB, RecordingProtocol::new));
                var third = createTask(network.connect(WEB, RecordingProtocol::new));
                await(sleep(Duration.ofSeconds(20)));
                assertThat(third.isDone()).isFalse();
                first.transport().close();
                await(third);

                assertThat(accepted).hasSize(2);
                second.transport().close();
                await(third).transport().close();
                server.abortClients();
            }
        });
    }

    // --- Chance ---

    @Test
    void theSameSeedMakesTheSameTrace() throws Exception {
        List<String> trace = trace(1);

        assertThat(trace).hasSizeGreaterThan(50);
        assertThat(trace(1)).isEqualTo(trace);
        assertThat(trace(2)).isNotEqualTo(trace);
    }

    /// Returns what two ends see of a conversation over a bad network, and when.
    private List<String> trace(long seed) throws Exception {
        var bad = slow().withJitter(Duration.ofSeconds(1))
                .withBytesPerSecond(10_000)
                .withReads(ReadSizes.RANDOM)
                .withBuffers(100, 100)
                .withFaults(NetworkFaults.none().withResets(0.5).withWithinBytes(5000));
        List<String> trace = new ArrayList<>();
        loops.run(() -> {
            var network = SimulatedNetwork.open(bad, seed);
            try (var connections = Connections.over(network, () -> new Tracer("s", trace))) {
                for (int i = 0; i < 5; i++) {
                    Duration start = now();
                    var ends = connections.own(() -> new Tracer("c", trace));
                    trace.add(now().minus(start).toString());
                    ends.client().write(new byte[3000]);
                    ends.server().write(new byte[1000]);
                    ends.client().transport().close();
                    await(ends.server().untilLost());
                }
            }
        });
        return trace;
    }

    private static final class Tracer extends RecordingProtocol {
        private final String name;
        private final List<String> trace;
        private final EventLoop loop = EventLoop.current();
        private final long start = loop.time();

        Tracer(String name, List<String> trace) {
            this.name = name;
            this.trace = trace;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            trace.add(name + data.remaining() + " " + (loop.time() - start));
            super.dataReceived(data);
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            trace.add(name + " lost " + failure + " " + (loop.time() - start));
            super.connectionLost(failure);
        }
    }

    // --- Like a selector ---

    @Test
    void aProtocolFindsTheTaskLocalsOfWhoStartedToReadNotOfWhoWrites() throws Exception {
        TaskLocal<String> user = TaskLocal.withDefault("user", "nobody");
        loops.run(() -> {
            List<String> seen = new ArrayList<>();
            var network = SimulatedNetwork.open();
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    seen.add(user.get());
                    super.dataReceived(data);
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                try (var _ = user.set("ann")) {
                    ends.client().write("hello");
                }
                await(ends.server().untilReceived(5));
                ends.client().transport().close();
            }

            assertThat(seen).containsExactly("nobody");
        });
    }

    // --- Leaks ---

    @Test
    void whatNobodyHasClosedIsReportedWhenTheLoopCloses() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            var connections = Connections.over(network, WEB, RecordingProtocol::new);
            connections.own(RecordingProtocol::new);
        });

        assertThat(loops.reports().takeAll())
                .extracting(report -> report.message())
                .containsExactly(
                        "servers still listened when their loop was closed, close them first",
                        "connections were still open when their loop was closed, close one of their ends first");
    }

    @Test
    void aTransportOfAnotherNetworkHasNoConnectionHere() throws Exception {
        loops.run(() -> {
            var network = SimulatedNetwork.open();
            var other = SimulatedNetwork.open();
            try (var connections = Connections.over(network, WEB, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);

                assertThatThrownBy(() -> other.connection(ends.client().transport()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("expected a transport of a connection of this network but got "
                                + ends.client().transport());
                assertThat(network.connections())
                        .containsExactly(network.connection(ends.server().transport()));
                ends.client().transport().close();
            }
        });
    }
}
