package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ServerTest {
    private final LoopRun loop;

    ServerTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void aConnectionThatIsResetBeforeItIsAcceptedHarmsNobody() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                try (Socket impatient = new Socket()) {
                    impatient.setSoLinger(true, 0);
                    impatient.connect(connections.address());
                }
                var ends = connections.plain();
                ends.client().close();

                assertThat(connections.server().connectionCount()).isLessThanOrEqualTo(2);
            }
        });
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> LoopRun.network()
                        .listen(new InetSocketAddress("192.0.2.99", 0), RecordingProtocol::new))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.99:0: "));
    }

    // --- Closing the loop ---

    @Test
    void closingTheLoopClosesEverySocketAndTellsEveryProtocol() throws Exception {
        long before = Descriptors.openSockets();
        List<RecordingProtocol> protocols = new ArrayList<>();
        try (EventLoop open = loop.open()) {
            open.runUntilComplete(() -> {
                var connections = Connections.toRecording();
                for (int i = 0; i < 20; i++) {
                    var ends = connections.own(RecordingProtocol::new);
                    protocols.add(ends.client());
                    protocols.add(ends.server());
                }
                protocols.get(0).write(new byte[32_000_000]);
                protocols.get(2).transport().close();
                protocols.get(4).transport().pauseReading();
                return null;
            });
            assertThat(Descriptors.openSockets()).isGreaterThanOrEqualTo(40);
        }

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(loop.reports()).isEmpty();
        assertThat(protocols)
                .allSatisfy(protocol -> assertThat(protocol.events)
                        .containsOnlyOnce("connectionLost")
                        .endsWith("connectionLost"));
        assertThat(protocols.get(10).failure()).hasMessage("the event loop was closed");
    }

    @Test
    void aProtocolThatFailsWhileTheLoopClosesDoesNotKeepTheOthersOpen() throws Exception {
        long before = Descriptors.openSockets();
        try (EventLoop open = loop.open()) {
            open.runUntilComplete(() -> {
                var connections = Connections.to(() -> new RecordingProtocol() {
                    @Override
                    public void connectionLost(Exception failure) {
                        throw new IllegalStateException("a bug");
                    }
                });
                for (int i = 0; i < 3; i++) {
                    connections.own(RecordingProtocol::new);
                }
                return null;
            });
        }

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(loop.reports())
                .hasSize(3)
                .allSatisfy(report ->
                        assertThat(report.message()).isEqualTo("protocol.connectionLost() failed"));
    }
}
