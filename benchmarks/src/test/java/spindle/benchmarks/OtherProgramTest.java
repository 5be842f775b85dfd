package spindle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Map;

/// Running another program and reading what it measured.
class OtherProgramTest {
    @Test
    void figuresAreReadFromLinesThatEndWithANumber() throws Exception {
        OtherProgram program = OtherProgram.run(
                "echo 'warming up'; echo 'sleep(0) ns 3116.1'; echo 'sleeping task B 1258'");

        assertThat(program.figures())
                .isEqualTo(Map.of("sleep(0) ns", 3116.1, "sleeping task B", 1258.0));
    }

    @Test
    void programThatFailsIsNoPeer() {
        assertThatThrownBy(() -> OtherProgram.run("echo 'sleep(0) ns 3116.1'; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessage("'echo 'sleep(0) ns 3116.1'; exit 3' ended with status 3");
    }

    @Test
    void programThatMeasuresNothingOfOursIsNoPeer() {
        assertThatThrownBy(() -> OtherProgram.run("echo 'somersaults 12'"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "expected lines such as 'sleep(0) ns 3116.1' from 'echo 'somersaults 12''"
                                + " but found none");
    }
}
