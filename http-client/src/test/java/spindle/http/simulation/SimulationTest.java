package spindle.http.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import spindle.CoroutineEngine;

import java.util.List;
import java.util.stream.Stream;

/// A thousand little worlds in which everything goes wrong that can; `-Dspindle.simulation.seeds`
/// asks for more of them, `-Dspindle.simulation.seed` for a single one.
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("spindle.simulation.seeds", 1000);
    private static final @Nullable Long ONLY_SEED = Long.getLong("spindle.simulation.seed");

    /// A seed in ten runs twice.
    private static final int REPEATED = 10;

    /// How many seeds a broken variant may take to be found out.
    private static final int MOST_SEEDS = 200;

    private static final List<CoroutineEngine> ENGINES = Stream.of(CoroutineEngine.values())
            .filter(CoroutineEngine::isAvailable)
            .toList();

    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyRequestEndsAsItShouldWhateverGoesWrong() {
        if (ONLY_SEED != null) {
            ENGINES.forEach(engine -> new Simulation(ONLY_SEED, engine, Sabotage.NONE).run());
            return;
        }
        for (long seed = 1; seed <= SEEDS; seed++) {
            CoroutineEngine engine = ENGINES.get((int) seed % ENGINES.size());
            long hash = new Simulation(seed, engine, Sabotage.NONE).run();
            if (seed % REPEATED == 0) {
                for (CoroutineEngine any : ENGINES) {
                    assertThat(new Simulation(seed, any, Sabotage.NONE).run())
                            .as("hash of what happens with seed %d on %s", seed, any)
                            .isEqualTo(hash);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SWAPPED_ANSWERS | got answer",
                "WRONG_BODIES | to their end of answer",
                "OVERTIME | after its time was up",
                "HANG | nothing more ended",
                "UNTYPED_ERROR | failed with java.io.IOException: no type in particular",
                "OPEN_CONNECTION | left connection",
                "RUNNING_TASK | a task was left: <Task pending name='left'",
                "TIMER | timers were still set",
                "HELD_SLOT | slots were not given back",
                "THROWING_CALLBACK | the loop reported",
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsBrokenOnPurposeIsFound(Sabotage sabotage, String message) {
        AssertionError found = null;
        for (long seed = 1; seed <= MOST_SEEDS && !says(found, message); seed++) {
            Simulation simulation = new Simulation(seed, CoroutineEngine.best(), sabotage);
            found = catchThrowableOfType(AssertionError.class, simulation::run);
        }

        assertThat(found)
                .hasMessageContaining(message)
                .hasMessageContaining("run it again with -Dspindle.simulation.seed=");
    }

    private static boolean says(@Nullable AssertionError failure, String message) {
        return failure != null && String.valueOf(failure.getMessage()).contains(message);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatDependsOnTheTimeOfDayChangesTheHash() {
        long hash = new Simulation(1, CoroutineEngine.best(), Sabotage.CHANCE).run();

        assertThat(new Simulation(1, CoroutineEngine.best(), Sabotage.CHANCE).run())
                .isNotEqualTo(hash);
    }
}
