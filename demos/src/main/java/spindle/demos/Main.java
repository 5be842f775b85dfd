package spindle.demos;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import spindle.KeyboardInterrupt;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/// The command line of the demos: one subcommand per demo, and without any, the list of them.
@Command(
        name = "demos/run",
        description = "Programs that show what one thread can do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            Race.class,
            Fetch.class,
            Load.class,
            Serve.class,
            Echo.class,
            Proxy.class,
            Rehearse.class
        })
public final class Main implements Callable<Integer> {
    /// As the JVM ends by itself, and as shells expect: 128 and the number of the signal.
    private static final int ENDED_BY_CTRL_C = 130;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Says what the command does and which options it has.")
    boolean help;

    public static void main(String[] args) {
        System.exit(statusOf(args));
    }

    private static int statusOf(String[] args) {
        try {
            return commandLine().execute(args);
        } catch (KeyboardInterrupt interrupt) {
            return ENDED_BY_CTRL_C; // The command has cleaned up, and there is nothing to say.
        }
    }

    /// The command line with all its subcommands, as [#main(String[])] runs it and as tests do.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .registerConverter(Duration.class, new Durations())
                .registerConverter(JsonTarget.class, JsonTarget::parse)
                .registerConverter(HostAndPort.class, HostAndPort::parse)
                // As curl has it: @FILE is the content of a file, not more arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((mistake, _) -> explain(mistake))
                // What a demo cannot do is said in one line: a stack trace would bury it.
                .setExecutionExceptionHandler((failure, command, _) -> {
                    String reason = failure.getMessage() == null
                            ? failure.toString()
                            : failure.getMessage();
                    command.getErr().println(command.getCommandName() + ": " + reason);
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    /// Says what is wrong with a command line, and no more: a page of help would bury it.
    private static int explain(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getCommandName() + ": " + mistake.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(mistake, err)) {
            err.println(command.getCommandSpec().qualifiedName() + " --help says more.");
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        spec.subcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                out.printf("%-12s %s%n", name, summaryOf(command.getCommandSpec()));
            }
        });
        out.println("demos/run COMMAND --help says more of each.");
        return CommandLine.ExitCode.OK;
    }

    /// What a command's usage message says of it first, in its header or else in its description.
    private static String summaryOf(CommandSpec command) {
        var usage = command.usageMessage();
        String[] lines = usage.header().length > 0 ? usage.header() : usage.description();
        return lines.length > 0 ? lines[0] : "";
    }
}
