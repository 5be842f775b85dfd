package spindle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.gather;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A file that stays open.
@OnBothEngines
class AsyncFileTest {
    @RegisterExtension
    final TestLoops loops;

    @TempDir
    private Path folder;

    private Path path;

    AsyncFileTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    // --- Contents ---

    @Test
    void bytesAreReadAndWrittenAnywhere() throws Exception {
        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                await(file.write(0, ascii("0123456789")));
                await(file.write(4, ByteBuffer.wrap(ascii("abXY"), 0, 2)));

                assertThat(await(file.read(3, 4))).asString(US_ASCII).isEqualTo("3ab6");
                assertThat(await(file.read(8, Integer.MAX_VALUE)))
                        .asString(US_ASCII)
                        .isEqualTo("89");
                assertThat(await(file.read(10, 5))).isEmpty();
                assertThat(await(file.read(1000, 5))).isEmpty();
                assertThat(await(file.size())).isEqualTo(10);
            }
        });
    }

    @Test
    void aBufferIsFilledAndTheEndIsMinusOne() throws Exception {
        Files.writeString(path, "0123456789");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path))) {
                ByteBuffer target = ByteBuffer.allocate(8).position(2);

                assertThat(await(file.read(5, target))).isEqualTo(5);
                assertThat(target.position()).isEqualTo(7);
                assertThat(target.array()).asString(US_ASCII).isEqualTo("\0\00056789\0");
                assertThat(await(file.read(10, target))).isEqualTo(-1);
                assertThat(await(file.read(0, ByteBuffer.allocate(0)))).isZero();
            }
        });
    }

    @Test
    void manyPiecesBecomeOneRead() throws Exception {
        byte[] bytes = new byte[1_000_003];
        new Random(3).nextBytes(bytes);

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                await(file.write(7, bytes));

                assertThat(await(file.read(7, bytes.length))).isEqualTo(bytes);
                assertThat(await(file.size())).isEqualTo(bytes.length + 7);
            }
        });
    }

    @Test
    void appendingAddsAfterTheEndAndTruncatingTakesItAway() throws Exception {
        Files.writeString(path, "12");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, WRITE))) {
                await(file.append(ascii("345")));
                await(file.append(ByteBuffer.wrap(ascii("67"))));
                await(file.truncate(6));
                await(file.truncate(100));
                await(file.force());
            }
        });

        assertThat(path).hasContent("123456");
    }

    @Test
    void aFileThatWasOpenedToAppendIsAppendedTo() throws Exception {
        Files.writeString(path, "12");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, APPEND))) {
                await(file.append(new byte[300_000]));
            }
        });

        assertThat(path).hasSize(300_002);
    }

    @Test
    void operationsHappenInTheOrderOfTheirCalls() throws Exception {
        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                List<Coroutine<?>> operations = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    operations.add(file.write(0, ascii("%03d".formatted(i))));
                    operations.add(file.read(0, 3));
                    operations.add(file.append(ascii("x")));
                }
                List<Object> results = await(gather(operations));

                for (int i = 0; i < 200; i++) {
                    assertThat((byte[]) results.get(3 * i + 1))
                            .asString(US_ASCII)
                            .isEqualTo("%03d".formatted(i));
                }
                assertThat(await(file.size())).isEqualTo(203);
            }
        });
    }

    @Test
    void bytesAreCopiedWhenAWriteStarts() throws Exception {
        byte[] bytes = ascii("abc");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, WRITE, CREATE))) {
                Task<?> writing = createEagerTask(file.write(0, bytes));
                bytes[0] = 'z';
                await(writing);
            }
        });

        assertThat(path).hasContent("abc");
    }

    // --- Errors ---

    @Test
    void openingSaysWhatIsWrong() throws Exception {
        Files.writeString(path, "");
        Path missing = folder.resolve("missing");

        loops.run(() -> {
            assertThatThrownBy(() -> await(AsyncFiles.open(missing)))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(missing + ": cannot open it: there is no such file");
            assertThatThrownBy(() -> await(AsyncFiles.open(path, WRITE, CREATE_NEW)))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessage(path + ": cannot open it: it is there already");
            assertThatThrownBy(() -> await(AsyncFiles.open(folder)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(folder + ": cannot open it: it is a directory");
        });
    }

    @Test
    void aFileThatWasNotOpenedForThatSaysSoAndCanBeUsedOn() throws Exception {
        Files.writeString(path, "text");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> await(file.write(0, new byte[1])))
                        .withMessage(path + ": cannot write it: it was not opened to be written");
                assertThat(await(file.read(0, 4))).asString(US_ASCII).isEqualTo("text");
            }
            try (AsyncFile file = await(AsyncFiles.open(path, WRITE))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> await(file.read(0, 1)))
                        .withMessage(path + ": cannot read it: it was not opened to be read");
            }
        });
    }

    @Test
    void aNegativePositionIsRefused() throws Exception {
        Files.writeString(path, "text");

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> await(file.read(-1, 4)))
                        .withMessage("expected a position of at least 0 but got -1");
            }
        });
    }

    @Test
    void aFileOfAnotherLoopIsRefused() throws Exception {
        Files.writeString(path, "text");
        EventLoop first = loops.open();
        AsyncFile file = first.runUntilComplete(AsyncFiles.open(path));

        loops.run(() -> assertThatIllegalStateException()
                .isThrownBy(() -> await(file.size()))
                .withMessage(path + ": cannot ask for its size: it was opened in another event "
                        + "loop: open it in this one too"));

        first.runUntilComplete(file::close);
    }

    // --- Closing ---

    @Test
    void aClosedFileRefusesToBeUsed() throws Exception {
        Files.writeString(path, "text");

        loops.run(() -> {
            AsyncFile file = await(AsyncFiles.open(path));
            assertThat(file).hasToString("<AsyncFile '" + path + "' open>");
            file.close();
            file.close();

            assertThat(file).hasToString("<AsyncFile '" + path + "' closed>");
            assertThatIllegalStateException()
                    .isThrownBy(() -> await(file.read(0, 1)))
                    .withMessage(path + ": cannot read it: the file is closed");
        });
    }

    @Test
    void closingComesAfterWhatWasStartedBefore() throws Exception {
        loops.run(() -> {
            AsyncFile file = await(AsyncFiles.open(path, WRITE, CREATE));
            List<Task<?>> appends = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                appends.add(createEagerTask(file.append(new byte[1000])));
            }
            file.close();

            for (Task<?> append : appends) {
                await(append);
            }
        });

        assertThat(path).hasSize(50_000);
    }

    @Test
    void aFileThatIsForgottenIsClosedAndReportedWithTheLoop() throws Exception {
        loops.run(() -> {
            AsyncFile file = await(AsyncFiles.open(path, WRITE, CREATE));
            await(file.append(ascii("text")));
        });

        assertThat(loops.reports().takeOnly().toString())
                .isEqualTo("a file was still open when the loop was closed: close it: "
                        + "<AsyncFile '" + path + "' closed>");
        assertThat(path).hasContent("text");
    }
}
