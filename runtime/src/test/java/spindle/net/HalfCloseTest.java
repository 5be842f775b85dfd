package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;
import static spindle.net.LoopRun.ascii;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class HalfCloseTest {
    private final LoopRun loop;

    HalfCloseTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    // --- The peer says that it will send no more ---

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
    void aTransportThatIsNotKeptOpenSendsTheRestAndCloses() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[16_000_000]);
                ends.client().shutdownOutput();
                await(ends.server().untilEvent("eofReceived"));
                assertThat(ends.server().transport().isClosing()).isTrue();
                assertThat(ends.server().transport().writeBufferSize()).isPositive();
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));
                await(ends.server().untilLost());

                assertThat(count).isEqualTo(16_000_000);
                assertThat(ends.server().failure()).isNull();
            }
        });
    }

    @Test
    void thePeersEndComesAfterItsData() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.client().getOutputStream().write(new byte[1_000_000]);
                ends.client().shutdownOutput();
                await(ends.server().untilEvent("eofReceived"));

                assertThat(ends.server().received.size()).isEqualTo(1_000_000);
                ends.client().close();
            }
        });
    }

    @Test
    void thePeersEndWaitsWhileReadingIsPaused() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                var clock = connections.own(RecordingProtocol::new);
                ends.server().transport().pauseReading();
                ends.client().getOutputStream().write(ascii("late"));
                ends.client().shutdownOutput();
                clock.client().write("tick");
                await(clock.server().untilReceived(4));
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
        loop.run(() -> {
            try (var connections = Connections.to(StaysOpen::new)) {
                var ends = connections.plain();
                ends.client().shutdownOutput();
                await(ends.server().untilEvent("eofReceived"));
                ends.server().transport().pauseReading();
                ends.server().transport().resumeReading();
                ends.server().write("answer");
                ends.server().transport().close();
                byte[] answer =
                        await(runBlocking(() -> ends.client().getInputStream().readAllBytes()));
                await(ends.server().untilLost());

                assertThat(answer).asString().isEqualTo("answer");
                assertThat(ends.server().events)
                        .containsExactly("connectionMade", "eofReceived", "connectionLost");
            }
        });
    }

    // --- This side says so ---

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

    @Test
    void writeEofWithNothingToSendIsSeenByThePeerAtOnce() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(StaysOpen::new)) {
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
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeEof();
                ends.client().transport().writeEof();

                assertThatThrownBy(() -> ends.client().write("more"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("cannot write after writeEof(): <Transport open");
            }
        });
    }

    @Test
    void writeEofAfterCloseDoesNotCutOffWhatWasWritten() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[16_000_000]);
                ends.server().transport().close();
                ends.server().transport().writeEof();
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));

                assertThat(count).isEqualTo(16_000_000);
            }
        });
    }

    @Test
    void closeAfterWriteEofSendsWhatWasWrittenFirst() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().write(new byte[16_000_000]);
                ends.server().transport().writeEof();
                ends.server().transport().close();
                int count = await(
                        runBlocking(() -> ends.client().getInputStream().readAllBytes().length));
                await(ends.server().untilLost());

                assertThat(count).isEqualTo(16_000_000);
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
