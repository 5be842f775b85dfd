package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A result that will be there later, and the callbacks that wait for it.
///
/// ```
/// PENDING -> FINISHED    // setResult, setException
/// PENDING -> CANCELLED   // cancel
/// ```
///
/// It ends once; a second `setResult` or `setException` is an [InvalidStateException]. Await it
/// in a coroutine (`Async.await(future)`), or add a done-callback. It has no blocking `get`:
/// blocking the loop's thread would stop the very loop that is to complete it.
///
/// Belongs to one loop, and only that loop's thread may use it; others have
/// [#toCompletableFuture()]. A failure that nobody ever asks for is reported: see
/// [UnretrievedFailures].
///
/// The classes that extend it come later: being sealed, it names them, and needs none of them.
///
/// Next: [Coroutine].
public sealed class Future<T extends @Nullable Object> implements Awaitable<T>
        permits Future.Described, GatheringFuture, Alarm, Task {
    /// In characters, when it is shown.
    private static final int LONGEST_RESULT = 100;

    // fixed at construction
    final Scheduler loop;

    /// Where it was made; null but in debug mode.
    private final @Nullable Origin origin;

    // changes while running
    private @Nullable Outcome<T> outcome;

    /// The callbacks to schedule at the end, a linked list in the order of registration: the last
    /// one, whose next is the first. Null if there are none, and once done.
    private @Nullable Callback lastCallback;

    /// Held from a failure until somebody asks for it.
    private UnretrievedFailures.@Nullable Ticket unretrieved;

    Future(Scheduler loop) {
        this.loop = loop;
        this.origin = loop.origin();
    }

    /// Returns a future of the running loop for a result that comes from elsewhere: what `stage`
    /// completes with, on whichever thread. Cancelling the future cancels the stage, and the
    /// other way round.
    ///
    /// @throws IllegalStateException if no loop runs here
    public static <T extends @Nullable Object> Future<T> from(CompletionStage<T> stage) {
        Scheduler loop = RunningLoops.current();
        if (loop == null) {
            throw new IllegalStateException(
                    "Future.from was called outside a running loop: call it in a coroutine");
        }
        Future<T> future = new Described<>(loop, stage);
        var _ = stage.whenComplete((value, failure) ->
                loop.tryCallSoonThreadsafe(() -> future.takeOver(value, failure)));
        loop.bridges().expect();
        future.addDoneCallback(_ -> {
            loop.bridges().arrived();
            if (future.isCancelled()) {
                cancelStage(stage);
            }
        });
        return future;
    }

    /// A stage need not be cancellable: one that only gives its result out says so by refusing.
    private static void cancelStage(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException _) {
            return; // Nothing more can be done: its result will be dropped.
        }
    }

    @SuppressWarnings("NullAway") // Without a failure there is a value, null if that is one.
    private void takeOver(@Nullable T value, @Nullable Throwable failure) {
        if (isDone()) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException wrapper && wrapper.getCause() != null
                        ? wrapper.getCause()
                        : failure;
        switch (cause) {
            case null -> setResult(value);
            case CancellationException cancelled -> cancel(cancelled.getMessage());
            default -> setException(cause);
        }
    }

    // --- Completing ---

    /// Completes the future with a value and schedules its callbacks.
    public void setResult(T value) {
        complete(new Outcome.Success<>(value));
    }

    /// Completes the future with a failure and schedules its callbacks.
    public void setException(Throwable exception) {
        complete(new Outcome.Failure<>(Objects.requireNonNull(exception, "exception")));
        if (!(exception instanceof CancelledError)) {
            unretrieved = loop.unretrievedFailures().add(this, kind(), exception, origin);
        }
    }

    /// Cancels the future, as [#cancel(String)] without a reason.
    public final boolean cancel() {
        return cancel(null);
    }

    /// Cancels the future and schedules its callbacks. A [Task] takes it as a request.
    ///
    /// @param reason why, for the message of the [CancelledError], which adds the name of the
    ///     task that asked
    /// @return false if it was done already
    public final boolean cancel(@Nullable String reason) {
        loop.checkOwner();
        return !isDone() && requestCancel(loop.attribute(reason));
    }

    /// Cancels what is not done; returns whether there was anything to cancel.
    ///
    /// @param reason says who asked already
    boolean requestCancel(@Nullable String reason) {
        complete(new Outcome.Cancelled<>(reason));
        return true;
    }

    /// Ends as `other` has ended.
    final void completeAs(Future<? extends T> other) {
        switch (other.outcome()) {
            case Outcome.Success<? extends T>(var value) -> setResult(value);
            case Outcome.Failure<? extends T>(var exception) -> setException(exception);
            case Outcome.Cancelled<? extends T>(var reason) -> requestCancel(reason);
        }
    }

    private void complete(Outcome<T> ending) {
        loop.checkOwner();
        if (outcome != null) {
            throw new InvalidStateException(
                    "expected a pending future but it is done already: " + this);
        }
        outcome = ending;
        Callback next;
        for (Callback callback = detachCallbacks(); callback != null; callback = next) {
            next = callback.next;
            callback.next = null;
            loop.callSoon(callback.context(), callback);
        }
    }

    /// Empties the list; returns the first of what it held, of which the last has no next now.
    private @Nullable Callback detachCallbacks() {
        Callback last = lastCallback;
        if (last == null) {
            return null;
        }
        Callback first = last.next;
        last.next = null;
        lastCallback = null;
        return first;
    }

    // --- Waiting ---

    /// Returns this future as other threads know it: they may wait for it, and cancelling it
    /// cancels this one. If the loop closes first, it fails. **Threadsafe.**
    public final CompletableFuture<T> toCompletableFuture() {
        CompletableFuture<T> bridge = loop.bridges().newResult();
        if (loop.runs(Thread.currentThread())) {
            bridgeTo(bridge);
        } else {
            // What if the loop is closed? Then the bridge has failed already.
            var _ = loop.tryCallSoonThreadsafe(() -> bridgeTo(bridge));
        }
        return bridge;
    }

    /// Completes `bridge` as this ends; cancels this if somebody cancels `bridge`.
    final void bridgeTo(CompletableFuture<T> bridge) {
        addDoneCallback(_ -> {
            switch (outcome()) {
                case Outcome.Success<T>(T value) -> bridge.complete(value);
                case Outcome.Failure<T>(Throwable exception) ->
                    bridge.completeExceptionally(exception);
                case Outcome.Cancelled<T> _ -> bridge.cancel(false);
            }
        });
        var _ = bridge.whenComplete((_, _) -> {
            if (bridge.isCancelled()) {
                loop.tryCallSoonThreadsafe(
                        () -> cancel("its CompletableFuture was cancelled by another thread"));
            }
        });
    }

    /// Adds a callback for when the future is done. It is called once, on the loop's thread, in
    /// a turn after the one in which the future was completed, never from inside this method,
    /// even if the future is done already. What it throws goes to the exception handler.
    public void addDoneCallback(Consumer<? super Future<T>> function) {
        loop.checkOwner();
        add(new FunctionCallback<>(this, function, loop.currentContext()));
    }

    /// Has a task go on when the future is done.
    final void addWaiter(Callback step) {
        add(step);
    }

    private void add(Callback callback) {
        if (outcome != null) {
            loop.callSoon(callback.context(), callback);
        } else {
            append(callback);
        }
    }

    private void append(Callback callback) {
        Callback last = lastCallback;
        callback.next = last == null ? callback : last.next;
        if (last != null) {
            last.next = callback;
        }
        lastCallback = callback;
    }

    /// Removes every callback that is equal to `function`; returns how many there were.
    public int removeDoneCallback(Consumer<? super Future<T>> function) {
        loop.checkOwner();
        return remove(callback -> callback.calls(function));
    }

    final void removeWaiter(Callback step) {
        remove(callback -> callback == step);
    }

    private int remove(Predicate<Callback> isUnwanted) {
        int removed = 0;
        Callback next;
        for (Callback callback = detachCallbacks(); callback != null; callback = next) {
            next = callback.next;
            callback.next = null;
            if (isUnwanted.test(callback)) {
                removed++;
            } else {
                append(callback);
            }
        }
        return removed;
    }

    // --- Asking ---

    /// Returns whether the future has a result, has failed or was cancelled.
    public final boolean isDone() {
        return outcome != null;
    }

    /// Returns whether the future was cancelled.
    public final boolean isCancelled() {
        return outcome instanceof Outcome.Cancelled;
    }

    /// Returns whether it has failed; one that was cancelled has not.
    final boolean hasFailed() {
        return outcome instanceof Outcome.Failure<T>(Throwable exception)
                && !(exception instanceof CancelledError);
    }

    /// Returns whether awaiting it throws a [CancelledError].
    final boolean hasCancellation() {
        return switch (outcome) {
            case null -> false;
            case Outcome.Success<T> _ -> false;
            case Outcome.Cancelled<T> _ -> true;
            case Outcome.Failure<T>(Throwable exception) -> exception instanceof CancelledError;
        };
    }

    /// Returns the value that the future was completed with.
    ///
    /// @throws InvalidStateException if it is pending
    /// @throws CancelledError if it was cancelled
    /// @throws Exception the very exception that it failed with
    public final T result() throws Exception {
        return switch (outcome) {
            case null ->
                throw new InvalidStateException(
                        "the result is not there yet: await the future, or ask in a done-callback: "
                                + this);
            case Outcome.Success<T>(T value) -> value;
            case Outcome.Cancelled<T>(String reason) -> throw new CancelledError(reason);
            case Outcome.Failure<T>(Throwable exception) -> {
                markRetrieved();
                throw Future.<RuntimeException>sneaky(exception);
            }
        };
    }

    /// Returns the value of a future that is known to have one.
    final T resultNow() {
        if (outcome instanceof Outcome.Success<T>(T value)) {
            return value;
        }
        throw new InvalidStateException("expected a future with a value but found " + this);
    }

    /// Returns what the future failed with, or null if it has a value.
    ///
    /// @throws InvalidStateException if it is pending
    /// @throws CancelledError if it was cancelled
    public final @Nullable Throwable exception() {
        return switch (outcome) {
            case null ->
                throw new InvalidStateException(
                        "the exception is not known yet: await the future, or ask in a done-callback: "
                                + this);
            case Outcome.Success<T> _ -> null;
            case Outcome.Cancelled<T>(String reason) -> throw new CancelledError(reason);
            case Outcome.Failure<T>(Throwable exception) -> {
                markRetrieved();
                yield exception;
            }
        };
    }

    /// Returns how the future ended, instead of throwing what it failed with.
    ///
    /// @throws InvalidStateException if it is pending
    public final Outcome<T> outcome() {
        if (outcome == null) {
            throw new InvalidStateException(
                    "the outcome is not known yet: await the future, or ask in a done-callback: "
                            + this);
        }
        markRetrieved();
        return outcome;
    }

    /// Throws the failure if it is an error after which nothing can be relied upon.
    final void rethrowFatal() {
        if (outcome instanceof Outcome.Failure<T>(VirtualMachineError fatal)) {
            markRetrieved(); // It is on its way to whoever runs the loop.
            throw fatal;
        }
    }

    /// Says that somebody knows of the failure.
    final void markRetrieved() {
        if (unretrieved != null) {
            loop.unretrievedFailures().retrieved(unretrieved);
            unretrieved = null;
        }
    }

    /// Throws any throwable where only [Exception] is declared: a task may have died of an
    /// [Error].
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> E sneaky(Throwable exception) throws E {
        throw (E) exception;
    }

    /// Returns where it was made; known in debug mode only.
    public final @Nullable Origin origin() {
        return origin;
    }

    /// Returns what reports call this: `future` or `task`.
    String kind() {
        return "future";
    }

    /// Returns asyncio's form, such as `<Future pending cb=[Fetch lambda]>` or `<Future
    /// finished result=42>`, with what it stands for if it was made with that: `<Future pending
    /// for=<Lock locked>>`.
    @Override
    public String toString() {
        return "<Future " + describeState() + describePurpose() + describeCallbacks()
                + describeOrigin() + ">";
    }

    /// Says where it was made, in debug mode.
    final String describeOrigin() {
        return origin == null ? "" : " made by " + origin.place();
    }

    /// Says what it stands for, if that is known.
    String describePurpose() {
        return "";
    }

    /// Returns the state's name and, once done, what came of it.
    final String describeState() {
        return switch (outcome) {
            case null -> "pending";
            case Outcome.Cancelled<T> _ -> "cancelled";
            case Outcome.Success<T>(T value) -> "finished result=" + quote(value);
            case Outcome.Failure<T>(Throwable exception) -> "finished exception=" + exception;
        };
    }

    private static String quote(@Nullable Object value) {
        String text = abridge(String.valueOf(value));
        return value instanceof CharSequence ? "'" + text + "'" : text;
    }

    /// A body of a megabyte belongs in no log line.
    private static String abridge(String text) {
        return text.length() <= LONGEST_RESULT
                ? text
                : text.substring(0, LONGEST_RESULT / 2) + "..."
                        + text.substring(text.length() - LONGEST_RESULT / 2);
    }

    /// Names the first and the last callback: a gathering may have ten thousand.
    final String describeCallbacks() {
        Callback last = lastCallback;
        if (last == null) {
            return "";
        }
        Callback first = last.next;
        int before = 0;
        for (Callback callback = first; callback != null && callback != last; ) {
            before++;
            callback = callback.next;
        }
        return switch (before) {
            case 0 -> " cb=[" + last + "]";
            case 1 -> " cb=[" + first + ", " + last + "]";
            default -> " cb=[" + first + ", <" + (before - 1) + " more>, " + last + "]";
        };
    }

    /// A future that shows what it stands for. A class of its own, since most stand for nothing
    /// but their result, and a million sleepers would each pay for the field.
    static final class Described<T extends @Nullable Object> extends Future<T> {
        private final Object purpose;

        Described(Scheduler loop, Object purpose) {
            super(loop);
            this.purpose = purpose;
        }

        @Override
        String describePurpose() {
            return " for=" + purpose;
        }
    }

    /// A link in the list of callbacks, and what the loop runs when the future is done.
    abstract static class Callback implements Runnable {
        private @Nullable Callback next;

        /// Returns the task-locals' values that it is to find.
        abstract Context context();

        /// Returns whether it is there for `function`.
        boolean calls(Consumer<?> function) {
            return false;
        }
    }

    /// A callback that calls a function.
    private static final class FunctionCallback<T extends @Nullable Object> extends Callback {
        private final Future<T> future;
        private final Consumer<? super Future<T>> function;
        private final Context context;

        FunctionCallback(Future<T> future, Consumer<? super Future<T>> function, Context context) {
            this.future = future;
            this.function = function;
            this.context = context;
        }

        @Override
        public void run() {
            function.accept(future);
        }

        @Override
        Context context() {
            return context;
        }

        @Override
        boolean calls(Consumer<?> other) {
            return function.equals(other);
        }

        @Override
        public String toString() {
            return CodeSite.of(function);
        }
    }
}
