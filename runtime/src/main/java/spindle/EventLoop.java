package spindle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Runs callbacks, one after another, on one thread: soon, at a time, or when a channel is
/// ready.
///
/// That is the whole model. A [Future] is a promise to schedule some callbacks, a [Task] is a
/// callback that resumes a coroutine. One turn of the loop, [Turn], is the only place where any
/// of them is called.
///
/// ```
/// CREATED -> RUNNING   // runForever, runUntilComplete
/// RUNNING -> STOPPED   // stop, after the turn it is called in; may run again
/// STOPPED -> CLOSED    // close; final
/// ```
///
/// Only the thread that runs the loop may use it; while it is at rest, the one that ran it last
/// or created it. Whatever schedules, completes or cancels checks that. Any thread may call
/// [#runForever()], and owns the loop from then on. Other threads have
/// [#callSoonThreadsafe(Runnable)] and what is built on it.
///
/// Next: [Alarm].
public final class EventLoop extends Scheduler implements AutoCloseable {
    // fixed at construction
    private final Clock clock;
    private final Poller poller;
    private final CoroutineEngine engine;
    private final Tasks tasks;
    private final Turn turn;
    private final ExceptionHandler exceptionHandler;
    private final boolean debug;
    private final boolean eagerTasks;
    private final UnclosedLoops.Ticket ticket;

    // changes while running
    private final UnretrievedFailures unretrievedFailures = new UnretrievedFailures();
    private final LoopResources resources = new LoopResources();
    private final Bridges bridges = new Bridges();
    private boolean running;
    private boolean stopping;
    private volatile boolean closed;

    private EventLoop(Builder builder, Poller poller, CoroutineEngine engine) {
        this.clock = builder.clock;
        this.poller = poller;
        this.engine = engine;
        this.exceptionHandler = builder.exceptionHandler;
        this.debug = builder.debug;
        this.eagerTasks = builder.eagerTasks;
        Observers observers = builder.observers();
        this.tasks = new Tasks(this, engine, builder.blocking, builder.inheritances, observers);
        this.turn = new Turn(
                this,
                clock,
                poller,
                exceptionHandler,
                observers,
                builder.order,
                tasks,
                builder.detectsDeadlocks);
        this.ticket = UnclosedLoops.opened(this, origin());
    }

    /// Opens a loop with the defaults of [Builder].
    public static EventLoop open() {
        return builder().open();
    }

    /// Returns a builder, to replace the loop's clock, engine or exception handler.
    public static Builder builder() {
        return new Builder();
    }

    /// Returns the loop whose callback or coroutine is calling.
    ///
    /// @throws IllegalStateException if no running loop is
    public static EventLoop current() {
        if (!(RunningLoops.current() instanceof EventLoop loop)) {
            throw new IllegalStateException(
                    "no event loop is running in this thread: call it from a coroutine, "
                            + "started with Async.run(...), or from a callback of a loop");
        }
        return loop;
    }

    // --- Scheduling ---

    /// Schedules `callback` to run once, in the next turn, after everything that was scheduled
    /// before it.
    @Override
    public Handle callSoon(Runnable callback) {
        return callSoon(currentContext(), callback);
    }

    @Override
    Handle callSoon(Context context, Runnable callback) {
        checkUsable();
        Handle handle = new Handle(callback, context, origin());
        turn.add(handle);
        return handle;
    }

    /// Schedules `callback` to run once, when nothing else is to be done: nothing is ready, and
    /// all tasks wait for a time, a channel or each other.
    public Handle callWhenIdle(Runnable callback) {
        checkUsable();
        Handle handle = new Handle(callback, currentContext(), origin());
        turn.addWhenIdle(handle);
        return handle;
    }

    /// Schedules `callback` to run once, after at least `delay`; at once in the next turn if
    /// that is not positive.
    @Override
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return addTimer(timeAfter(delay), callback);
    }

    /// Schedules `callback` to run once, when [#time()] has reached `deadlineNanos`; one that is
    /// more than a century away is taken for a century.
    @Override
    public TimerHandle callAt(long deadlineNanos, Runnable callback) {
        return addTimer(Deadlines.bounded(deadlineNanos, clock), callback);
    }

    private TimerHandle addTimer(long deadlineNanos, Runnable callback) {
        checkUsable();
        return turn.addTimer(deadlineNanos, callback, currentContext(), origin());
    }

    /// Schedules `callback` as [#callSoon] does, and wakes the loop. **Threadsafe**; so is the
    /// handle's `cancel`.
    ///
    /// @throws IllegalStateException if the loop is closed
    @Override
    public Handle callSoonThreadsafe(Runnable callback) {
        checkNotClosed();
        Handle handle = new ThreadsafeHandle(callback, TaskLocal.copyContext(), origin());
        turn.addFromOtherThread(handle);
        return handle;
    }

    @Override
    boolean tryCallSoonThreadsafe(Runnable callback) {
        try {
            callSoonThreadsafe(callback);
            return true;
        } catch (IllegalStateException _) {
            return false; // Closed: what the callback would have been for is gone.
        }
    }

    /// Has the loop run a coroutine in a task, from another thread. Cancelling the result
    /// cancels the task. If the loop closes first, the result fails. **Threadsafe.**
    ///
    /// @throws IllegalStateException if the loop is closed
    public <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Coroutine<T> coroutine) {
        CompletableFuture<T> result = bridges.newResult();
        callSoonThreadsafe(() -> {
            if (!result.isDone()) {
                startBridged(coroutine, result);
            }
        });
        return result;
    }

    /// Has the loop run an action, as [#runCoroutineThreadsafe(Coroutine)] does a coroutine.
    /// **Threadsafe.**
    public CompletableFuture<@Nullable Void> runCoroutineThreadsafe(Coroutine.Action action) {
        return runCoroutineThreadsafe(action.asCoroutine());
    }

    /// What keeps a task from being made, the other thread is to know.
    private <T extends @Nullable Object> void startBridged(
            Coroutine<T> coroutine, CompletableFuture<T> result) {
        Task<T> task;
        try {
            task = createTask(coroutine);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
            return;
        }
        task.bridgeTo(result);
    }

    @Override
    Context currentContext() {
        return running ? context : Context.ofThread();
    }

    @Override
    @Nullable
    Origin origin() {
        return debug ? Origin.here() : null;
    }

    /// Returns whether the loop is in debug mode, and remembers where things were made.
    @Override
    public boolean isDebug() {
        return debug;
    }

    /// Returns the loop's clock in nanoseconds: only differences mean anything.
    @Override
    public long time() {
        return clock.nanoTime();
    }

    /// Returns the value of [#time()] after `delay`.
    long timeAfter(Duration delay) {
        return Deadlines.after(delay, clock);
    }

    // --- Running ---

    /// Runs until [#stop()]. Callbacks run on the calling thread, or on one that the loop
    /// starts if its engine needs another kind ([CoroutineEngine]).
    ///
    /// @throws IllegalStateException if this loop runs already, or another one in this thread
    public void runForever() {
        checkCanRun();
        Thread caller = Thread.currentThread();
        running = true;
        try {
            engine.carry(this::runTurns);
        } finally {
            running = false;
            stopping = false;
            tasks.setRunningThread(caller);
        }
    }

    void checkCanRun() {
        checkNotClosed();
        if (running) {
            throw new IllegalStateException(
                    "expected a loop at rest but this one is running: await, don't run it again");
        }
        if (RunningLoops.current() != null) {
            throw new IllegalStateException("another event loop runs in this thread already: "
                    + "await the coroutine there, or run this loop in a thread of its own");
        }
    }

    private void runTurns() {
        tasks.setRunningThread(Thread.currentThread());
        RunningLoops.add(this);
        try {
            do {
                turn.run(stopping);
                unretrievedFailures.reportGarbage(exceptionHandler);
            } while (!stopping);
        } catch (IOException failure) {
            throw new UncheckedIOException("the poller failed, the loop cannot go on", failure);
        } finally {
            RunningLoops.remove(this);
            poller.restoreInterrupt();
        }
    }

    /// Runs until `future` is done and returns its result.
    ///
    /// @throws IllegalStateException if the loop was stopped before the future was done
    /// @throws Exception the very exception that the future failed with
    public <T extends @Nullable Object> T runUntilComplete(Future<T> future) throws Exception {
        checkCanRun();
        checkOwner();
        if (future.loop != this) {
            throw new IllegalStateException(
                    "expected a future of this loop but it belongs to another one: " + future);
        }
        runUntilDoneOrStopped(future);
        if (!future.isDone()) {
            throw new IllegalStateException(
                    "the event loop was stopped before the future was done: " + future);
        }
        return future.result();
    }

    void runUntilDoneOrStopped(Future<?> future) {
        StopWhenDone stopWhenDone = new StopWhenDone(this::stop);
        future.addDoneCallback(stopWhenDone);
        try {
            runForever();
        } finally {
            stopWhenDone.disarm();
            future.removeDoneCallback(stopWhenDone);
        }
    }

    /// Runs a coroutine in a task, until that is done, and returns its result.
    public <T extends @Nullable Object> T runUntilComplete(Coroutine<T> coroutine)
            throws Exception {
        checkCanRun(); // Before there is a task, which would run later all the same.
        return runUntilComplete(createTask(coroutine));
    }

    /// Runs an action as [#runUntilComplete(Coroutine)] runs a coroutine.
    public void runUntilComplete(Coroutine.Action action) throws Exception {
        runUntilComplete(action.asCoroutine());
    }

    /// Ends the run at the end of the current turn. What is ready then stays ready for the next
    /// run. Called before a run, it makes it one turn long.
    public void stop() {
        checkOwner();
        stopping = true;
    }

    /// Returns whether the loop is running.
    @Override
    public boolean isRunning() {
        return running;
    }

    // --- Futures and tasks ---

    /// Returns a new pending future.
    public <T extends @Nullable Object> Future<T> createFuture() {
        return new Future<>(this);
    }

    /// Returns a new pending future that shows, wherever it is shown, what it stands for: whoever
    /// looks at a task that hangs learns from it what the task is waiting for.
    ///
    /// @param purpose shown by its `toString()`, which is asked each time
    public <T extends @Nullable Object> Future<T> createFuture(Object purpose) {
        return new Future.Described<>(this, purpose);
    }

    /// Returns a new task for a coroutine; its first step runs in the next turn.
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return startTask(null, coroutine);
    }

    /// Returns a new task with a name.
    public <T extends @Nullable Object> Task<T> createTask(String name, Coroutine<T> coroutine) {
        return startTask(name, coroutine);
    }

    /// Returns a new task that runs an action.
    public Task<@Nullable Void> createTask(Coroutine.Action action) {
        return createTask(action.asCoroutine());
    }

    /// Returns a new task with a name that runs an action.
    public Task<@Nullable Void> createTask(String name, Coroutine.Action action) {
        return createTask(name, action.asCoroutine());
    }

    private <T extends @Nullable Object> Task<T> startTask(
            @Nullable String name, Coroutine<T> coroutine) {
        checkUsable();
        return eagerTasks ? tasks.startNow(name, coroutine) : tasks.startSoon(name, coroutine);
    }

    /// Returns a new task whose coroutine has run up to its first suspension, or to its end,
    /// when this returns. Saves a turn where that is likely to be the end. The calling coroutine
    /// goes on at once; nothing else of the loop runs in between.
    ///
    /// In a loop at rest, and where the caller's stack cannot be parked (a native method is on
    /// it), the first step runs in the next turn.
    public <T extends @Nullable Object> Task<T> createEagerTask(Coroutine<T> coroutine) {
        checkUsable();
        return tasks.startNow(null, coroutine);
    }

    /// Returns a new task with a name, started as [#createEagerTask(Coroutine)] does.
    public <T extends @Nullable Object> Task<T> createEagerTask(
            String name, Coroutine<T> coroutine) {
        checkUsable();
        return tasks.startNow(name, coroutine);
    }

    /// Returns a new task that runs an action, started as [#createEagerTask(Coroutine)] does.
    public Task<@Nullable Void> createEagerTask(Coroutine.Action action) {
        return createEagerTask(action.asCoroutine());
    }

    /// Returns a new task with a name that runs an action, started as
    /// [#createEagerTask(Coroutine)] does.
    public Task<@Nullable Void> createEagerTask(String name, Coroutine.Action action) {
        return createEagerTask(name, action.asCoroutine());
    }

    /// Returns `callable` as it is to run on another thread: with the task-locals of the caller,
    /// and whatever else tasks inherit.
    <T extends @Nullable Object> Callable<T> bequeath(Callable<T> callable) {
        Coroutine<T> heir = tasks.heirOf(callable::call);
        Callable<T> inherited = heir::run;
        Context inheritedContext = currentContext();
        return () -> TaskLocal.callWith(inheritedContext, inherited);
    }

    /// Returns the calls that run on other threads for this loop.
    BlockingCalls blockingCalls() {
        return turn.blockingCalls();
    }

    /// Returns the tasks that are not done, in the order in which they were created.
    public List<Task<?>> allTasks() {
        checkOwner();
        return tasks.toList();
    }

    /// Returns the task whose coroutine is running, or null between two steps.
    public @Nullable Task<?> currentTask() {
        return tasks.current();
    }

    /// Returns the task whose coroutine calls `what`.
    ///
    /// @throws IllegalStateException outside a task
    static Task<?> callingTask(String what) {
        Task<?> task = RunningLoops.current() instanceof EventLoop loop ? loop.currentTask() : null;
        if (task == null) {
            throw new IllegalStateException(
                    what + " was called outside a task: "
                            + "start the coroutine with Async.run(...), or with createTask(...) in a running loop");
        }
        return task;
    }

    // --- Channels ---

    /// Calls `callback` whenever there is something to read from a channel, or a connection to
    /// accept, until the handle is cancelled by [#removeReader]. The channel must not block.
    /// Replaces an earlier reader.
    public Handle addReader(SelectableChannel channel, Runnable callback) throws IOException {
        checkUsable();
        Handle handle = new Handle(callback, currentContext(), origin());
        poller.addReader(channel, handle);
        return handle;
    }

    /// Stops watching a channel for reading; returns whether it had been watched.
    public boolean removeReader(SelectableChannel channel) {
        checkOwner();
        return poller.removeReader(channel);
    }

    /// Calls `callback` whenever there is room to write to a channel, or once the connection
    /// that it is making is made or has failed, until [#removeWriter]. The channel must not
    /// block. Replaces an earlier writer.
    public Handle addWriter(SelectableChannel channel, Runnable callback) throws IOException {
        checkUsable();
        Handle handle = new Handle(callback, currentContext(), origin());
        poller.addWriter(channel, handle);
        return handle;
    }

    /// Stops watching a channel for writing; returns whether it had been watched.
    public boolean removeWriter(SelectableChannel channel) {
        checkOwner();
        return poller.removeWriter(channel);
    }

    /// Stops watching a channel altogether. Only when no loop watches it does closing a channel
    /// give its descriptor back at once; otherwise that waits for the loop's next poll.
    public void forgetChannel(SelectableChannel channel) throws IOException {
        checkUsable();
        poller.forget(channel);
    }

    // --- Failures, resources, closing ---

    /// Gives a failure that no caller is there to catch to the loop's exception handler.
    @Override
    public void callExceptionHandler(ExceptionHandler.Context failure) {
        Handle.report(exceptionHandler, failure);
    }

    @Override
    Bridges bridges() {
        return bridges;
    }

    @Override
    @Nullable
    String attribute(@Nullable String reason) {
        Task<?> asking = tasks.current();
        if (asking == null) {
            return reason;
        }
        String who = "cancelled by task '" + asking.name() + "'";
        return reason == null ? who : reason + " (" + who + ")";
    }

    @Override
    UnretrievedFailures unretrievedFailures() {
        return unretrievedFailures;
    }

    /// Returns the loop's one resource of a type, made when first asked for and closed with the
    /// loop. For what a loop's users share, such as its network.
    public <R extends AutoCloseable> R resource(
            Class<R> type, Function<? super EventLoop, ? extends R> maker) {
        checkUsable();
        return resources.get(type, () -> maker.apply(this));
    }

    @Override
    void checkOwner() {
        Thread thread = Thread.currentThread();
        if (!runs(thread)) {
            throw new IllegalStateException("expected the loop's own thread '"
                    + tasks.running() + "' but was called from '" + thread.getName()
                    + "': use callSoonThreadsafe from other threads");
        }
    }

    @Override
    boolean runs(Thread thread) {
        return tasks.runningThread() == thread;
    }

    private void checkUsable() {
        checkOwner();
        checkNotClosed();
    }

    private void checkNotClosed() {
        if (closed) {
            throw new IllegalStateException("the event loop is closed: open another one");
        }
    }

    /// Returns whether the loop is closed. **Threadsafe.**
    public boolean isClosed() {
        return closed;
    }

    /// Closes the loop for good: its resources, its poller, its queues. Reports what is still
    /// open in it, tasks, timers and watched channels, and in debug mode callbacks that have not
    /// run and where each was made; and failures that nobody has asked for. Closing twice does
    /// nothing. A loop that is never closed, and becomes garbage, is reported too, to the log.
    ///
    /// @throws IllegalStateException if it is running
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (running) {
            throw new IllegalStateException("cannot close a running event loop: call stop() first");
        }
        checkOwner();
        resources.close(exceptionHandler);
        reportLeaks();
        unretrievedFailures.reportAll(exceptionHandler);
        closed = true;
        UnclosedLoops.closed(ticket);
        bridges.close();
        turn.clear();
        try {
            poller.close();
        } catch (IOException failure) {
            callExceptionHandler(
                    new ExceptionHandler.Context("the poller failed to close", failure, this));
        }
    }

    private void reportLeaks() {
        LeakReport leaks = new LeakReport(exceptionHandler);
        leaks.reportTasks(tasks.toList());
        leaks.reportTimers(turn.unfinishedTimers());
        if (debug) {
            leaks.reportCallbacks(turn.unfinishedCallbacks());
        }
        leaks.reportWatchers(turn.watchingHandles());
    }

    /// Returns how things stand now.
    public LoopStatistics statistics() {
        checkOwner();
        return turn.statistics();
    }

    /// Returns a form such as `<EventLoop running tasks=3 ready=1 timers=2>`.
    @Override
    public String toString() {
        String state = closed ? "closed" : running ? "running" : "stopped";
        return "<EventLoop " + state + " tasks=" + tasks.size() + " " + turn + ">";
    }

    /// The parts of a loop that can be replaced, and how it is to behave. A new builder has the
    /// machine's clock, the fastest engine that the JVM allows and an exception handler that
    /// logs; debug mode is on if the system property `spindle.debug` is `true`.
    public static final class Builder {
        private Clock clock = Clock.system();
        private @Nullable Poller poller;
        private @Nullable CoroutineEngine engine;
        private ExceptionHandler exceptionHandler = ExceptionHandler.logging();
        private BlockingPolicy blocking = BlockingPolicy.STALLS;
        private boolean debug = Boolean.getBoolean("spindle.debug");
        private Duration slowCallback = Duration.ofMillis(100);
        private boolean eagerTasks;
        private boolean detectsDeadlocks;
        private @Nullable SeededOrder order;
        private final List<LoopObserver> observers = new ArrayList<>();
        private final List<Inheritance> inheritances = new ArrayList<>();

        private Builder() {}

        /// Sets where the loop takes its time from.
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /// Sets how coroutines are suspended.
        ///
        /// @throws IllegalArgumentException if this JVM does not allow that engine
        public Builder engine(CoroutineEngine engine) {
            if (!engine.isAvailable()) {
                throw new IllegalArgumentException(
                        "the engine " + engine
                                + " needs --add-opens java.base/java.lang=ALL-UNNAMED (=spindle.runtime on the module path)");
            }
            this.engine = engine;
            return this;
        }

        /// Sets who hears of failures that no caller is there to catch.
        public Builder exceptionHandler(ExceptionHandler exceptionHandler) {
            this.exceptionHandler = exceptionHandler;
            return this;
        }

        /// Sets what happens when a coroutine blocks.
        public Builder blocking(BlockingPolicy blocking) {
            this.blocking = blocking;
            return this;
        }

        /// Sets whether the loop is in debug mode: handles, futures and tasks know where they
        /// were made, failures where they were awaited, and callbacks that take long are logged.
        /// All of it costs time, so it is for development.
        public Builder debug(boolean debug) {
            this.debug = debug;
            return this;
        }

        /// Sets how long a callback or a step of a task may take before debug mode logs it; 100
        /// ms at first.
        public Builder slowCallback(Duration limit) {
            this.slowCallback = limit;
            return this;
        }

        /// Sets whether `createTask` runs a task's first step at once, as
        /// [EventLoop#createEagerTask(Coroutine)] does.
        public Builder eagerTasks(boolean eager) {
            this.eagerTasks = eager;
            return this;
        }

        /// Adds an observer.
        public Builder observer(LoopObserver observer) {
            observers.add(observer);
            return this;
        }

        /// Adds something that tasks, and calls on other threads, take over from the code that
        /// makes them.
        public Builder inherit(Inheritance inheritance) {
            inheritances.add(inheritance);
            return this;
        }

        /// Permutes the order in which ready tasks go on, by a seed: for tests that are to find
        /// out what depends on it. The same seed makes the same order again.
        public Builder seed(long seed) {
            this.order = new SeededOrder(seed);
            return this;
        }

        /// Sets whether a run fails with a [DeadlockException] when nothing can ever run again.
        /// Not for loops that other threads call through `callSoonThreadsafe`: the loop cannot
        /// know that they mean to.
        public Builder detectDeadlocks(boolean detect) {
            this.detectsDeadlocks = detect;
            return this;
        }

        Builder poller(Poller poller) {
            this.poller = poller;
            return this;
        }

        private @Nullable Observers observers() {
            List<LoopObserver> all = new ArrayList<>(observers);
            if (debug) {
                all.add(new SlowCallbacks(slowCallback));
            }
            return all.isEmpty() ? null : new Observers(all, exceptionHandler);
        }

        /// Opens the loop. Close it.
        ///
        /// @throws IllegalStateException if blocking is to suspend the task alone and the JVM
        ///     does not allow the engine that can
        public EventLoop open() {
            CoroutineEngine chosen = engine == null ? CoroutineEngine.best() : engine;
            if (blocking == BlockingPolicy.SUSPENDS_TASK
                    && chosen != CoroutineEngine.LOOP_CARRIED) {
                throw new IllegalStateException(
                        "BlockingPolicy.SUSPENDS_TASK needs the engine LOOP_CARRIED but this loop has "
                                + chosen
                                + ": run with --add-opens java.base/java.lang=ALL-UNNAMED (=spindle.runtime on the module path)");
            }
            try {
                return new EventLoop(this, poller == null ? new SelectorPoller() : poller, chosen);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot open a selector", failure);
            }
        }
    }
}
