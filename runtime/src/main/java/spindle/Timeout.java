package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A limit on how long one coroutine may take, that can be looked at and moved meanwhile.
/// `Async.failAfter` and `Async.moveOnAfter` are its two faces.
///
/// ```java
/// Timeout timeout = Timeout.after(Duration.ofSeconds(5));
/// await(timeout.orFail(() -> {
///     while (await(readSome())) {
///         timeout.reschedule(Duration.ofSeconds(5));    // as long as something comes
///     }
/// }));
/// ```
///
/// ```
/// CREATED  -> ACTIVE                // its coroutine runs
/// ACTIVE   -> EXPIRING -> EXPIRED   // time was up: the coroutine was cancelled; it has ended
/// ACTIVE   -> FINISHED              // the coroutine ended in time
/// ```
///
/// When its time is up it cancels the task, as anybody might. So the difficulty is to tell its
/// own cancellation from a foreign one that arrives at the same time: it takes a
/// [CancelledError] for its own only if it asked for it, and only if, with its own request taken
/// back, no more requests are open than were when it began.
///
/// Used once, in one task, on that task's loop. Timeouts nest; each knows its own.
///
/// Next: [TaskGroupException].
public final class Timeout {
    // fixed at construction
    /// Counted from the start of the coroutine; null if there is a deadline, or no limit.
    private final @Nullable Duration duration;

    // changes while running
    private @Nullable Task<?> task;
    private @Nullable EventLoop loop;
    private @Nullable Handle timer;

    /// In the loop's time, once that is known.
    private OptionalLong deadline;

    private boolean expired;
    private boolean ended;

    /// What it failed with itself, as opposed to a timeout within its coroutine.
    private @Nullable TimeoutException thrown;

    private Timeout(@Nullable Duration duration, OptionalLong deadline) {
        this.duration = duration;
        this.deadline = deadline;
    }

    /// Returns a timeout that counts from when its coroutine begins. If that is no time at all,
    /// the coroutine comes to its first suspension.
    public static Timeout after(Duration duration) {
        return new Timeout(duration, OptionalLong.empty());
    }

    /// Returns a timeout that expires when [EventLoop#time()] reaches `deadlineNanos`.
    public static Timeout at(long deadlineNanos) {
        return new Timeout(null, OptionalLong.of(deadlineNanos));
    }

    /// Returns a timeout that does not expire unless it is rescheduled.
    public static Timeout never() {
        return new Timeout(null, OptionalLong.empty());
    }

    // --- Its two faces ---

    /// Returns a coroutine that runs `coroutine` in the calling task and gives it up when time
    /// is up: it is cancelled, and once it has cleaned up, this fails with a
    /// [TimeoutException]. What it fails with by itself meanwhile comes through, with the
    /// [TimeoutException] among what it suppresses; so does a value. Suspends the calling task
    /// wherever `coroutine` does.
    @CheckReturnValue
    public <T extends @Nullable Object> Coroutine<T> orFail(Coroutine<T> coroutine) {
        return () -> run(coroutine);
    }

    /// Limits an action as [#orFail(Coroutine)] does a coroutine.
    @CheckReturnValue
    public Coroutine<@Nullable Void> orFail(Coroutine.Action action) {
        return orFail(action.asCoroutine());
    }

    /// Returns a coroutine that does as [#orFail(Coroutine)], but then goes on in silence: its
    /// result is empty if time was up, or if the coroutine's was null.
    @CheckReturnValue
    public <T extends @Nullable Object> Coroutine<Optional<T>> orMoveOn(Coroutine<T> coroutine) {
        return () -> {
            try {
                return Optional.ofNullable(run(coroutine));
            } catch (TimeoutException timeout) {
                if (timeout == thrown) {
                    reportSuppressed(timeout);
                    return Optional.empty();
                }
                throw timeout;
            }
        };
    }

    /// What failed while the coroutine was given up is not passed over in silence.
    private void reportSuppressed(TimeoutException timeout) {
        if (task != null && timeout.getCause() instanceof CancelledError cancelled) {
            task.reportSuppressed(cancelled);
        }
    }

    /// Returns a coroutine that does the same with an action; its result is whether the action
    /// came to its end in time.
    @CheckReturnValue
    public Coroutine<Boolean> orMoveOn(Coroutine.Action action) {
        Coroutine<Optional<Boolean>> limited = orMoveOn(() -> {
            action.run();
            return true;
        });
        return () -> limited.run().isPresent();
    }

    private <T extends @Nullable Object> T run(Coroutine<T> coroutine) throws Exception {
        Task<?> limited = begin();
        int requestsBefore = limited.cancellingHeard();
        try {
            T value = coroutine.run();
            takeBackRequest(limited); // It ended before it came to an await that could throw.
            return value;
        } catch (CancelledError cancelled) {
            if (expired && takeBackRequest(limited) <= requestsBefore) {
                thrown = timeoutException(cancelled);
                throw thrown;
            }
            throw cancelled;
        } catch (Throwable failure) {
            if (expired) {
                takeBackRequest(limited);
                failure.addSuppressed(timeoutException(null));
            }
            throw failure;
        } finally {
            ended = true;
            stopTimer();
        }
    }

    private Task<?> begin() {
        if (task != null) {
            throw new IllegalStateException(
                    "a timeout serves one coroutine, and this one has had its: make another: "
                            + this);
        }
        Task<?> caller = EventLoop.callingTask("failAfter or another timeout");
        loop = EventLoop.current();
        task = caller;
        if (duration != null) {
            reschedule(duration);
        } else {
            startTimer();
        }
        return caller;
    }

    /// Returns how many requests to cancel are open without ours.
    private int takeBackRequest(Task<?> limited) {
        return expired ? limited.uncancel() : limited.cancelling();
    }

    private TimeoutException timeoutException(@Nullable CancelledError cancelled) {
        TimeoutException timeout = new TimeoutException(
                duration == null
                        ? "gave up at the deadline"
                        : "gave up after " + duration.toMillis() + " ms");
        timeout.initCause(cancelled);
        return timeout;
    }

    // --- Moving it ---

    /// Sets the time that is left from now on, whatever was set before.
    ///
    /// @throws IllegalStateException if the coroutine does not run, or was given up already
    public void reschedule(Duration fromNow) {
        if (loop == null) {
            throw new IllegalStateException(
                    "cannot reschedule before the coroutine runs: give the time to Timeout.after");
        }
        rescheduleAt(loop.timeAfter(fromNow));
    }

    /// Sets the deadline, in [EventLoop#time()].
    ///
    /// @throws IllegalStateException if the coroutine was given up already, or has ended
    public void rescheduleAt(long deadlineNanos) {
        checkCanMove();
        deadline = OptionalLong.of(deadlineNanos);
        startTimer();
    }

    /// Takes the limit away.
    ///
    /// @throws IllegalStateException if the coroutine was given up already, or has ended
    public void disable() {
        checkCanMove();
        deadline = OptionalLong.empty();
        stopTimer();
    }

    private void checkCanMove() {
        if (expired || ended) {
            throw new IllegalStateException("cannot move a timeout that "
                    + (expired ? "has expired" : "has ended") + ": " + this);
        }
    }

    private void startTimer() {
        stopTimer();
        if (loop != null && deadline.isPresent()) {
            long when = deadline.getAsLong();
            // Due already: a timer would come after the step of a `sleep(0)`.
            timer = when - loop.time() > 0
                    ? loop.callAt(when, this::expire)
                    : loop.callSoon(this::expire);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void expire() {
        expired = true;
        if (task != null) {
            task.cancel(
                    duration == null
                            ? "deadline reached"
                            : "timeout of " + duration.toMillis() + " ms");
        }
    }

    // --- Asking ---

    /// Returns when it expires, or did, in [EventLoop#time()]; empty if there is no limit, or as
    /// long as its coroutine has not begun.
    public OptionalLong when() {
        return deadline;
    }

    /// Returns whether time was up before the coroutine had ended.
    public boolean expired() {
        return expired;
    }

    /// Returns a form such as `<Timeout active when=12.500s>`.
    @Override
    public String toString() {
        String state = task == null
                ? "created"
                : !ended ? expired ? "expiring" : "active" : expired ? "expired" : "finished";
        String when = deadline.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " when=%.3fs",
                        (double) deadline.getAsLong() / TimeUnit.SECONDS.toNanos(1));
        return "<Timeout " + state + when + ">";
    }
}
