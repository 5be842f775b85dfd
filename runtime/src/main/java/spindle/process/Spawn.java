package spindle.process;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.net.SystemPipe;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Starts one process, on a thread that may block: forking takes milliseconds.
///
/// The child gets its ends of the pipes as files, so that the JDK has none to read: the JDK's
/// own pipes block the thread that reads them, and are closed as soon as the child has exited,
/// with whatever its own children still write. Where pipes have no files, threads carry the
/// bytes between the JDK's pipes and ours.
final class Spawn implements Callable<Spawn.Started> {
    // fixed at construction
    private final List<String> command;
    private final ProcessOptions options;
    private final PipeMaker pipes;

    // changes while running
    /// Null at first, then a [Started], or this spawn itself if nobody wants it any more.
    private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

    /// A process and the pipes to it; null where a stream goes elsewhere.
    record Started(
            Process process,
            @Nullable SystemPipe stdin,
            @Nullable SystemPipe stdout,
            @Nullable SystemPipe stderr) {
        List<SystemPipe> pipes() {
            return Stream.of(stdin, stdout, stderr).filter(Objects::nonNull).toList();
        }

        void killAndClose() {
            process.toHandle().destroyForcibly();
            closePipes(stdin, stdout, stderr);
        }
    }

    /// Where pipes come from.
    interface PipeMaker {
        SystemPipe open() throws IOException;
    }

    private Spawn(List<String> command, ProcessOptions options, PipeMaker pipes) {
        this.command = command;
        this.options = options;
        this.pipes = pipes;
    }

    static Coroutine<ChildProcess> of(
            List<String> command, ProcessOptions options, PipeMaker pipes) {
        return () -> {
            EventLoop loop = EventLoop.current();
            Spawn spawn = new Spawn(command, options, pipes);
            try {
                Started started = Async.await(Async.runBlocking(SpawnThreads.POOL, spawn));
                ChildProcess child = ChildProcess.adopt(loop, command, options, started);
                spawn.outcome.set(null);
                return child;
            } finally {
                spawn.abandon();
            }
        };
    }

    /// What has started and was not taken over is killed; so is what starts from now on.
    private void abandon() {
        if (outcome.getAndSet(this) instanceof Started started) {
            started.killAndClose();
        }
    }

    @Override
    public Started call() throws IOException {
        Started started = start();
        if (!outcome.compareAndSet(null, started)) {
            started.killAndClose();
        }
        return started;
    }

    private Started start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(wrappedCommand());
        applyEnvironment(builder.environment());
        if (options.directory() != null) {
            builder.directory(options.directory().toFile());
        }
        boolean readsStderr = !options.mergeStderr() && options.stderr() == Redirect.PIPE;
        SystemPipe stdin = null;
        SystemPipe stdout = null;
        SystemPipe stderr = null;
        try {
            stdin = options.stdin() == Redirect.PIPE ? pipes.open() : null;
            stdout = options.stdout() == Redirect.PIPE ? pipes.open() : null;
            stderr = readsStderr ? pipes.open() : null;
            builder.redirectInput(input(stdin));
            builder.redirectOutput(output(options.stdout(), stdout));
            builder.redirectError(output(options.stderr(), stderr));
            builder.redirectErrorStream(options.mergeStderr());
            Process process = run(builder);
            handOver(process, stdin, stdout, stderr);
            return new Started(process, stdin, stdout, stderr);
        } catch (Throwable failure) {
            closePipes(stdin, stdout, stderr);
            throw failure;
        }
    }

    /// `setsid` makes itself the leader of a group and then becomes the program. It would start
    /// even if the program were missing, and fail where nobody can tell: so we look first.
    private List<String> wrappedCommand() throws IOException {
        if (!options.ownGroup()) {
            return command;
        }
        if (findProgram(command.getFirst()) == null) {
            throw new IOException(describeFailure("No such file or directory"));
        }
        Path setsid = findProgram("setsid");
        if (setsid == null) {
            throw new IOException(
                    describeFailure("a process group of its own needs the program setsid"));
        }
        List<String> wrapped = new ArrayList<>(command.size() + 1);
        wrapped.add(setsid.toString());
        wrapped.addAll(command);
        return wrapped;
    }

    private @Nullable Path findProgram(String name) {
        if (name.indexOf('/') >= 0) {
            Path directory = options.directory() == null ? Path.of("") : options.directory();
            Path program = directory.resolve(name);
            return Files.isExecutable(program) ? program : null;
        }
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "/bin:/usr/bin" : path).split(":", -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return program;
            }
        }
        return null;
    }

    private void applyEnvironment(Map<String, String> environment) {
        if (options.emptyEnvironment()) {
            environment.clear();
        }
        environment.keySet().removeAll(options.removedVariables());
        environment.putAll(options.variables());
    }

    // --- The streams ---

    private Redirect input(@Nullable SystemPipe pipe) {
        if (pipe != null) {
            return pipe.readEnd().map(Redirect::from).orElse(Redirect.PIPE);
        }
        return options.stdin() == Redirect.DISCARD
                ? Redirect.from(Redirect.DISCARD.file())
                : options.stdin();
    }

    private static Redirect output(Redirect wanted, @Nullable SystemPipe pipe) {
        return pipe == null ? wanted : pipe.writeEnd().map(Redirect::to).orElse(Redirect.PIPE);
    }

    /// Leaves the far ends of the pipes to the child alone, or to the threads that carry.
    private static void handOver(
            Process process,
            @Nullable SystemPipe stdin,
            @Nullable SystemPipe stdout,
            @Nullable SystemPipe stderr)
            throws IOException {
        try {
            handOverInput(process, stdin);
            handOverOutput(process.getInputStream(), stdout);
            handOverOutput(process.getErrorStream(), stderr);
        } catch (Throwable failure) {
            process.toHandle().destroyForcibly();
            throw failure;
        }
    }

    private static void handOverInput(Process process, @Nullable SystemPipe pipe)
            throws IOException {
        if (pipe == null) {
            return;
        }
        if (pipe.readEnd().isPresent()) {
            pipe.closeReadEnd();
        } else {
            carryInput(pipe.blockingInput(), process.getOutputStream());
        }
    }

    private static void handOverOutput(InputStream source, @Nullable SystemPipe pipe)
            throws IOException {
        if (pipe == null) {
            return;
        }
        if (pipe.writeEnd().isPresent()) {
            pipe.closeWriteEnd();
        } else {
            carryOutput(source, pipe.blockingOutput());
        }
    }

    /// `transferTo` holds the JDK's stream from its first byte to its last. Otherwise the JDK
    /// would close it when the child exits, though the child's own children may still write.
    private static void carryOutput(InputStream source, OutputStream target) {
        carry(source, target, () -> source.transferTo(target));
    }

    private static void carryInput(InputStream source, OutputStream target) {
        carry(source, target, () -> {
            byte[] bytes = new byte[16 * 1024];
            for (int count = source.read(bytes); count >= 0; count = source.read(bytes)) {
                target.write(bytes, 0, count);
                target.flush();
            }
        });
    }

    /// A virtual thread would hold on to its carrier while it reads a pipe.
    private static void carry(InputStream source, OutputStream target, Copying copying) {
        Thread.ofPlatform().daemon().name("spindle-process-stream").start(() -> {
            try (source;
                    target) {
                copying.copy();
            } catch (IOException _) {
                return; // One of them was closed: so is the other one now, and tells its reader.
            }
        });
    }

    private interface Copying {
        void copy() throws IOException;
    }

    private static void closePipes(@Nullable SystemPipe... pipes) {
        for (SystemPipe pipe : pipes) {
            try {
                if (pipe != null) {
                    pipe.close();
                }
            } catch (IOException impossible) {
                throw new UncheckedIOException("cannot close a pipe", impossible);
            }
        }
    }

    // --- Failures ---

    private Process run(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new IOException(describeFailure(causeOf(failure)), failure);
        }
    }

    /// The system says the same of a missing directory and a missing program.
    private String causeOf(IOException failure) {
        Path directory = options.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            return "there is no such directory";
        }
        Redirect stdin = options.stdin();
        File missing = stdin.type() == Redirect.Type.READ ? stdin.file() : null;
        if (missing != null && !missing.exists()) {
            return "there is no such file to read from: " + missing;
        }
        String message = String.valueOf(failure.getMessage());
        int open = message.lastIndexOf('(');
        int close = message.lastIndexOf(')');
        // Such as: Cannot run program "x": Exec failed, error: 2 (No such file or directory)
        return message.contains("error") && open >= 0 && close > open
                ? message.substring(open + 1, close)
                : message;
    }

    private String describeFailure(String cause) {
        Path directory = options.directory();
        return "cannot run " + command + " in "
                + (directory == null ? Path.of("").toAbsolutePath() : directory) + ": " + cause;
    }
}
