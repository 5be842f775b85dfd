package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.waitAll;
import static spindle.Async.yieldNow;
import static spindle.http.body.BodyRun.bytesOf;
import static spindle.http.body.BodyRun.isSoon;
import static spindle.http.body.BodyRun.sending;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.Task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Bodies that are files.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class FileBodyTest {
    private final BodyRun loop;

    @TempDir
    private Path folder;

    private Path path;

    FileBodyTest(CoroutineEngine engine) {
        loop = new BodyRun(engine);
    }

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(folder.resolve("a.txt"), "0123456789");
    }

    @Test
    void theNameTellsTheContentType() {
        RequestBody body = RequestBody.file(path);

        assertThat(body.contentType()).isEqualTo("text/plain");
        assertThat(body).hasToString("<RequestBody file '" + path + "' type='text/plain'>");
        assertThat(RequestBody.file(path, "a/b").contentType()).isEqualTo("a/b");
    }

    @Test
    void theLengthIsThatOfWhenItIsPrepared() throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.file(path);
            RequestBody ready = await(body.prepare());
            Files.writeString(path, "01234");

            assertThat(ready.length()).isEqualTo(10);
            assertThat(body.length()).isEqualTo(5);
            assertThat(bytesOf(body)).hasSize(5);
            assertThat(ready)
                    .hasToString("<RequestBody file '" + path + "' length=10 type='text/plain'>");
        });
    }

    @ParameterizedTest
    @CsvSource({"01234, 5", "0123456789abc, 13", "'', 0"})
    void aFileThatChangedSinceItWasPreparedIsNotSent(String content, int found) throws Exception {
        loop.run(() -> {
            RequestBody ready = await(RequestBody.file(path).prepare());
            Files.writeString(path, content);
            RecordingSink sink = new RecordingSink();

            assertThatThrownBy(() -> await(ready.writeTo(sink)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(path + ": cannot send it: expected 10 bytes but found " + found
                            + ": it must not change before all is sent");
            assertThat(sink.operations()).isZero();
            assertNothingOpen();
        });
    }

    @ParameterizedTest
    @CsvSource({"01234, 5", "0123456789abc, 13"})
    void aFileThatChangesWhileItIsSentFails(String content, int found) throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();

            assertThatThrownBy(() -> await(
                            sending(RequestBody.file(path), before(sink, () -> write(content)))))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("expected 10 bytes but found " + found);
            assertNothingOpen();
        });
    }

    private void write(String content) throws IOException {
        Files.writeString(path, content);
    }

    @Test
    void aFileThatIsReplacedWhileItIsSentIsSentAsItWas() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            Path other = Files.writeString(folder.resolve("b"), "another one");
            await(sending(
                    RequestBody.file(path),
                    before(
                            sink,
                            () -> Files.move(other, path, StandardCopyOption.REPLACE_EXISTING))));

            assertThat(sink.bytes()).asString().isEqualTo("0123456789");
        });
    }

    /// The file is opened on another thread: here before the cancellation, there after it.
    @Test
    void aFileIsNotLeftOpenIfItIsCancelledWhileItIsOpened() throws Exception {
        loop.run(() -> {
            for (int round = 0; round < 500; round++) {
                Task<?> task = createTask(RequestBody.file(path).writeTo(RecordingSink.slow()));
                for (int turn = 0; turn < 2 + round % 10; turn++) {
                    yieldNow();
                }
                task.cancel();
                await(waitAll(List.of(task)));
            }
            assertNothingOpen();
        });
    }

    // --- Parts ---

    @ParameterizedTest
    @CsvSource({"0, 10, 0123456789", "3, 4, 3456", "9, 1, 9", "10, 0, ''", "0, 0, ''"})
    void aPartIsSent(long position, long count, String expected) throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.file(path, position, count);

            assertThat(body.length()).isEqualTo(count);
            assertThat(bytesOf(body)).asString().isEqualTo(expected);
        });
    }

    @Test
    void theRestOfTheFileMayGrow() throws Exception {
        loop.run(() -> {
            RequestBody ready = await(RequestBody.file(path, 2, 3).prepare());
            RecordingSink sink = new RecordingSink();
            await(ready.writeTo(before(sink, () -> write("0123456789abc"))));

            assertThat(sink.bytes()).asString().isEqualTo("234");
        });
    }

    @Test
    void aPartThatIsNotThereFailsBeforeItIsSent() throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.file(path, 8, 3);

            assertThatThrownBy(() -> await(body.prepare()))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("expected at least 11 bytes but found 10");
            assertThatThrownBy(() -> await(body.writeTo(new RecordingSink())))
                    .hasMessageContaining("expected at least 11 bytes but found 10");
            assertNothingOpen();
        });
    }

    @Test
    void aPartThatIsCutOffWhileItIsSentFails() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();

            assertThatThrownBy(() -> await(sending(
                            RequestBody.file(path, 2, 6), before(sink, () -> write("01234")))))
                    .hasMessageContaining("expected 8 bytes but found 5");
        });
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "1, -1", "9223372036854775807, 1"})
    void aPartThatCannotBeIsRefused(long position, long count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.file(path, position, count))
                .withMessageContaining("its position is " + position);
    }

    // --- What is no file ---

    @Test
    void aFileThatIsNotThereFailsWhereverItIsAskedFor() throws Exception {
        loop.run(() -> {
            Path missing = folder.resolve("missing");
            RequestBody body = RequestBody.file(missing);

            assertThatThrownBy(() -> await(body.prepare()))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(missing + ": cannot send it: there is no such file");
            assertThatThrownBy(() -> await(body.writeTo(new RecordingSink())))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(body::length)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(NoSuchFileException.class);
        });
    }

    @Test
    void aFolderIsRefused() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> await(RequestBody.file(folder).prepare()))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(folder
                        + ": cannot send it: it is not a regular file: send it as a stream"));
    }

    /// To open one waits until somebody writes.
    @Test
    void aPipeIsRefused() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        loop.run(() -> assertThatThrownBy(() -> bytesOf(RequestBody.file(pipe)))
                .hasMessageContaining("it is not a regular file"));
    }

    private void assertNothingOpen() {
        assertThat(isSoon(() -> OpenHandles.under(folder) == 0)).isTrue();
    }

    /// Returns a sink before whose every operation something happens.
    private static BodySink before(BodySink next, Coroutine.Action action) {
        return new BodySink() {
            @Override
            public Coroutine<@Nullable Void> write(ByteBuffer piece) {
                return next.write(piece);
            }

            @Override
            public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
                return () -> {
                    action.run();
                    return await(next.sendFile(file, position, count));
                };
            }

            @Override
            public void trailer(String name, String value) {
                next.trailer(name, value);
            }
        };
    }
}
