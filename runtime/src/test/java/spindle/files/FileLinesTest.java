package spindle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createEagerTask;
import static spindle.Async.runBlocking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file read line by line.
@OnBothEngines
class FileLinesTest {
    private static final int CHUNK_BYTES = 64 * 1024;

    @RegisterExtension
    final TestLoops loops;

    @TempDir
    private Path folder;

    private Path path;

    FileLinesTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    private List<String> read(int limit) throws Exception {
        return loops.run(() -> {
            List<String> lines = new ArrayList<>();
            awaitEach(AsyncFiles.lines(path, limit)).forEach(lines::add);
            return lines;
        });
    }

    @Test
    void linesComeWithoutTheirEnds() throws Exception {
        Files.writeString(path, "unix\ndos\r\n\n\r\nin\rside\nlast");

        assertThat(read(100)).containsExactly("unix", "dos", "", "", "in\rside", "last");
    }

    @Test
    void aFileWithoutALastLineEndAndAnEmptyFileEnd() throws Exception {
        Files.writeString(path, "one\n");
        assertThat(read(100)).containsExactly("one");

        Files.writeString(path, "");
        assertThat(read(100)).isEmpty();
    }

    @Test
    void aCharacterThatIsSplitBetweenTwoChunksStaysWhole() throws Exception {
        for (int before = CHUNK_BYTES - 4; before <= CHUNK_BYTES; before++) {
            String line = "x".repeat(before) + "🌍";
            Files.writeString(path, line + "\nnext");

            assertThat(read(CHUNK_BYTES + 10)).containsExactly(line, "next");
        }
    }

    @Test
    void aLineEndThatIsSplitBetweenTwoChunksIsOne() throws Exception {
        String line = "x".repeat(CHUNK_BYTES - 1);
        Files.writeString(path, line + "\r\nnext");

        assertThat(read(line.length())).containsExactly(line, "next");
    }

    @Test
    void manyLinesAndLinesOfManyChunksComeInOrder() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            expected.add("line " + i + (i % 5_000 == 0 ? "y".repeat(300_000) : ""));
        }
        Files.write(path, expected);

        assertThat(read(400_000)).isEqualTo(expected);
    }

    @Test
    void aLineLongerThanTheLimitIsNamed() throws Exception {
        Files.writeString(path, "12345\n123456\n");

        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(path, 5);
            assertThat(await(lines.next())).contains("12345");

            String message =
                    path + ": cannot read it: line 2 has 6 bytes or more but the limit is 5";
            assertThatThrownBy(() -> await(lines.next()))
                    .isInstanceOf(FileLimitException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> await(lines.next())).hasMessage(message);
        });
    }

    @Test
    void aLineWithoutEndIsGivenUpWhenTheLimitIsReached() throws Exception {
        Path zero = Path.of("/dev/zero");

        loops.run(() -> assertThatThrownBy(
                        () -> await(AsyncFiles.lines(zero, 100_000).next()))
                .isInstanceOfSatisfying(
                        FileLimitException.class,
                        failure -> assertThat(failure.found()).isEqualTo(2 * CHUNK_BYTES)));
    }

    @Test
    void bytesThatAreNotTextAreAnErrorThatSaysWhere() throws Exception {
        Files.write(path, new byte[] {'a', '\n', 'b', (byte) 0xff, '\n'});

        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(path, 5);
            await(lines.next());

            assertThatThrownBy(() -> await(lines.next()))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(path + ": cannot read line 2 of it: the bytes at 3 are not UTF-8");
        });
    }

    @Test
    void aMissingFileIsFoundMissingByTheFirstLine() throws Exception {
        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(path, 5);

            assertThatThrownBy(() -> await(lines.next()))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(path + ": cannot open it: there is no such file");
        });
    }

    @Test
    void linesThatAreClosedEarlyCloseTheFile() throws Exception {
        Files.writeString(path, "one\ntwo\n");

        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(path, 5);
            await(lines.next());
            lines.close();
            lines.close();

            assertThatIllegalStateException()
                    .isThrownBy(() -> await(lines.next()))
                    .withMessage(path + ": cannot read it: the lines were closed");
        });
    }

    @Test
    void linesThatAreForgottenAreReportedWithTheLoop() throws Exception {
        Files.writeString(path, "one\ntwo\n");

        loops.run(() -> await(AsyncFiles.lines(path, 5).next()));

        assertThat(loops.reports().takeOnly().toString())
                .isEqualTo("a file was still open when the loop was closed: close it: "
                        + "<AsyncFile '" + path + "' closed>");
    }

    @Test
    void aCancelledWaitTakesNoLineAway() throws Exception {
        Path fifo = Fifo.make(folder.resolve("fifo"));

        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(fifo, 100);
            Task<Optional<String>> first = createEagerTask(lines.next());
            try (var output = await(runBlocking(() -> Files.newOutputStream(fifo)))) {
                output.write("one\n".getBytes(US_ASCII));
                assertThat(await(first)).contains("one");

                Task<Optional<String>> given = createEagerTask(lines.next());
                given.cancel();
                assertThatThrownBy(() -> await(given)).isInstanceOf(CancelledError.class);
                output.write("two\nthree\n".getBytes(US_ASCII));
            }

            assertThat(await(lines.next())).contains("two");
            assertThat(await(lines.next())).contains("three");
            assertThat(await(lines.next())).isEmpty();
        });
    }

    @Test
    void aSecondTaskThatAsksIsRefused() throws Exception {
        Files.writeString(path, "one\ntwo\n");

        loops.run(() -> {
            FileLines lines = AsyncFiles.lines(path, 5);
            Task<Optional<String>> first = createEagerTask(lines.next());

            assertThatIllegalStateException()
                    .isThrownBy(() -> await(lines.next()))
                    .withMessage(path
                            + ": another task waits for the next line already: one at a time may");
            assertThat(await(first)).contains("one");
            lines.close();
        });
    }
}
