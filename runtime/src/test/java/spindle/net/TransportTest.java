package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;
import static spindle.net.LoopRun.ascii;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TransportTest {
    private final LoopRun loop;

    TransportTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void callsTheProtocolsOfBothEndsInOrder() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(Echo::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("hello");
                await(ends.client().untilReceived(5));
                ends.client().transport().close();
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().receivedText()).isEqualTo("hello");
                assertThat(ends.client().events)
                        .containsExactly("connectionMade", "dataReceived", "connectionLost");
                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
                assertThat(ends.client().failure()).isNull();
                assertThat(ends.server().failure()).isNull();
            }
        });
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
    void onlyPauseWritingIsCalledInsideAnotherMethodOfTheProtocol() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(NestingProtocol::new)) {
                var ends = connections.plain();
                ends.client().getOutputStream().write(1);
                await(ends.server().untilEvent("pauseWriting"));
                await(runBlocking(() -> ends.client().getInputStream().readAllBytes()));
                await(ends.server().untilLost());

                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade",
                                "dataReceived",
                                "pauseWriting",
                                "resumeWriting",
                                "connectionLost");
                assertThat(ends.server().nested).containsExactly("pauseWriting");
            }
        });
    }

    @Test
    void bytesArriveAsTheyWereWrittenWhateverTheirSizes() throws Exception {
        loop.run(() -> {
            for (int seed = 0; seed < 10; seed++) {
                Random random = new Random(seed);
                ByteArrayOutputStream written = new ByteArrayOutputStream();
                try (var connections = Connections.toRecording()) {
                    var ends = connections.own(RecordingProtocol::new);
                    for (int i = 0; i < 100; i++) {
                        byte[] piece = new byte[1 << random.nextInt(18)];
                        random.nextBytes(piece);
                        written.writeBytes(piece);
                        ends.client().write(piece);
                        if (random.nextInt(10) == 0) {
                            yieldNow();
                        }
                    }
                    ends.client().transport().close();
                    await(ends.server().untilLost());

                    assertThat(Arrays.equals(
                                    ends.server().received.toByteArray(), written.toByteArray()))
                            .as("seed %d", seed)
                            .isTrue();
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8_000_000})
    void writtenBytesAreTheCallersAgainAtOnce(int size) throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] bytes = new byte[size];
                Arrays.fill(bytes, (byte) 'a');
                ends.client().write(bytes);
                Arrays.fill(bytes, (byte) 'b');
                await(ends.server().untilReceived(size));

                assertThat(ends.server().receivedText()).doesNotContain("b").hasSize(size);
            }
        });
    }

    @Test
    void writesFromBuffersOfEveryKind() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ByteBuffer slice = ByteBuffer.wrap(ascii("abcde")).slice(1, 3);
                ByteBuffer direct =
                        ByteBuffer.allocateDirect(3).put(ascii("fgh")).flip();
                ends.client().transport().write(slice);
                ends.client().transport().write(direct);
                ends.client().transport().write(ByteBuffer.wrap(ascii("ijk")).asReadOnlyBuffer());
                await(ends.server().untilReceived(9));

                assertThat(ends.server().receivedText()).isEqualTo("bcdfghijk");
            }
        });
    }

    @Test
    void writingNothingSendsNothing() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("");
                ends.client().write("x");
                await(ends.server().untilReceived(1));
                ends.client().write("");

                assertThat(ends.client().transport().writeBufferSize()).isZero();
                assertThat(ends.client().events).containsExactly("connectionMade");
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

    @Test
    void readNowReceivesNothingWhileReadingIsPaused() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.plain();
                ends.server().transport().pauseReading();
                ends.client().getOutputStream().write(ascii("later"));
                ends.server().transport().readNow();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                ends.server().transport().readNow();

                assertThat(ends.server().receivedText()).isEqualTo("later");
                ends.client().close();
            }
        });
    }

    // --- Asking ---

    @Test
    void knowsItsAddressesEvenWhenItIsClosed() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                Transport client = ends.client().transport();
                Transport server = ends.server().transport();
                client.abort();
                await(ends.client().untilLost());

                assertThat(client.remoteAddress()).isEqualTo(connections.address());
                assertThat(server.localAddress()).isEqualTo(connections.address());
                assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                assertThat(((InetSocketAddress) client.localAddress()).getPort())
                        .isPositive();
            }
        });
    }

    @Test
    void printsItsStateItsAddressesAndItsQueue() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                Transport transport = ends.client().transport();
                String addresses =
                        " " + transport.localAddress() + " -> " + transport.remoteAddress();

                assertThat(transport).hasToString("<Transport open" + addresses + " queued=0>");
                ends.client().write(new byte[32_000_000]);
                transport.close();
                assertThat(transport.toString())
                        .startsWith("<Transport closing" + addresses + " queued=")
                        .doesNotContain("queued=0");
                transport.abort();
                assertThat(transport).hasToString("<Transport closed" + addresses + " queued=0>");
            }
        });
    }

    /// Sends back what it gets.
    private static final class Echo extends RecordingProtocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            super.dataReceived(data.duplicate());
            transport().write(data);
        }
    }

    /// Writes down which methods are called while another one runs, and does in each what might
    /// cause that.
    private static final class NestingProtocol extends RecordingProtocol {
        private final List<String> nested = new ArrayList<>();
        private int running;

        private void enter(String method) {
            if (running++ > 0) {
                nested.add(method);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            enter("dataReceived");
            super.dataReceived(data);
            write(new byte[8_000_000]);
            running--;
        }

        @Override
        public void pauseWriting() {
            enter("pauseWriting");
            super.pauseWriting();
            running--;
        }

        @Override
        public void resumeWriting() {
            enter("resumeWriting");
            super.resumeWriting();
            transport().abort();
            running--;
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            enter("connectionLost");
            super.connectionLost(failure);
            write(new byte[1]);
            running--;
        }
    }
}
