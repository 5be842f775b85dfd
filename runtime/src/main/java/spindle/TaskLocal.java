package spindle;

import org.jspecify.annotations.Nullable;

import java.util.NoSuchElementException;
import java.util.concurrent.Callable;

/// A variable of which every task has its own value: what Python calls `ContextVar`.
///
/// ```java
/// static final TaskLocal<String> USER = TaskLocal.withDefault("user", "nobody");
///
/// try (var _ = USER.set("ann")) {
///     createTask(() -> log(USER.get()));                // ann, whatever is set here later
/// }
/// ```
///
/// A task and a callback begin with the values that were current where they were created or
/// scheduled, and keep what they set to themselves. That is asyncio's rule, and what tells this
/// from a `ThreadLocal`: each coroutine has a thread, so thread-locals work too, but they start
/// empty, and a plain callback finds the loop thread's.
///
/// Outside a loop the values are the thread's, and what starts a loop there passes them on. Any
/// thread may use a task-local.
///
/// Next: [Awaitable].
public final class TaskLocal<T extends @Nullable Object> {
    private final String name;
    private final boolean hasDefault;
    private final @Nullable T defaultValue;

    private TaskLocal(String name, boolean hasDefault, @Nullable T defaultValue) {
        this.name = name;
        this.hasDefault = hasDefault;
        this.defaultValue = defaultValue;
    }

    /// Creates a task-local that has no value until it is set.
    public static <T extends @Nullable Object> TaskLocal<T> named(String name) {
        return new TaskLocal<>(name, false, null);
    }

    /// Creates a task-local that has a value from the start.
    public static <T extends @Nullable Object> TaskLocal<T> withDefault(
            String name, T defaultValue) {
        return new TaskLocal<>(name, true, defaultValue);
    }

    // --- The value ---

    /// Returns the current value.
    ///
    /// @throws NoSuchElementException if it was not set and there is no default
    public T get() {
        Context context = copyContext();
        if (!context.has(this) && !hasDefault) {
            throw new NoSuchElementException("task-local '" + name
                    + "' has no value here: set it, or create it with a default");
        }
        return valueIn(context);
    }

    /// Returns the current value, or `other` if it was not set and there is no default.
    public T orElse(T other) {
        Context context = copyContext();
        return context.has(this) || hasDefault ? valueIn(context) : other;
    }

    /// Returns whether it was set.
    public boolean isSet() {
        return copyContext().has(this);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // Only set() puts values there, of our type.
    private T valueIn(Context context) {
        return context.has(this) ? (T) context.get(this) : defaultValue;
    }

    /// Sets the value for the running task or callback, and what it creates from now on.
    ///
    /// @return what puts the earlier value back when closed
    public Token set(T value) {
        Context before = copyContext();
        replaceContext(before.with(this, value));
        return new Token(before);
    }

    /// Returns the name, which is for people only.
    @Override
    public String toString() {
        return name;
    }

    /// Puts the value back that a task-local had before it was set. Closing it twice does
    /// nothing.
    public final class Token implements AutoCloseable {
        private final Context before;
        private boolean used;

        private Token(Context before) {
            this.before = before;
        }

        /// Restores the value, in the task or callback that it was set in.
        @Override
        public void close() {
            if (!used) {
                used = true;
                TaskLocal<T> local = TaskLocal.this;
                Context now = copyContext();
                replaceContext(
                        before.has(local)
                                ? now.with(local, before.get(local))
                                : now.without(local));
            }
        }
    }

    // --- All values together ---

    /// Returns the values that all task-locals have here, to run something with them elsewhere.
    public static Context copyContext() {
        Scheduler loop = RunningLoops.current();
        return loop == null ? Context.ofThread() : loop.context;
    }

    private static void replaceContext(Context context) {
        Scheduler loop = RunningLoops.current();
        if (loop == null) {
            Context.setOfThread(context);
        } else {
            loop.context = context;
        }
    }

    /// Calls `callable` here and now, with the task-locals as they are in `context`. What it
    /// sets is gone when it returns.
    public static <R extends @Nullable Object> R callWith(Context context, Callable<R> callable)
            throws Exception {
        Context before = copyContext();
        replaceContext(context);
        try {
            return callable.call();
        } finally {
            replaceContext(before);
        }
    }
}
