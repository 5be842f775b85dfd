package spindle;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Tasks that belong together: none of them outlives the block that opens the group, and when one
/// fails, the others are cancelled.
///
/// ```java
/// try (var group = TaskGroup.open()) {
///     for (String url : urls) {
///         group.createTask(get(session, url));
///     }
///     group.join();                                     // waits for all of them
/// }
/// ```
///
/// When a task fails, the group cancels its other tasks and interrupts the body of the block:
/// `join`, or whichever `await` the body is in, throws a [TaskGroupException], once. The block is
/// left when all tasks have ended, and the exception has what they all failed with. A task that is
/// cancelled, by itself or from elsewhere, is no failure. Leaving the block without `join`
/// cancels what still runs.
///
/// [#run(Body)] is the same for a body that waits for other things than its tasks too, or that is
/// to be left by [#cancel(String)].
///
/// If the task that opened the group is cancelled, so are those in it; the group waits for them.
/// If one fails then, the failure is thrown, and the cancellation is heard of at the next await.
///
/// Used on one loop. Any code there may create tasks in the group; only the task that opened it
/// joins and closes it.
///
/// Next: [GatheringFuture].
public final class TaskGroup implements AutoCloseable {
    // fixed at construction
    private final EventLoop loop;
    private final Task<?> owner;

    /// How many requests to cancel the owner had to do with before.
    private final int requestsBefore;

    /// Whether the body is interrupted by a [CancelledError], since whoever runs it can tell.
    private final boolean cancelsBody;

    // changes while running
    private final Set<Task<?>> children = new LinkedHashSet<>();
    private @Nullable TaskGroupException failure;

    /// What the body is, or was, interrupted with.
    private @Nullable Interruption interruption;

    /// The cancellation that came while the owner waited for the tasks.
    private @Nullable CancelledError cancelled;

    /// What an outer group has interrupted that wait with.
    private @Nullable TaskGroupException outerFailure;

    /// What the owner waits for, in `join` or at the end.
    private @Nullable Future<@Nullable Void> childrenEnded;

    /// Why it takes no more tasks; null as long as it does.
    private @Nullable String stopReason;

    /// Whether the owner has heard of the failure.
    private boolean thrown;

    private boolean closing;
    private boolean closed;

    private TaskGroup(boolean cancelsBody) {
        this.owner = EventLoop.callingTask("a task group");
        this.loop = EventLoop.current();
        this.requestsBefore = owner.cancellingHeard();
        this.cancelsBody = cancelsBody;
    }

    /// Opens a group for the calling task, to be closed by it.
    ///
    /// @throws IllegalStateException outside a task
    public static TaskGroup open() {
        return new TaskGroup(false);
    }

    /// Returns a coroutine that runs `body` with a group and ends when all its tasks have. Suspends
    /// the calling task until then. This is asyncio's `async with TaskGroup()`: a body that is
    /// interrupted finds a [CancelledError], and what the body fails with counts as a failure in
    /// the group.
    ///
    /// Its result is what the body returns, or null if [#cancel(String)] ended it.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<@Nullable T> run(Body<T> body) {
        return () -> new TaskGroup(true).runBody(body);
    }

    /// The body of a group.
    ///
    /// @param <T> what it returns
    @FunctionalInterface
    public interface Body<T extends @Nullable Object> {
        /// Creates tasks in the group; may wait for whatever it likes.
        T run(TaskGroup group) throws Exception;
    }

    // --- Tasks ---

    /// Starts a task in the group.
    ///
    /// @throws IllegalStateException if the group is closed, was cancelled or a task has failed
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        checkTakesTasks();
        Task<T> task = loop.createTask(coroutine);
        adopt(task, () -> childDone(task));
        return task;
    }

    /// Starts a task with a name in the group.
    public <T extends @Nullable Object> Task<T> createTask(String name, Coroutine<T> coroutine) {
        checkTakesTasks();
        Task<T> task = loop.createTask(name, coroutine);
        adopt(task, () -> childDone(task));
        return task;
    }

    /// Starts a task in the group that runs an action.
    public Task<@Nullable Void> createTask(Coroutine.Action action) {
        return createTask(action.asCoroutine());
    }

    /// Starts a task with a name in the group that runs an action.
    public Task<@Nullable Void> createTask(String name, Coroutine.Action action) {
        return createTask(name, action.asCoroutine());
    }

    /// Starts a task in the group that has run up to its first suspension when this returns, as
    /// [EventLoop#createEagerTask(Coroutine)] does.
    ///
    /// @throws IllegalStateException if the group is closed, was cancelled or a task has failed
    public <T extends @Nullable Object> Task<T> createEagerTask(Coroutine<T> coroutine) {
        checkTakesTasks();
        Task<T> task = loop.createEagerTask(coroutine);
        adopt(task, () -> childDone(task));
        return task;
    }

    /// Starts a task with a name in the group, as [#createEagerTask(Coroutine)].
    public <T extends @Nullable Object> Task<T> createEagerTask(
            String name, Coroutine<T> coroutine) {
        checkTakesTasks();
        Task<T> task = loop.createEagerTask(name, coroutine);
        adopt(task, () -> childDone(task));
        return task;
    }

    /// Starts a task in the group that runs an action, as [#createEagerTask(Coroutine)].
    public Task<@Nullable Void> createEagerTask(Coroutine.Action action) {
        return createEagerTask(action.asCoroutine());
    }

    /// Starts a task with a name in the group that runs an action, as
    /// [#createEagerTask(Coroutine)].
    public Task<@Nullable Void> createEagerTask(String name, Coroutine.Action action) {
        return createEagerTask(name, action.asCoroutine());
    }

    /// Returns a coroutine that starts a task in the group and waits until the task says that it
    /// has started, such as a server that listens now. Its result is what the task says then.
    /// Suspends the calling task.
    ///
    /// If the task fails before, that is thrown here and is no failure of the group. If this is
    /// cancelled, so is the task, and the group waits for it.
    @CheckReturnValue
    public <V extends @Nullable Object> Coroutine<V> start(Starter<V> starter) {
        return () -> {
            checkTakesTasks();
            Task<?> caller = EventLoop.callingTask("the start of a task");
            Readiness<V> readiness = new Readiness<>(loop.createFuture("a task to start"));
            Task<@Nullable Void> task = loop.createTask(() -> {
                starter.run(readiness);
                return null;
            });
            adopt(task, () -> starterDone(task, readiness.started));
            return awaitStart(task, readiness.started, caller);
        };
    }

    /// A task that says when it has started.
    ///
    /// @param <V> what it says then
    @FunctionalInterface
    public interface Starter<V extends @Nullable Object> {
        /// Gets ready, calls `started`, and goes on.
        void run(Readiness<V> readiness) throws Exception;
    }

    /// How a task says that it has started.
    public static final class Readiness<V extends @Nullable Object> {
        private final Future<V> started;

        private Readiness(Future<V> started) {
            this.started = started;
        }

        /// Says that the task has started. Nobody may be interested any more.
        ///
        /// @throws InvalidStateException the second time
        public void started(V value) {
            if (!started.isCancelled()) {
                started.setResult(value);
            }
        }
    }

    private static <V extends @Nullable Object> V awaitStart(
            Task<?> starting, Future<V> started, Task<?> caller) throws Exception {
        try {
            return caller.await(started);
        } catch (CancelledError | TaskGroupException givenUp) {
            starting.cancel("nobody waits for it to start any more");
            throw givenUp;
        }
    }

    private void starterDone(Task<?> task, Future<?> started) {
        if (started.isDone()) {
            childDone(task);
            return;
        }
        children.remove(task);
        switch (task.outcome()) {
            case Outcome.Failure<?>(Throwable exception) -> started.setException(exception);
            case Outcome.Cancelled<?>(String reason) -> started.requestCancel(reason);
            case Outcome.Success<?> _ ->
                started.setException(new IllegalStateException(
                        "expected the task to call started() but it ended without: " + task));
        }
        noteIfAllEnded();
    }

    private void adopt(Task<?> task, Runnable whenDone) {
        children.add(task);
        task.addDoneCallback(_ -> whenDone.run());
        if (stopReason != null) {
            task.cancel(stopReason); // An eager task has stopped the group in its first step.
        }
    }

    private void checkTakesTasks() {
        if (closed || stopReason != null) {
            throw new IllegalStateException("the task group takes no more tasks: "
                    + (closed ? "it is closed" : "one of its tasks has failed, or it was cancelled")
                    + ": " + this);
        }
    }

    // --- When a task ends ---

    private void childDone(Task<?> task) {
        children.remove(task);
        if (task.outcome() instanceof Outcome.Failure<?>(Throwable exception)) {
            addFailure(exception);
        }
        noteIfAllEnded();
    }

    private void addFailure(Throwable exception) {
        if (failure == null) {
            failure = new TaskGroupException(exception);
        } else {
            failure.add(exception);
        }
        stop("a task of its group failed");
    }

    /// Cancels the tasks, then interrupts the body, unless that waits for them already.
    private void stop(String reason) {
        if (stopReason != null) {
            return;
        }
        stopReason = reason;
        for (Task<?> child : List.copyOf(children)) {
            child.cancel(reason);
        }
        if (childrenEnded == null && !closing) {
            interruptBody(reason);
        }
    }

    private void interruptBody(String reason) {
        Throwable thrower = cancelsBody ? new CancelledError(reason) : failure;
        if (thrower != null) {
            interruption = new Interruption(thrower);
            owner.interrupt(interruption, reason);
        }
    }

    /// Cancels the group: its tasks, and its body, if [#run(Body)] runs it; that ends then without
    /// an error. Another body is not interrupted: its `join` returns when the tasks have ended.
    /// Does nothing if the group is closed or was stopped before.
    public void cancel(String reason) {
        loop.checkOwner();
        stop(reason);
    }

    /// Cancels the group.
    public void cancel() {
        cancel("its group was cancelled");
    }

    // --- Waiting for all ---

    /// Waits until all tasks have ended. Suspends the calling task. If that is cancelled, so are
    /// the tasks, and it waits for them all the same.
    ///
    /// @throws TaskGroupException if any of them failed
    public void join() throws TaskGroupException {
        checkIsOwner("join");
        awaitChildren();
        thrown = false; // Whoever asks, hears of it.
        throwWhatHappened();
    }

    /// Cancels the tasks that are still running and waits for them; after [#join()] there are
    /// none. Suspends the calling task if there are. Closing twice does nothing.
    ///
    /// @throws TaskGroupException if any of them failed and nobody was told yet
    @Override
    public void close() throws TaskGroupException {
        if (closed) {
            return;
        }
        checkIsOwner("close");
        closing = true;
        if (!children.isEmpty()) {
            stop("its group was left without join");
        }
        awaitChildren();
        closed = true;
        throwWhatHappened();
    }

    /// Waits for the tasks, whatever comes meanwhile.
    private void awaitChildren() {
        withdrawInterruption();
        while (!children.isEmpty()) {
            Future<@Nullable Void> ended = loop.createFuture(this);
            childrenEnded = ended;
            try {
                owner.await(ended);
            } catch (CancelledError request) {
                cancelled = request;
                stop("the task that waits for its group was cancelled");
            } catch (TaskGroupException failureOutside) {
                addOuterFailure(failureOutside);
                stop("the task that waits for its group was interrupted by an outer group");
            } catch (Exception impossible) {
                throw new IllegalStateException("a wait failed that cannot", impossible);
            }
        }
        childrenEnded = null;
    }

    private void withdrawInterruption() {
        if (interruption != null) {
            owner.withdraw(interruption);
            thrown |= interruption.wasThrown();
        }
    }

    private void addOuterFailure(TaskGroupException another) {
        if (outerFailure == null) {
            outerFailure = another;
        } else {
            outerFailure.add(another);
        }
    }

    private void noteIfAllEnded() {
        if (children.isEmpty() && childrenEnded != null && !childrenEnded.isDone()) {
            childrenEnded.setResult(null);
        }
    }

    /// Failures win, an outer group's above all; a cancellation that was asked for is then
    /// heard of at the next await.
    private void throwWhatHappened() throws TaskGroupException {
        TaskGroupException untold = thrown ? null : failure;
        if (outerFailure != null && untold != null) {
            outerFailure.add(untold);
        }
        TaskGroupException strongest = outerFailure != null ? outerFailure : untold;
        CancelledError request = cancelled;
        outerFailure = null;
        cancelled = null;
        thrown = failure != null;
        if (request != null && (strongest != null || thrown) && hasNewRequest()) {
            owner.cancelAgain();
            request = null;
        }
        if (strongest != null) {
            throw strongest;
        }
        if (request != null) {
            throw request;
        }
    }

    private boolean hasNewRequest() {
        return owner.cancelling() > requestsBefore;
    }

    private void checkIsOwner(String method) {
        if (loop.currentTask() != owner) {
            throw new IllegalStateException("only the task that opened a group can " + method
                    + " it: expected " + owner.name() + " but was called by "
                    + (loop.currentTask() == null
                            ? "no task"
                            : loop.currentTask().name()));
        }
    }

    // --- Running a body ---

    private <T extends @Nullable Object> @Nullable T runBody(Body<T> body) throws Exception {
        T value = null;
        try {
            value = body.run(this);
        } catch (CancelledError caught) {
            if (isOwn(caught)) {
                owner.reportSuppressed(caught);
            } else {
                cancelled = caught;
                stop("the body of its group was cancelled");
            }
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable bodyFailure) {
            addFailure(bodyFailure);
        }
        closing = true;
        awaitChildren();
        closed = true;
        thrown = false; // The body heard of a cancellation, at most.
        throwWhatHappened();
        return value;
    }

    /// Returns whether it was the group that cancelled its body, and nobody else has.
    private boolean isOwn(CancelledError caught) {
        return interruption != null && (interruption.threw(caught) || !hasNewRequest());
    }

    /// Returns a form such as `<TaskGroup of 'main' tasks=3 stopping>`.
    @Override
    public String toString() {
        return "<TaskGroup of '" + owner.name() + "' tasks=" + children.size()
                + (closed ? " closed" : stopReason != null ? " stopping" : "") + ">";
    }
}
