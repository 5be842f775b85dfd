package spindle;

/// Tells the loop's time: nanoseconds from an arbitrary origin, never running backwards, so
/// that only differences mean anything.
///
/// A test brings a clock of its own, and with it owns the loop's time.
///
/// Next: [ExceptionHandler].
@FunctionalInterface
public interface Clock {
    /// Returns the time now, in nanoseconds.
    long nanoTime();

    /// Returns the machine's monotonic clock.
    static Clock system() {
        return System::nanoTime;
    }
}
