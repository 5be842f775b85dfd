package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.HandFedPoller;
import spindle.OnBothEngines;
import spindle.TestLoops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/// What a datagram transport does when the system has no room, which no real one says on demand;
/// and how much it receives at a time.
@OnBothEngines
class DatagramQueueingTest {
    private static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 9);

    @RegisterExtension
    final TestLoops loops;

    private final HandFedPoller poller = new HandFedPoller();
    private final ScriptedDatagramChannel channel = new ScriptedDatagramChannel();

    DatagramQueueingTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private interface Play {
        void play(RecordingDatagrams protocol) throws Exception;
    }

    private void run(Play play) throws Exception {
        Coroutine.Action action = () -> {
            RecordingDatagrams protocol = new RecordingDatagrams();
            SocketNetwork network = (SocketNetwork) Network.of(EventLoop.current());
            new SocketDatagramTransport(network, channel, protocol).start();
            play.play(protocol);
            protocol.transport().abort();
            look();
        };
        Async.run(poller.in(loops.builder()), action.asCoroutine());
    }

    private static void send(RecordingDatagrams protocol, String text) {
        protocol.transport().send(RecordingDatagrams.bytes(text), PEER);
    }

    /// Lets the loop look at its channels: it does when nothing else is to be done.
    private static void look() throws Exception {
        await(sleep(Duration.ofMillis(1)));
    }

    /// Says that there is room, and lets the loop notice.
    private void makeRoom(int datagrams) throws Exception {
        channel.room = datagrams;
        poller.writable(channel);
        look();
    }

    @Test
    void isSentAtOnceWhereThereIsRoom() throws Exception {
        run(protocol -> {
            channel.room = 1;
            send(protocol, "a");

            assertThat(channel.sent).containsExactly("a");
            assertThat(poller.isAwaitingRoom(channel)).isFalse();
        });
    }

    @Test
    void waitsInOrderForRoom() throws Exception {
        run(protocol -> {
            send(protocol, "a");
            channel.room = 1; // What waits goes first all the same.
            send(protocol, "b");
            send(protocol, "c");
            assertThat(channel.sent).isEmpty();
            assertThat(protocol.transport().writeBufferSize()).isEqualTo(3 + 3 * 8);
            makeRoom(2);
            assertThat(channel.sent).containsExactly("a", "b");
            assertThat(poller.isAwaitingRoom(channel)).isTrue();
            assertThat(protocol.transport().writeBufferSize()).isEqualTo(9);
            makeRoom(5);

            assertThat(channel.sent).containsExactly("a", "b", "c");
            assertThat(poller.isAwaitingRoom(channel)).isFalse();
            assertThat(protocol.transport().counters()).isEqualTo(new DatagramCounters(0, 3, 0, 3));
        });
    }

    @Test
    void anEmptyOneWaitsItsTurnAndTakesRoomForItsHeader() throws Exception {
        run(protocol -> {
            send(protocol, "a");
            send(protocol, "");
            assertThat(protocol.transport().writeBufferSize()).isEqualTo(9 + 8);
            makeRoom(2);

            assertThat(channel.sent).containsExactly("a", "");
        });
    }

    @Test
    void theCallersBufferIsTheCallersAgain() throws Exception {
        run(protocol -> {
            ByteBuffer data = RecordingDatagrams.bytes("a");
            protocol.transport().send(data, PEER);
            assertThat(data.hasRemaining()).isFalse();
            data.put(0, (byte) 'x');
            makeRoom(1);

            assertThat(channel.sent).containsExactly("a");
        });
    }

    @Test
    void pausesAboveTheHighMarkAndResumesAtTheLowOne() throws Exception {
        run(protocol -> {
            protocol.transport().setWriteBufferLimits(30, 9);
            send(protocol, "123456789012"); // 20 with its header.
            send(protocol, "12");
            assertThat(protocol.events).containsExactly("connectionMade");
            send(protocol, "1"); // 39
            assertThat(protocol.events).containsExactly("connectionMade", "pauseWriting");
            makeRoom(1);
            assertThat(protocol.events).doesNotContain("resumeWriting");
            makeRoom(1);

            assertThat(protocol.events)
                    .containsExactly("connectionMade", "pauseWriting", "resumeWriting");
        });
    }

    @Test
    void aRefusalCostsOneDatagramAndTheOthersGoOn() throws Exception {
        run(protocol -> {
            send(protocol, "a");
            send(protocol, "b");
            channel.refusals.add(new IOException("No route to host"));
            makeRoom(2);

            assertThat(channel.sent).containsExactly("b");
            assertThat(protocol.errors)
                    .singleElement()
                    .satisfies(error -> assertThat(error)
                            .hasMessage("cannot send 1 bytes to 192.0.2.7:9: No route to host"));
        });
    }

    @Test
    void closeSendsWhatWaitsFirst() throws Exception {
        run(protocol -> {
            send(protocol, "a");
            protocol.transport().close();
            send(protocol, "dropped");
            look();
            assertThat(protocol.events).containsExactly("connectionMade");
            assertThat(protocol.transport().toString())
                    .isEqualTo("<DatagramTransport closing 192.0.2.1:1 queued=9>");
            makeRoom(5);
            look();

            assertThat(channel.sent).containsExactly("a");
            assertThat(protocol.events).containsExactly("connectionMade", "connectionLost");
            assertThat(channel.isOpen()).isFalse();
        });
    }

    @Test
    void abortDropsWhatWaits() throws Exception {
        run(protocol -> {
            send(protocol, "a");
            protocol.transport().abort();
            assertThat(poller.isAwaitingRoom(channel)).isFalse();
            channel.room = 5;
            look();

            assertThat(channel.sent).isEmpty();
            assertThat(protocol.events).containsExactly("connectionMade", "connectionLost");
        });
    }

    @Test
    void abortFromWithinErrorReceivedStopsTheRest() throws Exception {
        Coroutine.Action action = () -> {
            RecordingDatagrams protocol = new RecordingDatagrams() {
                @Override
                public void errorReceived(IOException error) {
                    transport().abort();
                }
            };
            SocketNetwork network = (SocketNetwork) Network.of(EventLoop.current());
            new SocketDatagramTransport(network, channel, protocol).start();
            send(protocol, "a");
            send(protocol, "b");
            channel.refusals.add(new IOException("no"));
            makeRoom(5);

            assertThat(channel.sent).isEmpty();
            assertThat(protocol.events).containsExactly("connectionMade", "connectionLost");
        };
        Async.run(poller.in(loops.builder()), action.asCoroutine());
    }

    /// A flood must not starve other sockets, so the rest waits for the next turn.
    @Test
    void oneReadinessBringsAtMostSixteenDatagrams() throws Exception {
        run(protocol -> {
            poller.readable(channel);
            look();

            assertThat(channel.received).isEqualTo(16);
            assertThat(protocol.events).hasSize(17);
        });
    }

    @Test
    void nothingMoreIsReceivedOnceItIsClosedInBetween() throws Exception {
        Coroutine.Action action = () -> {
            RecordingDatagrams protocol = new RecordingDatagrams() {
                @Override
                public void datagramReceived(ByteBuffer data, InetSocketAddress sender) {
                    super.datagramReceived(data, sender);
                    transport().close();
                }
            };
            SocketNetwork network = (SocketNetwork) Network.of(EventLoop.current());
            new SocketDatagramTransport(network, channel, protocol).start();
            poller.readable(channel);
            look();

            assertThat(channel.received).isEqualTo(1);
            assertThat(protocol.events).endsWith("connectionLost");
        };
        Async.run(poller.in(loops.builder()), action.asCoroutine());
    }
}
