package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A loop that detects deadlocks says so when nothing can ever run again, and only then.
@OnBothEngines
class DeadlockTest {
    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;
    private final Recorder recorder = new Recorder();
    private final CountDownLatch loopWaits = new CountDownLatch(1);

    DeadlockTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    /// Runs a main that is to get stuck, and returns what is said of that.
    private String deadlockOf(Coroutine.Action main) {
        DeadlockException deadlock = catchThrowableOfType(
                DeadlockException.class,
                () -> Async.run(loops.builder().detectDeadlocks(true), main));
        assertThat(deadlock).isNotNull();
        return deadlock.getMessage();
    }

    /// Waits for a future in a coroutine whose name, and no line, is shown.
    private static Coroutine<Object> waitingFor(Future<?> future) {
        return Coroutine.named("wait", () -> await(future));
    }

    private static String withoutLines(String message) {
        return message.replaceAll(" at \\w+\\.java:\\d+", "");
    }

    // --- What it says ---

    @Test
    void namesTheOnlyTaskAndWhatItWaitsFor() {
        String message = deadlockOf(() -> await(EventLoop.current().createFuture("a reply")));

        assertThat(withoutLines(message)).isEqualTo("""
                        nothing can ever run again: 1 task waits, no timer is set and no channel is watched
                            <Task pending name='Task-1' coro=<namesTheOnlyTaskAndWhatItWaitsFor()> \
                        wait_for=<Future pending for=a reply cb=[step of task 'Task-1']> \
                        cb=[runUntilComplete]>""");
    }

    @Test
    void namesEveryTaskOfAChain() {
        String message = deadlockOf(() -> {
            Future<Object> never = EventLoop.current().createFuture("a reply");
            Task<?> inner = createTask("inner", waitingFor(never));
            Task<?> outer = createTask("outer", waitingFor(inner));
            await(outer);
        });

        assertThat(withoutLines(message)).isEqualTo("""
                        nothing can ever run again: 3 tasks wait, no timer is set and no channel is watched
                            <Task pending name='Task-1' coro=<namesEveryTaskOfAChain()> \
                        wait_for=<Task name='outer'> cb=[runUntilComplete]>
                            <Task pending name='inner' coro=<wait()> \
                        wait_for=<Future pending for=a reply cb=[step of task 'inner']> \
                        cb=[step of task 'outer']>
                            <Task pending name='outer' coro=<wait()> \
                        wait_for=<Task name='inner'> cb=[step of task 'Task-1']>""");
    }

    @Test
    void saysWhichTasksWaitForThemselves() {
        String message = deadlockOf(() -> {
            List<Task<?>> circle = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int next = (i + 1) % 3;
                circle.add(createTask("circle-" + i, () -> await(circle.get(next))));
            }
            await(circle.getFirst());
        });

        assertThat(message.lines().skip(1))
                .hasSize(4)
                .filteredOn(line -> line.endsWith(" waits, in the end, for itself"))
                .allMatch(line -> line.contains("name='circle-"))
                .hasSize(3);
    }

    @Test
    void namesFiftyTasksAndCountsTheOthers() {
        String message = deadlockOf(() -> {
            Future<Object> never = EventLoop.current().createFuture();
            Task<?> last = null;
            for (int i = 0; i < 52; i++) {
                last = createTask(waitingFor(never));
            }
            await(last);
        });

        assertThat(message)
                .startsWith("nothing can ever run again: 53 tasks wait,")
                .endsWith("\n    3 more");
        assertThat(message.lines().filter(line -> line.startsWith("    <Task"))).hasSize(50);
    }

    @Test
    void tasksCleanUpAfterwards() {
        String message = deadlockOf(() -> {
            try {
                await(EventLoop.current().createFuture());
            } finally {
                yieldNow();
                recorder.record("cleaned up");
            }
        });

        assertThat(message).startsWith("nothing can ever run again");
        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void deadlockOfTheShutdownIsThrownAsItIs() {
        DeadlockException deadlock = catchThrowableOfType(
                DeadlockException.class,
                () -> Async.run(loops.builder().detectDeadlocks(true), () -> {
                    Task<?> left = createTask("left", () -> {
                        try {
                            await(sleep(Duration.ofHours(1)));
                        } finally {
                            await(EventLoop.current().createFuture());
                        }
                    });
                    yieldNow();
                    assertThat(left.isDone()).isFalse();
                }));

        assertThat(deadlock).hasMessageContaining("name='left'");
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::message)
                .containsOnly("task was still pending when its loop was closed: "
                        + "cancel and await it first");
    }

    // --- What is none ---

    @Test
    void loopThatDoesNotDetectDeadlocksWaits() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        completeSoon(() -> loop.callSoonThreadsafe(() -> future.setResult("result")));

        loopWaits.countDown();
        assertThat(loop.runUntilComplete(future)).isEqualTo("result");
    }

    @Test
    void timerIsNone() throws Exception {
        Async.run(loops.builder().detectDeadlocks(true), () -> await(sleep(Duration.ofHours(1))));
    }

    @Test
    void blockingCallUnderWayIsNone() throws Exception {
        String result = Async.run(
                waiting(),
                () -> await(runBlocking(() -> {
                    loopWaits.await();
                    return "result";
                })));

        assertThat(result).isEqualTo("result");
    }

    @Test
    void futureOfAnotherThreadsResultIsNone() throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        completeSoon(() -> result.complete("result"));

        assertThat(Async.run(waiting(), () -> await(Future.from(result)))).isEqualTo("result");
    }

    @Test
    void futureOfAnotherThreadsResultThatIsThereIsNoExcuseAnyMore() {
        String message = deadlockOf(() -> {
            await(Future.from(CompletableFuture.completedFuture("result")));
            await(EventLoop.current().createFuture());
        });

        assertThat(message).startsWith("nothing can ever run again");
    }

    @Test
    void channelThatIsWatchedIsNone() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        EventLoop.Builder builder = loops.realBuilder().detectDeadlocks(true);

        Async.run(builder, () -> {
            EventLoop loop = EventLoop.current();
            Future<String> readable = loop.createFuture();
            loop.addReader(pipe.source(), () -> {
                loop.removeReader(pipe.source());
                readable.setResult("readable");
            });
            Thread writing = Thread.ofPlatform().start(() -> write(pipe));
            recorder.record(await(readable));
            writing.join();
        });
        pipe.source().close();
        pipe.sink().close();

        assertThat(recorder.events()).containsExactly("readable");
    }

    private static void write(Pipe pipe) {
        try {
            pipe.sink().write(ByteBuffer.allocate(1));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void taskThatBlocksOnItsOwnIsNone() throws Exception {
        assumeTrue(engine == CoroutineEngine.LOOP_CARRIED, "SUSPENDS_TASK needs LOOP_CARRIED");

        Async.run(waiting().blocking(BlockingPolicy.SUSPENDS_TASK), () -> {
            loopWaits.await();
            recorder.record("went on");
        });

        assertThat(recorder.events()).containsExactly("went on");
    }

    @Test
    void loopWithoutTasksHasNone() {
        EventLoop loop = loops.open(waiting());
        completeSoon(() -> loop.callSoonThreadsafe(loop::stop));

        loop.runForever();
    }

    /// Returns the builder of a loop that opens [#loopWaits] when it begins to wait.
    private EventLoop.Builder waiting() {
        return loops.builder().detectDeadlocks(true).poller(new ChannelessPoller() {
            @Override
            public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                if (timeoutNanos != 0) {
                    loopWaits.countDown();
                }
                super.poll(timeoutNanos, ready);
            }
        });
    }

    /// Has another thread do something when the loop waits.
    private void completeSoon(Runnable action) {
        Thread.ofPlatform().start(() -> {
            try {
                loopWaits.await();
                action.run();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
    }
}
