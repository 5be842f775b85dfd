package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.awaitEach;
import static spindle.Async.map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

@OnBothEngines
class ParallelMapTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    ParallelMapTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void mapSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new Mapping(false));
    }

    @Test
    void mapSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new Mapping(false));
    }

    @Test
    void mapOfAMapSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new Mapping(true));
    }

    @Test
    void mapOfAMapSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new Mapping(true));
    }

    /// Consumers that take all results or some. Whoever leaves the block leaves nothing running.
    private static final class Mapping implements Torture.Program {
        private static final int ELEMENTS = 6;

        private final boolean nested;

        Mapping(boolean nested) {
            this.nested = nested;
        }

        @Override
        public boolean failsWhileCancelled() {
            return true;
        }

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 2; i++) {
                run.startRounds("consumer " + i, 2, () -> consume(run));
            }
        }

        private void consume(TortureRun run) throws Exception {
            int limit = 1 + run.below(3);
            int[] inside = {0};
            List<Integer> source = IntStream.range(0, ELEMENTS).boxed().toList();
            List<Integer> taken = new ArrayList<>();
            boolean inOrder = run.oneIn(2);
            int wanted = run.oneIn(3) ? run.below(ELEMENTS) : ELEMENTS;
            ParallelMap<Integer, Integer> map =
                    map(source, limit, i -> work(run, i, inside, limit));
            int[] insideOuter = {0};
            if (nested) {
                map = map(map, 2, i -> work(run, i, insideOuter, 2));
            }
            try (var results = inOrder ? map : map.byCompletion()) {
                for (int result : awaitEach(results)) {
                    taken.add(result);
                    run.strike();
                    run.pause();
                    if (taken.size() >= wanted) {
                        break;
                    }
                }
                assertThat(taken).hasSizeGreaterThanOrEqualTo(wanted);
            } catch (IOException expected) {
                // One element failed.
            } finally {
                assertThat(inside[0] + insideOuter[0])
                        .as("at work after the end")
                        .isZero();
            }
            if (inOrder) {
                assertThat(taken).isEqualTo(source.subList(0, taken.size()));
            } else {
                assertThat(taken).doesNotHaveDuplicates();
            }
        }

        private static Coroutine<Integer> work(TortureRun run, int i, int[] inside, int limit) {
            return () -> {
                assertThat(++inside[0]).as("at work").isLessThanOrEqualTo(limit);
                try {
                    run.pause();
                    run.strike();
                    if (run.oneIn(20)) {
                        throw new IOException("element failed");
                    }
                    return i;
                } finally {
                    try {
                        run.pause();
                    } finally {
                        inside[0]--;
                    }
                }
            };
        }

        @Override
        public void check() {
            // Each round checks what it leaves.
        }
    }
}
