package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import spindle.CoroutineEngine;
import spindle.net.Connections;
import spindle.net.RecordingProtocol;
import spindle.net.Source;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/// Who writes faster than the peer reads is held up, and nobody else.
@OnEveryNetwork
class BackPressureContractTest {
    private static final int HIGH = 64 * 1024;
    private static final int LOW = 16 * 1024;

    private final ContractRun contract;

    BackPressureContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @Test
    void whatIsSentBothWaysAtOnceArrivesWhole() throws Exception {
        byte[] data = randomBytes(contract.moreThanFits().length);
        contract.run(network -> {
            try (var connections = Connections.over(network, () -> new Source(data))) {
                var ends = connections.own(() -> new Source(data));
                ends.server().transport().pauseReading();
                ends.client().transport().pauseReading();
                ends.server().pump();
                ends.client().pump();
                await(ends.server().untilEvent("pauseWriting"));
                await(ends.client().untilEvent("pauseWriting"));
                await(contract.settle(network));
                ends.server().transport().resumeReading();
                ends.client().transport().resumeReading();
                await(ends.server().untilReceived(data.length));
                await(ends.client().untilReceived(data.length));

                assertThat(Arrays.equals(ends.client().received.toByteArray(), data))
                        .isTrue();
                assertThat(Arrays.equals(ends.server().received.toByteArray(), data))
                        .isTrue();
                assertThat(ends.client().mostQueuedAtResume()).isLessThanOrEqualTo(LOW);
                long most = contract.onTheWire(HIGH + Source.PIECE);
                assertThat(ends.client().mostQueued()).isBetween(HIGH + 1L, most);
                assertThat(ends.server().mostQueued()).isBetween(HIGH + 1L, most);
            }
        });
    }

    @Test
    void pausesAboveTheHighMarkAndResumesAtTheLowOne() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, QueueWatcher::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().pauseReading();
                ends.server().transport().setWriteBufferLimits(Integer.MAX_VALUE, 0);
                int queued = jam(ends.server());
                ends.server().transport().setWriteBufferLimits(queued + 100, 50);
                ends.server().events.clear();
                ends.server().write(new byte[100]);
                assertThat(ends.server().events).isEmpty();
                ends.server().write(new byte[1]);
                assertThat(ends.server().events).containsExactly("pauseWriting");
                ends.server().write(new byte[1]);
                assertThat(ends.server().events).containsExactly("pauseWriting");
                ends.client().transport().resumeReading();
                await(ends.server().untilEvent("resumeWriting"));
                ends.server().transport().close();
                await(ends.server().untilLost());

                assertThat(ends.server().events)
                        .startsWith("pauseWriting", "resumeWriting")
                        .containsOnlyOnce("resumeWriting");
                assertThat(ends.server().queuedAtResume).isLessThanOrEqualTo(50);
            }
        });
    }

    @Test
    void aHighMarkOfNothingPausesWheneverSomethingWaits() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, QueueWatcher::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().setWriteBufferLimits(0, 0);
                ends.server().write("at once");
                assertThat(ends.server().events).doesNotContain("pauseWriting");
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                assertThat(ends.server().events).endsWith("pauseWriting");
                await(ends.server().untilEvent("resumeWriting"));
                assertThat(ends.server().queuedAtResume).isZero();
                ends.server().transport().close();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length + 7);
            }
        });
    }

    @Test
    void newMarksCountAtOnce() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, QueueWatcher::new)) {
                var ends = connections.own(RecordingProtocol::new);
                Transport transport = ends.server().transport();
                ends.client().transport().pauseReading();
                transport.setWriteBufferLimits(Integer.MAX_VALUE, 0);
                int queued = jam(ends.server());
                assertThat(ends.server().events).doesNotContain("pauseWriting");
                transport.setWriteBufferLimits(queued - 1, 0);
                assertThat(ends.server().events).endsWith("pauseWriting");
                transport.setWriteBufferLimits(queued, queued);
                assertThat(ends.server().events).endsWith("pauseWriting", "resumeWriting");
                transport.abort();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"-1, -1", "0, 1", "10, -1", "10, 11"})
    void refusesMarksThatMakeNoSense(int high, int low) throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);

                assertThatThrownBy(() -> ends.client().transport().setWriteBufferLimits(high, low))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("expected 0 <= low <= high but high is %d and low is %d"
                                .formatted(high, low));
            }
        });
    }

    @Test
    void whileReadingIsPausedTheSenderIsHeldUp() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().pauseReading();
                ends.server().transport().pauseReading();
                ends.client().write(contract.moreThanFits());
                await(ends.client().untilEvent("pauseWriting"));
                await(contract.settle(network));
                assertThat(ends.client().transport().writeBufferSize()).isPositive();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                ends.server().transport().resumeReading();
                await(ends.server().untilReceived(contract.moreThanFits().length));

                assertThat(ends.client().transport().writeBufferSize()).isZero();
                assertThat(ends.client().events).endsWith("resumeWriting");
            }
        });
    }

    @Test
    void readingCanBePausedFromTheStart() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
                @Override
                public void connectionMade(Transport transport) {
                    super.connectionMade(transport);
                    transport.pauseReading();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("early");
                await(contract.settle(network));
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                await(ends.server().untilReceived(5));

                assertThat(ends.server().receivedText()).isEqualTo("early");
            }
        });
    }

    @Test
    void readingCanBePausedAndResumedInOneCall() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    super.dataReceived(data);
                    transport().pauseReading();
                    transport().resumeReading();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write(new byte[100_000]);
                await(ends.server().untilReceived(100_000));

                assertThat(ends.server().received.size()).isEqualTo(100_000);
            }
        });
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    /// Writes until the system takes no more, and returns how much is queued. Nothing is sent
    /// before the loop runs again.
    private static int jam(RecordingProtocol protocol) {
        while (protocol.transport().writeBufferSize() == 0) {
            protocol.write(new byte[100_000]);
        }
        return (int) protocol.transport().writeBufferSize();
    }

    /// Looks at the queue when it may write again.
    private static final class QueueWatcher extends RecordingProtocol {
        private long queuedAtResume;

        @Override
        public void resumeWriting() {
            queuedAtResume = transport().writeBufferSize();
            super.resumeWriting();
        }
    }
}
