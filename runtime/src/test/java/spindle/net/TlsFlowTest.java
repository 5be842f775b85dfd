package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.sleep;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/// Back-pressure through TLS, in both directions.
@OnBothEngines
class TlsFlowTest {
    /// Longer than any queue between two ends takes, in the wire's turns.
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final TestLoops loops;

    TlsFlowTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    // --- A slow reader ---

    /// Writes as long as it may.
    private static final class Pouring extends RecordingProtocol {
        private boolean paused;
        private long written;

        void pour() {
            while (!paused) {
                write(new byte[1000]);
                written += 1000;
            }
        }

        @Override
        public void pauseWriting() {
            super.pauseWriting();
            paused = true;
        }

        @Override
        public void resumeWriting() {
            super.resumeWriting();
            paused = false;
        }
    }

    @Test
    void aReaderThatPausesHoldsTheWriterAtItsWatermark() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.inPiecesOf(10_000),
                    Certificates.client(),
                    Certificates.server(),
                    Pouring::new,
                    RecordingProtocol::new));
            pair.ofServer().pauseReading();
            pair.client().pour();
            await(sleep(LONG));
            assertThat(pair.client().events).containsExactly("connectionMade", "pauseWriting");
            assertThat(pair.ofClient().writeBufferSize()).isBetween(65_537L, 90_000L);
            assertThat(pair.server().received.size()).isZero();
            pair.ofServer().resumeReading();
            await(pair.client().untilEvent("resumeWriting"));
            assertThat(pair.ofClient().writeBufferSize()).isLessThanOrEqualTo(16_384);
            await(pair.server().untilReceived(pair.client().written));

            assertThat(pair.server().received.size()).isEqualTo((int) pair.client().written);
        });
    }

    @Test
    void theWatermarksCanBeSet() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    Pouring::new,
                    RecordingProtocol::new));
            pair.ofClient().setWriteBufferLimits(0, 0);
            pair.client().pour();
            assertThat(pair.client().written).isEqualTo(1000);
            await(pair.client().untilEvent("resumeWriting"));

            assertThat(pair.ofClient().writeBufferSize()).isZero();
        });
    }

    @Test
    void nothingIsDeliveredWhileReadingIsPausedAndAllOfItAfterwards() throws Exception {
        byte[] data = new byte[300_000];
        new Random(4).nextBytes(data);
        class Sipping extends RecordingProtocol {
            @Override
            public void dataReceived(ByteBuffer bytes) {
                super.dataReceived(bytes);
                transport().pauseReading();
            }
        }

        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    Sipping::new));
            pair.client().write(data);
            pair.ofClient().close();
            int before = 0;
            int sips = 0;
            while (before < data.length) {
                await(pair.server().untilReceived(before + 1));
                before = pair.server().received.size();
                await(sleep(LONG));
                assertThat(pair.server().received.size()).isEqualTo(before);
                pair.ofServer().resumeReading();
                sips++;
            }
            await(pair.server().untilLost());

            assertThat(sips).isGreaterThan(2);
            assertThat(Arrays.equals(pair.server().received.toByteArray(), data))
                    .isTrue();
            assertThat(pair.server().failure()).isNull();
            await(pair.client().untilLost());
        });
    }

    @Test
    void thePeersEndWaitsWhileReadingIsPaused() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.ofServer().pauseReading();
            pair.client().write("last");
            pair.ofClient().close();
            await(sleep(LONG));
            assertThat(pair.server().events).containsExactly("connectionMade");
            pair.ofServer().resumeReading();
            await(pair.server().untilLost());

            assertThat(pair.server().receivedText()).isEqualTo("last");
            assertThat(pair.server().failure()).isNull();
            await(pair.client().untilLost());
        });
    }

    @Test
    void closingAPausedConnectionStillTakesThePeersEnd() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.ofClient().pauseReading();
            pair.server().write("nobody reads this");
            pair.ofClient().close();
            await(pair.client().untilLost());
            await(pair.server().untilLost());

            assertThat(pair.client().receivedText()).isEmpty();
            assertThat(pair.client().failure()).isNull();
        });
    }

    // --- Protocols with buffers of their own ---

    /// Reads to a small buffer, and pauses whenever that is full.
    private static final class Buffered extends RecordingProtocol implements BufferedProtocol {
        private final ByteBuffer buffer = ByteBuffer.allocate(1000);

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void bufferUpdated(int count) {
            if (!buffer.hasRemaining()) {
                transport().pauseReading();
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            super.dataReceived(data);
        }

        void empty() {
            super.dataReceived(buffer.flip());
            buffer.clear();
            transport().resumeReading();
        }
    }

    @Test
    void aProtocolWithABufferGetsAsMuchAsItTakes() throws Exception {
        byte[] data = new byte[50_000];
        new Random(5).nextBytes(data);
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.inPiecesOf(7000),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    Buffered::new));
            pair.client().write(data);
            while (pair.server().received.size() < data.length) {
                await(sleep(Duration.ofSeconds(1)));
                assertThat(pair.server().buffer().position()).isPositive();
                pair.server().empty();
            }

            assertThat(Arrays.equals(pair.server().received.toByteArray(), data))
                    .isTrue();
        });
    }

    @Test
    void aBufferWithoutRoomIsAFailureOfTheProtocol() throws Exception {
        class Full extends RecordingProtocol implements BufferedProtocol {
            @Override
            public ByteBuffer buffer() {
                return ByteBuffer.allocate(0);
            }

            @Override
            public void bufferUpdated(int count) {}

            @Override
            public void dataReceived(ByteBuffer data) {
                super.dataReceived(data);
            }
        }

        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    Full::new));
            pair.client().write("x");
            await(pair.server().untilLost());
            await(pair.client().untilLost());

            assertThat(pair.server().failure())
                    .hasMessageStartingWith(
                            "expected room to read to but the protocol's buffer is full");
        });
        assertThat(loops.reports().takeAll())
                .extracting(report -> report.message())
                .containsExactly("protocol.buffer() failed");
    }
}
