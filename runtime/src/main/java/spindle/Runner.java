package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// Opens a loop, runs one or more main coroutines in it, and shuts everything down in order.
/// `Async.run` is a runner for a single one.
///
/// ```java
/// try (Runner runner = Runner.open()) {
///     Config config = runner.run(readConfig());
///     runner.run(serve(config));
/// }
/// ```
///
/// Tasks that a main coroutine leaves behind go on with the next one. What it sets in a
/// [TaskLocal] is still set in the next one.
///
/// Closing cancels all tasks that are left, waits for them, waits for calls on other threads
/// ([#SHUTDOWN_TIMEOUT]), and closes the loop, which reports what has failed meanwhile.
///
/// If it runs on the JVM's main thread, Ctrl-C cancels the main coroutine; when that has cleaned
/// up, `run` throws a [KeyboardInterrupt]. A second Ctrl-C ends the JVM at once. A handler of the
/// program's own for Ctrl-C is left alone.
///
/// Next: [Async].
public final class Runner implements AutoCloseable {
    /// How long closing waits for blocking calls that nobody waits for any more: their threads
    /// were interrupted.
    public static final Duration SHUTDOWN_TIMEOUT = Duration.ofMinutes(5);

    /// Tasks that are cancelled may leave others behind, which are cancelled in turn: so often.
    private static final int MOST_ROUNDS = 100;

    // fixed at construction
    private final EventLoop loop;
    private final Duration shutdownTimeout;

    // changes while running
    private Context context = Context.ofThread();

    private Runner(EventLoop loop, Duration shutdownTimeout) {
        this.loop = loop;
        this.shutdownTimeout = shutdownTimeout;
    }

    /// Opens a runner with a loop of the defaults.
    ///
    /// @throws IllegalStateException if a loop is running in this thread
    public static Runner open() {
        return open(EventLoop.builder());
    }

    /// Opens a runner with a loop of the builder's making.
    ///
    /// @throws IllegalStateException if a loop is running in this thread
    public static Runner open(EventLoop.Builder builder) {
        return open(builder, SHUTDOWN_TIMEOUT);
    }

    /// Opens a runner that waits less, or longer, for blocking calls when it is closed.
    ///
    /// @throws IllegalStateException if a loop is running in this thread
    public static Runner open(EventLoop.Builder builder, Duration shutdownTimeout) {
        if (RunningLoops.current() != null) {
            throw new IllegalStateException("an event loop is running in this thread already: "
                    + "await the coroutine, or createTask it, instead of calling run");
        }
        return new Runner(builder.open(), shutdownTimeout);
    }

    /// Returns the loop.
    public EventLoop loop() {
        return loop;
    }

    /// Runs a main coroutine to its end and returns its result.
    ///
    /// @throws KeyboardInterrupt if Ctrl-C ended it
    /// @throws Exception the very exception that it throws
    public <T extends @Nullable Object> T run(Coroutine<T> main) throws Exception {
        loop.checkCanRun(); // Before there is a task, which would run later all the same.
        Task<T> task = TaskLocal.callWith(context, () -> loop.createTask(main));
        try (InterruptSignal signal = interruptSignal(task)) {
            return runUntilDone(task, signal);
        } finally {
            context = task.context;
        }
    }

    /// Runs an action as [#run(Coroutine)] runs a coroutine.
    public void run(Coroutine.Action main) throws Exception {
        run(main.asCoroutine());
    }

    private <T extends @Nullable Object> T runUntilDone(Task<T> task, InterruptSignal signal)
            throws Exception {
        try {
            return loop.runUntilComplete(task);
        } catch (CancelledError cancelled) {
            if (signal.wasRaised() && task.uncancel() == 0) {
                throw new KeyboardInterrupt(cancelled);
            }
            throw cancelled;
        }
    }

    private InterruptSignal interruptSignal(Task<?> main) {
        return isMainThread(Thread.currentThread())
                ? InterruptSignal.install(signal -> cancelOrElse(main, signal::passOn))
                : InterruptSignal.none();
    }

    /// The JVM marks its main thread by nothing but the name: its number is another one in each
    /// version.
    private static boolean isMainThread(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread.getName().equals("main")
                && !thread.isVirtual()
                && group != null
                && group.getName().equals("main");
    }

    /// Called by another thread. `ended` is called if there is nothing left to cancel.
    private void cancelOrElse(Task<?> main, Runnable ended) {
        boolean open = loop.tryCallSoonThreadsafe(() -> {
            if (!main.cancel("interrupted by Ctrl-C")) {
                ended.run();
            }
        });
        if (!open) {
            ended.run();
        }
    }

    /// Ends whatever is left, in order, and closes the loop. Closing twice does nothing.
    ///
    /// @throws IllegalStateException while the loop runs
    @Override
    public void close() {
        if (loop.isClosed()) {
            return;
        }
        if (loop.isRunning()) {
            throw new IllegalStateException(
                    "cannot close a runner while its loop runs: close it when run has returned");
        }
        try (loop) {
            cancelAllTasks();
            awaitBlockingCalls();
            runOneTurn();
        }
    }

    /// Closing the loop reports what they fail with meanwhile, and those that are left after all.
    private void cancelAllTasks() {
        List<Task<?>> left = loop.allTasks();
        for (int round = 0; !left.isEmpty() && round < MOST_ROUNDS; round++) {
            cancelAndAwait(left);
            left = loop.allTasks();
        }
    }

    private void cancelAndAwait(List<Task<?>> left) {
        left.forEach(task -> task.cancel("the loop is about to close"));
        runToTheEnd(() -> WaitSet.awaitEnds(left, EventLoop.callingTask("shutdown")));
    }

    private void awaitBlockingCalls() {
        BlockingCalls calls = loop.blockingCalls();
        if (calls.isEmpty()) {
            return;
        }
        Future<@Nullable Void> enough = loop.createFuture(calls);
        Runnable finish = () -> {
            if (!enough.isDone()) {
                enough.setResult(null);
            }
        };
        calls.whenEmpty(finish);
        TimerHandle timer = loop.callLater(shutdownTimeout, finish);
        runToTheEnd(() -> EventLoop.callingTask("shutdown").await(enough));
        timer.cancel();
        if (!calls.isEmpty()) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "blocking calls did not end within " + shutdownTimeout
                            + " of being interrupted; their threads go on",
                    null,
                    calls));
        }
    }

    /// A task that stops the loop while it cleans up does not end the shutdown.
    private void runToTheEnd(Coroutine<?> coroutine) {
        Task<?> task = loop.createTask(coroutine);
        while (!task.isDone()) {
            loop.runUntilDoneOrStopped(task);
        }
    }

    /// What the last steps have scheduled still runs: a gathering, for one, learns that its last
    /// children have failed too, and nobody need report that.
    private void runOneTurn() {
        loop.stop();
        loop.runForever();
    }
}
