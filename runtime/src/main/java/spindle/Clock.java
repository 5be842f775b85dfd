package spindle;

/// Tells a loop what time it is: nanoseconds that only ever grow, from an arbitrary origin.
///
/// This is the first seam of the loop. A test replaces it and owns time; no test sleeps. Never
/// wall-clock time: an administrator who sets the date must not fire or starve timers.
///
/// Next: [CodeSite].
@FunctionalInterface
public interface Clock {
    /// Returns the current time in nanoseconds; only differences between two values mean
    /// anything.
    long nanoTime();

    /// Returns whether time passes only when somebody says so. A loop does not wait for such a
    /// clock: it calls [#passTo(long)].
    default boolean isVirtual() {
        return false;
    }

    /// Called on the loop's thread, of a virtual clock only, when nothing can happen before
    /// `deadlineNanos`: moves the clock there, or throws, which ends the loop's run.
    ///
    /// @throws IllegalStateException if this clock is moved by hand, and nobody can any more
    default void passTo(long deadlineNanos) {}

    /// Returns for how long the loop's channels, and other threads that are to complete something
    /// here, must have been quiet, in real nanoseconds, before a virtual clock is told that nothing
    /// can happen.
    default long quietNanos() {
        return 0;
    }

    /// Returns the clock of the machine, [System#nanoTime()].
    static Clock system() {
        return System::nanoTime;
    }
}
