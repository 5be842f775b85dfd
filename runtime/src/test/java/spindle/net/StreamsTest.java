package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;
import spindle.OnBothEngines;
import spindle.Task;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@OnBothEngines
class StreamsTest {
    private static final byte[] MEGABYTE = new byte[1 << 20];

    private final LoopRun loop;

    StreamsTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    // --- Talking ---

    @Test
    void aServerAndAClientTalkInLines() throws Exception {
        loop.run(() -> {
            try (Server server = Streams.startServer(LoopRun.anyPort(), StreamsTest::shout);
                    var client = await(Streams.openConnection(server.localAddress()))) {
                await(client.writer().write("hello\nworld\r\nlast"));
                client.writer().writeEof();

                List<String> lines = new ArrayList<>();
                for (String line : awaitEach(client.reader().lines())) {
                    lines.add(line);
                }

                assertThat(lines).containsExactly("HELLO", "WORLD", "LAST");
                client.writer().close();
                assertThat(await(server.shutDown(Duration.ofSeconds(5)))).isZero();
            }
        });
    }

    @Test
    void theyTalkThroughAUnixDomainSocket() throws Exception {
        Path folder = Files.createTempDirectory("spindle");
        Path file = folder.resolve("socket");
        loop.run(() -> {
            var address = UnixDomainSocketAddress.of(file);
            try (Server server = Streams.startServer(address, StreamsTest::shout);
                    var client = await(Streams.openConnection(address))) {
                await(client.writer().write("hello\n"));
                assertThat(await(client.reader().readLine())).isEqualTo(Optional.of("HELLO"));
                client.writer().close();
                assertThat(await(server.shutDown(Duration.ofSeconds(5)))).isZero();
            }
            assertThat(file).doesNotExist();
        });
        Files.delete(folder);
    }

    private static void shout(StreamReader reader, StreamWriter writer) throws Exception {
        for (String line : awaitEach(reader.lines())) {
            await(writer.write(line.toUpperCase(java.util.Locale.ROOT) + "\n"));
        }
    }

    // --- Back-pressure ---

    @Test
    void writesWaitForAPeerThatDoesNotReadAndHoldLittleMeanwhile() throws Exception {
        loop.run(() -> {
            Future<@Nullable Void> mayRead = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                        await(mayRead);
                        long total = 0;
                        for (byte[] piece : awaitEach(reader.chunks(1 << 16))) {
                            total += piece.length;
                        }
                        await(writer.write(total + "\n"));
                    });
                    var client = await(Streams.openConnection(server.localAddress()))) {
                Task<?> writing = createTask(() -> {
                    for (int i = 0; i < 64; i++) {
                        await(client.writer().write(MEGABYTE));
                    }
                    client.writer().writeEof();
                });
                await(sleep(Duration.ofMillis(100)));
                assertThat(writing.isDone()).isFalse();
                assertThat(client.writer().transport().writeBufferSize())
                        .isLessThanOrEqualTo(MEGABYTE.length);

                mayRead.setResult(null);

                assertThat(await(client.reader().readLine())).isEqualTo(Optional.of("67108864"));
                await(writing);
            }
        });
    }

    @Test
    void flushWaitsUntilTheSystemHasTakenEverythingAndLeavesTheLimitsAsTheyWere() throws Exception {
        loop.run(() -> {
            Future<@Nullable Void> mayRead = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                        await(mayRead);
                        await(reader.readExactly(16 << 20));
                    });
                    var client = await(Streams.openConnection(server.localAddress()))) {
                StreamWriter writer = client.writer();
                writer.setBufferLimits(64 << 20, 32 << 20);
                await(writer.write(new byte[16 << 20]));
                assertThat(writer.transport().writeBufferSize()).isPositive();
                Task<?> flushing = createTask(() -> await(writer.flush()));
                yieldNow();
                yieldNow();
                assertThat(flushing.isDone()).isFalse();

                mayRead.setResult(null);
                await(flushing);

                assertThat(writer.transport().writeBufferSize()).isZero();
                await(writer.write("not held up"));
            }
        });
    }

    @Test
    void aWriteThatIsCancelledWhileItWaitsHasSentItsBytes() throws Exception {
        loop.run(() -> {
            Future<@Nullable Void> mayRead = EventLoop.current().createFuture();
            Future<Integer> received = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                        await(mayRead);
                        received.setResult(await(reader.readAll(64 << 20)).length);
                    });
                    var client = await(Streams.openConnection(server.localAddress()))) {
                Task<?> writing =
                        createTask(() -> await(client.writer().write(new byte[32 << 20])));
                yieldNow();
                yieldNow();
                writing.cancel();
                assertThatThrownBy(() -> await(writing)).isInstanceOf(CancelledError.class);

                mayRead.setResult(null);
                client.writer().close();

                assertThat(await(received)).isEqualTo(32 << 20);
            }
        });
    }

    // --- Ending ---

    @Test
    void closingSendsWhatWasWrittenAndWaitClosedWaitsForThat() throws Exception {
        loop.run(() -> {
            Future<Integer> received = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(
                            LoopRun.anyPort(),
                            (reader, _) ->
                                    received.setResult(await(reader.readAll(64 << 20)).length));
                    var client = await(Streams.openConnection(server.localAddress()))) {
                client.writer().transport().write(ByteBuffer.wrap(new byte[8 << 20]));
                client.writer().close();
                assertThat(client.writer().isClosing()).isTrue();
                await(client.writer().waitClosed());

                assertThat(await(received)).isEqualTo(8 << 20);
                assertThatThrownBy(() -> await(client.writer().write("late")))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot write: the connection is closed");
                assertThat(await(client.reader().read(10))).isEmpty();
            }
        });
    }

    @Test
    void aPeerThatBreaksTheConnectionFailsReadsAndWrites() throws Exception {
        loop.run(() -> {
            Future<List<Throwable>> failures = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                await(reader.readExactly(1));
                failures.setResult(List.of(
                        catchThrowable(() -> await(reader.read(1))),
                        catchThrowable(() -> await(writer.write("more"))),
                        catchThrowable(() -> await(writer.waitClosed()))));
            })) {
                await(runBlocking(() -> reset(LoopRun.addressOf(server))));

                assertThat(await(failures)).hasOnlyElementsOfType(IOException.class);
                assertThat(await(failures).get(1))
                        .hasMessageStartingWith("the connection is broken: ");
            }
        });
    }

    /// Sends a byte, then drops the connection in a way that the other end hears of at once.
    private static String reset(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write('1');
            socket.setSoLinger(true, 0);
        }
        return "reset";
    }

    @Test
    void aHandlerThatEndsClosesItsConnection() throws Exception {
        loop.run(() -> {
            try (Server server = Streams.startServer(
                            LoopRun.anyPort(), (_, writer) -> await(writer.write("bye\n")));
                    var client = await(Streams.openConnection(server.localAddress()))) {
                assertThat(new String(await(client.reader().readAll(100)), UTF_8))
                        .isEqualTo("bye\n");
            }
        });
    }

    @Test
    void aHandlerThatFailsIsReportedAndEndsItsConnectionAlone() throws Exception {
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                        if (await(reader.readLine()).orElseThrow().equals("fail")) {
                            throw new IllegalStateException("as told");
                        }
                        await(writer.write("fine\n"));
                    });
                    var failing = await(Streams.openConnection(server.localAddress()));
                    var other = await(Streams.openConnection(server.localAddress()))) {
                await(failing.writer().write("fail\n"));
                assertThat(await(failing.reader().readLine())).isEmpty();
                await(other.writer().write("go on\n"));
                assertThat(await(other.reader().readLine())).isEqualTo(Optional.of("fine"));
            }
        });

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.message()).isEqualTo("the handler of a connection failed");
            assertThat(report.exception()).hasMessage("as told");
        });
    }

    @Test
    void aHandlerWhosePeerResetsTheConnectionIsNoFailure() throws Exception {
        loop.run(() -> {
            Future<String> ended = EventLoop.current().createFuture();
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, _) -> {
                        try {
                            await(reader.readAll(1000));
                        } finally {
                            ended.setResult("ended");
                        }
                    });
                    var client = await(Streams.openConnection(server.localAddress()))) {
                await(client.writer().write("12"));
                var channelReset = client.writer().transport();
                channelReset.abort();

                assertThat(await(ended)).isEqualTo("ended");
            }
        });
    }

    // --- Servers ---

    @Test
    void shutDownWaitsForHandlersThatEndInTime() throws Exception {
        loop.run(() -> {
            Server server = Streams.startServer(LoopRun.anyPort(), (_, writer) -> {
                await(sleep(Duration.ofMillis(20)));
                await(writer.write("done\n"));
            });
            try (var client = await(Streams.openConnection(server.localAddress()))) {
                await(LoopRun.until(() -> server.connectionCount() == 1));
                Task<Integer> ending = createTask(server.shutDown(Duration.ofSeconds(10)));

                assertThat(await(client.reader().readLine())).isEqualTo(Optional.of("done"));
                client.writer().close();
                assertThat(await(ending)).isZero();
            }
        });
    }

    @Test
    void shutDownCancelsHandlersThatDoNotEndInTime() throws Exception {
        loop.run(() -> {
            List<String> events = new ArrayList<>();
            Server server = Streams.startServer(LoopRun.anyPort(), (_, _) -> {
                try {
                    await(sleep(Duration.ofDays(1)));
                } catch (CancelledError cancelled) {
                    events.add("cancelled");
                    throw cancelled;
                }
            });
            try (var _ = await(Streams.openConnection(server.localAddress()))) {
                await(LoopRun.until(() -> server.connectionCount() == 1));
                yieldNow();
                yieldNow();

                assertThat(await(server.shutDown(Duration.ofMillis(10)))).isEqualTo(1);

                assertThat(events).containsExactly("cancelled");
                assertThat(server.connectionCount()).isZero();
            }
        });
    }

    /// It spun for ever: the tasks of the handlers were done, and were not forgotten yet.
    @Test
    void waitClosedOfAServerWhoseHandlersHaveJustEndedDoesNotSpin() throws Exception {
        loop.run(() -> {
            Server server = Streams.startServer(
                    LoopRun.anyPort(), (reader, _) -> await(reader.readAll(10)));
            try (var _ = await(Streams.openConnection(server.localAddress()))) {
                await(LoopRun.until(() -> server.connectionCount() == 1));
                assertThat(await(server.shutDown(Duration.ZERO))).isEqualTo(1);
            }
        });
    }
}
