package spindle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

/// The command line of `benchmarks/run moves`, and which of several rounds counts.
class BasicMovesTest {
    @Test
    void everyBesideNamesAProgramToRun() {
        assertThat(BasicMoves.commands(new String[] {"--beside", "a b", "--beside", "c"}))
                .isEqualTo(List.of("a b", "c"));
    }

    @Test
    void unknownArgumentIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BasicMoves.commands(new String[] {"--besides", "a"}))
                .withMessage("expected --beside COMMAND but found '--besides'");
    }

    @Test
    void besideWithoutACommandIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BasicMoves.commands(new String[] {"--beside"}))
                .withMessage("--beside needs a command");
    }

    @Test
    void roundInTheMiddleCountsWhicheverOrderTheyCameIn() {
        Measured slow = new Measured(900, 568);
        Measured usual = new Measured(300, 569);
        Measured fast = new Measured(290, 567);

        assertThat(Measured.medianOf(List.of(slow, fast, usual))).isEqualTo(usual);
    }
}
