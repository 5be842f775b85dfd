package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine = commandLineThatFails();

    @Test
    void listsEachSubcommandOnALineOfItsOwn() {
        int status = commandLine.execute();

        assertThat(status).isZero();
        assertThat(out.toString()).containsPattern("(?m)^failing +Fails, always\\.$");
        commandLine.getSubcommands().forEach((name, command) -> {
            boolean hidden = command.getCommandSpec().usageMessage().hidden();
            assertThat(out.toString().lines().filter(line -> line.matches(name + " +\\S.*")))
                    .hasSize(hidden ? 0 : 1);
        });
    }

    @Test
    void everySubcommandHasHelp() {
        int status = commandLine.execute("failing", "--help");

        assertThat(status).isZero();
        assertThat(out.toString()).startsWith("Usage: demos/run failing");
    }

    @Test
    void unknownCommandIsAMistakeOfTheCaller() {
        int status = commandLine.execute("nonsense");

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("nonsense");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void failureIsToldInOneLine() {
        int status = commandLine.execute("failing");

        assertThat(status).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(err.toString()).isEqualToIgnoringNewLines("failing: no such host");
    }

    /// The demos' command line with one command more, set up again for it: what a command line is
    /// told reaches only the commands that it has by then.
    private CommandLine commandLineThatFails() {
        CommandLine demos = Main.commandLine().addSubcommand(new Failing());
        return demos.setExecutionExceptionHandler(demos.getExecutionExceptionHandler())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    @Command(name = "failing", description = "Fails, always.")
    static class Failing implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            throw new IOException("no such host");
        }
    }
}
