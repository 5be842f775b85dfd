package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.runBlocking;
import static spindle.net.LoopRun.ascii;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.io.InputStream;
import java.nio.ByteBuffer;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TransportEndTest {
    private final LoopRun loop;

    TransportEndTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    // --- From this side ---

    @Test
    void closeSendsWhatWasWrittenFirst() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[16_000_000]);
                assertThat(ends.server().transport().writeBufferSize()).isPositive();
                ends.server().transport().close();
                assertThat(ends.server().transport().isClosing()).isTrue();
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));
                await(ends.server().untilLost());

                assertThat(count).isEqualTo(16_000_000);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void closeSendsWhatWasWrittenEvenIfInputIsLeftUnread() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                InputStream input = ends.client().getInputStream();
                ends.server().transport().pauseReading();
                ends.client().getOutputStream().write(ascii("not read"));
                ends.server().write(new byte[16_000_000]);
                ends.server().transport().close();
                int count = 0;
                while (!ends.server().events.contains("connectionLost")) {
                    count += await(runBlocking(() -> input.readNBytes(100_000).length));
                }
                count += await(runBlocking(() -> input.readAllBytes().length));

                assertThat(count).isEqualTo(16_000_000);
            }
        });
    }

    @Test
    void abortDropsWhatWasNotSent() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[32_000_000]);
                ends.server().transport().abort();
                assertThat(ends.server().transport().writeBufferSize()).isZero();
                await(ends.server().untilLost());
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));

                assertThat(count).isBetween(1, 31_000_000);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void abortEndsACloseThatThePeerHoldsUp() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[32_000_000]);
                ends.server().transport().close();
                ends.server().transport().abort();
                await(ends.server().untilLost());

                assertThat(ends.server().failure()).isNull();
                ends.client().close();
            }
        });
    }

    @Test
    void connectionLostComesOnceAndNeverFromInsideACall() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
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
        loop.run(() -> {
            try (var connections = Connections.to(() -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    super.dataReceived(data);
                    write(new byte[16_000_000]);
                    transport().close();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("one");
                await(ends.client().untilReceived(1));
                ends.client().write("two");
                await(ends.server().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("one");
                assertThat(ends.server().events).endsWith("connectionLost");
            }
        });
    }

    @Test
    void whatIsWrittenToAClosedTransportIsDropped() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
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
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.client().setSoLinger(true, 0);
                ends.client().close();
                await(ends.server().untilLost());

                assertThat(ends.server().events)
                        .containsExactly("connectionMade", "connectionLost");
                assertThat(ends.server().failure()).hasMessageContaining("reset");
            }
        });
    }

    @Test
    void whatArrivedBeforeAResetIsReceived() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.client().getOutputStream().write(ascii("last words"));
                ends.client().setSoLinger(true, 0);
                ends.client().close();
                await(ends.server().untilLost());

                assertThat(ends.server().receivedText()).isEqualTo("last words");
                assertThat(ends.server().failure()).hasMessageContaining("reset");
            }
        });
    }

    @Test
    void aResetEndsAWriteThatWaits() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                var other = connections.own(RecordingProtocol::new);
                ends.server().write(new byte[32_000_000]);
                ends.server().transport().pauseReading();
                ends.client().setSoLinger(true, 0);
                ends.client().close();
                await(ends.server().untilLost());
                other.client().write("still here");
                await(other.server().untilReceived(10));

                assertThat(ends.server().events)
                        .containsExactly("connectionMade", "pauseWriting", "connectionLost");
                assertThat(ends.server().failure()).isNotNull();
                assertThat(ends.server().transport().writeBufferSize()).isZero();
            }
        });
    }
}
