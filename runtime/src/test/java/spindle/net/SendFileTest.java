package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/// A file on its way to a peer: by the system itself, and copied as any transport can.
@OnBothEngines
@Tag("realtime")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendFileTest {
    /// More than the system's buffers of a connection take.
    private static final int LARGE = 30_000_000;

    private final LoopRun loop;

    @TempDir
    private Path folder;

    private Path path;

    SendFileTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    /// What a test does with one connection and one open file.
    @FunctionalInterface
    private interface Play {
        void play(Transport transport, Socket peer, FileChannel file) throws Exception;
    }

    private void run(boolean copied, Play play) throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording();
                    FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                var pair = connections.plain();
                try (Socket peer = pair.client()) {
                    Transport transport = pair.server().transport();
                    play.play(copied ? new CopyingTransport(transport) : transport, peer, file);
                }
            }
        });
    }

    private static Task<String> readingAll(Socket peer) {
        return createTask(runBlocking(() -> {
            InputStream input = peer.getInputStream();
            return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
        }));
    }

    private static void write(Transport transport, String text) {
        transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredMegabytesArriveAsTheyAre(boolean copied) throws Exception {
        byte[] block = new byte[1_000_003];
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        Random random = new Random(7);
        try (OutputStream target = new DigestOutputStream(Files.newOutputStream(path), expected)) {
            for (int i = 0; i < 100; i++) {
                random.nextBytes(block);
                target.write(block);
            }
        }

        run(copied, (transport, peer, file) -> {
            Task<String> digest = createTask(runBlocking(() -> digestOf(peer)));
            assertThat(await(transport.sendFile(file, 0, Long.MAX_VALUE))).isEqualTo(100_000_300);
            transport.close();

            assertThat(await(digest)).isEqualTo(HexFormat.of().formatHex(expected.digest()));
            assertThat(file.position()).isZero();
        });
    }

    private static String digestOf(Socket peer) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bytes = new byte[256 * 1024];
        InputStream input = peer.getInputStream();
        for (int count = input.read(bytes); count >= 0; count = input.read(bytes)) {
            digest.update(bytes, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPartThatLiesAcrossTwoGibibytesArrives(boolean copied) throws Exception {
        long position = (1L << 31) - 1_000_000;
        long size = (1L << 31) + 1_000_000;
        try (FileChannel sparse =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(new byte[] {'z'}), size - 1);
        }

        run(copied, (transport, peer, file) -> {
            Task<String> received = readingAll(peer);
            assertThat(await(transport.sendFile(file, position, 3L << 31))).isEqualTo(2_000_000);
            transport.close();

            assertThat(await(received)).hasSize(2_000_000).endsWith("\0z");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPartComesBetweenWhatIsWrittenBeforeAndAfter(boolean copied) throws Exception {
        Files.writeString(path, "0123456789");

        run(copied, (transport, peer, file) -> {
            Task<String> received = readingAll(peer);
            write(transport, "before ");
            assertThat(await(transport.sendFile(file, 3, 4))).isEqualTo(4);
            write(transport, " after");
            transport.close();

            assertThat(await(received)).isEqualTo("before 3456 after");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileWaitsForWhatIsQueuedBeforeIt(boolean copied) throws Exception {
        Files.writeString(path, "file");

        run(copied, (transport, peer, file) -> {
            write(transport, "x".repeat(LARGE));
            assertThat(transport.writeBufferSize()).isPositive();
            Task<Long> sending = createTask(transport.sendFile(file, 0, 4));
            yieldNow();
            assertThat(sending.isDone()).isFalse();
            Task<String> received = readingAll(peer);

            assertThat(await(sending)).isEqualTo(4);
            write(transport, " after");
            transport.close();

            assertThat(await(received)).hasSize(LARGE + 10).endsWith("xfile after");
        });
    }

    @Test
    void whatIsWrittenWhileAFileIsSentComesAfterIt() throws Exception {
        Files.writeString(path, "f".repeat(LARGE));

        run(false, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            yieldNow();
            write(transport, "after");
            assertThat(transport.writeBufferSize()).isEqualTo(5);
            Task<String> received = readingAll(peer);
            assertThat(await(sending)).isEqualTo(LARGE);
            transport.close();

            assertThat(await(received)).hasSize(LARGE + 5).endsWith("fafter");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileThatIsShorterThanAskedForIsSentToItsEnd(boolean copied) throws Exception {
        Files.writeString(path, "short");

        run(copied, (transport, peer, file) -> {
            assertThat(await(transport.sendFile(file, 2, 100))).isEqualTo(3);
            assertThat(await(transport.sendFile(file, 50, 100))).isZero();
            assertThat(await(transport.sendFile(file, 0, 0))).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatDoesNotReadIsWaitedForWithoutFillingMemory(boolean copied) throws Exception {
        Files.write(path, new byte[LARGE]);

        run(copied, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            await(Async.sleep(Duration.ofMillis(100)));

            assertThat(sending.isDone()).isFalse();
            assertThat(transport.writeBufferSize()).isLessThanOrEqualTo(128 * 1024);

            Task<String> received = readingAll(peer);
            assertThat(await(sending)).isEqualTo(LARGE);
            transport.close();
            assertThat(await(received)).hasSize(LARGE);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelledTheConnectionAndTheFileGoOnWithoutTheRest(boolean copied) throws Exception {
        Files.writeString(path, "f".repeat(LARGE));

        run(copied, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            await(Async.sleep(Duration.ofMillis(20)));
            sending.cancel();
            assertThatThrownBy(() -> await(sending)).isInstanceOf(CancelledError.class);
            write(transport, "after");
            assertThat(file.isOpen()).isTrue();
            Task<String> received = readingAll(peer);
            transport.close();

            assertThat(await(received)).hasSizeLessThan(LARGE).matches("f+after");
        });
    }

    @Test
    void cancelledOnAConnectionThatIsClosingItLetsThatEnd() throws Exception {
        Files.write(path, new byte[LARGE]);

        run(false, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            yieldNow();
            transport.close();
            yieldNow();
            assertThat(transport.toString()).startsWith("<Transport closing");
            sending.cancel();

            assertThatThrownBy(() -> await(sending)).isInstanceOf(CancelledError.class);
            assertThat(transport.toString()).startsWith("<Transport closed");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLostConnectionFailsTheSendingWithWhatWasSent(boolean copied) throws Exception {
        Files.write(path, new byte[LARGE]);

        run(copied, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            await(Async.sleep(Duration.ofMillis(20)));
            transport.abort();

            assertThatThrownBy(() -> await(sending))
                    .isInstanceOfSatisfying(SendFileException.class, failure -> {
                        assertThat(failure.bytesSent()).isBetween(1L, (long) LARGE - 1);
                        assertThat(failure)
                                .hasMessage("cannot send a file: the connection is closed"
                                        + " (after " + failure.bytesSent() + " bytes)");
                    });
        });
    }

    @Test
    void aPeerThatResetsTheConnectionFailsTheSending() throws Exception {
        Files.write(path, new byte[LARGE]);

        run(false, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            yieldNow();
            peer.setSoLinger(true, 0);
            peer.close();

            assertThatThrownBy(() -> await(sending)).isInstanceOf(SendFileException.class);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileThatIsClosedFailsTheSendingAndLeavesTheConnection(boolean copied) throws Exception {
        Files.writeString(path, "text");

        run(copied, (transport, peer, file) -> {
            file.close();
            assertThatThrownBy(() -> await(transport.sendFile(file, 0, 4)))
                    .isInstanceOf(SendFileException.class)
                    .hasMessage("cannot send a file: the file is closed (after 0 bytes)");
            write(transport, "after");
            Task<String> received = readingAll(peer);
            transport.close();

            assertThat(await(received)).isEqualTo("after");
        });
    }

    @Test
    void closingWaitsForTheFile() throws Exception {
        Files.write(path, new byte[LARGE]);

        run(false, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            yieldNow();
            transport.close();
            Task<String> received = readingAll(peer);

            assertThat(await(sending)).isEqualTo(LARGE);
            assertThat(await(received)).hasSize(LARGE);
        });
    }

    @Test
    void aSecondFileAtTheSameTimeIsRefused() throws Exception {
        Files.write(path, new byte[LARGE]);

        run(false, (transport, peer, file) -> {
            Task<Long> sending = createTask(transport.sendFile(file, 0, LARGE));
            yieldNow();

            assertThatThrownBy(() -> await(transport.sendFile(file, 0, 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "a file is being sent on this connection already: await that first");
            sending.cancel();
            assertThatThrownBy(() -> await(sending)).isInstanceOf(CancelledError.class);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedConnectionSendsNoFile(boolean copied) throws Exception {
        Files.writeString(path, "text");

        run(copied, (transport, peer, file) -> {
            transport.close();

            assertThatThrownBy(() -> await(transport.sendFile(file, 0, 4)))
                    .isInstanceOf(SendFileException.class)
                    .hasMessage("cannot send a file: the connection is closed (after 0 bytes)");
            assertThatThrownBy(() -> transport.sendFile(file, -1, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "expected a part of a file but its position is -1 and it has 4 bytes");
        });
    }

    @Test
    void aStreamSendsAFileAfterWhatWasWritten() throws Exception {
        Files.writeString(path, "file");

        loop.run(() -> {
            try (Server server = Streams.startServer(LoopRun.anyPort(), (reader, writer) -> {
                        try (FileChannel file = FileChannel.open(path)) {
                            await(writer.write("before "));
                            await(writer.sendFile(file, 0, 4));
                            await(writer.write(" after"));
                        }
                    });
                    var connection = await(Streams.openConnection(LoopRun.addressOf(server)))) {
                byte[] received = await(connection.reader().readAll(100));

                assertThat(new String(received, StandardCharsets.US_ASCII))
                        .isEqualTo("before file after");
            }
        });
    }
}
