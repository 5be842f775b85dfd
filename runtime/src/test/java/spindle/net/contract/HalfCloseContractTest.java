package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import spindle.CoroutineEngine;
import spindle.net.Connections;
import spindle.net.RecordingProtocol;
import spindle.net.contract.NetworkUnderTest.Trait;

/// One end says that it will send no more.
@OnEveryNetwork
class HalfCloseContractTest {
    private final ContractRun contract;

    HalfCloseContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @BeforeEach
    void needsHalfClose() {
        contract.needs(Trait.HALF_CLOSE);
    }

    // --- The peer says that it will send no more ---

    @Test
    void aTransportThatIsKeptOpenCanAnswerAfterThePeersEnd() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, StaysOpen::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] answer = contract.moreThanFits();
                ends.client().write("question");
                ends.client().transport().writeEof();
                await(ends.server().untilEvent("eofReceived"));
                await(contract.settle(network));
                assertThat(ends.server().transport().isClosing()).isFalse();
                ends.server().write(answer);
                ends.server().transport().close();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(answer.length);
                assertThat(ends.server().receivedText()).isEqualTo("question");
                assertThat(ends.server().events)
                        .containsOnlyOnce("eofReceived")
                        .endsWith("connectionLost");
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void aTransportThatIsNotKeptOpenSendsTheRestAndCloses() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.client().transport().pauseReading();
                ends.server().write(data);
                ends.client().transport().writeEof();
                await(ends.server().untilEvent("eofReceived"));
                assertThat(ends.server().transport().isClosing()).isTrue();
                assertThat(ends.server().transport().writeBufferSize()).isPositive();
                ends.client().transport().resumeReading();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void thePeersEndComesAfterItsData() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write(new byte[100_000]);
                ends.client().transport().writeEof();
                await(ends.server().untilEvent("eofReceived"));

                assertThat(ends.server().received.size()).isEqualTo(100_000);
            }
        });
    }

    @Test
    void thePeersEndWaitsWhileReadingIsPaused() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().pauseReading();
                ends.client().write("late");
                ends.client().transport().writeEof();
                await(contract.settle(network));
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                await(ends.server().untilLost());

                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
            }
        });
    }

    @Test
    void pausingReadingAfterThePeersEndDoesNothing() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, StaysOpen::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeEof();
                await(ends.server().untilEvent("eofReceived"));
                ends.server().transport().pauseReading();
                ends.server().transport().resumeReading();
                ends.server().write("answer");
                ends.server().transport().close();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().receivedText()).isEqualTo("answer");
                assertThat(ends.server().events)
                        .containsExactly("connectionMade", "eofReceived", "connectionLost");
            }
        });
    }

    // --- This side says so ---

    @Test
    void writeEofSendsWhatWasWrittenFirstAndReadingGoesOn() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(StaysOpen::new);
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                ends.server().transport().writeEof();
                await(ends.client().untilEvent("eofReceived"));
                ends.client().write("thanks");
                ends.client().transport().close();
                await(ends.server().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(ends.server().receivedText()).isEqualTo("thanks");
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void writeEofWithNothingToSendIsSeenByThePeerAtOnce() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, StaysOpen::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeEof();
                await(ends.server().untilEvent("eofReceived"));
                ends.server().write("answer");
                await(ends.client().untilReceived(6));
                ends.server().transport().writeEof();
                await(ends.client().untilLost());

                assertThat(ends.client().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
                assertThat(ends.client().failure()).isNull();
                ends.server().transport().close();
                await(ends.server().untilLost());
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void writingAfterWriteEofIsRefused() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeEof();
                ends.client().transport().writeEof();

                assertThatThrownBy(() -> ends.client().write("more"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("cannot write after writeEof(): <")
                        .hasMessageContaining("Transport open");
            }
        });
    }

    @Test
    void writeEofAfterCloseDoesNotCutOffWhatWasWritten() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                ends.server().transport().close();
                ends.server().transport().writeEof();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
            }
        });
    }

    @Test
    void closeAfterWriteEofSendsWhatWasWrittenFirst() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                ends.server().transport().writeEof();
                ends.server().transport().close();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    /// Goes on writing when its peer has ended.
    private static final class StaysOpen extends RecordingProtocol {
        @Override
        public boolean eofReceived() {
            super.eofReceived();
            return true;
        }
    }
}
