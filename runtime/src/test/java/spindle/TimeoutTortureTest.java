package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;
import static spindle.Async.moveOnAfter;
import static spindle.Async.waitFor;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

@OnBothEngines
class TimeoutTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    TimeoutTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void nestedTimeoutsSurviveRandomCancels() {
        torture.cancelAtRandom(NestedTimeouts::new);
    }

    @Test
    void nestedTimeoutsSurviveACancelInEveryTurn() {
        torture.cancelInEveryTurn(NestedTimeouts::new);
    }

    @Test
    void waitForSurvivesRandomCancels() {
        torture.cancelAtRandom(WaitsForTasks::new);
    }

    @Test
    void waitForSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(WaitsForTasks::new);
    }

    /// Timeouts within timeouts, of which some are moved, and which often expire together.
    private static final class NestedTimeouts implements Torture.Program {
        private int inside;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("limited " + i, 3, () -> limited(run, 3));
            }
        }

        private void limited(TortureRun run, int depth) throws Exception {
            if (depth == 0) {
                use(run);
                return;
            }
            Timeout timeout = Timeout.after(run.someTime());
            int requestsBefore = run.requestsOf(currentTask());
            int countBefore = currentTask().cancelling();
            try {
                if (run.oneIn(2)) {
                    await(timeout.orFail(() -> body(run, timeout, depth)));
                } else {
                    boolean inTime = await(timeout.orMoveOn(() -> body(run, timeout, depth)));
                    assertThat(inTime || timeout.expired()).as("%s", timeout).isTrue();
                    checkNotSwallowed(run, requestsBefore, inTime);
                }
            } catch (TimeoutException expired) {
                checkNotSwallowed(run, requestsBefore, false);
                if (depth == 3) {
                    assertThat(currentTask().cancelling()).isEqualTo(countBefore);
                }
            }
        }

        /// A timeout that takes a foreign request for its own swallows it. In time, or of an inner
        /// timeout, the request is still to be heard of.
        private static void checkNotSwallowed(TortureRun run, int before, boolean inTime) {
            if (!inTime) {
                assertThat(run.requestsOf(currentTask()))
                        .as("foreign requests, none of which a timeout may take for its own")
                        .isEqualTo(before);
            }
        }

        private void body(TortureRun run, Timeout timeout, int depth) throws Exception {
            if (!timeout.expired() && run.oneIn(3)) {
                timeout.reschedule(run.someTime());
            }
            limited(run, depth - 1);
            run.strike();
        }

        private void use(TortureRun run) throws Exception {
            inside++;
            try {
                run.pause();
                run.strike();
                run.pause();
            } finally {
                inside--;
                if (run.oneIn(4)) {
                    yieldNow();
                }
            }
        }

        @Override
        public void check() {
            assertThat(inside).isZero();
        }
    }

    /// Tasks that are waited for, but not for long: what has been waited for has ended.
    private static final class WaitsForTasks implements Torture.Program {
        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("waiting " + i, 3, () -> use(run));
            }
        }

        private static void use(TortureRun run) throws Exception {
            Task<String> worker = Async.createTask(() -> {
                try {
                    run.pause();
                    run.strike();
                    return "value";
                } finally {
                    run.pause();
                }
            });
            try {
                Optional<String> value = await(moveOnAfter(
                        Duration.ofSeconds(1), () -> await(waitFor(run.someTime(), worker))));
                assertThat(value).hasValue("value");
            } catch (TimeoutException expected) {
                assertThat(worker.isDone()).as("given up: %s", worker).isTrue();
            } catch (CancelledError cancelled) {
                assertThat(worker.isDone()).as("cancelled: %s", worker).isTrue();
                throw cancelled;
            }
        }

        @Override
        public void check() {
            // That nothing is left is all that is to be checked.
        }
    }
}
