package spindle;

/// Says that Ctrl-C has ended a program's main coroutine, which was cancelled and has cleaned up.
///
/// An [Error], as in Python, so that `catch (Exception e)` around a whole program does not take it
/// for one of the program's failures.
///
/// Uncaught, it ends the program as every error does: with its stack trace and status 1. A command
/// that is to end as shells expect catches it and calls `System.exit(130)`.
///
/// Next: [Runner].
public final class KeyboardInterrupt extends Error {
    private static final long serialVersionUID = 1L;

    KeyboardInterrupt(CancelledError cause) {
        super("interrupted by Ctrl-C", cause);
    }
}
