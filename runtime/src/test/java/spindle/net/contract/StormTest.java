package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.TestLoops;
import spindle.net.Descriptors;
import spindle.net.Network;
import spindle.testing.NetworkConditions;
import spindle.testing.NetworkFaults;
import spindle.testing.ReadSizes;
import spindle.testing.ReportedFailures;
import spindle.testing.SimulatedNetwork;

import java.time.Duration;
import java.util.List;
import java.util.Map;

@ParameterizedClass(name = "{0}")
@EnumSource(CoroutineEngine.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
    private static final NetworkConditions STORMY = NetworkConditions.ideal()
            .withLatency(Duration.ofMillis(10))
            .withJitter(Duration.ofMillis(30))
            .withBytesPerSecond(5_000_000)
            .withReads(ReadSizes.RANDOM)
            .withBuffers(8_000, 16_000)
            .withFaults(NetworkFaults.none()
                    .withRefusedConnects(0.02)
                    .withLostConnects(0.02)
                    .withResets(0.2)
                    .withCuts(0.2)
                    .withWithinBytes(20_000));

    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;

    StormTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsLeftOfConnectionsThatEndAtAnyByte(long seed) throws Exception {
        loops.run(() -> {
            SimulatedNetwork network = SimulatedNetwork.open(STORMY, seed);
            Storm storm = new Storm(network, seed, true);

            assertThat(await(storm.run(2500))).as("seed %d", seed).isEmpty();
            assertThat(network.connections()).isEmpty();
            assertThat(network.servers()).isEmpty();
            assertThat(EventLoop.current().allTasks()).hasSize(1);
            assertThat(storm.outcomes()).containsKeys("EOF whole", "EOF broken", "not connected");
        });
    }

    /// What a loop has left when it is closed, timers and watched channels, it reports.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsLeftOfRealConnectionsEither(long seed) throws Exception {
        long before = Descriptors.openSockets();
        ReportedFailures reports = new ReportedFailures();
        Async.run(EventLoop.builder().engine(engine).exceptionHandler(reports), () -> {
            Storm storm = new Storm(Network.current(), seed, false);

            assertThat(await(storm.run(2500))).as("seed %d", seed).isEmpty();
            assertThat(EventLoop.current().allTasks()).hasSize(1);
            assertThat(storm.outcomes()).containsKeys("EOF whole");
        });

        assertThat(reports.takeAll()).isEmpty();
        Descriptors.assertOpenSocketsFallTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsLeftOfEncryptedConnectionsThatEndAtAnyByte(long seed) throws Exception {
        EncryptedNetwork.makeCertificates();
        loops.run(() -> {
            SimulatedNetwork network = SimulatedNetwork.open(STORMY, seed);
            Storm storm = new Storm(EncryptedNetwork.over(network), seed, true);

            assertThat(await(storm.run(250))).as("seed %d", seed).isEmpty();
            assertThat(network.connections()).isEmpty();
            assertThat(network.servers()).isEmpty();
            assertThat(EventLoop.current().allTasks()).hasSize(1);
            assertThat(storm.outcomes()).containsKeys("EOF whole", "EOF broken", "not connected");
        });

        assertThat(loops.reports().takeAll())
                .as("handshakes that were cut short, and nothing else")
                .isNotEmpty()
                .allMatch(report -> report.message().equals("a client could not be served"));
    }

    @ParameterizedTest
    @EnumSource(BrokenNetwork.Bug.class)
    void aBrokenTransportIsCaught(BrokenNetwork.Bug bug) throws Exception {
        loops.run(() -> {
            SimulatedNetwork network = SimulatedNetwork.open(NetworkConditions.ideal(), 1);
            Storm storm = new Storm(new BrokenNetwork(network, bug), 1, true);

            assertThat(await(storm.run(60))).contains(bug.symptom());
        });
    }

    @Test
    void theSameSeedMakesTheSameStorm() throws Exception {
        assertThat(outcomes(7)).isEqualTo(outcomes(7)).isNotEqualTo(outcomes(8));
    }

    private Map<String, Integer> outcomes(long seed) throws Exception {
        return loops.run(() -> {
            Storm storm = new Storm(SimulatedNetwork.open(STORMY, seed), seed, true);
            List<String> violations = await(storm.run(400));

            assertThat(violations).isEmpty();
            return storm.outcomes();
        });
    }
}
