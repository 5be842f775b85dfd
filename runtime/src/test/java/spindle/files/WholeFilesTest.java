package spindle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.gather;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Files read and written as a whole.
@OnBothEngines
class WholeFilesTest {
    @RegisterExtension
    final TestLoops loops;

    @TempDir
    private Path folder;

    private Path path;

    WholeFilesTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    // --- Contents ---

    @Test
    void whatIsWrittenIsRead() throws Exception {
        loops.run(() -> {
            await(AsyncFiles.writeString(path, "Grüße, 世界 🌍\n"));

            assertThat(await(AsyncFiles.readString(path, 100))).isEqualTo("Grüße, 世界 🌍\n");
        });
    }

    @Test
    void manyMegabytesStayAsTheyAre() throws Exception {
        byte[] bytes = new byte[20_000_001];
        new Random(7).nextBytes(bytes);

        loops.run(() -> {
            await(AsyncFiles.writeBytes(path, bytes));

            assertThat(await(AsyncFiles.readAllBytes(path, bytes.length))).isEqualTo(bytes);
        });
    }

    @Test
    void anEmptyFileIsRead() throws Exception {
        Files.createFile(path);

        loops.run(() -> assertThat(await(AsyncFiles.readAllBytes(path, 0))).isEmpty());
    }

    @Test
    void aFileThatTheSystemMakesUpIsReadThoughItSaysItIsEmpty() throws Exception {
        Path status = Path.of("/proc/self/status");
        assumeTrue(Files.exists(status), "needs /proc");

        loops.run(
                () -> assertThat(await(AsyncFiles.readString(status, 100_000))).contains("Pid:"));
    }

    @Test
    void writingMakesALongerFileShort() throws Exception {
        Files.writeString(path, "something long");

        loops.run(() -> await(AsyncFiles.writeString(path, "short")));

        assertThat(path).hasContent("short");
    }

    @Test
    void bytesAreCopiedWhenAWriteStarts() throws Exception {
        byte[] bytes = {1, 2, 3};

        loops.run(() -> {
            var writing = createEagerTask(AsyncFiles.writeBytes(path, bytes));
            bytes[0] = 9;
            await(writing);
        });

        assertThat(Files.readAllBytes(path)).containsExactly(1, 2, 3);
    }

    @Test
    void appendingMakesAFileAndAddsToItsEnd() throws Exception {
        loops.run(() -> {
            await(AsyncFiles.appendString(path, "one\n"));
            await(AsyncFiles.appendBytes(path, new byte[] {'t', 'w', 'o'}));
        });

        assertThat(path).hasContent("one\ntwo");
    }

    @Test
    void concurrentAppendsToOnePathAreInTheOrderOfTheirCalls() throws Exception {
        List<Coroutine<?>> appends = new ArrayList<>();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            appends.add(AsyncFiles.appendString(path, i + "\n"));
            expected.append(i).append('\n');
        }

        loops.run(() -> await(gather(appends)));

        assertThat(Files.readString(path)).isEqualTo(expected.toString());
    }

    @Test
    void manyFilesAreWrittenAtTheSameTime() throws Exception {
        List<Coroutine<?>> writes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            writes.add(AsyncFiles.writeString(folder.resolve("file-" + i), "text " + i));
        }

        loops.run(() -> await(gather(writes)));

        for (int i = 0; i < 300; i++) {
            assertThat(folder.resolve("file-" + i)).hasContent("text " + i);
        }
    }

    // --- Replacing ---

    @Test
    void replacingLeavesNothingBeside() throws Exception {
        Files.writeString(path, "old");

        loops.run(() -> {
            await(AsyncFiles.replaceString(path, "new"));
            await(AsyncFiles.replaceBytes(folder.resolve("another"), new byte[] {'x'}));
        });

        assertThat(path).hasContent("new");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(path, folder.resolve("another"));
        }
    }

    @Test
    void replacedFileKeepsItsPermissionsAndItsLink() throws Exception {
        Files.writeString(path, "old");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-x--x"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);

        loops.run(() -> await(AsyncFiles.replaceString(link, "new")));

        assertThat(link).isSymbolicLink();
        assertThat(path).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-x--x");
    }

    @Test
    void whoHasTheOldFileOpenGoesOnReadingIt() throws Exception {
        Files.writeString(path, "old");

        loops.run(() -> {
            try (AsyncFile old = await(AsyncFiles.open(path))) {
                await(AsyncFiles.replaceString(path, "replaced"));

                assertThat(await(old.read(0, 100))).asString().isEqualTo("old");
            }
        });
    }

    // --- Limits ---

    @Test
    void aFileLargerThanTheLimitIsNotReadAndItsSizeIsSaid() throws Exception {
        Files.writeString(path, "12345678901");

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readAllBytes(path, 10)))
                .isInstanceOfSatisfying(FileLimitException.class, failure -> {
                    assertThat(failure.found()).isEqualTo(11);
                    assertThat(failure.limit()).isEqualTo(10);
                })
                .hasMessage(path + ": cannot read it: it has 11 bytes but the limit is 10"));
    }

    @Test
    void aFileAsLargeAsTheLimitIsRead() throws Exception {
        Files.writeString(path, "1234567890");

        loops.run(() -> assertThat(await(AsyncFiles.readString(path, 10))).isEqualTo("1234567890"));
    }

    @Test
    void aFileThatNeverEndsFailsAtTheLimit() throws Exception {
        Path zero = Path.of("/dev/zero");
        assumeTrue(Files.exists(zero), "needs /dev/zero");

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readAllBytes(zero, 100_000)))
                .isInstanceOf(FileLimitException.class)
                .hasMessage("/dev/zero: cannot read it: it has more than 100000 bytes "
                        + "but the limit is 100000"));
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncFiles.readString(path, -1).run())
                .withMessage("expected a limit of at least 0 but got -1");
    }

    // --- Errors ---

    @Test
    void aMissingFileIsNamedWithWhatWasToBeDone() throws Exception {
        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readString(path, 10)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(path + ": cannot read it: there is no such file"));
    }

    @Test
    void aMissingFolderIsNamedWithWhatWasToBeDone() throws Exception {
        Path lost = folder.resolve("lost").resolve("file");

        loops.run(() -> {
            assertThatThrownBy(() -> await(AsyncFiles.writeString(lost, "text")))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(lost + ": cannot write it: there is no such file");
            assertThatThrownBy(() -> await(AsyncFiles.replaceString(lost, "text")))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(lost + ": cannot replace it: there is no such file");
        });
    }

    @Test
    void aFolderIsNoFile() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(AsyncFiles.readAllBytes(folder, 100_000)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(folder + ": cannot read it: it is a directory");
            assertThatThrownBy(() -> await(AsyncFiles.replaceString(folder, "text")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(folder + ": cannot replace it: it is a directory");
            assertThatThrownBy(() -> await(AsyncFiles.appendString(folder, "text")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(folder + ": cannot append to it: Is a directory");
        });
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws Exception {
        Files.writeString(path, "secret");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("-w-------"));
        assumeFalse(Files.isReadable(path), "root may read everything");

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readString(path, 10)))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage(path + ": cannot read it: access is denied"));
    }

    @Test
    void bytesThatAreNotTextAreAnErrorThatSaysWhere() throws Exception {
        Files.write(path, new byte[] {'a', 'b', (byte) 0xc3, '('});

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readString(path, 10)))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(path + ": cannot read it: the bytes at 2 are not UTF-8"));
    }

    @Test
    void textThatEndsInHalfACharacterIsAnError() throws Exception {
        Files.write(path, new byte[] {'a', (byte) 0xc3});

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.readString(path, 10)))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(path + ": cannot read it: the bytes at 1 are not UTF-8"));
    }

    @Test
    void textThatUtf8CannotSayLeavesTheFileAsItWas() throws Exception {
        Files.writeString(path, "old");

        loops.run(() -> assertThatThrownBy(() -> await(AsyncFiles.writeString(path, "ab\ud83c!")))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(path + ": cannot write it: the text has half a character at 2, "
                        + "which UTF-8 cannot say"));

        assertThat(path).hasContent("old");
    }
}
