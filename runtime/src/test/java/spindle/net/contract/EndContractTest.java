package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;

import spindle.CoroutineEngine;
import spindle.net.Connections;
import spindle.net.RecordingProtocol;
import spindle.net.Transport;
import spindle.net.contract.NetworkUnderTest.Trait;

import java.io.IOException;
import java.nio.ByteBuffer;

/// How connections end.
@OnEveryNetwork
class EndContractTest {
    private final ContractRun contract;

    EndContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    // --- From this side ---

    @Test
    void closeSendsWhatWasWrittenFirst() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                assertThat(ends.server().transport().writeBufferSize()).isPositive();
                ends.server().transport().close();
                assertThat(ends.server().transport().isClosing()).isTrue();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(ends.server().failure()).isNull();
                assertThat(ends.client().failure()).isNull();
            }
        });
    }

    @Test
    void closeSendsWhatWasWrittenEvenIfInputIsLeftUnread() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.server().transport().pauseReading();
                ends.client().write("not read");
                await(contract.settle(network));
                ends.server().write(data);
                ends.server().transport().close();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(ends.client().failure()).isNull();
            }
        });
    }

    @Test
    void abortDropsWhatWasNotSent() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.client().transport().pauseReading();
                ends.server().write(data);
                ends.server().transport().abort();
                assertThat(ends.server().transport().writeBufferSize()).isZero();
                await(ends.server().untilLost());
                ends.client().transport().resumeReading();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isBetween(1, data.length - 1);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void abortEndsACloseThatThePeerHoldsUp() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().pauseReading();
                ends.server().write(contract.moreThanFits());
                ends.server().transport().close();
                await(contract.settle(network));
                assertThat(ends.server().events).doesNotContain("connectionLost");
                ends.server().transport().abort();
                await(ends.server().untilLost());

                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void connectionLostComesOnceAndNeverFromInsideACall() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                Transport transport = ends.client().transport();
                transport.close();
                transport.abort();
                transport.close();
                assertThat(ends.client().events).containsExactly("connectionMade");
                await(ends.client().untilLost());
                transport.abort();
                transport.close();
                await(ends.server().untilLost());

                assertThat(ends.client().events)
                        .containsExactly("connectionMade", "connectionLost");
            }
        });
    }

    @Test
    void nothingIsReceivedAfterClose() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    super.dataReceived(data);
                    write(contract.moreThanFits());
                    transport().close();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("o");
                await(ends.client().untilReceived(1));
                ends.client().write("two");
                await(ends.server().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("o");
                assertThat(ends.server().events).endsWith("connectionLost");
            }
        });
    }

    @Test
    void whatIsWrittenToAClosedTransportIsDropped() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("before");
                ends.client().transport().close();
                ends.client().write("closing");
                await(ends.client().untilLost());
                ends.client().write("closed");
                ends.client().transport().writeEof();
                ends.client().transport().pauseReading();
                ends.client().transport().resumeReading();
                await(ends.server().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("before");
                assertThat(ends.client().events)
                        .containsExactly("connectionMade", "connectionLost");
            }
        });
    }

    // --- The peer's fault ---

    @Test
    void aPeersResetIsWhatBrokeTheConnection() throws Exception {
        contract.needs(Trait.RESET);
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                RawPeer peer = contract.connectRaw(network, connections.address());
                RecordingProtocol server = connections.nextAccepted();
                peer.reset();
                await(server.untilLost());

                assertThat(server.events).containsExactly("connectionMade", "connectionLost");
                assertThat(server.failure())
                        .isInstanceOf(IOException.class)
                        .hasMessage("Connection reset");
            }
        });
    }

    @Test
    void whatArrivedBeforeAResetIsReceived() throws Exception {
        contract.needs(Trait.RESET);
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                RawPeer peer = contract.connectRaw(network, connections.address());
                RecordingProtocol server = connections.nextAccepted();
                peer.write("last words");
                peer.reset();
                await(server.untilLost());

                assertThat(server.receivedText()).isEqualTo("last words");
                assertThat(server.failure()).hasMessage("Connection reset");
            }
        });
    }

    @Test
    void aResetEndsAWriteThatWaits() throws Exception {
        contract.needs(Trait.RESET);
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                RawPeer peer = contract.connectRaw(network, connections.address());
                RecordingProtocol server = connections.nextAccepted();
                var other = connections.own(RecordingProtocol::new);
                server.write(contract.moreThanFits());
                server.transport().pauseReading();
                peer.reset();
                await(server.untilLost());
                other.client().write("still here");
                await(other.server().untilReceived(10));

                assertThat(server.events)
                        .containsExactly("connectionMade", "pauseWriting", "connectionLost");
                assertThat(server.failure()).isInstanceOf(IOException.class);
                assertThat(server.transport().writeBufferSize()).isZero();
            }
        });
    }
}
