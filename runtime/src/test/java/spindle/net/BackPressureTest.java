package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class BackPressureTest {
    private static final int TEN_MEGABYTES = 10_000_000;
    private static final int PIECE = 16 * 1024;
    private static final int HIGH = 64 * 1024;
    private static final int LOW = 16 * 1024;

    private final LoopRun loop;

    BackPressureTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
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
                assertThat(ends.server().mostQueued).isBetween(HIGH + 1L, HIGH + (long) PIECE);
                assertThat(ends.server().mostQueuedAtResume).isLessThanOrEqualTo(LOW);
            }
        });
    }

    @Test
    void tenMegabytesEachWayArriveWholeBetweenTwoOfItsOwnEnds() throws Exception {
        byte[] data = randomBytes();
        loop.run(() -> {
            try (var connections = Connections.to(() -> new Source(data))) {
                var ends = connections.own(() -> new Source(data));
                ends.server().transport().pauseReading();
                ends.client().transport().pauseReading();
                ends.server().pump();
                ends.client().pump();
                await(ends.server().untilEvent("pauseWriting"));
                await(ends.client().untilEvent("pauseWriting"));
                ends.server().transport().resumeReading();
                ends.client().transport().resumeReading();
                await(ends.server().untilReceived(TEN_MEGABYTES));
                await(ends.client().untilReceived(TEN_MEGABYTES));

                assertThat(Arrays.equals(ends.client().received.toByteArray(), data))
                        .isTrue();
                assertThat(Arrays.equals(ends.server().received.toByteArray(), data))
                        .isTrue();
                assertThat(ends.client().mostQueued).isBetween(HIGH + 1L, HIGH + (long) PIECE);
                assertThat(ends.server().mostQueued).isBetween(HIGH + 1L, HIGH + (long) PIECE);
            }
        });
    }

    // --- Watermarks ---

    @Test
    void pausesAboveTheHighMarkAndResumesAtTheLowOne() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(QueueWatcher::new)) {
                var ends = connections.plain();
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
                var draining = createTask(runBlocking(() -> drain(ends.client())));
                await(ends.server().untilEvent("resumeWriting"));
                ends.server().transport().close();
                await(draining);

                assertThat(ends.server().events)
                        .startsWith("pauseWriting", "resumeWriting")
                        .containsOnlyOnce("resumeWriting");
                assertThat(ends.server().queuedAtResume).isLessThanOrEqualTo(50);
            }
        });
    }

    @Test
    void aHighMarkOfNothingPausesWheneverSomethingWaits() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(QueueWatcher::new)) {
                var ends = connections.plain();
                ends.server().transport().setWriteBufferLimits(0, 0);
                ends.server().write("at once");
                assertThat(ends.server().events).doesNotContain("pauseWriting");
                ends.server().write(new byte[16_000_000]);
                assertThat(ends.server().events).endsWith("pauseWriting");
                var draining = createTask(runBlocking(() -> drain(ends.client())));
                await(ends.server().untilEvent("resumeWriting"));
                assertThat(ends.server().queuedAtResume).isZero();
                ends.server().transport().close();

                assertThat(await(draining)).isEqualTo(16_000_007L);
            }
        });
    }

    @Test
    void newMarksCountAtOnce() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(QueueWatcher::new)) {
                var ends = connections.plain();
                Transport transport = ends.server().transport();
                transport.setWriteBufferLimits(Integer.MAX_VALUE, 0);
                int queued = jam(ends.server());
                assertThat(ends.server().events).doesNotContain("pauseWriting");
                transport.setWriteBufferLimits(queued - 1, 0);
                assertThat(ends.server().events).endsWith("pauseWriting");
                transport.setWriteBufferLimits(queued, queued);
                assertThat(ends.server().events).endsWith("pauseWriting", "resumeWriting");
                transport.abort();
                ends.client().close();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"-1, -1", "0, 1", "10, -1", "10, 11"})
    void refusesMarksThatMakeNoSense(int high, int low) throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);

                assertThatThrownBy(() -> ends.client().transport().setWriteBufferLimits(high, low))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("expected 0 <= low <= high but high is %d and low is %d"
                                .formatted(high, low));
            }
        });
    }

    // --- Reading ---

    @Test
    void whileReadingIsPausedTheSenderIsHeldUp() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().pauseReading();
                ends.server().transport().pauseReading();
                ends.client().write(new byte[32_000_000]);
                await(ends.client().untilEvent("pauseWriting"));
                await(connections.plain().server().untilEvent("connectionMade"));
                assertThat(ends.client().transport().writeBufferSize()).isPositive();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                ends.server().transport().resumeReading();
                await(ends.server().untilReceived(32_000_000));

                assertThat(ends.client().transport().writeBufferSize()).isZero();
                assertThat(ends.client().events).endsWith("resumeWriting");
            }
        });
    }

    @Test
    void readingCanBePausedFromTheStart() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(() -> new RecordingProtocol() {
                @Override
                public void connectionMade(Transport transport) {
                    super.connectionMade(transport);
                    transport.pauseReading();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("early");
                connections.own(RecordingProtocol::new).server().transport().resumeReading();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                await(ends.server().untilReceived(5));

                assertThat(ends.server().receivedText()).isEqualTo("early");
            }
        });
    }

    @Test
    void readingCanBePausedAndResumedInOneCall() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(() -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    super.dataReceived(data);
                    transport().pauseReading();
                    transport().resumeReading();
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write(new byte[1_000_000]);
                await(ends.server().untilReceived(1_000_000));

                assertThat(ends.server().received.size()).isEqualTo(1_000_000);
            }
        });
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[TEN_MEGABYTES];
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

    private static long drain(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        byte[] buffer = new byte[PIECE];
        long total = 0;
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            total += count;
        }
        return total;
    }

    /// Sends data in pieces, and stops whenever it is asked to.
    private static final class Source extends RecordingProtocol {
        private final byte[] data;
        private int sent;
        private boolean paused;
        private long mostQueued;
        private long mostQueuedAtResume;

        Source(byte[] data) {
            this.data = data;
        }

        void pump() {
            while (!paused && sent < data.length) {
                int count = Math.min(PIECE, data.length - sent);
                transport().write(ByteBuffer.wrap(data, sent, count));
                sent += count;
                mostQueued = Math.max(mostQueued, transport().writeBufferSize());
            }
        }

        @Override
        public void pauseWriting() {
            paused = true;
            super.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            paused = false;
            mostQueuedAtResume = Math.max(mostQueuedAtResume, transport().writeBufferSize());
            super.resumeWriting();
            pump();
        }
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
