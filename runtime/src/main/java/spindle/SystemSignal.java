package spindle;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// A signal of the operating system, as the JVM hands it out: taken from it while anybody
/// listens, and given back after. There is one for each name. A loop's programs use
/// `spindle.process.Signals`, which is made of this.
///
/// One listener at a time hears of a signal: the one that a program has asked for, or else the
/// one that a [Runner] has brought with it for Ctrl-C.
///
/// Facts: the JDK lets programs handle signals only through `sun.misc.Signal`, which javac
/// warns of, wherever it is named; so we look it up. It calls a handler on a thread of its own.
/// All methods are **Threadsafe**.
///
/// Next: [InterruptSignal].
public final class SystemSignal {
    private static final Map<String, SystemSignal> known = new ConcurrentHashMap<>();

    // fixed at construction
    private final String name;
    private final Access access;
    private final Object ours;

    // changes while running, under the lock
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Listener> byDefault = new ArrayDeque<>();
    private @Nullable Listener asked;

    /// What the JVM had before us; null while nobody listens.
    private @Nullable Object replaced;

    private SystemSignal(String name, Access access) {
        this.name = name;
        this.access = access;
        this.ours = access.newHandler(this);
    }

    /// Returns the signal of a name such as `INT`; null if there is none, or none to be had.
    public static @Nullable SystemSignal find(String name) {
        SystemSignal signal = known.get(name);
        if (signal != null) {
            return signal;
        }
        Access access = Access.find(name);
        if (access == null) {
            return null;
        }
        return known.computeIfAbsent(name, _ -> new SystemSignal(name, access));
    }

    // --- Listening ---

    /// Who hears of a signal until it is closed.
    public static final class Listener implements AutoCloseable {
        private final SystemSignal signal;
        private final Runnable callback;

        private Listener(SystemSignal signal, Runnable callback) {
            this.signal = signal;
            this.callback = callback;
        }

        /// Stops listening; if nobody else does, the JVM, or whoever handled the signal before,
        /// has it again. Closing twice, or when another listener took over, does nothing.
        @Override
        public void close() {
            signal.remove(this);
        }
    }

    /// Has `callback` called, on a thread of the JVM's, whenever the signal comes: it alone. A
    /// listener that was asked for before hears no more.
    ///
    /// @throws IllegalStateException if the JVM keeps the signal for itself
    public Listener listen(Runnable callback) {
        Listener listener = new Listener(this, callback);
        lock.lock();
        try {
            if (!install()) {
                throw new IllegalStateException("the JVM keeps the signal " + name + " for itself");
            }
            asked = listener;
        } finally {
            lock.unlock();
        }
        return listener;
    }

    /// Has `callback` called while no program listens. Returns null, and changes nothing, if
    /// somebody has handled the signal other than through us, or the JVM keeps it for itself.
    @Nullable
    Listener listenByDefault(Runnable callback) {
        Listener listener = new Listener(this, callback);
        lock.lock();
        try {
            if (!install()) {
                return null;
            }
            if (!access.isOfJvm(replaced)) {
                uninstallIfUnused();
                return null;
            }
            byDefault.push(listener);
        } finally {
            lock.unlock();
        }
        return listener;
    }

    private boolean install() {
        if (replaced == null) {
            replaced = access.set(ours);
        }
        return replaced != null;
    }

    private void remove(Listener listener) {
        lock.lock();
        try {
            if (asked == listener) {
                asked = null;
            }
            byDefault.remove(listener);
            uninstallIfUnused();
        } finally {
            lock.unlock();
        }
    }

    /// What if somebody has replaced our handler meanwhile? Then it is theirs now.
    private void uninstallIfUnused() {
        if (replaced == null || asked != null || !byDefault.isEmpty()) {
            return;
        }
        Object current = access.set(replaced);
        if (current != null && current != ours) {
            access.set(current);
        }
        replaced = null;
    }

    /// Called by the JVM, on a thread that it has started for this.
    private void raised() {
        Listener listener;
        lock.lock();
        try {
            listener = asked == null ? byDefault.peek() : asked;
        } finally {
            lock.unlock();
        }
        if (listener != null) {
            listener.callback.run();
        }
    }

    /// Has this process get the signal.
    void raise() {
        access.raise();
    }

    @Override
    public String toString() {
        return name;
    }

    // --- The JDK ---

    /// `sun.misc.Signal`, by reflection.
    private record Access(Class<?> signalType, Class<?> handlerType, Object signal) {
        static @Nullable Access find(String name) {
            try {
                Class<?> signalType = Class.forName("sun.misc.Signal");
                Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
                Object signal = signalType.getConstructor(String.class).newInstance(name);
                return new Access(signalType, handlerType, signal);
            } catch (ReflectiveOperationException | RuntimeException absent) {
                return null; // Another JDK, or no such signal.
            }
        }

        Object newHandler(SystemSignal listening) {
            return Proxy.newProxyInstance(
                    Access.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            listening.raised();
                            yield null;
                        }
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "spindle's handler of " + listening;
                    });
        }

        /// The JDK wraps its own handler; `SIG_IGN`, as under `nohup`, is not one to replace.
        boolean isOfJvm(@Nullable Object handler) {
            return handler != null
                    && handler.getClass().getName().startsWith("sun.misc.Signal$")
                    && handler != constant("SIG_IGN");
        }

        private @Nullable Object constant(String field) {
            try {
                return handlerType.getField(field).get(null);
            } catch (ReflectiveOperationException absent) {
                return null;
            }
        }

        /// Sets who handles the signal; returns who did, or null if the JVM refuses.
        @Nullable
        Object set(Object handler) {
            try {
                return signalType
                        .getMethod("handle", signalType, handlerType)
                        .invoke(null, signal, handler);
            } catch (InvocationTargetException refused) {
                return null; // It is the JVM's own, or the JVM runs with -Xrs.
            } catch (ReflectiveOperationException absent) {
                return null;
            }
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
