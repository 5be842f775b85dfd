package spindle.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Runner;
import spindle.Task;
import spindle.TestLoops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What becomes of an operation, its file and its loop when nobody waits for it any more.
@OnBothEngines
class FileCancellationTest {
    @RegisterExtension
    final TestLoops loops;

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private Path path;

    FileCancellationTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    /// Starts an operation that is on its thread when this returns, and stays there until it may
    /// go on; then it uses the channel.
    private Task<Long> startHeldUp(AsyncFile file) throws Exception {
        Task<Long> heldUp = createEagerTask(() -> file.run("wait", channel -> {
            started.countDown();
            awaitLatch(mayGoOn);
            return channel.size();
        }));
        started.await();
        return heldUp;
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IOException("the thread of a file was interrupted", interrupted);
        }
    }

    private static void cancel(Task<?> task) throws Exception {
        task.cancel();
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }

    @Test
    void anOperationThatHasNotStartedDoesNotHappen() throws Exception {
        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                Task<Long> heldUp = startHeldUp(file);
                Task<@Nullable Void> first = createEagerTask(file.append(new byte[] {'1'}));
                Task<@Nullable Void> second = createEagerTask(file.append(new byte[] {'2'}));
                cancel(first);
                mayGoOn.countDown();

                await(second);
                assertThat(await(heldUp)).isZero();
            }
        });

        assertThat(path).hasContent("2");
    }

    @Test
    void anOperationThatHasStartedGoesOnAndTheFileStaysUsable() throws Exception {
        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                Task<Long> heldUp = startHeldUp(file);
                cancel(heldUp);
                Task<@Nullable Void> next = createEagerTask(file.append(new byte[] {'x'}));
                yieldNow();
                assertThat(next.isDone()).isFalse();
                mayGoOn.countDown();

                await(next);
                assertThat(await(file.read(0, 10))).asString(US_ASCII).isEqualTo("x");
            }
        });
    }

    @Test
    void aFileThatIsUsedAndCancelledAtEveryMomentStaysOpenAndInOrder() throws Exception {
        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                for (int i = 0; i < 300; i++) {
                    List<Task<?>> tasks = new ArrayList<>();
                    tasks.add(createEagerTask(file.write(0, new byte[20_000])));
                    tasks.add(createEagerTask(file.read(0, 20_000)));
                    for (int turn = 0; turn < i % 7; turn++) {
                        yieldNow();
                    }
                    Thread.onSpinWait();
                    tasks.forEach(Task::cancel);
                    yieldNow();
                }
                await(file.write(0, "end".getBytes(US_ASCII)));

                assertThat(await(file.read(0, 3))).asString(US_ASCII).isEqualTo("end");
            }
        });
    }

    @Test
    void aWriteThatFailsAfterItsCancellationIsReported() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            FileOperation<Object> writing = FileOperation.changing(loop, path, "write it", () -> {
                started.countDown();
                awaitLatch(mayGoOn);
                throw new IOException("the disk is full");
            });
            Task<Object> task =
                    createEagerTask(() -> writing.await(LoopFiles.of(loop).threads()));
            started.await();
            cancel(task);
            mayGoOn.countDown();
        });

        var report = loops.reports().takeOnly();
        assertThat(report)
                .hasToString("a file operation failed after whoever awaited it was cancelled: "
                        + "<FileOperation on '" + path + "' to write it>");
        assertThat(report.exception()).hasMessage(path + ": cannot write it: the disk is full");
    }

    @Test
    void closingThatIsCancelledClosesAllTheSame() throws Exception {
        loops.run(() -> {
            AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE));
            Task<Long> heldUp = startHeldUp(file);
            Task<?> closing = createTask(file::close);
            yieldNow();
            cancel(closing);
            mayGoOn.countDown();

            assertThat(await(heldUp)).isZero();
            assertThat(file).hasToString("<AsyncFile '" + path + "' closed>");
        });
    }

    // --- The loop meanwhile ---

    @Test
    void timersGoOnWhileAPipeIsOpened() throws Exception {
        Path fifo = Fifo.make(folder.resolve("fifo"));

        loops.run(() -> {
            Task<String> reading = createEagerTask(AsyncFiles.readString(fifo, 100));
            for (int i = 0; i < 20; i++) {
                await(sleep(Duration.ofMillis(10)));
            }
            assertThat(reading.isDone()).isFalse();
            await(runBlocking(() -> {
                Fifo.release(fifo, "through");
                return null;
            }));

            assertThat(await(reading)).isEqualTo("through");
        });
    }

    @Test
    void fourPipesKeepTheOthersWaitingAndNoMore() throws Exception {
        List<Path> fifos = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fifos.add(Fifo.make(folder.resolve("fifo-" + i)));
        }

        loops.run(() -> {
            List<Task<String>> readings = new ArrayList<>();
            for (Path fifo : fifos) {
                readings.add(createEagerTask(AsyncFiles.readString(fifo, 100)));
            }
            Task<@Nullable Void> writing = createEagerTask(AsyncFiles.writeString(path, "text"));
            await(sleep(Duration.ofMillis(10)));
            assertThat(writing.isDone()).isFalse();
            assertThat(path).doesNotExist();

            for (Path fifo : fifos) {
                await(runBlocking(() -> {
                    Fifo.release(fifo, "");
                    return null;
                }));
            }
            await(writing);
            for (Task<String> reading : readings) {
                assertThat(await(reading)).isEmpty();
            }
        });
    }

    @Test
    void openingAPipeThatIsGivenUpLeavesNoFileOpen() throws Exception {
        Path fifo = Fifo.make(folder.resolve("fifo"));

        loops.run(() -> {
            Task<AsyncFile> opening = createEagerTask(AsyncFiles.open(fifo));
            await(sleep(Duration.ofMillis(10)));
            cancel(opening);

            // The last reader has gone when a write fails.
            await(runBlocking(() -> {
                try (var output = Files.newOutputStream(fifo)) {
                    assertThatThrownBy(() -> {
                                while (true) {
                                    output.write(new byte[10]);
                                }
                            })
                            .isInstanceOf(IOException.class)
                            .hasMessage("Broken pipe");
                }
                return null;
            }));
        });
    }

    // --- Closing the loop ---

    @Test
    void theLoopIsClosedAfterTheOperationsThatHaveStarted() throws Exception {
        loops.run(() -> {
            AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE));
            EventLoop loop = EventLoop.current();
            Task<?> writing = createEagerTask(() -> file.run("wait", channel -> {
                started.countDown();
                loop.callSoonThreadsafe(mayGoOn::countDown);
                awaitLatch(mayGoOn);
                ChannelBytes.writeAt(channel, 0, ByteBuffer.wrap(new byte[100]));
                return "written";
            }));
            started.await();
            assertThat(writing.isDone()).isFalse();
        });

        assertThat(path).hasSize(100);
        assertThat(loops.reports().takeOnly().message())
                .isEqualTo("a file was still open when the loop was closed: close it");
    }

    @Test
    void theThreadsEndWithTheLoop() throws Exception {
        List<Thread> threads = new ArrayList<>();

        loops.run(() -> {
            try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE))) {
                threads.add(await(() -> file.run("look", _ -> Thread.currentThread())));
            }
        });
        threads.getFirst().join();

        assertThat(threads.getFirst().isDaemon()).isTrue();
        assertThat(threads.getFirst().getName()).startsWith("spindle-files-");
    }

    @Test
    void anOperationThatOutlivesItsLoopIsReportedAndTheFileClosedAfterIt() throws Exception {
        List<Thread> threads = new ArrayList<>();
        try (Runner runner = Runner.open(loops.builder(), Duration.ofMillis(10))) {
            runner.run(() -> {
                AsyncFile file = await(AsyncFiles.open(path, READ, WRITE, CREATE));
                threads.add(await(() -> file.run("look", _ -> Thread.currentThread())));
                startHeldUp(file);
            });
        }
        List<String> reports =
                loops.reports().takeAll().stream().map(Object::toString).toList();
        mayGoOn.countDown();
        threads.getFirst().join();

        assertThat(reports).hasSize(2);
        assertThat(reports.getFirst())
                .startsWith("blocking calls did not end within PT0.01S of being interrupted; "
                        + "their threads go on: [blocking call "
                        + "<FileOperation on '" + path + "' to wait>]");
        assertThat(reports.getLast()).startsWith("a file was still open when the loop was closed");
    }
}
