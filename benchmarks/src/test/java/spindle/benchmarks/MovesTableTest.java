package spindle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/// What `benchmarks/run moves` prints.
class MovesTableTest {
    private static final Map<Figure, Measured> FIGURES = Map.of(
            Figure.SLEEP_ZERO,
            new Measured(154.26, 24.04),
            Figure.CALL_SOON,
            new Measured(19.94, 24),
            Figure.SLEEPER,
            Measured.of(1120.4),
            Figure.MILLION_TIMERS_QUEUE,
            Measured.of(2000));

    @Test
    void showsEachFigureBesideItsTargetAndWhatItAllocates() {
        assertThat(new MovesTable(FIGURES, List.of()).lines())
                .hasSize(1 + Figure.values().length)
                .startsWith(
                        "move                                         here      target  allocates",
                        "sleep(0)                                   154 ns   <= 250 ns     24.0 B",
                        "create a task, await it                         -   <= 700 ns",
                        "await a future that a callback completes        -",
                        "callSoon that schedules the next          19.9 ns  <= 30.0 ns     24.0 B")
                .contains(
                        "a sleeping task, of 100 000: heap          1120 B   <= 1100 B",
                        "  the longest queue                          2000     <= 2200");
    }

    @Test
    void showsWhatOtherProgramsTakeAndHowManyTimesAsMuchThatIs() {
        OtherProgram other = new OtherProgram("python3 costs.py", Map.of("sleep(0) ns", 3085.2));

        assertThat(new MovesTable(FIGURES, List.of(other)).lines())
                .anyMatch(line -> line.matches("sleep\\(0\\) .* 3085 ns +20\\.0"))
                .anyMatch(line -> line.matches("callSoon .* 24\\.0 B"))
                .contains("[1] python3 costs.py");
    }
}
