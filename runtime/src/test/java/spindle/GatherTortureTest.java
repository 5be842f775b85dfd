package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.gatherOutcomes;
import static spindle.Async.shield;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class GatherTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    GatherTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void gatherSurvivesRandomCancels() {
        torture.cancelAtRandom(Gathering::new);
    }

    @Test
    void gatherSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(Gathering::new);
    }

    @Test
    void shieldSurvivesRandomCancels() {
        torture.cancelAtRandom(Shielding::new);
    }

    @Test
    void shieldSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(Shielding::new);
    }

    /// Who leaves a gathering by being cancelled leaves no child of it running.
    private static final class Gathering implements Torture.Program {
        private int inside;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 3; i++) {
                run.startRounds("gathering " + i, 2, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            List<Coroutine<Integer>> children = new ArrayList<>();
            int[] failures = {0};
            int[] mine = {0};
            for (int i = 0; i < 3; i++) {
                int number = i;
                children.add(() -> {
                    mine[0]++;
                    inside++;
                    try {
                        run.pause();
                        run.strike();
                        if (run.oneIn(8)) {
                            failures[0]++;
                            throw new IOException("child failed");
                        }
                        return number;
                    } finally {
                        try {
                            run.pause();
                        } finally {
                            mine[0]--;
                            inside--;
                        }
                    }
                });
            }
            try {
                if (run.oneIn(2)) {
                    List<Outcome<Integer>> outcomes = await(gatherOutcomes(children));
                    assertThat(outcomes).hasSize(3);
                    assertThat(outcomes.stream().filter(Outcome.Failure.class::isInstance))
                            .hasSize(failures[0]);
                    assertThat(mine[0]).as("inside when all is gathered").isZero();
                } else {
                    assertThat(await(gather(children))).containsExactly(0, 1, 2);
                }
            } catch (IOException expected) {
                assertThat(failures[0]).isPositive();
            } catch (CancelledError cancelled) {
                if (failures[0] == 0) {
                    assertThat(mine[0]).as("children of a cancelled gather").isZero();
                }
                throw cancelled;
            }
        }

        @Override
        public void check() {
            assertThat(inside).isZero();
        }
    }

    /// What is shielded comes to its end, whoever is cancelled.
    private static final class Shielding implements Torture.Program {
        private int begun;
        private int ended;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("shielding " + i, 3, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            begun++;
            int value = await(shield(() -> {
                run.pause();
                run.strike();
                run.pause();
                return ++ended;
            }));
            assertThat(value).isPositive();
        }

        @Override
        public void check() {
            assertThat(ended).as("shielded work that ended").isEqualTo(begun);
        }
    }
}
