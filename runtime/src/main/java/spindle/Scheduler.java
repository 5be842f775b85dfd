package spindle;

import java.time.Duration;

/// What a [Future] needs of a loop: a place to schedule callbacks, and somebody to tell of
/// failures.
///
/// [EventLoop] is the only one. This is here so that futures can be read, and tested, before
/// loops; and it is a class rather than an interface so that what only the core may call need
/// not be public.
///
/// Next: [Awaitable].
abstract class Scheduler {
    /// Schedules a callback for the next turn.
    public abstract Handle callSoon(Runnable callback);

    /// Schedules a callback for the first turn after a delay.
    public abstract TimerHandle callLater(Duration delay, Runnable callback);

    /// Schedules a callback for the first turn at or after a deadline of [#time()].
    public abstract TimerHandle callAt(long deadlineNanos, Runnable callback);

    /// Returns the loop's clock, in nanoseconds.
    public abstract long time();

    /// Returns the list of failures that nobody has asked for yet.
    abstract UnretrievedFailures unretrievedFailures();

    /// Returns whether the loop runs `thread` now, its own or a coroutine's. **Threadsafe** for
    /// the thread that asks about itself.
    abstract boolean runs(Thread thread);

    /// Throws unless the calling thread is the loop's own.
    abstract void checkOwner();
}
