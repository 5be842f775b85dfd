package spindle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Ctrl-C, taken from the JVM for as long as a program's main coroutine runs.
///
/// The first one calls back instead of ending the JVM. The second goes to the JVM, which ends
/// at once, as it would have without us.
///
/// A handler of the program's own goes before it, whether it was there first or comes later.
/// With `-Xrs` the JVM leaves signals alone, and so do we.
///
/// Next: [KeyboardInterrupt].
final class InterruptSignal implements AutoCloseable {
    /// Null where the JDK is another one: Ctrl-C ends the JVM at once.
    private static final @Nullable SystemSignal INT = SystemSignal.find("INT");

    // fixed at construction
    private final Consumer<InterruptSignal> onInterrupt;

    // changes while running
    private final AtomicBoolean raised = new AtomicBoolean();
    private SystemSignal.@Nullable Listener listener;

    private InterruptSignal(Consumer<InterruptSignal> onInterrupt) {
        this.onInterrupt = onInterrupt;
    }

    /// Has `onInterrupt` called, on a thread of the JVM's, at the first Ctrl-C; if that comes too
    /// late for it, it passes it on. Where Ctrl-C cannot be had, nothing changes.
    static InterruptSignal install(Consumer<InterruptSignal> onInterrupt) {
        InterruptSignal signal = new InterruptSignal(onInterrupt);
        signal.listener = INT == null ? null : INT.listenByDefault(signal::handle);
        return signal;
    }

    /// Returns one that leaves Ctrl-C alone.
    static InterruptSignal none() {
        return new InterruptSignal(_ -> {});
    }

    private void handle() {
        if (raised.compareAndSet(false, true)) {
            onInterrupt.accept(this);
        } else {
            passOn();
        }
    }

    /// Has the JVM handle it as it would have without us, or whoever has taken it since.
    /// **Threadsafe.**
    void passOn() {
        close();
        if (INT != null) {
            INT.raise();
        }
    }

    /// Returns whether there was a Ctrl-C. **Threadsafe.**
    boolean wasRaised() {
        return raised.get();
    }

    /// Gives Ctrl-C back to the JVM. **Threadsafe.**
    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
    }
}
