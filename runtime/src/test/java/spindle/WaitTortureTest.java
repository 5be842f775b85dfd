package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.asCompleted;
import static spindle.Async.await;
import static spindle.Async.waitAll;
import static spindle.Async.waitFirst;
import static spindle.Async.waitFirstFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@OnBothEngines
class WaitTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    WaitTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void waitsForSeveralSurviveRandomCancels() {
        torture.cancelAtRandom(Waiting::new);
    }

    @Test
    void waitsForSeveralSurviveACancelInEveryTurn() {
        torture.cancelInEveryTurn(Waiting::new);
    }

    @Test
    void completionOrderSurvivesRandomCancels() {
        torture.cancelAtRandom(Completing::new);
    }

    @Test
    void completionOrderSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(Completing::new);
    }

    /// Several wait for the same workers, which nobody cancels by waiting; a wait that is over has
    /// left no callback.
    private static final class Waiting implements Torture.Program {
        private static final int WORKERS = 4;

        private final List<Task<Integer>> workers = new ArrayList<>();
        private int worked;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < WORKERS; i++) {
                workers.add(run.loop().createTask(() -> {
                    run.pause();
                    run.pause();
                    run.strike();
                    return ++worked;
                }));
            }
            for (int i = 0; i < 4; i++) {
                run.startRounds("waiting " + i, 2, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            switch (run.below(4)) {
                case 0 -> check(await(waitAll(workers)), WORKERS);
                case 1 -> check(await(waitFirst(workers)), 1);
                case 2 -> check(await(waitFirstFailure(workers)), WORKERS);
                default -> check(await(waitAll(run.someTime(), workers)), 0);
            }
        }

        private static void check(Waited<Integer> waited, int atLeast) {
            assertThat(waited.done()).hasSizeGreaterThanOrEqualTo(atLeast);
            assertThat(waited.done()).allMatch(Future::isDone);
            assertThat(waited.pending()).noneMatch(Future::isDone);
            assertThat(waited.done().size() + waited.pending().size()).isEqualTo(WORKERS);
        }

        @Override
        public void finish(TortureRun run) {
            assertThat(workers).allMatch(worker -> worker.describeCallbacks().isEmpty());
        }

        @Override
        public void check() {
            assertThat(worked).as("workers that came to their end").isEqualTo(WORKERS);
        }
    }

    /// Who walks futures in the order of their ends gets each once, however often a step of the
    /// walk is cancelled.
    private static final class Completing implements Torture.Program {
        private static final int WORKERS = 5;

        private final List<Future<Integer>> ended = new ArrayList<>();
        private final List<Future<Integer>> walked = new ArrayList<>();

        @Override
        public void start(TortureRun run) {
            List<Task<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Task<Integer> worker = run.loop().createTask(() -> {
                    run.pause();
                    run.strike();
                    run.pause();
                    return 1;
                });
                worker.addDoneCallback(ended::add);
                workers.add(run.expose(worker));
            }
            AsyncIterator<Future<Integer>> completed = asCompleted(workers);
            run.startRounds("first", WORKERS, () -> step(run, completed));
            // Takes what the first one leaves, if that is cancelled for good.
            run.loop()
                    .callLater(
                            Duration.ofSeconds(30),
                            () -> run.startRounds(
                                    "second", 2 * WORKERS, () -> step(run, completed)));
        }

        private void step(TortureRun run, AsyncIterator<Future<Integer>> completed)
                throws Exception {
            Optional<Future<Integer>> next = await(completed.next());
            next.ifPresent(walked::add);
            run.strike();
        }

        @Override
        public void check() {
            assertThat(walked).as("walked, of %s", ended).isSubsetOf(ended).doesNotHaveDuplicates();
            assertThat(walked).isEqualTo(ended.subList(0, walked.size()));
        }
    }
}
