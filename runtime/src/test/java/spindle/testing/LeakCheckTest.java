package spindle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.DeadlockException;
import spindle.EventLoop;
import spindle.Future;
import spindle.OnBothEngines;
import spindle.Task;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// What a test leaves behind in its loop fails it, with where that was made.
@OnBothEngines
class LeakCheckTest {
    private final CoroutineEngine engine;

    LeakCheckTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    @Test
    void testThatLeavesNothingBehindPasses() throws Exception {
        run(() -> {
            Task<?> task = createTask(() -> await(sleep(Duration.ofDays(1))));
            await(task);
        });
    }

    @Test
    void pendingTaskIsALeak() {
        assertThatLeaks(this::leaveTaskBehind)
                .hasMessageStartingWith("the loop reported:\n"
                        + "task was still pending at the end of the test: "
                        + "cancel and await it first: <Task pending name='forgotten'")
                .hasMessageContaining("made here:\n\tat ")
                .hasMessageContaining("LeakCheckTest.leaveTaskBehind(LeakCheckTest.java:");
    }

    private void leaveTaskBehind() {
        Task<?> forgotten = createTask("forgotten", () -> await(sleep(Duration.ofDays(1))));
        yieldNow();
        assertThat(forgotten.isDone()).isFalse();
    }

    @Test
    void timerIsALeak() {
        assertThatLeaks(this::leaveTimerBehind)
                .hasMessageStartingWith("the loop reported:\n"
                        + "timers were still set when their loop was closed, cancel them first: ")
                .hasMessageContaining("LeakCheckTest.leaveTimerBehind(LeakCheckTest.java:");
    }

    private void leaveTimerBehind() {
        EventLoop.current().callLater(Duration.ofDays(1), () -> {});
    }

    @Test
    void watchedChannelIsALeak() throws IOException {
        Pipe pipe = Pipe.open();
        try (var _ = pipe.sink();
                var _ = pipe.source()) {
            pipe.source().configureBlocking(false);

            assertThatLeaks(() -> leaveChannelWatched(pipe))
                    .hasMessageStartingWith(
                            "the loop reported:\n"
                                    + "handles still watched channels when their loop was closed, "
                                    + "call removeReader and removeWriter, or close what uses them, first: ")
                    .hasMessageContaining("LeakCheckTest.leaveChannelWatched(LeakCheckTest.java:");
        }
    }

    private void leaveChannelWatched(Pipe pipe) throws IOException {
        EventLoop.current().addReader(pipe.source(), () -> {});
    }

    @Test
    void failureThatNobodyAskedForIsALeak() {
        IOException failure = new IOException("lost");

        assertThatLeaks(() -> leaveFailureBehind(failure))
                .hasMessageStartingWith("the loop reported:\n"
                        + "task exception was never retrieved: "
                        + "await it, or ask for its result or exception: <Task finished "
                        + "exception=java.io.IOException: lost")
                .hasMessageContaining("LeakCheckTest.leaveFailureBehind(LeakCheckTest.java:")
                .hasSuppressedException(failure);
    }

    private void leaveFailureBehind(IOException failure) {
        Task<?> failing = createTask(() -> {
            throw failure;
        });
        yieldNow();
        assertThat(failing.isDone()).isTrue();
    }

    @Test
    void callbackThatFailsIsALeak() {
        IllegalStateException failure = new IllegalStateException("failed");

        assertThatLeaks(() -> {
                    EventLoop.current().callSoon(() -> {
                        throw failure;
                    });
                    yieldNow();
                })
                .hasMessageStartingWith("the loop reported:\nexception in callback: <Handle ")
                .hasMessageContaining("LeakCheckTest.java:")
                .hasSuppressedException(failure);
    }

    @Test
    void blockingCallThatTakesNoNoticeOfBeingInterruptedIsALeak() {
        CountDownLatch released = new CountDownLatch(1);
        TestRun run = new TestRun(EventLoop.builder().engine(engine), Duration.ofMillis(20));

        assertThatThrownBy(() -> run.run(() -> leaveCallBehind(released)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the loop reported:\n"
                        + "blocking calls did not end within PT0.02S of being interrupted; "
                        + "their threads go on: [blocking call LeakCheckTest lambda made by ")
                .hasMessageContaining(" at LeakCheckTest.java:");
        released.countDown();
    }

    private static void leaveCallBehind(CountDownLatch released) throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Task<?> caller = createTask(() -> await(runBlocking(() -> {
            called.countDown();
            awaitUninterruptibly(released);
            return null;
        })));
        yieldNow();
        called.await();
        caller.cancel();
        assertThatThrownBy(() -> await(caller)).hasNoCause();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        int interrupts = 0;
        while (latch.getCount() > 0 && interrupts < 100) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                interrupts++;
            }
        }
    }

    @Test
    void failureOfTheTestItselfIsThrownAsItIsWithTheReportsAsWell() {
        IOException failure = new IOException("failure");

        assertThatThrownBy(() -> run(() -> {
                    leaveTimerBehind();
                    throw failure;
                }))
                .isSameAs(failure)
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .anyMatch(report -> report.toString()
                                .contains("the loop reported: timers were still set")));
    }

    @Test
    void futureThatOnlyTheTestItselfCouldCompleteIsADeadlock() {
        assertThatThrownBy(() -> run(() -> {
                    Future<String> never = EventLoop.current().createFuture("what never comes");
                    Task<String> other = createTask("other", () -> await(never));
                    await(other);
                }))
                .isInstanceOf(DeadlockException.class)
                .hasMessageStartingWith("nothing can ever run again: "
                        + "2 tasks wait, no timer is set and no channel is watched\n    <Task ")
                .hasMessageContaining(
                        "name='other' coro=<futureThatOnlyTheTestItselfCouldCompleteIsADeadlock()"
                                + " at LeakCheckTest.java:")
                .hasMessageContaining("wait_for=<Future pending for=what never comes");
    }

    @Test
    void tasksThatWaitForEachOtherAreNamedInTheDeadlock() {
        assertThatThrownBy(() -> run(() -> {
                    Task<?>[] tasks = new Task<?>[2];
                    tasks[0] = createTask("hen", () -> await(tasks[1]));
                    tasks[1] = createTask("egg", () -> await(tasks[0]));
                    await(tasks[0]);
                }))
                .isInstanceOf(DeadlockException.class)
                .hasMessageContaining(" waits, in the end, for itself");
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    private AbstractThrowableAssert<?, ?> assertThatLeaks(Coroutine.Action test) {
        return assertThatThrownBy(() -> run(test)).isInstanceOf(AssertionError.class);
    }
}
