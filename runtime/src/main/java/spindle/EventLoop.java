package spindle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Runs callbacks, one after another, on one thread: soon, at a time, or when a channel is
/// ready.
///
/// That is the whole model. A [Future] is a promise to schedule some callbacks, a [Task] is a
/// callback that resumes a coroutine. One turn of the loop, [#runOnce()], is the only place
/// where any of them is called.
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
/// Next: [BlockingCall].
public final class EventLoop extends Scheduler implements AutoCloseable {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(1);

    /// How many callbacks may run between two looks at the channels while there is always
    /// something ready.
    private static final int CALLBACKS_PER_LOOK = 64;

    // fixed at construction
    private final Clock clock;
    private final Poller poller;
    private final CoroutineEngine engine;
    private final Tasks tasks;
    private final ExceptionHandler exceptionHandler;
    private final Arrivals arrivals;

    // changes while running
    private final ArrayDeque<Handle> ready = new ArrayDeque<>();
    private final TimerQueue timers = new TimerQueue();
    private final UnretrievedFailures unretrievedFailures = new UnretrievedFailures();
    private final LoopResources resources = new LoopResources();
    private int callbacksSinceLook;
    private boolean running;
    private boolean stopping;
    private volatile boolean closed;

    private EventLoop(Builder builder, Poller poller) {
        this.clock = builder.clock;
        this.poller = poller;
        this.engine = builder.engine == null ? CoroutineEngine.best() : builder.engine;
        this.tasks = new Tasks(engine);
        this.arrivals = new Arrivals(poller);
        this.exceptionHandler = builder.exceptionHandler;
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
        checkUsable();
        Handle handle = new Handle(callback);
        ready.add(handle);
        return handle;
    }

    /// Schedules `callback` to run once, after at least `delay`; at once in the next turn if
    /// that is not positive.
    @Override
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return callAt(clock.nanoTime() + boundedNanos(delay), callback);
    }

    /// Schedules `callback` to run once, when [#time()] has reached `deadlineNanos`.
    @Override
    public TimerHandle callAt(long deadlineNanos, Runnable callback) {
        checkUsable();
        return timers.add(deadlineNanos, callback);
    }

    /// Bounded to a century either way, so that neither the conversion nor adding it to the
    /// clock overflows.
    private static long boundedNanos(Duration delay) {
        Duration century = Duration.ofDays(36_500);
        if (delay.compareTo(century) > 0) {
            return century.toNanos();
        }
        if (delay.compareTo(century.negated()) < 0) {
            return -century.toNanos();
        }
        return delay.toNanos();
    }

    /// Schedules `callback` as [#callSoon] does, and wakes the loop. **Threadsafe**; so is the
    /// handle's `cancel`.
    ///
    /// @throws IllegalStateException if the loop is closed
    public Handle callSoonThreadsafe(Runnable callback) {
        checkNotClosed();
        Handle handle = new ThreadsafeHandle(callback);
        arrivals.add(handle);
        return handle;
    }

    /// Returns the loop's clock in nanoseconds: only differences mean anything.
    @Override
    public long time() {
        return clock.nanoTime();
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

    private void checkCanRun() {
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
                runOnce();
            } while (!stopping);
        } catch (IOException failure) {
            throw new UncheckedIOException("the poller failed, the loop cannot go on", failure);
        } finally {
            RunningLoops.remove(this);
            poller.restoreInterrupt();
        }
    }

    /// Runs one turn:
    ///
    /// 1. drop cancelled timers from the head;
    /// 2. choose how long to wait: not at all if something is ready or the loop is stopping,
    ///    else until the next timer;
    /// 3. poll (while something is always ready: not before 64 callbacks have run since the
    ///    last poll, see [#poll]), and
    /// 4. let the handles of ready channels join the ready queue;
    /// 5. let due timers join it, in the order of their deadlines;
    /// 6. run exactly the handles that are ready now. What they schedule runs in the next turn,
    ///    so no callback can starve the channels, the timers or the other callbacks.
    private void runOnce() throws IOException {
        TimerHandle nextTimer = timers.head();
        poll(nextTimer);
        if (timers.size() > 0) {
            long now = clock.nanoTime();
            for (Handle due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
                ready.add(due);
            }
        }
        int count = ready.size();
        callbacksSinceLook += count;
        for (; count > 0; count--) {
            ready.remove().run(exceptionHandler);
        }
        unretrievedFailures.reportGarbage(exceptionHandler);
    }

    /// Steps 2 to 4. What other threads have scheduled joins the ready queue before and after
    /// the wait.
    private void poll(@Nullable TimerHandle nextTimer) throws IOException {
        arrivals.moveTo(ready);
        if (!ready.isEmpty() || stopping) {
            // Fast path: a look costs a system call, ten times a callback (B01_ReadyQueue). So
            // while something is ready, turns of a few callbacks share one: the first turn that
            // begins with 64 or more callbacks run since the last look begins with the next.
            if (ready.isEmpty() || callbacksSinceLook >= CALLBACKS_PER_LOOK) {
                look(0);
            }
        } else {
            boolean arrived = arrivals.beginWaiting();
            look(arrived ? 0 : waitUntil(nextTimer));
            arrivals.endWaiting();
        }
        arrivals.moveTo(ready);
    }

    private void look(long timeoutNanos) throws IOException {
        callbacksSinceLook = 0;
        poller.poll(timeoutNanos, ready);
    }

    private long waitUntil(@Nullable TimerHandle nextTimer) {
        if (nextTimer == null) {
            return Long.MAX_VALUE;
        }
        return Math.clamp(nextTimer.when() - clock.nanoTime(), 0, LONGEST_WAIT_NANOS);
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
        StopWhenDone<T> stopWhenDone = new StopWhenDone<>(this::stop);
        future.addDoneCallback(stopWhenDone);
        try {
            runForever();
        } catch (VirtualMachineError fatal) {
            future.markRetrieved(); // It is on its way to the caller.
            throw fatal;
        } finally {
            stopWhenDone.disarm();
            future.removeDoneCallback(stopWhenDone);
        }
        if (!future.isDone()) {
            throw new IllegalStateException(
                    "the event loop was stopped before the future was done: " + future);
        }
        return future.result();
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
        return new Future<>(this, purpose);
    }

    /// Returns a new task for a coroutine; its first step runs in the next turn.
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(tasks.nextName(), coroutine);
    }

    /// Returns a new task with a name.
    public <T extends @Nullable Object> Task<T> createTask(String name, Coroutine<T> coroutine) {
        checkUsable();
        Task<T> task = new Task<>(this, tasks, coroutine, name);
        tasks.add(task);
        return task;
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

    // --- Channels ---

    /// Calls `callback` whenever there is something to read from a channel, or a connection to
    /// accept, until the handle is cancelled by [#removeReader]. The channel must not block.
    /// Replaces an earlier reader.
    public Handle addReader(SelectableChannel channel, Runnable callback) throws IOException {
        checkUsable();
        Handle handle = new Handle(callback);
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
        Handle handle = new Handle(callback);
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
    public void callExceptionHandler(ExceptionHandler.Context context) {
        Handle.report(exceptionHandler, context);
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
                    + tasks.runningThread().getName() + "' but was called from '" + thread.getName()
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

    /// Closes the loop for good: its resources, its poller, its queues. Reports tasks that are
    /// still pending and failures that nobody has asked for. Closing twice does nothing.
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
        for (Task<?> task : tasks.toList()) {
            callExceptionHandler(new ExceptionHandler.Context(
                    "task was still pending when its loop was closed: cancel and await it first",
                    null,
                    task));
        }
        unretrievedFailures.reportAll(exceptionHandler);
        closed = true;
        ready.clear();
        arrivals.clear();
        timers.clear();
        try {
            poller.close();
        } catch (IOException failure) {
            callExceptionHandler(
                    new ExceptionHandler.Context("the poller failed to close", failure, this));
        }
    }

    /// Returns a form such as `<EventLoop running tasks=3 ready=1 timers=2>`.
    @Override
    public String toString() {
        String state = closed ? "closed" : running ? "running" : "stopped";
        return "<EventLoop " + state + " tasks=" + tasks.size() + " ready=" + ready.size()
                + " timers=" + timers.size() + ">";
    }

    /// The parts of a loop that can be replaced. A new builder has the machine's clock, the
    /// fastest engine that the JVM allows and an exception handler that logs.
    public static final class Builder {
        private Clock clock = Clock.system();
        private @Nullable Poller poller;
        private @Nullable CoroutineEngine engine;
        private ExceptionHandler exceptionHandler = ExceptionHandler.logging();

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

        Builder poller(Poller poller) {
            this.poller = poller;
            return this;
        }

        /// Opens the loop. Close it.
        public EventLoop open() {
            try {
                return new EventLoop(this, poller == null ? new SelectorPoller() : poller);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot open a selector", failure);
            }
        }
    }
}
