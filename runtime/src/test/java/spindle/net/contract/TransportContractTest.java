package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.yieldNow;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.net.BufferedProtocol;
import spindle.net.Connections;
import spindle.net.RecordingProtocol;
import spindle.net.Transport;
import spindle.net.TransportCounters;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// What a transport does while its connection is up.
@OnEveryNetwork
class TransportContractTest {
    private final ContractRun contract;

    TransportContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @Test
    void callsTheProtocolsOfBothEndsInOrder() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, Echo::new)) {
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
    void onlyPauseWritingIsCalledInsideAnotherMethodOfTheProtocol() throws Exception {
        contract.run(network -> {
            try (var connections =
                    Connections.over(network, () -> new NestingProtocol(contract.moreThanFits()))) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().transport().pauseReading();
                ends.client().write("x");
                await(ends.server().untilEvent("pauseWriting"));
                ends.client().transport().resumeReading();
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
        contract.run(network -> {
            for (int seed = 0; seed < 10; seed++) {
                Random random = new Random(seed);
                ByteArrayOutputStream written = new ByteArrayOutputStream();
                try (var connections = Connections.over(network, RecordingProtocol::new)) {
                    var ends = connections.own(RecordingProtocol::new);
                    for (int i = 0; i < 50; i++) {
                        byte[] piece = new byte[1 << random.nextInt(16)];
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
    @ValueSource(ints = {1, 1_000_000})
    void writtenBytesAreTheCallersAgainAtOnce(int size) throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
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
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ByteBuffer slice = ascii("abcde").slice(1, 3);
                ByteBuffer direct =
                        ByteBuffer.allocateDirect(3).put(ascii("fgh")).flip();
                ends.client().transport().write(slice);
                ends.client().transport().write(direct);
                ends.client().transport().write(ascii("ijk").asReadOnlyBuffer());
                await(ends.server().untilReceived(9));

                assertThat(ends.server().receivedText()).isEqualTo("bcdfghijk");
            }
        });
    }

    @Test
    void writingNothingSendsNothing() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
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

    @Test
    void knowsItsAddressesEvenWhenItIsClosed() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
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
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                Transport transport = ends.client().transport();
                String addresses =
                        " " + transport.localAddress() + " -> " + transport.remoteAddress();

                assertThat(transport.toString())
                        .contains("<Transport open" + addresses + " queued=0>");
                ends.client().write(contract.moreThanFits());
                transport.close();
                assertThat(transport.toString())
                        .contains("Transport closing", addresses + " queued=")
                        .doesNotContain("queued=0");
                transport.abort();
                assertThat(transport.toString())
                        .contains("<Transport closed" + addresses + " queued=0>");
            }
        });
    }

    @Test
    void readNowReceivesWhatTheLoopHasNotSeenYetUnlessReadingIsPaused() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().transport().readNow();
                ends.server().transport().pauseReading();
                ends.client().write("later");
                await(contract.settle(network));
                ends.server().transport().readNow();
                assertThat(ends.server().events).containsExactly("connectionMade");
                ends.server().transport().resumeReading();
                ends.server().transport().readNow();

                assertThat(ends.server().receivedText()).startsWith("l");
            }
        });
    }

    @Test
    void writeAllSendsItsPiecesInTheirOrderAndChangesNotTheArray() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] large = new byte[contract.moreThanFits().length];
                Arrays.fill(large, (byte) '-');
                ends.client()
                        .transport()
                        .writeAll(ascii("a"), ByteBuffer.wrap(large), ascii(""), ascii("z"));
                await(ends.server().untilReceived(large.length + 2));

                assertThat(ends.server().receivedText())
                        .hasSize(large.length + 2)
                        .startsWith("a-")
                        .endsWith("-z");
            }
        });
    }

    // --- Other protocols ---

    @Test
    void anotherProtocolTakesOverFromTheNextEventOn() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("first");
                await(ends.server().untilReceived(5));
                RecordingProtocol heir = new RecordingProtocol();
                ends.server().transport().setProtocol(heir);
                assertThat(ends.server().transport().protocol()).isSameAs(heir);
                ends.client().write("second");
                await(heir.untilReceived(6));
                ends.client().transport().close();
                await(heir.untilLost());

                assertThat(heir.receivedText()).isEqualTo("second");
                assertThat(heir.events)
                        .containsExactly("dataReceived", "eofReceived", "connectionLost");
                assertThat(ends.server().events).containsExactly("connectionMade", "dataReceived");
            }
        });
    }

    @Test
    void aBufferedProtocolFindsTheBytesInItsOwnBuffer() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, () -> new Buffering(1000))) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("hello ");
                await(ends.server().until(() -> ends.server().buffer.position() >= 6));
                ends.client().write("world");
                ends.client().transport().close();
                await(ends.server().untilLost());

                assertThat(ends.server().text()).isEqualTo("hello world");
                assertThat(ends.server().counted).isEqualTo(11);
                assertThat(ends.server().events)
                        .containsExactly(
                                "connectionMade", "dataReceived", "eofReceived", "connectionLost");
            }
        });
    }

    @Test
    void aBufferedProtocolWithoutRoomHasFailed() throws Exception {
        var reports = contract.runWithReports(network -> {
            try (var connections = Connections.over(network, () -> new Buffering(3))) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("four");
                await(ends.server().untilLost());

                assertThat(ends.server().text()).isEqualTo("fou");
                assertThat(ends.server().failure()).isInstanceOf(IllegalStateException.class);
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message()).isEqualTo("protocol.buffer() failed");
    }

    // --- Counting ---

    @Test
    void countsWhatGoesThrough() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                assertThat(ends.client().transport().counters())
                        .isEqualTo(new TransportCounters(0, 0, 0, 0));
                ends.client().write("hello");
                ends.client().write("world!");
                await(ends.server().untilReceived(11));

                assertThat(ends.client().transport().counters())
                        .isEqualTo(new TransportCounters(0, 11, 0, 2));
                assertThat(ends.server().transport().counters().bytesReceived()).isEqualTo(11);
                assertThat(ends.server().transport().counters().reads()).isPositive();
            }
        });
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Sends back what it gets.
    private static final class Echo extends RecordingProtocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            super.dataReceived(data.duplicate());
            transport().write(data);
        }
    }

    /// Has the bytes read into its own buffer.
    private static final class Buffering extends RecordingProtocol implements BufferedProtocol {
        private final ByteBuffer buffer;
        private int counted;

        Buffering(int size) {
            buffer = ByteBuffer.allocate(size);
        }

        String text() {
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void bufferUpdated(int count) {
            counted += count;
            super.dataReceived(ByteBuffer.allocate(0));
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            BufferedProtocol.super.dataReceived(data);
        }
    }

    /// Writes down which methods are called while another one runs, and does in each what might
    /// cause that.
    private static final class NestingProtocol extends RecordingProtocol {
        private final byte[] answer;
        private final List<String> nested = new ArrayList<>();
        private int running;

        NestingProtocol(byte[] answer) {
            this.answer = answer;
        }

        private void enter(String method) {
            if (running++ > 0) {
                nested.add(method);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            enter("dataReceived");
            super.dataReceived(data);
            write(answer);
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
