package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/// What the system is told about a socket, where from it connects, and what is written together.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SocketOptionsTest {
    private final LoopRun loop;

    SocketOptionsTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void optionsReachTheSystem() throws Exception {
        SocketOptions options = SocketOptions.defaults()
                .withKeepAlive(true)
                .withSendBuffer(20_000)
                .withReceiveBuffer(30_000);
        try (SocketChannel channel = SocketChannel.open()) {
            SocketNetwork.prepare(channel, options);

            assertThat(channel.isBlocking()).isFalse();
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            // Linux doubles them, for its own book-keeping.
            assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF))
                    .isBetween(20_000, 40_000);
            assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF))
                    .isBetween(30_000, 60_000);
        }
    }

    @Test
    void withoutOptionsTheSystemHasItsWay() throws Exception {
        try (SocketChannel channel = SocketChannel.open();
                SocketChannel untouched = SocketChannel.open()) {
            SocketNetwork.prepare(channel, SocketOptions.defaults());

            for (var option :
                    List.of(StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF)) {
                assertThat(channel.getOption(option)).isEqualTo(untouched.getOption(option));
            }
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        }
    }

    /// A peer that does not read takes less where the buffers on the way are small.
    @Test
    void bufferSizesOfAServerBoundWhatIsOnTheWay() throws Exception {
        loop.run(() -> {
            long small = takenByAPeerThatDoesNotRead(
                    SocketOptions.defaults().withReceiveBuffer(8_192).withSendBuffer(8_192));
            long usual = takenByAPeerThatDoesNotRead(SocketOptions.defaults());

            assertThat(small).isLessThan(usual / 4);
        });
    }

    private static long takenByAPeerThatDoesNotRead(SocketOptions options) throws Exception {
        RecordingProtocol[] accepted = new RecordingProtocol[1];
        try (Server server = LoopRun.network()
                .listen(
                        List.of(LoopRun.anyPort()),
                        ListenOptions.defaults().withSocket(options),
                        () -> accepted[0] = new RecordingProtocol())) {
            RecordingProtocol client = await(LoopRun.network()
                    .connect(
                            server.localAddress(),
                            ConnectOptions.defaults().withSocket(options),
                            RecordingProtocol::new));
            await(LoopRun.until(() -> accepted[0] != null));
            accepted[0].transport().pauseReading();
            client.write(new byte[16_000_000]);
            for (int turns = 0; turns < 50; turns++) {
                yieldNow();
            }
            long taken = client.transport().counters().bytesSent();
            client.transport().abort();
            accepted[0].transport().abort();
            await(server.shutDown(Duration.ofSeconds(5)));
            return taken;
        }
    }

    // --- Where from ---

    @Test
    void connectsFromTheAddressThatItIsTold() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                InetSocketAddress local =
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0);
                RecordingProtocol client = await(LoopRun.network()
                        .connect(
                                connections.address(),
                                ConnectOptions.defaults().withLocalAddress(local),
                                RecordingProtocol::new));

                assertThat(((InetSocketAddress) client.transport().localAddress()).getAddress())
                        .isEqualTo(local.getAddress());
            }
        });
    }

    @Test
    void anAddressThatItCannotConnectFromIsNamed() throws Exception {
        long before = Descriptors.openSockets();
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var connecting = LoopRun.network()
                        .connect(
                                connections.address(),
                                ConnectOptions.defaults()
                                        .withLocalAddress(new InetSocketAddress(
                                                InetAddress.ofLiteral("192.0.2.99"), 0)),
                                RecordingProtocol::new);

                assertThatThrownBy(() -> await(connecting))
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot connect to " + Addresses.describe(connections.address())
                                + ": from 192.0.2.99:0: Cannot assign requested address");
            }
        });

        Descriptors.assertOpenSocketsFallTo(before);
    }

    // --- Writing together ---

    @Test
    void whatIsWrittenTogetherIsOneCallOfTheSystem() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeAll(piece("head "), piece(""), piece("body"));
                await(ends.server().untilReceived(9));

                assertThat(ends.server().receivedText()).isEqualTo("head body");
                assertThat(ends.client().transport().counters())
                        .isEqualTo(new TransportCounters(0, 9, 0, 1));
            }
        });
    }

    @Test
    void nothingWrittenTogetherIsNoCallOfTheSystem() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().writeAll();
                ends.client().transport().writeAll(piece(""), piece(""));

                assertThat(ends.client().transport().counters().writes()).isZero();
            }
        });
    }

    @Test
    void piecesOfWhichTheSystemTakesAPartArriveInOrder() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                StringBuilder expected = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    String head = "<" + i + ">";
                    String body = ("" + i % 10).repeat(60_000);
                    ends.client().transport().writeAll(piece(head), piece(body), piece("\n"));
                    expected.append(head).append(body).append('\n');
                }
                assertThat(ends.client().transport().writeBufferSize()).isPositive();
                await(ends.server().untilReceived(expected.length()));

                assertThat(ends.server().receivedText().contentEquals(expected)).isTrue();
                assertThat(ends.client().transport().counters().bytesSent())
                        .isEqualTo(expected.length());
            }
        });
    }

    /// It was written before the protocol heard of the full queue.
    @Test
    void whatIsWrittenTogetherIsNotTornByAProtocolThatClosesWhenItIsPaused() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(() -> new RecordingProtocol() {
                    @Override
                    public void pauseWriting() {
                        super.pauseWriting();
                        transport().close();
                    }
                });
                byte[] large = new byte[8_000_000];
                ends.client().transport().writeAll(ByteBuffer.wrap(large), piece("end"));
                assertThat(ends.client().events).contains("pauseWriting");
                await(ends.server().untilLost());

                assertThat(ends.server().received.size()).isEqualTo(large.length + 3);
            }
        });
    }

    private static ByteBuffer piece(String text) {
        return ByteBuffer.wrap(LoopRun.ascii(text));
    }
}
