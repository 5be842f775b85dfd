package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.yieldNow;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Protocols that bring their own buffer, and protocols that take over.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class BufferedProtocolTest {
    private final LoopRun loop;

    BufferedProtocolTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    private interface Play<S extends RecordingProtocol> {
        void play(RecordingProtocol client, S server) throws Exception;
    }

    private <S extends RecordingProtocol> void run(Supplier<S> protocols, Play<S> play)
            throws Exception {
        loop.run(() -> {
            try (var connections = Connections.to(protocols)) {
                var ends = connections.own(RecordingProtocol::new);
                play.play(ends.client(), ends.server());
                ends.client().transport().abort();
                await(ends.server().untilLost());
            }
        });
    }

    /// Reads into one buffer until that is full.
    private static class Collecting extends RecordingProtocol implements BufferedProtocol {
        final ByteBuffer buffer;

        Collecting(int size) {
            buffer = ByteBuffer.allocate(size);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void bufferUpdated(int count) {
            ByteBuffer copy = buffer.duplicate().position(buffer.position() - count);
            super.dataReceived(copy.limit(buffer.position()));
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            throw new AssertionError("a buffered protocol was shown a buffer");
        }

        String collected() {
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void bytesComeStraightIntoItsBuffer() throws Exception {
        run(() -> new Collecting(100), (client, server) -> {
            client.write("hello ");
            await(server.untilReceived(6));
            client.write("world");
            await(server.untilReceived(11));

            assertThat(server.collected()).isEqualTo("hello world");
            assertThat(server.transport().counters().bytesReceived()).isEqualTo(11);
            assertThat(server.transport().counters().reads()).isEqualTo(2);
        });
    }

    @Test
    void neverMoreThanThereIsRoomFor() throws Exception {
        run(
                () -> new Collecting(4) {
                    @Override
                    public void bufferUpdated(int count) {
                        super.bufferUpdated(count);
                        buffer.clear();
                    }
                },
                (client, server) -> {
                    client.write("0123456789");
                    await(server.untilReceived(10));

                    assertThat(server.receivedText()).isEqualTo("0123456789");
                    assertThat(server.transport().counters().reads()).isEqualTo(3);
                });
    }

    @Test
    void aBufferWithoutRoomIsItsMistake() throws Exception {
        Collecting[] full = new Collecting[1];
        var reports = loop.runWithReports(() -> {
            try (var connections = Connections.to(() -> full[0] = new Collecting(2))) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("abc");
                await(ends.server().untilLost());
            }
        });

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.message()).isEqualTo("protocol.buffer() failed");
            assertThat(report.exception())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected room to read to but the protocol's buffer is full: "
                            + "java.nio.HeapByteBuffer[pos=2 lim=2 cap=2]; pause reading until "
                            + "there is some");
            assertThat(full[0].failure()).isSameAs(report.exception());
        });
        assertThat(full[0].collected()).isEqualTo("ab");
    }

    @Test
    void oneThatPausesWhenItIsAskedForItsBufferIsNotReadTo() throws Exception {
        run(
                () -> new Collecting(2) {
                    @Override
                    public ByteBuffer buffer() {
                        if (!buffer.hasRemaining()) {
                            transport().pauseReading();
                        }
                        return buffer;
                    }
                },
                (client, server) -> {
                    client.write("abcd");
                    await(server.untilReceived(2));
                    for (int turns = 0; turns < 10; turns++) {
                        yieldNow();
                    }
                    assertThat(server.receivedText()).isEqualTo("ab");
                    server.buffer.clear();
                    server.transport().resumeReading();
                    await(server.untilReceived(4));

                    assertThat(server.receivedText()).isEqualTo("abcd");
                    server.buffer.clear();
                    server.transport().resumeReading();
                });
    }

    @Test
    void oneThatIsReplacedWhenItIsAskedForItsBufferIsNotReadTo() throws Exception {
        RecordingProtocol[] successor = new RecordingProtocol[1];
        run(
                () -> new Collecting(4) {
                    @Override
                    public ByteBuffer buffer() {
                        successor[0] = new RecordingProtocol();
                        transport().setProtocol(successor[0]);
                        return buffer.put((byte) '!');
                    }
                },
                (client, server) -> {
                    client.write("abc");
                    await(LoopRun.until(() -> successor[0] != null));
                    await(successor[0].untilReceived(3));

                    assertThat(successor[0].receivedText()).isEqualTo("abc");
                    server.transport().setProtocol(server);
                    server.transport().close();
                });
    }

    // --- Taking over ---

    @Test
    void aProtocolIsReplacedFromTheNextEventOn() throws Exception {
        Collecting[] successor = new Collecting[1];
        run(
                () -> new RecordingProtocol() {
                    @Override
                    public void dataReceived(ByteBuffer data) {
                        super.dataReceived(data);
                        successor[0] = new Collecting(10);
                        transport().setProtocol(successor[0]);
                    }
                },
                (client, server) -> {
                    client.write("old");
                    await(server.untilReceived(3));
                    client.write("new");
                    await(successor[0].untilReceived(3));

                    assertThat(server.receivedText()).isEqualTo("old");
                    assertThat(successor[0].collected()).isEqualTo("new");
                    assertThat(successor[0].events).containsExactly("dataReceived");
                    assertThat(server.transport().protocol()).isSameAs(successor[0]);
                    server.transport().setProtocol(server);
                });
    }

    @Test
    void aBufferedProtocolCanBeReplacedByOneWithoutABuffer() throws Exception {
        RecordingProtocol[] successor = new RecordingProtocol[1];
        run(
                () -> new Collecting(10) {
                    @Override
                    public void bufferUpdated(int count) {
                        super.bufferUpdated(count);
                        successor[0] = new RecordingProtocol();
                        transport().setProtocol(successor[0]);
                    }
                },
                (client, server) -> {
                    client.write("old");
                    await(server.untilReceived(3));
                    client.write("new");
                    await(successor[0].untilReceived(3));

                    assertThat(server.collected()).isEqualTo("old");
                    assertThat(successor[0].receivedText()).isEqualTo("new");
                    server.transport().setProtocol(server);
                });
    }

    @Test
    void theSuccessorHearsOfTheEnd() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                RecordingProtocol successor = new RecordingProtocol() {
                    @Override
                    public void connectionLost(@Nullable Exception failure) {
                        super.connectionLost(failure);
                    }
                };
                ends.server().transport().setProtocol(successor);
                ends.client().transport().close();
                await(successor.untilLost());

                assertThat(successor.events).containsExactly("eofReceived", "connectionLost");
                assertThat(ends.server().events).containsExactly("connectionMade");
            }
        });
    }
}
