package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// One program, cancelled in its first turn, in its second, and so on to its end: wherever the
/// request meets it, it cleans up, and leaves no task, no timer and no failure behind.
@OnBothEngines
class CancelTortureTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    CancelTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void programThatIsCancelledInAnyOfItsTurnsCleansUp() {
        int turn = 0;
        while (endsCancelled(turn)) {
            turn++;
        }

        assertThat(turn).isGreaterThan(15);
        // Once per run, but for the first: cancelled before its first step, it never ran at all.
        assertThat(recorder.events()).hasSize(turn);
    }

    /// Runs the program and cancels it in the given turn; returns whether that came in time.
    private boolean endsCancelled(int turn) {
        EventLoop loop = loops.open();
        Task<?> program = loop.createTask(program());
        for (int i = 0; i < turn && !program.isDone(); i++) {
            TestLoops.runTurn(loop);
            moveToTheNextTimer(loop);
        }

        boolean inTime = program.cancel();
        TestLoops.runFor(Duration.ofHours(1), loop);

        assertThat(program.isDone()).as("done after a cancel in turn %d", turn).isTrue();
        assertThat(program.isCancelled()).as("cancelled in turn %d", turn).isEqualTo(inTime);
        assertThat(loop.toString())
                .as("what a cancel in turn %d leaves behind", turn)
                .isEqualTo("<EventLoop stopped tasks=0 ready=0 timers=0>");
        loop.close();
        return inTime;
    }

    /// A turn that is not to wait finds nothing to do while only timers are left.
    private void moveToTheNextTimer(EventLoop loop) {
        if (loop.toString().contains("ready=0")) {
            loops.clock().advance(SECOND);
        }
    }

    private Coroutine<String> program() {
        return () -> {
            try {
                yieldNow();
                await(sleep(SECOND));
                await(gather(List.of(child(), child())));
                await(failAfter(SECOND.multipliedBy(10), child()));
                await(failAfter(SECOND, sleep(SECOND.multipliedBy(10))));
                return "not reached";
            } catch (TimeoutException expected) {
                await(createTask(child()));
                return "finished";
            } finally {
                recorder.record("cleaned up");
            }
        };
    }

    private static Coroutine<String> child() {
        return () -> {
            try {
                yieldNow();
                await(sleep(SECOND));
                return "child";
            } finally {
                await(sleep(SECOND));
            }
        };
    }
}
