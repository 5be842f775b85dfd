package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// `callWhenIdle`: after everything that is ready, before anything that takes time.
@OnBothEngines
class IdleTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    IdleTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void runsWhenNothingIsReadyHoweverLongThatTakes() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(recorder.recording("idle"));
        countDown(loop, 5);

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly(5, 4, 3, 2, 1, "idle");
    }

    private void countDown(EventLoop loop, int left) {
        if (left > 0) {
            recorder.record(left);
            loop.callSoon(() -> countDown(loop, left - 1));
        }
    }

    @Test
    void runsBeforeTimePasses() {
        EventLoop loop = loops.open();
        loop.callLater(SHORT, recorder.recording("timer"));
        loop.callWhenIdle(() -> recorder.record("idle at " + loop.time()));

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly("idle at 0", "timer");
    }

    @Test
    void timerThatIsDueRunsBefore() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(recorder.recording("idle"));
        loop.callLater(Duration.ZERO, recorder.recording("due timer"));

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly("due timer", "idle");
    }

    @Test
    void callbackOfAnotherThreadRunsBefore() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(recorder.recording("idle"));
        loop.callSoonThreadsafe(recorder.recording("threadsafe"));

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly("threadsafe", "idle");
    }

    @Test
    void runsOnceInTheOrderOfTheCalls() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(recorder.recording("first"));
        loop.callWhenIdle(recorder.recording("second"));

        TestLoops.runFor(SHORT, loop);
        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly("first", "second");
    }

    @Test
    void runsAfterWhatAnEarlierOneMakesReady() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(() -> {
            loop.callSoon(recorder.recording("made ready"));
            loop.callWhenIdle(recorder.recording("idle again"));
        });

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).containsExactly("made ready", "idle again");
    }

    @Test
    void doesNotRunOnceCancelled() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(recorder.recording("never")).cancel();

        TestLoops.runFor(SHORT, loop);

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void runsWhileABlockingCallIsUnderWay() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        loops.run(() -> {
            EventLoop.current().callWhenIdle(() -> {
                recorder.record("idle");
                mayEnd.countDown();
            });
            await(runBlocking(() -> {
                mayEnd.await();
                return null;
            }));
        });

        assertThat(recorder.events()).containsExactly("idle");
    }

    @Test
    void waitsForTasksThatAreAboutToRun() throws Exception {
        loops.run(() -> {
            EventLoop.current().callWhenIdle(recorder.recording("idle"));
            Task<?> task = createTask(() -> {
                yieldNow();
                yieldNow();
                recorder.record("task");
            });
            await(task);
            await(sleep(SHORT));
        });

        assertThat(recorder.events()).containsExactly("task", "idle");
    }

    @Test
    void stopsTheLoopItIsCalledIn() {
        EventLoop loop = loops.open();
        loop.callWhenIdle(loop::stop);

        loop.runForever();

        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void seesTheTaskLocalsOfTheCaller() throws Exception {
        TaskLocal<String> user = TaskLocal.named("user");
        loops.run(() -> {
            try (var _ = user.set("ann")) {
                EventLoop.current().callWhenIdle(() -> recorder.record(user.get()));
            }
            await(sleep(SHORT));
        });

        assertThat(recorder.events()).containsExactly("ann");
    }
}
