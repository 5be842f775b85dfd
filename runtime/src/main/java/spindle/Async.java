package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

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
        try (Runner runner = Runner.open(builder)) {
            return runner.run(main);
        }
    }

    /// Runs an action in a loop of the builder's making, as [#run(Coroutine)].
    public static void run(EventLoop.Builder builder, Coroutine.Action main) throws Exception {
        run(builder, main.asCoroutine());
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
        return new Sleep(duration);
    }

    /// Returns a coroutine that does as [#sleep(Duration)] and then returns `value`.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> sleep(Duration duration, T value) {
        return () -> {
            await(sleep(duration));
            return value;
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
    /// lets the coroutine come to its first suspension. To move or inspect the deadline, use a
    /// [Timeout].
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> failAfter(
            Duration duration, Coroutine<T> coroutine) {
        return () -> Timeout.after(duration).orFail(coroutine).run();
    }

    /// Limits an action as [#failAfter(Duration, Coroutine)] does a coroutine.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> failAfter(Duration duration, Coroutine.Action action) {
        return failAfter(duration, action.asCoroutine());
    }

    /// Returns a coroutine that does as [#failAfter(Duration, Coroutine)], but then goes on in
    /// silence: its result is empty if time was up, or if the coroutine's was null.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Optional<T>> moveOnAfter(
            Duration duration, Coroutine<T> coroutine) {
        return () -> Timeout.after(duration).orMoveOn(coroutine).run();
    }

    /// Returns a coroutine that does the same with an action; its result is whether the action
    /// came to its end in time.
    @CheckReturnValue
    public static Coroutine<Boolean> moveOnAfter(Duration duration, Coroutine.Action action) {
        return () -> Timeout.after(duration).orMoveOn(action).run();
    }

    /// Returns a coroutine that waits for a future, a task or a coroutine, but no longer than
    /// `duration`: then it cancels it, waits until it has ended and fails with a
    /// [java.util.concurrent.TimeoutException]. What is done already is taken whatever the
    /// duration; a coroutine whose duration is not positive does not even start. Suspends the
    /// calling task.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> waitFor(
            Duration duration, Awaitable<T> awaitable) {
        return () -> switch (awaitable) {
            case Future<T> future when future.isDone() -> future.result();
            case Future<T> future -> await(failAfter(duration, () -> await(future)));
            case Coroutine<T> coroutine
            when duration.isPositive() -> await(failAfter(duration, coroutine));
            case Coroutine<T> _ ->
                throw new TimeoutException(
                        "gave up before the start: the duration was " + duration);
        };
    }

    /// Waits for a coroutine as [#waitFor(Duration, Awaitable)]: for one that is written as a
    /// lambda.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<T> waitFor(
            Duration duration, Coroutine<T> coroutine) {
        Awaitable<T> awaitable = coroutine;
        return waitFor(duration, awaitable);
    }

    /// Waits for an action as [#waitFor(Duration, Awaitable)] does for a coroutine.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> waitFor(Duration duration, Coroutine.Action action) {
        return waitFor(duration, action.asCoroutine());
    }

    /// Returns a coroutine that waits until all futures are done, however they end. Suspends the
    /// calling task. None of them is cancelled if it gives up, and none of their failures is
    /// thrown: asyncio's `wait`.
    ///
    /// @throws IllegalArgumentException if there are none
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitAll(
            Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.ALL_DONE, null);
    }

    /// Waits as [#waitAll(Collection)], but no longer than `timeout`: not an error, some are then
    /// pending.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitAll(
            Duration timeout, Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.ALL_DONE, timeout);
    }

    /// Waits as [#waitAll(Collection)], but only until the first of them is done.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitFirst(
            Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.FIRST_DONE, null);
    }

    /// Waits as [#waitFirst(Collection)], but no longer than `timeout`.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitFirst(
            Duration timeout, Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.FIRST_DONE, timeout);
    }

    /// Waits as [#waitAll(Collection)], but only until the first of them has failed. One that was
    /// cancelled has not.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitFirstFailure(
            Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.FIRST_FAILED, null);
    }

    /// Waits as [#waitFirstFailure(Collection)], but no longer than `timeout`.
    @CheckReturnValue
    public static <T extends @Nullable Object> Coroutine<Waited<T>> waitFirstFailure(
            Duration timeout, Collection<? extends Future<T>> futures) {
        return waitSet(futures, WaitSet.Until.FIRST_FAILED, timeout);
    }

    private static <T extends @Nullable Object> Coroutine<Waited<T>> waitSet(
            Collection<? extends Future<T>> futures,
            WaitSet.Until until,
            @Nullable Duration timeout) {
        return () -> new WaitSet<T>(callingLoop("wait"), futures, until)
                .await(callingTask("wait"), timeout);
    }

    /// Returns futures in the order in which they end, each once. Walk it with [#awaitEach]; a
    /// walk that is given up, for a timeout say, leaves them running.
    public static <T extends @Nullable Object> AsyncIterator<Future<T>> asCompleted(
            Collection<? extends Future<T>> futures) {
        return new AsCompleted<>(EventLoop.current(), futures);
    }

    /// Returns a future that ends as `awaitable` does, and that can be cancelled without it: who
    /// awaits it can be cancelled, and the work goes on. Keep the task if its end matters; a
    /// failure that nobody waits for any more goes to the exception handler.
    public static <T extends @Nullable Object> Future<T> shield(Awaitable<T> awaitable) {
        EventLoop loop = EventLoop.current();
        return Shield.around(loop, ensureFuture(loop, awaitable));
    }

    /// Shields a coroutine as [#shield(Awaitable)]: one that is written as a lambda.
    public static <T extends @Nullable Object> Future<T> shield(Coroutine<T> coroutine) {
        Awaitable<T> awaitable = coroutine;
        return shield(awaitable);
    }

    /// Shields an action as [#shield(Awaitable)] does a coroutine.
    public static Future<@Nullable Void> shield(Coroutine.Action action) {
        return shield(action.asCoroutine());
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
            try {
                executor.execute(call);
                return await(call.result());
            } finally {
                call.abandon();
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

    /// Starts a task that has run up to its first suspension when this returns, as
    /// [EventLoop#createEagerTask(Coroutine)] does.
    public static <T extends @Nullable Object> Task<T> createEagerTask(Coroutine<T> coroutine) {
        return EventLoop.current().createEagerTask(coroutine);
    }

    /// Starts a task with a name, as [#createEagerTask(Coroutine)].
    public static <T extends @Nullable Object> Task<T> createEagerTask(
            String name, Coroutine<T> coroutine) {
        return EventLoop.current().createEagerTask(name, coroutine);
    }

    /// Starts a task that runs an action, as [#createEagerTask(Coroutine)].
    public static Task<@Nullable Void> createEagerTask(Coroutine.Action action) {
        return createEagerTask(action.asCoroutine());
    }

    /// Starts a task with a name that runs an action, as [#createEagerTask(Coroutine)].
    public static Task<@Nullable Void> createEagerTask(String name, Coroutine.Action action) {
        return createEagerTask(name, action.asCoroutine());
    }

    /// Returns the future of what is to be awaited: a future or task as it is; of a coroutine, a
    /// new task. For code that is given one or the other, and that wants to wait for it later,
    /// or to cancel it.
    public static <T extends @Nullable Object> Future<T> ensureFuture(Awaitable<T> awaitable) {
        return ensureFuture(EventLoop.current(), awaitable);
    }

    /// Starts coroutines concurrently and returns the future of all their results, in the order
    /// given; futures and tasks among them are waited for as they are. The first failure is the
    /// future's; the others go on regardless.
    ///
    /// Cancelling the future, or the task that awaits it, cancels them all.
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Collection<? extends Awaitable<? extends T>> awaitables) {
        EventLoop loop = EventLoop.current();
        return GatheringFuture.ofValues(loop, ensureFutures(loop, awaitables));
    }

    /// Gathers as [#gather(Collection)].
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Awaitable<? extends T>... awaitables) {
        return gather(List.of(awaitables));
    }

    /// Gathers coroutines as [#gather(Collection)]: for those that are written as lambdas.
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Coroutine<? extends T>... coroutines) {
        return gather(List.of(coroutines));
    }

    /// Gathers as [#gather(Collection)], but waits for all of them and returns how each ended:
    /// with a value, a failure, or cancelled.
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherOutcomes(
            Collection<? extends Awaitable<? extends T>> awaitables) {
        EventLoop loop = EventLoop.current();
        return GatheringFuture.ofOutcomes(loop, ensureFutures(loop, awaitables));
    }

    /// Gathers as [#gatherOutcomes(Collection)].
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherOutcomes(
            Awaitable<? extends T>... awaitables) {
        return gatherOutcomes(List.of(awaitables));
    }

    /// Gathers coroutines as [#gatherOutcomes(Collection)]: for those that are written as lambdas.
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherOutcomes(
            Coroutine<? extends T>... coroutines) {
        return gatherOutcomes(List.of(coroutines));
    }

    private static <T extends @Nullable Object> List<Future<? extends T>> ensureFutures(
            EventLoop loop, Collection<? extends Awaitable<? extends T>> awaitables) {
        List<Future<? extends T>> futures = new ArrayList<>(awaitables.size());
        for (Awaitable<? extends T> awaitable : awaitables) {
            futures.add(ensureFuture(loop, awaitable));
        }
        return futures;
    }

    private static <T extends @Nullable Object> Future<T> ensureFuture(
            EventLoop loop, Awaitable<T> awaitable) {
        return switch (awaitable) {
            case Future<T> future -> future;
            case Coroutine<T> coroutine -> loop.createTask(coroutine);
        };
    }

    /// Applies a function to each element of `source`, to `limit` of them at a time. Elements are
    /// taken as there is room, results as they are asked for: see [ParallelMap].
    public static <S, R extends @Nullable Object> ParallelMap<S, R> map(
            Iterable<S> source, int limit, Function<? super S, ? extends Coroutine<R>> function) {
        return new ParallelMap<>(source, limit, function);
    }

    /// Applies a function to each element of a sequence that is awaited itself, as
    /// [#map(Iterable, int, Function)].
    public static <S, R extends @Nullable Object> ParallelMap<S, R> map(
            AsyncIterator<S> source,
            int limit,
            Function<? super S, ? extends Coroutine<R>> function) {
        return new ParallelMap<>(source, limit, function);
    }

    // --- Asking ---

    /// Returns the task whose coroutine is calling.
    ///
    /// @throws IllegalStateException outside a task
    public static Task<?> currentTask() {
        return callingTask("currentTask");
    }

    /// Returns the running loop's tasks that are not done, in the order in which they were
    /// created.
    public static List<Task<?>> allTasks() {
        return EventLoop.current().allTasks();
    }

    private static EventLoop callingLoop(String method) {
        return (EventLoop) callingTask(method).loop;
    }

    private static Task<?> callingTask(String method) {
        return EventLoop.callingTask(method);
    }
}
