package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

@OnBothEngines
class ConditionTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    ConditionTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void conditionSurvivesRandomCancels() {
        torture.cancelAtRandom(ConditionProgram::new);
    }

    @Test
    void conditionSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(ConditionProgram::new);
    }

    @Test
    void eventSurvivesRandomCancels() {
        torture.cancelAtRandom(EventProgram::new);
    }

    @Test
    void eventSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(EventProgram::new);
    }

    /// Tasks that add jobs, one notification each, and tasks that wait for one.
    private static final class ConditionProgram implements Torture.Program {
        private final Condition condition = new Condition();
        private int jobs;
        private boolean finished;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 3; i++) {
                run.startRounds("consumer " + i, 3, () -> consume(run));
            }
            for (int i = 0; i < 2; i++) {
                run.startRounds("producer " + i, 4, () -> produce(run));
            }
        }

        private void produce(TortureRun run) throws Exception {
            try (var _ = await(condition.hold())) {
                jobs++;
                condition.notifyOne();
                run.strike();
                run.pause();
            } finally {
                run.strike();
            }
        }

        private void consume(TortureRun run) throws Exception {
            try (var _ = await(condition.hold())) {
                try {
                    await(condition.waitUntil(() -> jobs > 0 || finished));
                } finally {
                    assertThat(condition.lock().isHeldBy(currentTask())).isTrue();
                }
                jobs = Math.max(0, jobs - 1);
                run.strike();
            }
        }

        @Override
        public void finish(TortureRun run) throws Exception {
            if (jobs > 0) {
                assertThat(condition).hasToString("<Condition lock=<Lock unlocked>>");
            }
            try (var _ = await(condition.hold())) {
                finished = true;
                condition.notifyAllWaiters();
            }
        }

        @Override
        public void check() {
            assertThat(condition).hasToString("<Condition lock=<Lock unlocked>>");
        }
    }

    /// Tasks that wait for an event, and tasks that set and clear it.
    private static final class EventProgram implements Torture.Program {
        private final Event event = new Event();
        private int sets;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("waiter " + i, 4, () -> {
                    boolean wasSet = event.isSet();
                    int before = sets;
                    await(event.waitUntilSet());
                    assertThat(wasSet || sets > before)
                            .as("woken without being set")
                            .isTrue();
                });
            }
            for (int i = 0; i < 2; i++) {
                run.startRounds("setter " + i, 4, () -> {
                    sets++;
                    event.set();
                    run.strike();
                    run.pause();
                    event.clear();
                });
            }
        }

        @Override
        public void finish(TortureRun run) {
            sets++;
            event.set();
        }

        @Override
        public void check() {
            assertThat(event).hasToString("<Event set>");
        }
    }
}
