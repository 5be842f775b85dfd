package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/// The words of an async program, to be imported statically: `run`, `await`, `createTask`,
/// `sleep`, `gather`.
///
/// ```java
/// import static spindle.Async.*;
///
/// void main() throws Exception {
///     run(() -> {
///         var tick = createTask(() -> await(sleep(Duration.ofMillis(10))));
///         await(sleep(Duration.ofMillis(10)));                   // both sleep at the same time
///         await(tick);
///     });
/// }
/// ```
///
/// This is the last file of the core: the story ends where a program begins.
public final class Async {
    private Async() {}

    // --- Starting ---

    /// Opens a loop, runs `main` in it, and closes it. When `main` has ended, tasks that it
    /// left behind are cancelled and awaited.
    ///
    /// @return what `main` returns
    /// @throws IllegalStateException if a loop is running in this thread: `await` the coroutine
    ///     there instead
    /// @throws Exception the very exception that `main` throws
    public static <T extends @Nullable Object> T run(Coroutine<T> main) throws Exception {
        return run(EventLoop.builder(), main);
    }

    /// Runs an action as [#run(Coroutine)] runs a coroutine.
    public static void run(Coroutine.Action main) throws Exception {
        run(main.asCoroutine());
    }

    /// Runs `main` in a loop of the builder's making, as [#run(Coroutine)].
    public static <T extends @Nullable Object> T run(EventLoop.Builder builder, Coroutine<T> main)
            throws Exception {
        if (RunningLoops.current() != null) {
            throw new IllegalStateException("an event loop is running in this thread already: "
                    + "await the coroutine, or createTask it, instead of calling run");
        }
        try (EventLoop loop = builder.open()) {
            try {
                return loop.runUntilComplete(main);
            } finally {
                cancelAllTasks(loop);
                runOneTurn(loop);
            }
        }
    }

    /// Cancels what is left and waits for it; closing the loop reports what it fails with
    /// meanwhile.
    private static void cancelAllTasks(EventLoop loop) throws Exception {
        List<Task<?>> left = loop.allTasks();
        if (left.isEmpty()) {
            return;
        }
        left.forEach(task -> task.cancel("the loop is about to close"));
        loop.runUntilComplete(() -> {
            for (Task<?> task : left) {
                awaitEnd(task);
            }
            return null;
        });
    }

    /// What the last steps have scheduled still runs: a gathering, for one, learns that its
    /// last children have failed too, and nobody need report that.
    private static void runOneTurn(EventLoop loop) {
        loop.stop();
        loop.runForever();
    }

    /// Waits for a task without caring how it ends.
    private static void awaitEnd(Task<?> task) throws Exception {
        Future<@Nullable Void> ended = EventLoop.current().createFuture();
        task.addDoneCallback(_ -> ended.setResult(null));
        await(ended);
    }

    // --- Waiting ---

    /// Waits for a future and returns its result. Suspends the calling task, unless the future
    /// is done already. If the task is cancelled meanwhile, so is the future.
    ///
    /// @throws CancelledError if the future or the calling task is cancelled
    /// @throws IllegalStateException outside a task, or for a future of another loop
    /// @throws Exception the very exception that the future failed with
    public static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
        return callingTask("await").await(future);
    }

    /// Runs a coroutine in the calling task and returns its result. Suspends the calling task
    /// wherever the coroutine does.
    ///
    /// @throws IllegalStateException outside a task
    /// @throws Exception the very exception that the coroutine throws
    public static <T extends @Nullable Object> T await(Coroutine<T> coroutine) throws Exception {
        callingTask("await");
        return coroutine.run();
    }

    /// Runs an action in the calling task, as [#await(Coroutine)].
    public static void await(Coroutine.Action action) throws Exception {
        callingTask("await");
        action.run();
    }

    /// Returns the elements of a sequence for a `for` loop. Suspends the calling task at each
    /// step, until there is an element or none will come any more. What the sequence fails with
    /// is thrown by the loop, as it is.
    public static <T> Iterable<T> awaitEach(AsyncIterator<T> sequence) {
        return () -> new AwaitedElements<>(sequence);
    }

    /// Returns a coroutine that waits for at least `duration`; one that is not positive waits
    /// for one turn of the loop.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> sleep(Duration duration) {
        return () -> {
            if (!duration.isPositive()) {
                yieldNow();
                return null;
            }
            EventLoop loop = callingLoop("sleep");
            Future<@Nullable Void> wokenUp = loop.createFuture();
            TimerHandle timer = loop.callLater(duration, () -> {
                if (!wokenUp.isDone()) {
                    wokenUp.setResult(null);
                }
            });
            try {
                return await(wokenUp);
            } finally {
                timer.cancel();
            }
        };
    }

    /// Lets everything else that is ready run first. Suspends the calling task for one turn of
    /// the loop.
    public static void yieldNow() {
        callingTask("yieldNow").yieldNow();
    }

    /// Returns a coroutine that runs `coroutine` in the calling task and gives it up after
    /// `duration`: it is cancelled, and once it has cleaned up, this fails with a
    /// [java.util.concurrent.TimeoutException]. Waiting for the clean-up can take longer than
    /// `duration`. A cancellation from elsewhere stays one. A duration that is not positive
    /// lets the coroutine come to its first suspension.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> failAfter(
            Duration duration, Coroutine<T> coroutine) {
        return () -> new Timeout(callingTask("failAfter"), callingLoop("failAfter"), duration)
                .run(coroutine);
    }

    /// Returns a coroutine that runs `callable`, which may block, on a virtual thread of its
    /// own. Cancelling it interrupts that thread and does not wait for it.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> runBlocking(Callable<T> callable) {
        return runBlocking(
                task -> Thread.ofVirtual().name("spindle-blocking").start(task), callable);
    }

    /// Returns a coroutine that runs `callable` on an executor of the caller's. Cancelling it
    /// interrupts the thread that runs it, or takes it back if it hasn't started, and does not
    /// wait for it.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> runBlocking(
            Executor executor, Callable<T> callable) {
        return () -> {
            BlockingCall<T> call = new BlockingCall<>(callingLoop("runBlocking"), callable);
            executor.execute(call);
            try {
                return await(call.result());
            } finally {
                call.cancel(true);
            }
        };
    }

    // --- Running concurrently ---

    /// Starts a task that runs a coroutine concurrently with the caller; its first step runs in
    /// the next turn.
    public static <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return EventLoop.current().createTask(coroutine);
    }

    /// Starts a task with a name.
    public static <T extends @Nullable Object> Task<T> createTask(
            String name, Coroutine<T> coroutine) {
        return EventLoop.current().createTask(name, coroutine);
    }

    /// Starts a task that runs an action.
    public static Task<@Nullable Void> createTask(Coroutine.Action action) {
        return createTask(action.asCoroutine());
    }

    /// Starts a task with a name that runs an action.
    public static Task<@Nullable Void> createTask(String name, Coroutine.Action action) {
        return createTask(name, action.asCoroutine());
    }

    /// Starts coroutines concurrently and returns the future of all their results, in the order
    /// given; futures and tasks among them are waited for as they are. The first failure is the
    /// future's; the others go on regardless.
    ///
    /// Cancelling the future, or the task that awaits it, cancels them all.
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Collection<? extends Awaitable<? extends T>> awaitables) {
        EventLoop loop = EventLoop.current();
        List<Future<? extends T>> children = new ArrayList<>(awaitables.size());
        for (Awaitable<? extends T> awaitable : awaitables) {
            children.add(ensureFuture(loop, awaitable));
        }
        return new GatheringFuture<>(loop, children);
    }

    /// Gathers as [#gather(Collection)].
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Awaitable<? extends T>... awaitables) {
        return gather(List.of(awaitables));
    }

    private static <T extends @Nullable Object> Future<T> ensureFuture(
            EventLoop loop, Awaitable<T> awaitable) {
        return switch (awaitable) {
            case Future<T> future -> future;
            case Coroutine<T> coroutine -> loop.createTask(coroutine);
        };
    }

    // --- Asking ---

    /// Returns the task whose coroutine is calling.
    ///
    /// @throws IllegalStateException outside a task
    public static Task<?> currentTask() {
        return callingTask("currentTask");
    }

    private static EventLoop callingLoop(String method) {
        return (EventLoop) callingTask(method).loop;
    }

    private static Task<?> callingTask(String method) {
        Task<?> task = RunningLoops.current() instanceof EventLoop loop ? loop.currentTask() : null;
        if (task == null) {
            throw new IllegalStateException(
                    method + " was called outside a task: "
                            + "start the coroutine with Async.run(...), or with createTask(...) in a running loop");
        }
        return task;
    }
}
