package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// One scheduled callback: what [EventLoop#callSoon(Runnable)] returns, so that it can be
/// cancelled.
///
/// ```
/// SCHEDULED -> RUN         // the loop reached it
/// SCHEDULED -> CANCELLED   // cancel() came first; the callback is dropped at once, it never runs
/// ```
///
/// A handle that watches a channel ([EventLoop#addReader]) runs once for every readiness until
/// it is cancelled. Only the loop's thread may use a handle, but for those that
/// [EventLoop#callSoonThreadsafe(Runnable)] made.
///
/// This is the one place where a callback is called and its failure caught: see
/// [#run(ExceptionHandler)].
///
/// Next: [ThreadsafeHandle].
public sealed class Handle permits TimerHandle, ThreadsafeHandle {
    /// Null once cancelled, so that a cancelled timer far in the future keeps nothing else
    /// alive.
    private @Nullable Runnable callback;

    /// The task-locals' values that the callback sees.
    private final Context context;

    private final @Nullable Origin origin;

    Handle(Runnable callback, Context context, @Nullable Origin origin) {
        this.callback = Objects.requireNonNull(callback, "callback");
        this.context = context;
        this.origin = origin;
    }

    /// Keeps the callback from running. Cancelling twice, or after it ran, does nothing.
    public void cancel() {
        callback = null;
    }

    /// Returns whether [#cancel()] was called.
    public boolean isCancelled() {
        return callback == null;
    }

    /// Calls the callback. What it throws goes to `handler` and no further, so that one bad
    /// callback does not stop the loop. A [VirtualMachineError] alone propagates: after it,
    /// nothing can be relied upon.
    final void run(ExceptionHandler handler) {
        Runnable claimed = claim();
        if (claimed == null) {
            return;
        }
        try {
            claimed.run();
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            report(
                    handler,
                    new ExceptionHandler.Context("exception in callback", failure, this, origin));
        }
    }

    /// Returns the callback for a run that is about to start, or null if it was cancelled.
    @Nullable
    Runnable claim() {
        return callback;
    }

    /// Gives a failure to the handler, and a failure of the handler itself to the log.
    static void report(ExceptionHandler handler, ExceptionHandler.Context context) {
        try {
            handler.handle(context);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            if (context.exception() != null && failure != context.exception()) {
                failure.addSuppressed(context.exception());
            }
            ExceptionHandler.logging()
                    .handle(new ExceptionHandler.Context(
                            "the exception handler failed while it handled '" + context.message()
                                    + "'",
                            failure,
                            context.source()));
        }
    }

    /// Returns what the callback is to find as its context.
    final Context context() {
        return context;
    }

    /// Returns where the handle was made; null but in debug mode.
    final @Nullable Origin origin() {
        return origin;
    }

    /// Returns whether running the handle resumes a task: the order among these alone is one
    /// that a loop with a seed may change.
    final boolean resumesTask() {
        return callback instanceof Resumption;
    }

    /// Returns asyncio's form, such as `<Handle Fetch lambda>` or `<Handle cancelled>`.
    @Override
    public String toString() {
        return "<" + describe() + ">";
    }

    /// Returns the inside of [#toString()], for subclasses to add to.
    String describe() {
        Runnable current = callback;
        return (current == null ? "Handle cancelled" : "Handle " + CodeSite.of(current))
                + (origin == null ? "" : " made by " + origin.place());
    }

    /// Marks a callback that resumes a task.
    interface Resumption {}
}
