package spindle;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ctrl-C, taken from the JVM for as long as a program's main coroutine runs.
///
/// The first one calls back instead of ending the JVM. The second goes to the JVM, which ends at
/// once, as it would have without us.
///
/// Facts: the JDK lets programs handle signals only through `sun.misc.Signal`, which javac warns
/// of, wherever it is named; so we look it up. A handler that somebody else has installed stays:
/// we put it back and do nothing. With `-Xrs` the JVM leaves signals alone, and so do we.
///
/// Next: [KeyboardInterrupt].
final class InterruptSignal implements AutoCloseable {
    // fixed at construction
    private final Runnable onInterrupt;

    // changes while running
    private final AtomicBoolean raised = new AtomicBoolean();
    private @Nullable Object replaced;

    private InterruptSignal(Runnable onInterrupt) {
        this.onInterrupt = onInterrupt;
    }

    /// Has `onInterrupt` called, on a thread of the JVM's, at the first Ctrl-C. Where that cannot
    /// be had, nothing changes.
    static InterruptSignal install(Runnable onInterrupt) {
        InterruptSignal signal = new InterruptSignal(onInterrupt);
        Access access = Access.FOUND;
        if (access != null) {
            signal.replaced = access.replaceDefault(signal::handle);
        }
        return signal;
    }

    /// Returns one that leaves Ctrl-C alone.
    static InterruptSignal none() {
        return new InterruptSignal(() -> {});
    }

    private void handle() {
        if (raised.compareAndSet(false, true)) {
            onInterrupt.run();
        } else {
            close();
            if (Access.FOUND != null) {
                Access.FOUND.raise();
            }
        }
    }

    /// Returns whether there was a Ctrl-C. **Threadsafe.**
    boolean wasRaised() {
        return raised.get();
    }

    /// Gives Ctrl-C back to the JVM. **Threadsafe.**
    @Override
    public void close() {
        if (Access.FOUND != null && replaced != null) {
            Access.FOUND.restore(replaced);
        }
    }

    /// `sun.misc.Signal`, by reflection.
    private record Access(Class<?> signalType, Class<?> handlerType, Object signal) {
        static final @Nullable Access FOUND = find();

        private static @Nullable Access find() {
            try {
                Class<?> signalType = Class.forName("sun.misc.Signal");
                Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
                Object signal = signalType.getConstructor(String.class).newInstance("INT");
                return new Access(signalType, handlerType, signal);
            } catch (ReflectiveOperationException | RuntimeException absent) {
                return null; // Another JDK: Ctrl-C ends the JVM at once.
            }
        }

        /// Installs a handler where the JVM's own is; returns that, or null if it was not there.
        @Nullable
        Object replaceDefault(Runnable handler) {
            Object ours = Proxy.newProxyInstance(
                    Access.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            handler.run();
                            yield null;
                        }
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "spindle's handler of Ctrl-C";
                    });
            Object before = set(ours);
            if (before != null && !isOfJvm(before)) {
                set(before);
                return null;
            }
            return before;
        }

        /// The JDK wraps its own handler; `SIG_IGN`, as under `nohup`, is not one to replace.
        private boolean isOfJvm(Object handler) {
            return handler.getClass().getName().startsWith("sun.misc.Signal$")
                    || handler.equals(constant("SIG_DFL"));
        }

        private @Nullable Object constant(String name) {
            try {
                return handlerType.getField(name).get(null);
            } catch (ReflectiveOperationException absent) {
                return null;
            }
        }

        private @Nullable Object set(Object handler) {
            try {
                return signalType
                        .getMethod("handle", signalType, handlerType)
                        .invoke(null, signal, handler);
            } catch (ReflectiveOperationException refused) {
                return null; // The JVM runs with -Xrs.
            }
        }

        void restore(Object handler) {
            set(handler);
        }

        void raise() {
            try {
                signalType.getMethod("raise", signalType).invoke(null, signal);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(
                        "a signal can be handled but not raised", impossible);
            }
        }
    }
}
