package spindle.process;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;
import spindle.Task;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.SystemPipe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// A process that was started, and the streams to it.
///
/// ```
/// RUNNING -> EXITED            // by itself, or by a signal
/// RUNNING -> killed -> EXITED  // close(), or the end of the loop
/// ```
///
/// Its output is read only as fast as it is taken: a process that writes more than about two
/// limits of its [ProcessOptions#streams()] waits. So read both streams, or have them go
/// elsewhere; [#communicate()] reads both. What it wrote before it exited can still be read
/// afterwards, and so can what its own children write who have inherited the pipe.
///
/// Closing it kills it; the system's memory of it is cleared away however it ends, so that no
/// zombie is left. Only the loop's thread may use it.
public final class ChildProcess implements AutoCloseable {
    /// What is copied at a time from a long input.
    private static final int PIECE_BYTES = 64 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final List<String> command;
    private final Process process;
    private final ProcessTree tree;
    private final LoopProcesses siblings;
    private final List<SystemPipe> pipes;
    private final @Nullable StreamWriter stdin;
    private final @Nullable StreamReader stdout;
    private final @Nullable StreamReader stderr;

    // changes while running
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>();

    /// How many streams of output have not ended.
    private int openOutputs;

    private boolean exited;

    /// Whether [#close()] is killing what there is to kill.
    private boolean killing;

    private boolean closed;

    private ChildProcess(
            EventLoop loop, List<String> command, ProcessOptions options, Spawn.Started started)
            throws IOException {
        this.loop = loop;
        this.command = command;
        this.process = started.process();
        this.tree = new ProcessTree(process.toHandle(), options.ownGroup());
        this.siblings = LoopProcesses.of(loop);
        this.pipes = started.pipes();
        this.stdin = started.stdin() == null ? null : started.stdin().writer(options.streams());
        this.stdout = reader(started.stdout(), options);
        this.stderr = reader(started.stderr(), options);
    }

    private @Nullable StreamReader reader(@Nullable SystemPipe pipe, ProcessOptions options)
            throws IOException {
        if (pipe == null) {
            return null;
        }
        openOutputs++;
        return pipe.reader(options.streams(), () -> {
            openOutputs--;
            forgetIfOver();
        });
    }

    /// Takes over a process that has started.
    static ChildProcess adopt(
            EventLoop loop, List<String> command, ProcessOptions options, Spawn.Started started)
            throws IOException {
        ChildProcess child = new ChildProcess(loop, command, options, started);
        child.siblings.add(child);
        var _ = child.process.onExit().thenAccept(_ -> child.tellLoop(child::exitSeen));
        return child;
    }

    /// Called on other threads.
    private void tellLoop(Runnable callback) {
        try {
            loop.callSoonThreadsafe(callback);
        } catch (IllegalStateException _) {
            return; // The loop is closed, and has ended the process.
        }
    }

    private void exitSeen() {
        if (exited) {
            return;
        }
        exited = true;
        if (stdin != null) {
            stdin.abort(); // Nobody is there to read any more.
        }
        forgetIfOver();
        wakeAll();
    }

    private void forgetIfOver() {
        if (exited && openOutputs == 0) {
            siblings.remove(this);
        }
    }

    // --- The streams ---

    /// Returns what sends to the process. Close it to say that nothing more will come. Writes
    /// fail once the process does not read any more ("Broken pipe"), or has exited.
    ///
    /// @throws IllegalStateException if its stdin is not a pipe
    public StreamWriter stdin() {
        return requirePipe("stdin", stdin);
    }

    /// Returns what the process writes. It ends when neither the process nor any that it has
    /// started can write any more.
    ///
    /// @throws IllegalStateException if its stdout is not a pipe
    public StreamReader stdout() {
        return requirePipe("stdout", stdout);
    }

    /// Returns what the process writes to stderr, as [#stdout()].
    ///
    /// @throws IllegalStateException if that is not a pipe of its own
    public StreamReader stderr() {
        return requirePipe("stderr", stderr);
    }

    private <S> S requirePipe(String name, @Nullable S stream) {
        if (stream == null) {
            throw new IllegalStateException(
                    "the " + name + " of this process is no pipe of its own: "
                            + "have its ProcessOptions say Redirect.PIPE: " + this);
        }
        return stream;
    }

    // --- Waiting ---

    /// Returns the number that the system knows the process by.
    public long pid() {
        return process.pid();
    }

    /// Returns a coroutine that waits until the process has exited; its result is the exit
    /// code. Of a process that was ended by a signal that is 128 and the number of the signal,
    /// 143 for TERM and 137 for KILL: the JVM does not tell it from one that has returned that
    /// number itself. Suspends the calling task. Cancelling it does nothing to the process.
    ///
    /// Its output may still be on its way, and may be all that keeps it from exiting: see
    /// [#communicate()].
    @CheckReturnValue
    public Coroutine<Integer> waitFor() {
        return () -> {
            while (!exited) {
                awaitEvent();
            }
            return process.exitValue();
        };
    }

    /// Returns the exit code, or nothing while the process runs.
    public OptionalInt returnCode() {
        return exited ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    private void awaitEvent() throws Exception {
        Future<@Nullable Void> event = loop.createFuture(this);
        waiters.add(event);
        try {
            Async.await(event);
        } finally {
            waiters.remove(event);
        }
    }

    private void wakeAll() {
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
    }

    // --- Talking ---

    /// Talks as `communicate(byte[], int)` with nothing to say and a limit of 16 MiB.
    @CheckReturnValue
    public Coroutine<ProcessResult> communicate() {
        return communicate(new byte[0]);
    }

    /// Talks as `communicate(byte[], int)` with a limit of 16 MiB.
    @CheckReturnValue
    public Coroutine<ProcessResult> communicate(byte[] input) {
        return communicate(input, 16 * 1024 * 1024);
    }

    /// Returns a coroutine that sends the input, if stdin is a pipe, reads everything that the
    /// process writes, all at the same time, and waits until it has exited. That a process
    /// doesn't read all of its input is no failure. Suspends the calling task.
    ///
    /// It fails with a [spindle.net.LimitOverrunException] if one of the streams is longer than
    /// `limit` bytes. Neither that nor cancelling it ends the process: [#close()] does. What it
    /// has written stays readable.
    @CheckReturnValue
    public Coroutine<ProcessResult> communicate(byte[] input, int limit) {
        return () -> {
            if (input.length > 0) {
                stdin(); // Says so if there is none.
            }
            Task<@Nullable Void> feeding = Async.createTask(() -> feed(input));
            Task<byte[]> output = Async.createTask(readAll(stdout, limit));
            Task<byte[]> errors = Async.createTask(readAll(stderr, limit));
            try {
                List<byte[]> written = Async.await(Async.gather(output, errors));
                int exitCode = Async.await(waitFor());
                return new ProcessResult(exitCode, written.getFirst(), written.getLast());
            } finally {
                end(feeding);
                end(output);
                end(errors);
            }
        };
    }

    private void feed(byte[] input) throws Exception {
        if (stdin == null) {
            return;
        }
        try {
            for (int from = 0; from < input.length; from += PIECE_BYTES) {
                int length = Math.min(PIECE_BYTES, input.length - from);
                Async.await(stdin.write(ByteBuffer.wrap(input, from, length)));
            }
            stdin.close();
        } catch (IOException _) {
            return; // It doesn't read any more. Why not, its output and exit code may say.
        }
    }

    private static Coroutine<byte[]> readAll(@Nullable StreamReader reader, int limit) {
        return reader == null ? () -> new byte[0] : reader.readAll(limit);
    }

    /// Waits, too, so that nobody is reading any more when the caller goes on.
    private static <T extends @Nullable Object> void end(Task<T> task) throws Exception {
        task.cancel("the conversation with the process is over");
        Async.await(Async.waitAll(List.of(task)));
    }

    /// Talks as `communicate(byte[], int)`.
    ///
    /// It fails with a [java.util.concurrent.TimeoutException] if that takes longer than
    /// `timeout`.
    @CheckReturnValue
    public Coroutine<ProcessResult> communicate(byte[] input, int limit, Duration timeout) {
        return Async.failAfter(timeout, communicate(input, limit));
    }

    // --- Ending ---

    /// Sends a signal to the process. Suspends the calling task until it is sent, which a
    /// program of the system's does. To a process that has exited nothing is sent.
    ///
    /// It fails with an [IOException] if the system refuses.
    ///
    /// @param name such as `HUP`, without the `SIG`
    @CheckReturnValue
    public Coroutine<@Nullable Void> sendSignal(String name) {
        ProcessTree.checkName(name);
        return () -> {
            if (!exited) {
                Async.await(offLoop(() -> tree.signalProcess(name)));
            }
            return null;
        };
    }

    /// Sends a signal to every process of the group that this one leads, as
    /// [#sendSignal(String)]: also to those that are left when it has exited.
    ///
    /// @throws IllegalStateException if it has no group of its own
    ///     ([ProcessOptions#withOwnGroup])
    @CheckReturnValue
    public Coroutine<@Nullable Void> sendSignalToGroup(String name) {
        ProcessTree.checkName(name);
        tree.checkHasGroup();
        return () -> Async.await(offLoop(() -> tree.signalGroup(name)));
    }

    /// Asks the process to end: TERM. Does nothing if it has exited.
    public void terminate() {
        process.toHandle().destroy();
    }

    /// Ends the process: KILL, which it cannot refuse. What it has started goes on. Does
    /// nothing if it has exited.
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /// Returns a coroutine that kills the process and everything that descends from it: what it
    /// has started and what those have started, as far as their parents still run, for the
    /// system keeps no other record; and its group, if it has one of its own, orphans and all.
    /// Suspends the calling task until the signals are sent; [#waitFor()] waits for the end.
    @CheckReturnValue
    public Coroutine<@Nullable Void> killTree() {
        return offLoop(tree::kill);
    }

    private static Coroutine<@Nullable Void> offLoop(ProcessTree.Sending sending) {
        return Async.runBlocking(SpawnThreads.POOL, () -> {
            sending.send();
            return null;
        });
    }

    /// Closes the streams, and kills the process and what descends from it, as [#killTree()],
    /// if it has not exited; of one that has exited, it ends what is left of its group.
    /// Suspends the calling task until the process has exited; cancelled then, it has been
    /// killed all the same. Outside a task it does not wait. Closing twice does nothing.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        closePipes();
        siblings.remove(this);
        if (!exited || tree.hasGroup()) {
            killing = true;
            SpawnThreads.POOL.execute(this::killTreeOffLoop);
        }
        if (loop.currentTask() != null) {
            awaitExit();
        }
    }

    private void awaitExit() {
        try {
            while (!exited || killing) {
                awaitEvent();
            }
        } catch (Exception impossible) {
            throw new IllegalStateException("waiting for the end of a process failed", impossible);
        }
    }

    /// Called on another thread.
    private void killTreeOffLoop() {
        try {
            tree.kill();
        } catch (IOException failure) {
            tellLoop(() -> report("cannot kill what a process has started", failure));
        }
        tellLoop(() -> {
            killing = false;
            wakeAll();
        });
    }

    private void report(String message, @Nullable Exception failure) {
        loop.callExceptionHandler(new ExceptionHandler.Context(message, failure, this));
    }

    /// Ends it with its loop, which has stopped for good.
    void closeWithLoop() {
        closed = true;
        boolean alive = process.isAlive();
        report(
                alive
                        ? "a process was still running when the loop was closed, and was killed:"
                                + " close it"
                        : "a process that has exited was still open when the loop was closed:"
                                + " close it, or read its output to the end",
                null);
        closePipes();
        try {
            tree.kill();
        } catch (IOException failure) {
            report("cannot kill what a process has started", failure);
        }
    }

    private void closePipes() {
        for (SystemPipe pipe : pipes) {
            try {
                pipe.close();
            } catch (IOException failure) {
                report("cannot close a pipe to a process", failure);
            }
        }
    }

    /// Returns a form such as `<ChildProcess [sort, -n] pid=4711 running>`.
    @Override
    public String toString() {
        String state = exited ? "exitCode=" + process.exitValue() : "running";
        return "<ChildProcess " + command + " pid=" + pid() + " " + state + ">";
    }
}
