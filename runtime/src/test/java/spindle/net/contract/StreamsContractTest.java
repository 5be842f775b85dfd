package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Server;
import spindle.net.StreamConnection;
import spindle.net.StreamOptions;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.Streams;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Streams, on whatever carries them.
@OnEveryNetwork
class StreamsContractTest {
    private final ContractRun contract;

    StreamsContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @Test
    @SuppressWarnings(
            "try") // The server is closed before the end of its block, so that it can be waited
    // for.
    void linesGoBothWaysUpToTheEnd() throws Exception {
        contract.run(network -> {
            try (Server server = start(network, StreamsContractTest::shout);
                    var client = connect(network, server)) {
                await(client.writer().write("hello\nworld\r\nlast"));
                client.writer().writeEof();
                List<String> lines = new ArrayList<>();
                for (String line : awaitEach(client.reader().lines())) {
                    lines.add(line);
                }
                client.writer().close();
                await(client.writer().waitClosed());
                int aborted = await(server.shutDown(Duration.ofSeconds(5)));

                assertThat(aborted).isZero();
                assertThat(lines).containsExactly("HELLO", "WORLD", "LAST");
            }
        });
    }

    private static void shout(StreamReader reader, StreamWriter writer) throws Exception {
        for (String line : awaitEach(reader.lines())) {
            await(writer.write(line.toUpperCase(Locale.ROOT) + "\n"));
        }
    }

    @Test
    void flushEndsWhenAllIsOnItsWayHoweverManyTheWrites() throws Exception {
        contract.run(network -> {
            try (Server server = start(network, StreamsContractTest::shout);
                    var client = connect(network, server)) {
                for (String piece : List.of("h", "e", "l", "l", "o", "\n")) {
                    await(client.writer().write(piece));
                }
                await(client.writer().flush());

                assertThat(client.writer().transport().writeBufferSize()).isZero();
                assertThat(await(client.reader().readLine())).isEqualTo(Optional.of("HELLO"));
                client.writer().close();
            }
        });
    }

    @Test
    void aWriterIsHeldUpByAReaderThatDoesNotRead() throws Exception {
        byte[] piece = new byte[100_000];
        int pieces = contract.moreThanFits().length / piece.length;
        contract.run(network -> {
            Future<@Nullable Void> mayRead = EventLoop.current().createFuture();
            try (Server server = start(network, (reader, writer) -> {
                        await(mayRead);
                        await(writer.write(await(reader.readAll(Integer.MAX_VALUE)).length + "\n"));
                    });
                    var client = connect(network, server)) {
                Task<?> writing = createTask(() -> {
                    for (int i = 0; i < pieces; i++) {
                        await(client.writer().write(piece));
                    }
                    client.writer().writeEof();
                });
                await(contract.settle(network));
                assertThat(writing.isDone()).isFalse();
                assertThat(client.writer().transport().writeBufferSize())
                        .isBetween(1L, contract.onTheWire(64 * 1024 + piece.length));
                mayRead.setResult(null);
                await(writing);

                assertThat(await(client.reader().readLine()))
                        .isEqualTo(Optional.of("" + pieces * piece.length));
                client.writer().close();
            }
        });
    }

    @Test
    void aConnectionThatBreaksFailsReadsAndWritesAfterWhatHasCome() throws Exception {
        contract.needs(NetworkUnderTest.Trait.RESET);
        contract.run(network -> {
            Future<@Nullable Void> arrived = EventLoop.current().createFuture();
            Future<List<String>> found = EventLoop.current().createFuture();
            Server server = start(network, (reader, writer) -> {
                await(reader.readExactly(5));
                arrived.setResult(null);
                found.setResult(List.of(
                        failureOf(reader.readExactly(1)), failureOf(writer.write("answer"))));
            });
            RawPeer peer = contract.connectRaw(network, (InetSocketAddress) server.localAddress());
            peer.write("hello");
            await(arrived);
            peer.reset();

            assertThat(await(found))
                    .containsExactly(
                            "Connection reset", "the connection is broken: Connection reset");
            server.close();
            await(server.waitClosed());
        });
    }

    private static String failureOf(Coroutine<?> operation) {
        try {
            return "none, but " + await(operation);
        } catch (Exception failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private static Server start(Network network, Streams.Handler handler) throws IOException {
        return Streams.startServer(
                network,
                List.of(ContractRun.anyPort()),
                ListenOptions.defaults(),
                StreamOptions.defaults(),
                handler);
    }

    private static StreamConnection connect(Network network, Server server) throws Exception {
        return await(Streams.openConnection(
                network,
                server.localAddress(),
                ConnectOptions.defaults(),
                StreamOptions.defaults()));
    }
}
