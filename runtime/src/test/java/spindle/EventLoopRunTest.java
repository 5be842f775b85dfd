package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.TestLoops.runFor;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Queue;

/// How a loop starts, stops and runs again.
@OnBothEngines
class EventLoopRunTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    EventLoopRunTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Stopping ---

    @Test
    void stopLetsTheTurnFinish() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            recorder.record("a");
            loop.stop();
            loop.callSoon(recorder.recording("next turn"));
        });
        loop.callSoon(recorder.recording("b"));

        loop.runForever();

        assertThat(recorder.events()).containsExactly("a", "b");
    }

    @Test
    void whatIsReadyAtTheStopRunsInTheNextRun() throws Exception {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            loop.stop();
            loop.callSoon(recorder.recording("left over"));
        });
        loop.runForever();

        loop.runUntilComplete(Async.sleep(Duration.ZERO));

        assertThat(recorder.events()).containsExactly("left over");
    }

    @Test
    void stopBeforeARunMakesItOneTurnLong() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            recorder.record("first turn");
            loop.callSoon(recorder.recording("second turn"));
        });

        loop.stop();
        loop.runForever();

        assertThat(recorder.events()).containsExactly("first turn");
    }

    @Test
    void stoppedLoopLooksWithoutWaiting() {
        ChannelessPoller poller = new ChannelessPoller();
        EventLoop loop = loops.open(loops.builder().poller(poller));
        TimerHandle timer = loop.callLater(Duration.ofMillis(1), recorder.recording("timer"));
        long start = loop.time();

        runTurn(loop);

        assertThat(poller.polls()).isEqualTo(1);
        assertThat(loop.time()).isEqualTo(start);
        assertThat(recorder.events()).isEmpty();
        timer.cancel();
    }

    @Test
    void stopIsForgottenAfterTheRun() {
        EventLoop loop = loops.open();
        runTurn(loop);

        loop.callLater(Duration.ofMillis(1), recorder.recording("timer"));
        runFor(Duration.ofMillis(2), loop);

        assertThat(recorder.events()).containsExactly("timer");
    }

    @Test
    void anotherThreadStopsTheLoopThroughCallSoonThreadsafe() throws InterruptedException {
        EventLoop loop = loops.open();
        Thread stopper = Thread.ofPlatform().start(() -> loop.callSoonThreadsafe(loop::stop));

        loop.runForever();

        stopper.join();
        assertThat(loop.isRunning()).isFalse();
    }

    // --- Running ---

    @Test
    void isRunningOnlyDuringARun() {
        EventLoop loop = loops.open();
        assertThat(loop.isRunning()).isFalse();

        loop.callSoon(() -> recorder.record(loop.isRunning()));
        runTurn(loop);

        assertThat(recorder.events()).containsExactly(true);
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void refusesToRunInItsOwnCallback() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> assertThatIllegalStateException()
                .isThrownBy(loop::runForever)
                .withMessageContaining("this one is running"));
        loop.callSoon(recorder.recording("goes on"));

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("goes on");
    }

    @Test
    void coroutineThatTheRunningLoopRefusesToRunNeverRuns() throws Exception {
        EventLoop loop = loops.open();

        loop.runUntilComplete(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.runUntilComplete(recordingCoroutine("nested")))
                    .withMessageContaining("this one is running");
            Async.yieldNow();
            return Async.await(Async.sleep(Duration.ofSeconds(1)));
        });

        assertThat(recorder.events()).isEmpty();
        assertThat(loop.allTasks()).isEmpty();
    }

    @Test
    void refusesToRunInACallbackOfAnotherLoop() {
        EventLoop outer = loops.open();
        EventLoop inner = loops.open();
        outer.callSoon(() -> assertThatIllegalStateException()
                .isThrownBy(inner::runForever)
                .withMessageContaining("another event loop runs in this thread"));

        runTurn(outer);
    }

    @Test
    void refusesToRunInACoroutineOfAnotherLoop() throws Exception {
        EventLoop outer = loops.open();
        EventLoop inner = loops.open();
        Future<String> done = inner.createFuture();
        done.setResult("done");

        outer.runUntilComplete(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(inner::runForever)
                    .withMessageContaining("another event loop runs in this thread");
            return null;
        });

        assertThat(inner.runUntilComplete(done)).isEqualTo("done");
    }

    @Test
    void currentIsTheLoopThatRunsTheCaller() throws Exception {
        EventLoop loop = loops.open();
        EventLoop other = loops.open();

        loop.callSoon(() -> recorder.record(EventLoop.current()));
        EventLoop inCoroutine = loop.runUntilComplete(EventLoop::current);
        EventLoop inOther = other.runUntilComplete(EventLoop::current);

        assertThat(recorder.events()).containsExactly(loop);
        assertThat(inCoroutine).isSameAs(loop);
        assertThat(inOther).isSameAs(other);
    }

    @Test
    void currentSaysSoWhereNoLoopRuns() {
        EventLoop atRest = loops.open();

        assertThat(atRest.isRunning()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(EventLoop::current)
                .withMessageContaining("no event loop is running in this thread")
                .withMessageContaining("Async.run");
    }

    @Test
    void aPollerThatFailsEndsTheRun() {
        IOException broken = new IOException("no more descriptors");
        EventLoop loop = loops.open(loops.builder().poller(new ChannelessPoller() {
            @Override
            public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                throw broken;
            }
        }));

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(loop::runForever)
                .withCause(broken);
        assertThat(loop.isRunning()).isFalse();
        assertThatIllegalStateException().isThrownBy(EventLoop::current);
    }

    // --- Running until complete ---

    @Test
    void runUntilCompleteReturnsTheResult() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.callLater(Duration.ofSeconds(1), () -> future.setResult("result"));

        assertThat(loop.runUntilComplete(future)).isEqualTo("result");
        assertThat(loop.runUntilComplete(() -> "coroutine's")).isEqualTo("coroutine's");
    }

    @Test
    void runUntilCompleteReturnsAtOnceForADoneFuture() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.setResult("result");

        assertThat(loop.runUntilComplete(future)).isEqualTo("result");
    }

    @Test
    void runUntilCompleteThrowsTheVeryException() {
        EventLoop loop = loops.open();
        Exception failure = new IOException("checked");

        assertThatThrownBy(() -> loop.runUntilComplete((Coroutine<String>) () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void runUntilCompleteThrowsCancelledErrorForACancelledFuture() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.callSoon(() -> future.cancel("no longer wanted"));

        assertThatExceptionOfType(CancelledError.class)
                .isThrownBy(() -> loop.runUntilComplete(future))
                .withMessage("no longer wanted");
    }

    @Test
    void runUntilCompleteSaysSoIfTheLoopWasStoppedBefore() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.callSoon(loop::stop);

        assertThatIllegalStateException()
                .isThrownBy(() -> loop.runUntilComplete(future))
                .withMessageContaining("stopped before the future was done")
                .withMessageContaining(future.toString());
    }

    @Test
    void runUntilCompleteLeavesNoCallbackBehind() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.callSoon(loop::stop);
        assertThatIllegalStateException().isThrownBy(() -> loop.runUntilComplete(future));

        loop.callSoon(() -> future.setResult("late"));
        loop.callLater(Duration.ofSeconds(1), recorder.recording("was not stopped"));
        runFor(Duration.ofSeconds(2), loop);

        assertThat(recorder.events()).containsExactly("was not stopped");
    }

    /// The loop was stopped in the turn in which the future was done, and so before the callback
    /// that stops it had run.
    @Test
    void runUntilCompleteDoesNotStopTheNextRun() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.callSoon(() -> {
            future.setResult("result");
            loop.stop();
        });
        assertThat(loop.runUntilComplete(future)).isEqualTo("result");

        loop.callLater(Duration.ofSeconds(1), recorder.recording("was not stopped"));
        runFor(Duration.ofSeconds(2), loop);

        assertThat(recorder.events()).containsExactly("was not stopped");
    }

    @Test
    void runUntilCompleteRefusesTheFutureOfAnotherLoop() {
        EventLoop loop = loops.open();
        Future<String> foreign = loops.open().createFuture();
        TimerHandle timer = loop.callLater(Duration.ofSeconds(1), loop::stop);

        assertThatIllegalStateException()
                .isThrownBy(() -> loop.runUntilComplete(foreign))
                .withMessageContaining("another");
        timer.cancel();
    }

    private Coroutine<String> recordingCoroutine(String event) {
        return () -> {
            recorder.record(event);
            return event;
        };
    }
}
