package spindle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Schedules that a seed decides.
@OnBothEngines
class SeedsTest {
    private final CoroutineEngine engine;

    SeedsTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    @AfterEach
    void forgetTheSeed() {
        System.clearProperty(Testing.SEED_PROPERTY);
    }

    @Test
    void sameSeedMakesTheSameTrace() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(trace(seed)).isEqualTo(trace(seed));
        }
    }

    @Test
    void neighbouringSeedsMakeDifferentTraces() throws Exception {
        Set<List<String>> traces = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            traces.add(trace(seed));
        }

        assertThat(traces).hasSizeGreaterThan(15);
    }

    /// `java.util.Random` begins alike for all of them.
    @Test
    void smallSeedsTryBothOrdersOfTwoTasks() {
        Set<String> first = new HashSet<>();

        Testing.run(20, () -> {
            List<String> trace = new ArrayList<>();
            await(gather(step(trace, "a", 1), step(trace, "b", 1)));
            first.add(trace.getFirst());
        });

        assertThat(first).containsExactlyInAnyOrder("a0", "b0");
    }

    @Test
    void failureNamesItsSeedAndHowToRunItAgain() {
        int[] runs = {0};

        assertThatThrownBy(() -> Testing.run(10, () -> {
                    if (++runs[0] == 4) {
                        throw new IllegalStateException("only then");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("with seed 4 (again with -Dspindle.seed=4): "
                        + "java.lang.IllegalStateException: only then")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(runs[0]).isEqualTo(4);
    }

    @Test
    void propertyRunsItsSeedAlone() throws Exception {
        System.setProperty(Testing.SEED_PROPERTY, "7");
        List<List<String>> traces = new ArrayList<>();

        Testing.run(10, () -> traces.add(traceHere()));

        assertThat(traces).containsExactly(trace(7));
    }

    @Test
    void runningNotAtAllIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Testing.run(0, () -> {}))
                .withMessage("expected to run at least once, not 0");
    }

    private List<String> trace(long seed) throws Exception {
        List<String> trace = new ArrayList<>();
        Testing.run(EventLoop.builder().engine(engine).seed(seed), () -> trace.addAll(traceHere()));
        return trace;
    }

    private static List<String> traceHere() throws Exception {
        List<String> trace = new ArrayList<>();
        await(gather(step(trace, "a", 4), step(trace, "b", 4), step(trace, "c", 4)));
        return trace;
    }

    private static Coroutine<String> step(List<String> trace, String name, int steps) {
        return () -> {
            for (int i = 0; i < steps; i++) {
                trace.add(name + i);
                yieldNow();
            }
            return name;
        };
    }
}
