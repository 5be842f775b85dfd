package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.OnBothEngines;
import spindle.Task;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class RawSocketsTest {
    private final LoopRun loop;
    private final List<SelectableChannel> open = new ArrayList<>();
    private ServerSocketChannel listening;

    RawSocketsTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @BeforeEach
    void listen() throws IOException {
        listening = own(ServerSocketChannel.open()).bind(LoopRun.anyPort());
    }

    @AfterEach
    void close() throws IOException {
        for (SelectableChannel channel : open) {
            channel.close();
        }
    }

    private <C extends SelectableChannel> C own(C channel) throws IOException {
        channel.configureBlocking(false);
        open.add(channel);
        return channel;
    }

    /// The two ends of a connection.
    private record Ends(SocketChannel client, SocketChannel server) {}

    private Ends connect() throws Exception {
        SocketChannel client = own(SocketChannel.open());
        await(RawSockets.connect(client, listening.getLocalAddress()));
        return new Ends(client, own(await(RawSockets.accept(listening))));
    }

    // --- Streams of bytes ---

    @Test
    void bytesGoBothWays() throws Exception {
        loop.run(() -> {
            Ends ends = connect();
            await(RawSockets.sendAll(ends.client(), ascii("question")));
            assertThat(receive(ends.server())).isEqualTo("question");
            await(RawSockets.sendAll(ends.server(), ascii("answer")));

            assertThat(receive(ends.client())).isEqualTo("answer");
        });
    }

    @Test
    void anOperationThatHasToWaitGoesOnWhenTheChannelIsReady() throws Exception {
        loop.run(() -> {
            SocketChannel client = own(SocketChannel.open());
            Task<SocketChannel> accepting = createTask(RawSockets.accept(listening));
            yieldNow();
            await(RawSockets.connect(client, listening.getLocalAddress()));
            SocketChannel server = own(await(accepting));
            Task<String> receiving = createTask(() -> receive(server));
            yieldNow();
            assertThat(receiving.isDone()).isFalse();
            await(RawSockets.sendAll(client, ascii("late")));

            assertThat(await(receiving)).isEqualTo("late");
        });
    }

    @Test
    void moreThanTheSystemTakesIsSentAsThePeerReads() throws Exception {
        ByteBuffer much = ByteBuffer.allocate(20_000_000);
        loop.run(() -> {
            Ends ends = connect();
            Task<?> sending = createTask(RawSockets.sendAll(ends.client(), much));
            yieldNow();
            assertThat(sending.isDone()).isFalse();
            ByteBuffer target = ByteBuffer.allocate(1 << 20);
            for (long received = 0; received < much.capacity(); target.clear()) {
                received += await(RawSockets.receive(ends.server(), target));
            }
            await(sending);

            assertThat(much.hasRemaining()).isFalse();
        });
    }

    @Test
    void theEndOfTheStreamIsToldAndABufferWithoutRoomDoesNotWait() throws Exception {
        loop.run(() -> {
            Ends ends = connect();
            assertThat(await(RawSockets.receive(ends.server(), ByteBuffer.allocate(0))))
                    .isZero();
            ends.client().shutdownOutput();

            assertThat(await(RawSockets.receive(ends.server(), ByteBuffer.allocate(1))))
                    .isEqualTo(-1);
        });
    }

    @Test
    void aRefusalNamesTheAddress() throws Exception {
        SocketAddress nobody = listening.getLocalAddress();
        listening.close();
        loop.run(() -> {
            SocketChannel client = own(SocketChannel.open());

            assertThatThrownBy(() -> await(RawSockets.connect(client, nobody)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("cannot connect to 127.0.0.1:"
                            + ((InetSocketAddress) nobody).getPort() + ": Connection refused");
        });
    }

    // --- Datagrams ---

    @Test
    void datagramsComeWithTheirSender() throws Exception {
        loop.run(() -> {
            DatagramChannel one = own(DatagramChannel.open()).bind(LoopRun.anyPort());
            DatagramChannel two = own(DatagramChannel.open()).bind(LoopRun.anyPort());
            ByteBuffer target = ByteBuffer.allocate(100);
            Task<SocketAddress> receiving = createTask(RawSockets.receiveFrom(two, target));
            yieldNow();
            await(RawSockets.sendTo(one, ascii("hello"), two.getLocalAddress()));
            assertThat(await(receiving)).isEqualTo(one.getLocalAddress());
            await(RawSockets.sendTo(one, ascii(""), two.getLocalAddress()));
            assertThat(await(RawSockets.receiveFrom(two, target))).isEqualTo(one.getLocalAddress());

            assertThat(text(target)).isEqualTo("hello");
        });
    }

    // --- What goes wrong ---

    @Test
    void aChannelThatBlocksIsRefused() throws Exception {
        loop.run(() -> {
            SocketChannel client = own(SocketChannel.open());
            client.configureBlocking(true);

            assertThatThrownBy(() -> await(RawSockets.receive(client, ByteBuffer.allocate(1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected a channel that does not block but got ")
                    .hasMessageEndingWith(": call configureBlocking(false) first");
        });
    }

    @Test
    void aSecondTaskThatReceivesIsRefusedAndTheFirstGoesOn() throws Exception {
        loop.run(() -> {
            Ends ends = connect();
            Task<String> receiving = createTask(() -> receive(ends.server()));
            yieldNow();
            assertThatThrownBy(() -> receive(ends.server()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("another task is receiving or accepting on this"
                            + " channel already: one at a time may");
            await(RawSockets.sendAll(ends.client(), ascii("x")));

            assertThat(await(receiving)).isEqualTo("x");
        });
    }

    @Test
    void aReceiveThatIsCancelledTakesNothingAndLeavesTheChannel() throws Exception {
        loop.run(() -> {
            Ends ends = connect();
            Task<String> receiving = createTask(() -> receive(ends.server()));
            yieldNow();
            receiving.cancel();
            assertThatThrownBy(() -> await(receiving)).isInstanceOf(CancelledError.class);
            assertThat(EventLoop.current().removeReader(ends.server())).isFalse();
            await(RawSockets.sendAll(ends.client(), ascii("kept")));

            assertThat(receive(ends.server())).isEqualTo("kept");
        });
    }

    @Test
    void aReceiveThatIsCancelledLeavesAReaderThatHasTakenItsPlace() throws Exception {
        loop.run(() -> {
            Ends ends = connect();
            Task<String> receiving = createTask(() -> receive(ends.server()));
            yieldNow();
            Future<@Nullable Void> readable = EventLoop.current().createFuture();
            EventLoop.current().addReader(ends.server(), () -> {
                EventLoop.current().removeReader(ends.server());
                readable.setResult(null);
            });
            receiving.cancel();
            assertThatThrownBy(() -> await(receiving)).isInstanceOf(CancelledError.class);
            await(RawSockets.sendAll(ends.client(), ascii("x")));

            assertThat(await(readable)).isNull();
        });
    }

    private static String receive(SocketChannel channel) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(100);
        await(RawSockets.receive(channel, target));
        return text(target);
    }

    private static String text(ByteBuffer filled) {
        return StandardCharsets.US_ASCII.decode(filled.flip()).toString();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
