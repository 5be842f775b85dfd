package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Consumer;

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
/// Belongs to one loop, and only that loop's thread may use it. A failure that nobody ever asks
/// for is reported: see [UnretrievedFailures].
///
/// Next: [GatheringFuture].
public sealed class Future<T extends @Nullable Object> implements Awaitable<T>
        permits Task, GatheringFuture {
    /// In characters, when it is shown.
    private static final int LONGEST_RESULT = 100;

    // fixed at construction
    final Scheduler loop;

    /// What it is that the future stands for, if anybody said so.
    private final @Nullable Object purpose;

    // changes while running
    private @Nullable Outcome<T> outcome;

    /// The callbacks to schedule at the end, a linked list in the order of registration; empty
    /// once done.
    private @Nullable Callback<T> firstCallback;

    private @Nullable Callback<T> lastCallback;

    /// Held from a failure until somebody asks for it.
    private UnretrievedFailures.@Nullable Ticket unretrieved;

    Future(Scheduler loop) {
        this(loop, null);
    }

    Future(Scheduler loop, @Nullable Object purpose) {
        this.loop = loop;
        this.purpose = purpose;
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
            unretrieved = loop.unretrievedFailures().add(this, kind(), exception);
        }
    }

    /// Cancels the future, as [#cancel(String)] without a reason.
    public final boolean cancel() {
        return cancel(null);
    }

    /// Cancels the future and schedules its callbacks. A [Task] overrides this with a request.
    ///
    /// @param reason who asked and why, for the message of the [CancelledError]
    /// @return false if it was done already
    public boolean cancel(@Nullable String reason) {
        loop.checkOwner();
        if (isDone()) {
            return false;
        }
        complete(new Outcome.Cancelled<>(reason));
        return true;
    }

    private void complete(Outcome<T> ending) {
        loop.checkOwner();
        if (outcome != null) {
            throw new InvalidStateException(
                    "expected a pending future but it is done already: " + this);
        }
        outcome = ending;
        Callback<T> callback = firstCallback;
        firstCallback = null;
        lastCallback = null;
        for (; callback != null; callback = callback.next) {
            loop.callSoon(callback);
        }
    }

    // --- Waiting ---

    /// Adds a callback for when the future is done. It is called once, on the loop's thread, in
    /// a turn after the one in which the future was completed, never from inside this method,
    /// even if the future is done already. What it throws goes to the exception handler.
    public void addDoneCallback(Consumer<? super Future<T>> function) {
        loop.checkOwner();
        Callback<T> callback = new Callback<>(this, function);
        if (outcome != null) {
            loop.callSoon(callback);
        } else if (lastCallback == null) {
            firstCallback = callback;
            lastCallback = callback;
        } else {
            lastCallback.next = callback;
            lastCallback = callback;
        }
    }

    /// Removes every callback that is equal to `function`; returns how many there were.
    public int removeDoneCallback(Consumer<? super Future<T>> function) {
        loop.checkOwner();
        int removed = 0;
        Callback<T> kept = null;
        for (Callback<T> callback = firstCallback; callback != null; callback = callback.next) {
            if (callback.function.equals(function)) {
                removed++;
                if (kept == null) {
                    firstCallback = callback.next;
                } else {
                    kept.next = callback.next;
                }
            } else {
                kept = callback;
            }
        }
        lastCallback = kept;
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

    /// Returns what reports call this: `future` or `task`.
    String kind() {
        return "future";
    }

    /// Returns asyncio's form, such as `<Future pending cb=[Fetch lambda]>` or `<Future
    /// finished result=42>`, with what it stands for if it was made with that: `<Future pending
    /// for=<Lock locked>>`.
    @Override
    public String toString() {
        return "<Future " + describeState() + describePurpose() + describeCallbacks() + ">";
    }

    private String describePurpose() {
        return purpose == null ? "" : " for=" + purpose;
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
        int between = -2;
        for (Callback<T> callback = firstCallback; callback != null; callback = callback.next) {
            between++;
        }
        return switch (between) {
            case -2 -> "";
            case -1 -> " cb=[" + firstCallback + "]";
            case 0 -> " cb=[" + firstCallback + ", " + lastCallback + "]";
            default -> " cb=[" + firstCallback + ", <" + between + " more>, " + lastCallback + "]";
        };
    }

    /// A callback in the list, and what the loop runs when its time has come.
    private static final class Callback<T extends @Nullable Object> implements Runnable {
        private final Future<T> future;
        private final Consumer<? super Future<T>> function;
        private @Nullable Callback<T> next;

        Callback(Future<T> future, Consumer<? super Future<T>> function) {
            this.future = future;
            this.function = function;
        }

        @Override
        public void run() {
            function.accept(future);
        }

        @Override
        public String toString() {
            return CodeSite.of(function);
        }
    }
}
