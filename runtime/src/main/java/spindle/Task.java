package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A coroutine that the loop runs: a future that drives itself.
///
/// A task is a callback that resumes a coroutine, until the coroutine waits for a future; then
/// the task asks that future to schedule it again. While unfinished, it is in one of three
/// states, told by two fields:
///
/// ```
/// SCHEDULED   waitingFor == null, not running   // a step is in the ready queue
/// RUNNING     waitingFor == null, running       // in step(), between two awaits
/// WAITING     waitingFor != null                // the future's done-callback will step
/// ```
///
/// **Cancelling is a request.** [#cancel(String)] makes the await that the task is in, or comes
/// to next, throw a [CancelledError]; the coroutine cleans up and ends, or refuses and goes on.
/// A task that is cancelled before its first step never runs at all. [#cancelling()] and
/// [#uncancel()] count the requests, as asyncio's do, so that a timeout can tell its own
/// request from somebody else's.
///
/// Next: [LoopObserver].
public final class Task<T extends @Nullable Object> extends Future<T> {
    // fixed at construction
    private final Host host;
    private final Coroutine<T> coroutine;

    /// The same, inside of what brings inherited things along.
    private final Coroutine<T> heir;

    private final int number;

    // changes while running
    /// What the ready queue holds of the task, or the awaited future. Replaced where one may have
    /// been scheduled that is not to have an effect any more.
    private Step step = new Step();

    /// Null unless somebody has named it. Names are for people, who look at few of a million
    /// tasks: made on demand, they save each of the others 56 bytes (`benchmarks/run moves`).
    private @Nullable String name;

    private @Nullable Suspension suspension;
    private @Nullable Future<?> waitingFor;

    /// The task-locals' values, while the coroutine does not run.
    Context context;

    /// True if the next step is to throw into the coroutine what it was asked to stop with.
    /// False if that comes back from the awaited future, which it was passed on to.
    private boolean mustCancel;

    /// True from a request to cancel until the coroutine hears of it.
    private boolean cancelPending;

    /// True while a request is being passed on to the awaited future.
    private boolean passingOn;

    /// What else the coroutine is to hear of, after a pending request to cancel: the first of a
    /// linked list.
    private @Nullable Interruption interruption;

    private @Nullable String cancelReason;
    private int cancelRequests;

    /// Neighbours in the host's list of unfinished tasks.
    @Nullable
    Task<?> previous;

    @Nullable
    Task<?> next;

    /// Creates a task; whoever creates it has its first step run.
    Task(
            Scheduler loop,
            Host host,
            Coroutine<T> coroutine,
            Coroutine<T> heir,
            @Nullable String name) {
        super(loop);
        this.host = host;
        this.coroutine = coroutine;
        this.heir = heir;
        this.number = name == null ? host.nextNumber() : 0;
        this.name = name;
        this.context = loop.currentContext();
    }

    /// Schedules the first step for the next turn.
    void startSoon() {
        loop.callSoon(step);
    }

    /// Runs the first step now. Called on the loop's thread.
    void startNow() {
        step();
    }

    /// Has `other` make its first step while this task, whose coroutine calls, is suspended for
    /// just that long.
    ///
    /// @return false if this task's stack cannot be parked now; then nothing has happened
    boolean startMeanwhile(Task<?> other) {
        host.runNext(other);
        boolean suspended = suspension().suspend();
        if (!suspended) {
            host.runNext(null);
        }
        return suspended;
    }

    // --- Running the coroutine, one step at a time ---

    /// Runs the coroutine up to its next suspension, or to its end.
    private void step() {
        if (isDone()) {
            return;
        }
        if (suspension == null) {
            if (mustCancel) {
                finishCancelled();
                return;
            }
            suspension = host.newSuspension(this, new Life());
        }
        resume(suspension);
    }

    /// Goes on with a coroutine that had blocked, and that the loop did not wait for.
    void unblock() {
        Suspension blocked = suspension();
        if (blocked.isBlocked()) {
            resume(blocked);
        }
    }

    /// Returns whether the coroutine blocks, and the loop does not wait for it.
    boolean isBlocked() {
        return suspension != null && suspension.isBlocked();
    }

    private void resume(Suspension suspended) {
        host.resume(this, suspended);
        rethrowFatal(); // From the coroutine's thread to the loop's.
    }

    private void finish(T value) {
        host.forget(this);
        super.setResult(value);
    }

    private void finishCancelled() {
        host.forget(this);
        super.requestCancel(cancelReason);
    }

    private void finishFailed(Throwable failure) {
        host.forget(this);
        super.setException(failure);
    }

    /// Reports what failed, a `close` say, while `cancelled` was on its way: a cancellation
    /// goes no further than its task, nor does what it suppresses.
    void reportSuppressed(CancelledError cancelled) {
        for (Throwable suppressed : cancelled.getSuppressed()) {
            switch (suppressed) {
                case AwaitTrace _ -> {}
                case CancelledError another -> reportSuppressed(another);
                default ->
                    loop.callExceptionHandler(new ExceptionHandler.Context(
                            "exception in a task while it was being cancelled",
                            suppressed,
                            this,
                            origin()));
            }
        }
    }

    // --- Waiting, called by the coroutine ---

    /// Suspends the coroutine until `future` is done and returns its result. A future that is
    /// done already does not suspend.
    <V extends @Nullable Object> V await(Future<V> future) throws Exception {
        if (!future.isDone()) {
            waitFor(future);
        }
        return loop.isDebug() ? AwaitTrace.resultOf(future, name()) : future.result();
    }

    private void waitFor(Future<?> future) {
        if (future == this) {
            throw new IllegalStateException(
                    "a task cannot await itself: it would wait for ever: " + this);
        }
        if (future.loop != loop) {
            throw new IllegalStateException(
                    "expected a future of this task's loop but it belongs to another one: " + future
                            + ": await Future.from(future.toCompletableFuture()) instead");
        }
        waitingFor = future;
        future.addWaiter(step);
        boolean passedOn = mustCancel && future.requestCancel(cancelReason);
        if (passedOn) {
            mustCancel = false;
        }
        if (!suspension().suspend()) {
            stopWaiting(future);
            mustCancel |= passedOn; // The request stands: nothing was thrown.
            throw cannotSuspend();
        }
        throwIfAsked(future);
    }

    private void stopWaiting(Future<?> future) {
        waitingFor = null;
        future.removeWaiter(step);
        step = new Step(); // What if the future was done, and had scheduled the old one?
    }

    /// Suspends the coroutine for one turn of the loop.
    void yieldNow() {
        Handle scheduled = loop.callSoon(step);
        if (!suspension().suspend()) {
            scheduled.cancel();
            throw cannotSuspend();
        }
        throwIfAsked(null);
    }

    private Suspension suspension() {
        return Objects.requireNonNull(suspension, "started");
    }

    /// Throws what the coroutine was asked to stop with while it was suspended. Of several,
    /// each await throws one.
    ///
    /// @param awaited what it waited for, if that was a future: if it was cancelled, a request
    ///     that was passed on has come back
    private void throwIfAsked(@Nullable Future<?> awaited) {
        boolean must = mustCancel;
        Interruption interrupting = cancelPending ? null : interruption;
        if (interrupting == null) {
            cancelPending = false;
            mustCancel = interruption != null;
            if (must) {
                throw new CancelledError(cancelReason);
            }
        } else if (must || (awaited != null && awaited.hasCancellation())) {
            interruption = interrupting.next();
            mustCancel = interruption != null;
            throw Future.<RuntimeException>sneaky(interrupting.toBeThrown());
        } else {
            mustCancel = true; // The awaited future went its own way: then the next await throws.
        }
    }

    private static IllegalStateException cannotSuspend() {
        return new IllegalStateException(
                "cannot suspend here: a native method or a class initialiser is on the stack; "
                        + "await before or after it, or run it with Async.runBlocking");
    }

    // --- Cancelling ---

    /// Asks the task to stop: the await that it waits in, or next has to wait in, throws a
    /// [CancelledError]. What it awaits is cancelled at once, all the way down.
    ///
    /// @return true, even when asked again
    @Override
    boolean requestCancel(@Nullable String reason) {
        if (passingOn) {
            leaveCircle();
            return true;
        }
        cancelRequests++;
        cancelReason = reason;
        cancelPending = true;
        askToStop(reason);
        return true;
    }

    /// Asks the task to stop with something else than a [CancelledError], after what it was
    /// asked to stop with already. Does not count as a request to cancel.
    void interrupt(Interruption another, String reason) {
        if (isDone()) {
            return;
        }
        if (interruption != null) {
            interruption.append(another);
        } else {
            interruption = another;
            if (!cancelPending) {
                askToStop(reason);
            }
        }
    }

    private void askToStop(@Nullable String reason) {
        passingOn = true;
        try {
            if (waitingFor == null || waitingFor.isDone() || !waitingFor.requestCancel(reason)) {
                mustCancel = true;
            }
        } finally {
            passingOn = false;
        }
    }

    /// The request went from task to task and came back: they wait for each other. Nothing that
    /// they wait for can be cancelled, so this one stops waiting.
    private void leaveCircle() {
        if (waitingFor != null) {
            stopWaiting(waitingFor);
            mustCancel = true;
            loop.callSoon(step);
        }
    }

    /// Takes an interruption back that the coroutine, which calls, has not heard of.
    void withdraw(Interruption withdrawn) {
        interruption = interruption == null ? null : interruption.without(withdrawn);
        mustCancel &= cancelPending || interruption != null;
    }

    /// Has the next await that has to wait throw a [CancelledError], for a request that was made
    /// and could not be heard when it came. Counts as no new one.
    void cancelAgain() {
        cancelPending = true;
        mustCancel = true;
    }

    /// Returns how many requests to cancel are neither answered by [#uncancel()] nor, if the
    /// task is done, of no more use.
    public int cancelling() {
        return cancelRequests;
    }

    /// Returns how many requests to cancel the coroutine had heard of: one that is still to be
    /// thrown belongs to whatever it awaits next.
    int cancellingHeard() {
        return cancelPending ? cancelRequests - 1 : cancelRequests;
    }

    /// Takes one request back, for the one who made it and has dealt with it; returns how many
    /// are left. At none, a request that has not been thrown yet will not be.
    public int uncancel() {
        loop.checkOwner();
        if (cancelRequests > 0 && --cancelRequests == 0) {
            cancelPending = false;
            mustCancel &= interruption != null;
            cancelReason = null;
        }
        return cancelRequests;
    }

    // --- Asking ---

    /// Returns the task's name, `Task-1` and so on unless it was given one.
    public String name() {
        return name == null ? "Task-" + number : name;
    }

    /// Returns what to call the thread: the task's name if it was given one, or if somebody is
    /// debugging.
    String threadName() {
        return name != null || loop.isDebug() ? name() : "task";
    }

    /// Names the task. Its thread is called what the task was called at the first step, or
    /// `task` if nobody had named it and the loop is not in debug mode.
    public void setName(String name) {
        this.name = name;
    }

    /// A task's result comes from its coroutine alone.
    @Override
    public void setResult(T value) {
        throw new UnsupportedOperationException(
                "a task's result comes from its coroutine: " + this);
    }

    /// A task's failure comes from its coroutine alone.
    @Override
    public void setException(Throwable exception) {
        throw new UnsupportedOperationException(
                "a task's failure comes from its coroutine: " + this);
    }

    @Override
    String kind() {
        return "task";
    }

    /// Returns asyncio's form, such as `<Task pending name='Task-1' coro=<get() at
    /// Fetch.java:31> wait_for=<Future pending>>`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<Task ");
        text.append(isDone() || cancelRequests == 0 ? describeState() : "cancelling");
        text.append(" name='")
                .append(name())
                .append("' coro=<")
                .append(describeCoroutine())
                .append('>');
        if (waitingFor != null) {
            text.append(" wait_for=").append(describeAwaited(waitingFor));
        }
        return text.append(describeCallbacks())
                .append(describeOrigin())
                .append('>')
                .toString();
    }

    /// A task that awaits a task is described in short: chains of them can be long.
    private static String describeAwaited(Future<?> future) {
        return future instanceof Task<?> task
                ? "<Task name='" + task.name() + "'>"
                : future.toString();
    }

    private String describeCoroutine() {
        Suspension running = isDone() ? null : suspension;
        String site = running == null ? null : CodeSite.ofStack(running.thread().getStackTrace());
        if (site == null) {
            return CodeSite.of(coroutine);
        }
        return coroutine instanceof Coroutine.NamedCoroutine<T> named
                ? named + site.substring(site.indexOf(" at "))
                : site;
    }

    /// Returns the future that the task waits for, or null if it does not.
    @Nullable
    Future<?> waitingFor() {
        return waitingFor;
    }

    /// What a task needs of its loop, besides what every future does.
    interface Host {
        /// Returns the number of a task that nobody has named.
        int nextNumber();

        /// Returns a stack for the task's coroutine.
        Suspension newSuspension(Task<?> task, Runnable body);

        /// Runs one step: `suspension.resume()`, with `task` as the loop's current one.
        void resume(Task<?> task, Suspension suspension);

        /// Has the first step of `task` run as soon as the running coroutine suspends, before
        /// that is resumed, and that at once.
        void runNext(@Nullable Task<?> task);

        /// Forgets a task that is done.
        void forget(Task<?> task);
    }

    /// The whole life of the coroutine, on its own thread. Its frame stays on the stack while
    /// the coroutine waits, so there is one and not two.
    private final class Life implements Runnable {
        @Override
        public void run() {
            try {
                T value = heir.run();
                if (mustCancel) {
                    finishCancelled(); // Cancelled after its last await: the request stands, and
                    // the value is dropped.
                } else {
                    finish(value);
                }
            } catch (CancelledError cancelled) {
                if (cancelReason == null) {
                    cancelReason = cancelled.getMessage();
                }
                reportSuppressed(cancelled);
                finishCancelled();
            } catch (Throwable failure) {
                finishFailed(failure);
            } finally {
                suspension().ending();
            }
        }
    }

    /// What the ready queue holds for a task that is scheduled, and the awaited future for one
    /// that waits. In asyncio's order: the future ends in one turn, and this runs in the next.
    private final class Step extends Callback implements Handle.Resumption {
        @Override
        public void run() {
            if (this != step) {
                return; // Of an await that is over.
            }
            Future<?> awaited = waitingFor;
            if (awaited != null) {
                waitingFor = null;
                awaited.markRetrieved(); // By the coroutine; or dropped, if it is cancelled.
            }
            step();
        }

        /// The step sets the task's own, which it finds where it left them.
        @Override
        Context context() {
            return context;
        }

        @Override
        public String toString() {
            return "step of task '" + name() + "'";
        }
    }
}
