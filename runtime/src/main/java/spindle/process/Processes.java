package spindle.process;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.net.SystemPipe;

import java.util.List;
import java.util.Locale;

/// Starts programs: asyncio's `create_subprocess_exec` and `create_subprocess_shell`.
///
/// ```java
/// try (ChildProcess sort = await(Processes.exec("sort", "-n"))) {
///     ProcessResult result = await(sort.communicate("10\n9\n".getBytes(UTF_8)));
///     System.out.print(result.stdoutText());
/// }
/// ```
public final class Processes {
    private static final boolean IS_WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    private Processes() {}

    /// Returns a coroutine that starts a program with its arguments, with
    /// [ProcessOptions#defaults()]. Suspends the calling task until the program runs. Cancelled
    /// before, no process is left behind: one that has started by then is killed.
    ///
    /// It fails with an [java.io.IOException] that names the command, the directory and the
    /// cause if there is no such program, say.
    ///
    /// @param command the program, looked for on the `PATH` of this process unless it has a
    ///     slash, and its arguments, as they are
    @CheckReturnValue
    public static Coroutine<ChildProcess> exec(String... command) {
        return exec(ProcessOptions.defaults(), List.of(command));
    }

    /// Starts a program with options of one's own, as `exec(String...)`.
    @CheckReturnValue
    public static Coroutine<ChildProcess> exec(ProcessOptions options, List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("expected a program to run but got no words at all");
        }
        return Spawn.of(List.copyOf(command), options, SystemPipe::open);
    }

    /// Starts a command line of the system's shell, as `exec(String...)`. What comes from
    /// outside does not belong in it: the shell would take it for more of the program.
    @CheckReturnValue
    public static Coroutine<ChildProcess> shell(String commandLine) {
        return shell(ProcessOptions.defaults(), commandLine);
    }

    /// Starts a command line of the system's shell with options of one's own, as
    /// [#shell(String)].
    @CheckReturnValue
    public static Coroutine<ChildProcess> shell(ProcessOptions options, String commandLine) {
        return exec(
                options,
                IS_WINDOWS
                        ? List.of("cmd.exe", "/c", commandLine)
                        : List.of("/bin/sh", "-c", commandLine));
    }
}
