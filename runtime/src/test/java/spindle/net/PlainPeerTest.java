package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;
import static spindle.net.LoopRun.ascii;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/// What real transports do whose peers are not ours: blocking sockets of the JDK. What holds for
/// every network is in `spindle.net.contract`.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class PlainPeerTest {
    private static final int TEN_MEGABYTES = 10_000_000;
    private static final int HIGH = 64 * 1024;
    private static final int LOW = 16 * 1024;

    private final LoopRun loop;

    PlainPeerTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void callsTheProtocolInOrderForAPlainSocket() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(Echo::new)) {
                var ends = connections.plain();
                byte[] echoed = await(runBlocking(() -> {
                    ends.client().getOutputStream().write(ascii("hello"));
                    byte[] answer = ends.client().getInputStream().readNBytes(5);
                    ends.client().shutdownOutput();
                    assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
                    ends.client().close();
                    return answer;
                }));
                await(ends.server().untilLost());

                assertThat(echoed).asString().isEqualTo("hello");
                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
            }
        });
    }

    @Test
    void tenMegabytesEachWayArriveWholeAtAPeerThatReadsLate() throws Exception {
        byte[] data = randomBytes();
        loop.run(() -> {
            try (var connections = Connections.to(() -> new Source(data))) {
                var ends = connections.plain();
                ends.server().pump();
                await(ends.server().untilEvent("pauseWriting"));
                var sending = createTask(runBlocking(() -> {
                    ends.client().getOutputStream().write(data);
                    return null;
                }));
                byte[] read = await(runBlocking(
                        () -> ends.client().getInputStream().readNBytes(TEN_MEGABYTES)));
                await(sending);
                await(ends.server().untilReceived(TEN_MEGABYTES));
                ends.client().close();

                assertThat(Arrays.equals(read, data)).isTrue();
                assertThat(Arrays.equals(ends.server().received.toByteArray(), data))
                        .isTrue();
                assertThat(ends.server().events).contains("resumeWriting");
                assertThat(ends.server().mostQueued())
                        .isBetween(HIGH + 1L, HIGH + (long) Source.PIECE);
                assertThat(ends.server().mostQueuedAtResume()).isLessThanOrEqualTo(LOW);
            }
        });
    }

    // --- Half-close ---

    @Test
    void aTransportThatIsKeptOpenCanAnswerAfterThePeersEnd() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(StaysOpen::new)) {
                var ends = connections.plain();
                ends.client().getOutputStream().write(ascii("question"));
                ends.client().shutdownOutput();
                await(ends.server().untilEvent("eofReceived"));
                yieldNow();
                assertThat(ends.server().transport().isClosing()).isFalse();
                ends.server().write(new byte[4_000_000]);
                ends.server().transport().close();
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));
                await(ends.server().untilLost());

                assertThat(count).isEqualTo(4_000_000);
                assertThat(ends.server().receivedText()).isEqualTo("question");
                assertThat(ends.server().events)
                        .containsOnlyOnce("eofReceived")
                        .endsWith("connectionLost");
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void writeEofSendsWhatWasWrittenFirstAndReadingGoesOn() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[16_000_000]);
                ends.server().transport().writeEof();
                int count = await(runBlocking(() -> {
                    int read = ends.client().getInputStream().readAllBytes().length;
                    ends.client().getOutputStream().write(ascii("thanks"));
                    ends.client().close();
                    return read;
                }));
                await(ends.server().untilLost());

                assertThat(count).isEqualTo(16_000_000);
                assertThat(ends.server().receivedText()).isEqualTo("thanks");
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    // --- Reading at once ---

    @Test
    void readNowReceivesWhatTheLoopHasNotSeenYet() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().transport().readNow();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.client().getOutputStream().write(ascii("now"));
                ends.server().transport().readNow();
                assertThat(ends.server().receivedText()).isEqualTo("now");
                ends.client().close();
                ends.server().transport().readNow();
                assertThat(ends.server().events).endsWith("eofReceived");
                assertThat(ends.server().transport().isClosing()).isTrue();
                await(ends.server().untilLost());
                ends.server().transport().readNow();

                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
            }
        });
    }

    @Test
    void readNowNoticesAReset() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.client().setSoLinger(true, 0);
                ends.client().close();
                ends.server().transport().readNow();

                assertThat(ends.server().transport().isClosing()).isTrue();
                await(ends.server().untilLost());
                assertThat(ends.server().failure()).hasMessageContaining("reset");
            }
        });
    }

    // --- Resets ---

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

    private static byte[] randomBytes() {
        byte[] bytes = new byte[TEN_MEGABYTES];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    /// Sends back what it gets.
    private static final class Echo extends RecordingProtocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            super.dataReceived(data.duplicate());
            transport().write(data);
        }
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
