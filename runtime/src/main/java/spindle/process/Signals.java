package spindle.process;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.SystemSignal;

/// The signals that this process gets, as callbacks of a loop: asyncio's `add_signal_handler`.
///
/// ```java
/// try (var _ = Signals.addSignalHandler("TERM", server::close)) {
///     await(server.waitClosed());
/// }
/// ```
///
/// A program may handle `INT` (Ctrl-C), `TERM`, `HUP`, `USR1`, `USR2`, `WINCH` and what else
/// the JVM leaves it. What it keeps for itself is refused. Of `USR2` it makes use while a
/// flight recording samples threads: not both at a time. `HUP` and `INT` stay ignored, handler
/// or not, if they were when the JVM started: `nohup` has it so, and so have the background jobs
/// of a script.
public final class Signals {
    private Signals() {}

    /// Has the calling loop handle a signal, as [#addSignalHandler(EventLoop, String,
    /// Runnable)].
    public static SignalHandler addSignalHandler(String name, Runnable callback) {
        return addSignalHandler(EventLoop.current(), name, callback);
    }

    /// Has a loop handle a signal: `callback` is called on the loop's thread, once for each
    /// time that the signal comes, in a turn after that; never in the middle of other code.
    /// What it throws goes to the loop's exception handler.
    ///
    /// There is one handler for a signal in the whole JVM: one that was there before hears no
    /// more. While there is one for `INT`, Ctrl-C does not cancel what a [spindle.Runner] runs.
    /// The signal goes back to whoever had it when the handler is closed, or else with its
    /// loop.
    ///
    /// @param name such as `HUP`, without the `SIG`
    /// @throws IllegalArgumentException if there is no such signal, or it is not a program's to
    ///     handle
    /// @throws IllegalStateException if the JVM was told to leave signals alone (`-Xrs`)
    public static SignalHandler addSignalHandler(EventLoop loop, String name, Runnable callback) {
        String owner = ownerOf(name);
        if (owner != null) {
            throw new IllegalArgumentException("cannot handle the signal " + name + ": " + owner);
        }
        SystemSignal signal = SystemSignal.find(name);
        if (signal == null) {
            throw new IllegalArgumentException(
                    "expected the name of a signal, such as HUP, but got \"" + name + "\"");
        }
        try {
            return new SignalHandler(loop, signal, callback);
        } catch (IllegalStateException refused) {
            throw new IllegalStateException(
                    "cannot handle the signal " + name
                            + ": the JVM does not give it away, since it was started with -Xrs",
                    refused);
        }
    }

    /// Says why a signal is not a program's, or returns null if it is.
    private static @Nullable String ownerOf(String name) {
        return switch (name) {
            case "KILL", "STOP" -> "the system lets no program handle it";
            case "QUIT" -> "the JVM prints all threads when it comes";
            case "SEGV", "BUS", "FPE", "ILL", "TRAP" ->
                "it is a fault in running code, which the JVM handles itself";
            case "PIPE", "XFSZ" ->
                "the JVM turns what causes it into an IOException of whoever writes";
            default -> null;
        };
    }
}
