package spindle.process;

import org.jspecify.annotations.Nullable;

import spindle.net.StreamOptions;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// How a process is to be started.
///
/// The three streams are each [Redirect#PIPE] (the loop's end is a stream of the
/// [ChildProcess]), [Redirect#INHERIT] (this process's own), [Redirect#DISCARD] (nothing to
/// read, nowhere to write), or a file: [Redirect#from], [Redirect#to], [Redirect#appendTo].
///
/// @param directory where it works; null for where this process does
/// @param emptyEnvironment whether it gets none of this process's variables
/// @param variables variables to set
/// @param removedVariables variables of this process that it does not get
/// @param stdin where it reads from
/// @param stdout where it writes to
/// @param stderr where it writes what goes wrong to
/// @param mergeStderr whether that goes where stdout goes, in the order in which it was written
/// @param streams how its output is read, and in which charset
/// @param ownGroup whether it leads a session and process group of its own, which it shares
///     with whatever it starts: Ctrl-C in the terminal does not reach them, and they can all be
///     ended at once. Needs the program `setsid`, which Linux has
public record ProcessOptions(
        @Nullable Path directory,
        boolean emptyEnvironment,
        Map<String, String> variables,
        Set<String> removedVariables,
        Redirect stdin,
        Redirect stdout,
        Redirect stderr,
        boolean mergeStderr,
        StreamOptions streams,
        boolean ownGroup) {
    private static final ProcessOptions DEFAULTS = new ProcessOptions(
            null,
            false,
            Map.of(),
            Set.of(),
            Redirect.PIPE,
            Redirect.PIPE,
            Redirect.PIPE,
            false,
            StreamOptions.defaults(),
            false);

    /// Checks that each stream goes the right way.
    public ProcessOptions {
        variables = Map.copyOf(variables);
        removedVariables = Set.copyOf(removedVariables);
        if (stdin.type() == Redirect.Type.APPEND
                || (stdin.type() == Redirect.Type.WRITE && !stdin.equals(Redirect.DISCARD))) {
            throw new IllegalArgumentException("expected something to read from but stdin is "
                    + stdin + ": use Redirect.from(file)");
        }
        checkIsWritten("stdout", stdout);
        checkIsWritten("stderr", stderr);
    }

    private static void checkIsWritten(String name, Redirect redirect) {
        if (redirect.type() == Redirect.Type.READ) {
            throw new IllegalArgumentException("expected something to write to but " + name + " is "
                    + redirect + ": use Redirect.to(file)");
        }
    }

    /// Returns options by which the process works where this one does, with its variables, and
    /// all three streams are pipes.
    public static ProcessOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another directory to work in.
    public ProcessOptions withDirectory(Path directory) {
        return new ProcessOptions(
                directory,
                emptyEnvironment,
                variables,
                removedVariables,
                stdin,
                stdout,
                stderr,
                mergeStderr,
                streams,
                ownGroup);
    }

    private ProcessOptions withEnvironment(
            boolean empty, Map<String, String> variables, Set<String> removed) {
        return new ProcessOptions(
                directory,
                empty,
                variables,
                removed,
                stdin,
                stdout,
                stderr,
                mergeStderr,
                streams,
                ownGroup);
    }

    /// Returns these options with one more variable, or with another value for it.
    public ProcessOptions withVariable(String name, String value) {
        Map<String, String> more = new HashMap<>(variables);
        more.put(name, value);
        Set<String> removed = new HashSet<>(removedVariables);
        removed.remove(name);
        return withEnvironment(emptyEnvironment, more, removed);
    }

    /// Returns these options with one variable less.
    public ProcessOptions withoutVariable(String name) {
        Map<String, String> fewer = new HashMap<>(variables);
        fewer.remove(name);
        Set<String> removed = new HashSet<>(removedVariables);
        removed.add(name);
        return withEnvironment(emptyEnvironment, fewer, removed);
    }

    /// Returns these options with no variables at all, but for those that are set afterwards.
    public ProcessOptions withEmptyEnvironment() {
        return withEnvironment(true, Map.of(), Set.of());
    }

    private ProcessOptions withStreams(Redirect stdin, Redirect stdout, Redirect stderr) {
        return new ProcessOptions(
                directory,
                emptyEnvironment,
                variables,
                removedVariables,
                stdin,
                stdout,
                stderr,
                mergeStderr,
                streams,
                ownGroup);
    }

    /// Returns these options with another stream to read from.
    public ProcessOptions withStdin(Redirect redirect) {
        return withStreams(redirect, stdout, stderr);
    }

    /// Returns these options with another stream to write to.
    public ProcessOptions withStdout(Redirect redirect) {
        return withStreams(stdin, redirect, stderr);
    }

    /// Returns these options with another stream for what goes wrong.
    public ProcessOptions withStderr(Redirect redirect) {
        return withStreams(stdin, stdout, redirect);
    }

    /// Returns these options with stderr going where stdout goes, or not.
    public ProcessOptions withMergedStderr(boolean merge) {
        return new ProcessOptions(
                directory,
                emptyEnvironment,
                variables,
                removedVariables,
                stdin,
                stdout,
                stderr,
                merge,
                streams,
                ownGroup);
    }

    /// Returns these options with other streams' limits and charset.
    public ProcessOptions withStreams(StreamOptions streams) {
        return new ProcessOptions(
                directory,
                emptyEnvironment,
                variables,
                removedVariables,
                stdin,
                stdout,
                stderr,
                mergeStderr,
                streams,
                ownGroup);
    }

    /// Returns these options with a process group of its own, or not.
    public ProcessOptions withOwnGroup(boolean own) {
        return new ProcessOptions(
                directory,
                emptyEnvironment,
                variables,
                removedVariables,
                stdin,
                stdout,
                stderr,
                mergeStderr,
                streams,
                own);
    }
}
