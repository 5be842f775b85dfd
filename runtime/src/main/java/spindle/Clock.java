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

    /// Returns the clock of the machine, [System#nanoTime()].
    static Clock system() {
        return System::nanoTime;
    }
}
