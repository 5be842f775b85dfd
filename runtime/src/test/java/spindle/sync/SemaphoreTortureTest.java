package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

@OnBothEngines
class SemaphoreTortureTest {
    private static final int PERMITS = 2;

    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    SemaphoreTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void semaphoreSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new SemaphoreProgram(new Semaphore(PERMITS)));
    }

    @Test
    void semaphoreSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new SemaphoreProgram(new Semaphore(PERMITS)));
    }

    @Test
    void boundedSemaphoreSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new SemaphoreProgram(new BoundedSemaphore(PERMITS)));
    }

    @Test
    void boundedSemaphoreSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new SemaphoreProgram(new BoundedSemaphore(PERMITS)));
    }

    @Test
    void capacityLimiterSurvivesRandomCancels() {
        torture.cancelAtRandom(LimiterProgram::new);
    }

    @Test
    void capacityLimiterSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(LimiterProgram::new);
    }

    /// Tasks of which so many may be inside at a time.
    private static final class SemaphoreProgram implements Torture.Program {
        private final Semaphore semaphore;
        private Fairness fairness;
        private int inside;

        SemaphoreProgram(Semaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        public void start(TortureRun run) {
            fairness = new Fairness(run.keepsOrder());
            for (int i = 0; i < 6; i++) {
                run.startRounds("user " + i, 3, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            if (!run.oneIn(5)) {
                fairness.await(semaphore.acquire());
            } else if (semaphore.tryAcquire()) {
                fairness.servedAtOnce();
            } else {
                return;
            }
            try {
                assertThat(++inside).as("tasks inside").isLessThanOrEqualTo(PERMITS);
                run.strike();
                run.pause();
            } finally {
                inside--;
                semaphore.release();
                run.strike();
            }
        }

        @Override
        public void check() {
            assertThat(semaphore.permits()).isEqualTo(PERMITS);
            assertThat(semaphore.isLocked()).isFalse();
        }
    }

    /// The same with tokens, and with a total that changes all the time.
    private static final class LimiterProgram implements Torture.Program {
        private static final int MOST_TOKENS = 3;

        private final CapacityLimiter limiter = new CapacityLimiter(1);
        private Fairness fairness;
        private int inside;

        @Override
        public void start(TortureRun run) {
            fairness = new Fairness(run.keepsOrder());
            for (int i = 0; i < 5; i++) {
                run.startRounds("user " + i, 3, () -> use(run));
            }
            run.startRounds("resizer", 5, () -> limiter.setTotalTokens(run.below(MOST_TOKENS + 1)));
        }

        private void use(TortureRun run) throws Exception {
            try (var _ = fairness.await(limiter.hold())) {
                assertThat(++inside).as("tasks inside").isLessThanOrEqualTo(MOST_TOKENS);
                assertThat(limiter.statistics().borrowedTokens()).isEqualTo(inside);
                run.strike();
                run.pause();
            } finally {
                inside = limiter.statistics().borrowedTokens();
                run.strike();
            }
        }

        @Override
        public void finish(TortureRun run) throws Exception {
            limiter.setTotalTokens(MOST_TOKENS);
        }

        @Override
        public void check() {
            assertThat(limiter).hasToString("<CapacityLimiter borrowed=0/" + MOST_TOKENS + ">");
        }
    }
}
