package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void leavesTextAsItIs() {
        assertThat(Terminal.safe("302 Düsseldorf – 你好 \uD83D\uDE00"))
                .isEqualTo("302 Düsseldorf – 你好 \uD83D\uDE00");
    }

    @Test
    void replacesWhatATerminalWouldObey() {
        assertThat(Terminal.safe("\u001B[31mred\u009B2J")).isEqualTo("?[31mred?2J");
        assertThat(Terminal.safe("a\r\nb\tc\u0000\u2028d")).isEqualTo("a??b?c??d");
    }

    @Test
    void replacesWhatTurnsTheDirectionOfWriting() {
        assertThat(Terminal.safe("moc.\u202Eevil")).isEqualTo("moc.?evil");
    }

    @Test
    void cutsWhatIsTooLong() {
        assertThat(Terminal.safe("x".repeat(1000))).hasSize(401).endsWith("x…");
    }
}
