package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

import java.util.concurrent.BrokenBarrierException;

@OnBothEngines
class BarrierTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    BarrierTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void barrierSurvivesRandomCancels() {
        torture.cancelAtRandom(BarrierProgram::new);
    }

    @Test
    void barrierSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(BarrierProgram::new);
    }

    /// Tasks that meet, three at a time, and now and then a reset.
    private static final class BarrierProgram implements Torture.Program {
        private static final int PARTIES = 3;

        private final Barrier barrier = new Barrier(PARTIES);
        private final int[] passes = new int[PARTIES];
        private int cancels;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 5; i++) {
                run.startRounds("party " + i, 4, () -> arrive(run));
            }
            run.startRounds("resetter", 2, () -> {
                run.pause();
                barrier.reset();
                run.strike();
            });
        }

        private void arrive(TortureRun run) throws Exception {
            int index = -1;
            try {
                index = await(barrier.arrive());
                passes[index]++;
            } catch (BrokenBarrierException expected) {
                index = 0;
            } finally {
                cancels += index < 0 ? 1 : 0;
                run.strike();
            }
        }

        @Override
        public void finish(TortureRun run) {
            assertThat(barrier.waiting()).isLessThan(PARTIES);
            barrier.abort();
        }

        /// Who comes last never waits, so it is there for each round that was complete.
        @Override
        public void check() {
            int rounds = passes[PARTIES - 1];
            int missing = 0;
            for (int pass : passes) {
                assertThat(pass).isLessThanOrEqualTo(rounds);
                missing += rounds - pass;
            }
            assertThat(missing).as("places nobody had").isLessThanOrEqualTo(cancels);
            assertThat(barrier.waiting()).isZero();
        }
    }
}
