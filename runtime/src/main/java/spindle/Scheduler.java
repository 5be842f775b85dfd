package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// What a [Future] needs of a loop: a place to schedule callbacks, and somebody to tell of
/// failures.
///
/// [EventLoop] is the only one. This is here so that futures can be read, and tested, before
/// loops; and it is a class rather than an interface so that what only the core may call need
/// not be public.
///
/// Next: [RunningLoops].
abstract class Scheduler {
    /// The context of the callback or task that is running, while one is.
    Context context = Context.EMPTY;

    /// Schedules a callback for the next turn.
    public abstract Handle callSoon(Runnable callback);

    /// Schedules a callback for the next turn that is to find `context`, and not the caller's.
    abstract Handle callSoon(Context context, Runnable callback);

    /// Schedules a callback and wakes the loop. **Threadsafe.**
    ///
    /// @throws IllegalStateException if the loop is closed
    public abstract Handle callSoonThreadsafe(Runnable callback);

    /// Does the same if there is still a loop to do it; returns whether there was.
    /// **Threadsafe.**
    abstract boolean tryCallSoonThreadsafe(Runnable callback);

    /// Schedules a callback for the first turn after a delay.
    public abstract TimerHandle callLater(Duration delay, Runnable callback);

    /// Schedules a callback for the first turn at or after a deadline of [#time()].
    public abstract TimerHandle callAt(long deadlineNanos, Runnable callback);

    /// Returns the loop's clock, in nanoseconds.
    public abstract long time();

    /// Returns whether the loop is running.
    public abstract boolean isRunning();

    /// Gives a failure that no caller is there to catch to the exception handler.
    public abstract void callExceptionHandler(ExceptionHandler.Context failure);

    /// Returns the context that something is to run in which is scheduled now: the running
    /// callback's, or, if the loop is at rest, that of the thread.
    abstract Context currentContext();

    /// Returns whether the loop is in debug mode.
    public abstract boolean isDebug();

    /// Returns where the caller is; null but in debug mode.
    abstract @Nullable Origin origin();

    /// Returns a reason to cancel with the name of the task that asks for it, if one does.
    abstract @Nullable String attribute(@Nullable String reason);

    /// Returns the results that other threads wait for.
    abstract Bridges bridges();

    /// Returns the list of failures that nobody has asked for yet.
    abstract UnretrievedFailures unretrievedFailures();

    /// Returns whether the loop runs `thread` now, its own or a coroutine's. **Threadsafe** for
    /// the thread that asks about itself.
    abstract boolean runs(Thread thread);

    /// Throws unless the calling thread is the loop's own.
    abstract void checkOwner();
}
