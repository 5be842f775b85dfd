package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// How a runner ends what its mains leave behind, in order: tasks, calls on other threads, the
/// loop.
@OnBothEngines
class RunnerCloseTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    RunnerCloseTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private Runner open() {
        return Runner.open(loops.builder());
    }

    /// Sleeps, and records when it is cancelled.
    private Coroutine<Object> sleeper(String name) {
        return () -> {
            try {
                return await(sleep(LONG));
            } catch (CancelledError cancelled) {
                recorder.record(name + ": " + cancelled.getMessage());
                throw cancelled;
            }
        };
    }

    // --- The order ---

    @Test
    void cancelsTasksThenWaitsForBlockingCallsThenClosesResources() throws Exception {
        CountDownLatch loopWaits = new CountDownLatch(1);
        ChannelessPoller poller = new ChannelessPoller() {
            @Override
            public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                if (timeoutNanos != 0 && recorder.events().contains("task cleans up")) {
                    loopWaits.countDown();
                }
                super.poll(timeoutNanos, ready);
            }
        };
        try (Runner runner = Runner.open(loops.builder().poller(poller))) {
            runner.run(() -> {
                EventLoop.current().resource(Resource.class, _ -> new Resource());
                CountDownLatch started = new CountDownLatch(1);
                Task<?> calling = createTask(() -> await(runBlocking(() -> {
                    started.countDown();
                    endWhen(loopWaits);
                    return null;
                })));
                Task<?> sleeping = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        recorder.record("task cleans up");
                    }
                });
                yieldNow();
                started.await();
                assertThat(calling.isDone() || sleeping.isDone()).isFalse();
            });
        }

        assertThat(recorder.events())
                .containsExactly("task cleans up", "call ends", "resource closed");
    }

    /// Called on another thread, which is interrupted meanwhile.
    private void endWhen(CountDownLatch loopWaits) throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } finally {
            loopWaits.await();
            recorder.record("call ends");
        }
    }

    private final class Resource implements AutoCloseable {
        @Override
        public void close() {
            recorder.record("resource closed");
        }
    }

    @Test
    void cancelsAllTasksBeforeAnyOfThemCleansUp() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                for (int i = 0; i < 2; i++) {
                    Task<?> left = createTask(sleeper("task " + i));
                    assertThat(left.isDone()).isFalse();
                }
                yieldNow();
            });
            recorder.record("closes");
        }
        recorder.record("closed");

        assertThat(recorder.events())
                .containsExactly(
                        "closes",
                        "task 0: the loop is about to close",
                        "task 1: the loop is about to close",
                        "closed");
    }

    @Test
    void waitsForTheCleanUp() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> left = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        await(sleep(LONG));
                        recorder.record("cleaned up");
                    }
                });
                yieldNow();
                assertThat(left.isDone()).isFalse();
            });
        }
        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void taskThatNeverRanIsCancelledWithoutRunning() throws Exception {
        Task<?> left;
        try (Runner runner = open()) {
            left = runner.loop().createTask(() -> {
                recorder.record("never");
                return null;
            });
        }
        assertThat(left.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void failuresMeanwhileAreReportedAllOfThem() throws Exception {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        try (Runner runner = open()) {
            runner.run(() -> {
                for (IOException failure : new IOException[] {first, second}) {
                    Task<?> left = createTask(() -> {
                        try {
                            await(sleep(LONG));
                        } finally {
                            throwIt(failure);
                        }
                    });
                    assertThat(left.isDone()).isFalse();
                }
                yieldNow();
            });
        }
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::exception)
                .containsExactly(first, second);
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }

    // --- Tasks that don't want to end ---

    @Test
    void taskThatRefusesCancellationOnceIsNotAskedAgain() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> stubborn = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError refused) {
                        recorder.record("refused");
                    }
                    await(sleep(LONG));
                    recorder.record("ended by itself");
                });
                yieldNow();
                assertThat(stubborn.isDone()).isFalse();
            });
        }
        assertThat(recorder.events()).containsExactly("refused", "ended by itself");
    }

    @Test
    void taskThatACleanUpLeavesBehindIsCancelledToo() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> left = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        Task<?> another = createTask(sleeper("made meanwhile"));
                        yieldNow();
                        yieldNow();
                        recorder.record("cleaned up, another is done: " + another.isDone());
                    }
                });
                yieldNow();
                assertThat(left.isDone()).isFalse();
            });
        }
        assertThat(recorder.events())
                .containsExactly(
                        "cleaned up, another is done: false",
                        "made meanwhile: the loop is about to close");
        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void taskThatACleanUpAwaitsIsLeftInPeace() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> left = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        await(createTask(() -> {
                            await(sleep(LONG));
                            recorder.record("said goodbye");
                        }));
                    }
                });
                yieldNow();
                assertThat(left.isDone()).isFalse();
            });
        }
        assertThat(recorder.events()).containsExactly("said goodbye");
    }

    @Test
    void tasksThatMakeNewOnesForEverAreGivenUpAndReported() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> immortal = createTask(this::respawn);
                yieldNow();
                assertThat(immortal.isDone()).isFalse();
            });
        }
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::message)
                .containsExactly(
                        "task was still pending when its loop was closed: cancel and await it first",
                        "timers were still set when their loop was closed, cancel them first");
    }

    private void respawn() throws Exception {
        try {
            await(sleep(LONG));
        } finally {
            Task<?> next = createTask(this::respawn);
            yieldNow();
            assertThat(next.isDone()).isFalse();
        }
    }

    @Test
    void taskThatStopsTheLoopWhenItIsCancelledDoesNotEndTheShutdown() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> left = createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        EventLoop.current().stop();
                        await(sleep(LONG));
                        recorder.record("cleaned up");
                    }
                });
                yieldNow();
                assertThat(left.isDone()).isFalse();
            });
        }
        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void stopBeforeTheCloseDoesNotEndTheShutdown() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                Task<?> left = createTask(sleeper("left"));
                yieldNow();
                assertThat(left.isDone()).isFalse();
            });
            runner.loop().stop();
        }
        assertThat(recorder.events()).containsExactly("left: the loop is about to close");
    }

    // --- Closing twice, and where it cannot ---

    @Test
    void closingTwiceDoesNothing() {
        Runner runner = open();

        runner.close();
        runner.close();

        assertThat(runner.loop().isClosed()).isTrue();
    }

    @Test
    void closingARunnerWhoseLoopIsClosedDoesNothing() {
        Runner runner = open();
        runner.loop().close();

        runner.close();

        assertThat(runner.loop().isClosed()).isTrue();
    }

    @Test
    void refusesToCloseInItsOwnCoroutineAndCancelsNothing() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                assertThatIllegalStateException()
                        .isThrownBy(runner::close)
                        .withMessage("cannot close a runner while its loop runs:"
                                + " close it when run has returned");
                yieldNow();
                recorder.record("goes on");
            });
            assertThat(runner.loop().isClosed()).isFalse();
        }
        assertThat(recorder.events()).containsExactly("goes on");
    }

    // --- After something worse than a failure ---

    @Test
    void fatalErrorOfAMainStillLetsTheOthersCleanUp() {
        InternalError fatal = new InternalError("broken");

        assertThatThrownBy(() -> loops.run(() -> {
                    Task<?> left = createTask(sleeper("left"));
                    yieldNow();
                    assertThat(left.isDone()).isFalse();
                    throw fatal;
                }))
                .isSameAs(fatal);

        assertThat(recorder.events()).containsExactly("left: the loop is about to close");
        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void fatalErrorOfACallbackStillLetsMainCleanUp() {
        InternalError fatal = new InternalError("broken");

        assertThatThrownBy(() -> loops.run(() -> {
                    EventLoop.current().callSoon(() -> {
                        throw fatal;
                    });
                    await(sleeper("main"));
                }))
                .isSameAs(fatal);

        assertThat(recorder.events()).containsExactly("main: the loop is about to close");
    }

    /// The main is suspended for the eager task's first step, and nothing but that resumes it.
    @Test
    void fatalErrorOfAnEagerTaskStillLetsMainCleanUp() {
        InternalError fatal = new InternalError("broken");

        assertThatThrownBy(() -> loops.run(() -> {
                    Task<?> eager = Async.createEagerTask(() -> {
                        throw fatal;
                    });
                    recorder.record("eager is done: " + eager.isDone());
                    await(sleeper("main"));
                }))
                .isSameAs(fatal);

        assertThat(recorder.events())
                .containsExactly("eager is done: true", "main: the loop is about to close");
        assertThat(loops.reports().takeAll())
                .as("reported besides being thrown")
                .isEmpty();
    }

    @Test
    void pollerThatFailsOnceStillLetsMainCleanUp() {
        IOException broken = new IOException("interrupted system call");
        AtomicBoolean failed = new AtomicBoolean();
        ChannelessPoller poller = new ChannelessPoller() {
            @Override
            public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                if (!failed.getAndSet(true)) {
                    throw broken;
                }
                super.poll(timeoutNanos, ready);
            }
        };

        assertThatThrownBy(() -> Async.run(loops.builder().poller(poller), sleeper("main")))
                .hasMessage("the poller failed, the loop cannot go on")
                .hasCause(broken);

        assertThat(recorder.events()).containsExactly("main: the loop is about to close");
    }

    /// Nothing can clean up then, but nobody is left in the dark either.
    @Test
    void pollerThatFailsForGoodLeavesTheLoopClosedAndSaysWhatWasLeft() {
        IOException broken = new IOException("bad file descriptor");
        ChannelessPoller poller = new ChannelessPoller() {
            @Override
            public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                throw broken;
            }
        };
        Runner runner = Runner.open(loops.builder().poller(poller));
        var bridge = runner.loop().createFuture().toCompletableFuture();

        assertThatThrownBy(() -> runner.run(() -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        await(sleep(LONG));
                        recorder.record("never");
                    }
                }))
                .hasCause(broken);
        assertThatThrownBy(runner::close)
                .hasMessage("the poller failed, the loop cannot go on")
                .hasCause(broken);

        assertThat(runner.loop().isClosed()).isTrue();
        assertThat(bridge).isCompletedExceptionally();
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::message)
                .contains(
                        "task was still pending when its loop was closed: cancel and await it first");
    }
}
