package spindle;

/// Says that Ctrl-C has ended a program's main coroutine, which was cancelled and has cleaned up.
///
/// An [Error], as in Python, so that `catch (Exception e)` around a whole program does not take it
/// for one of the program's failures.
///
/// Next: [Runner].
public final class KeyboardInterrupt extends Error {
    private static final long serialVersionUID = 1L;

    KeyboardInterrupt(CancelledError cause) {
        super("interrupted by Ctrl-C", cause);
    }
}
