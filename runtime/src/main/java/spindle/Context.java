package spindle;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The values of all [TaskLocal]s at one point of a program, as they were there: it never
/// changes.
///
/// Setting a task-local makes another context out of the current one. So taking a copy costs
/// nothing, and every callback and every task gets one: what a program sets afterwards, they do
/// not see. Python calls this `contextvars.Context`.
///
/// Next: [Handle].
public final class Context {
    static final Context EMPTY = new Context(Map.of());

    /// The contexts of threads that run no loop now.
    private static final ThreadLocal<Context> ofThreads = ThreadLocal.withInitial(() -> EMPTY);

    private final Map<Object, @Nullable Object> values;

    private Context(Map<Object, @Nullable Object> values) {
        this.values = values;
    }

    boolean has(Object key) {
        return values.containsKey(key);
    }

    @Nullable
    Object get(Object key) {
        return values.get(key);
    }

    Context with(Object key, @Nullable Object value) {
        Map<Object, @Nullable Object> changed = new HashMap<>(values);
        changed.put(key, value);
        return new Context(changed);
    }

    Context without(Object key) {
        Map<Object, @Nullable Object> changed = new HashMap<>(values);
        changed.remove(key);
        return new Context(changed);
    }

    /// Returns the context of the calling thread, for code that no loop runs.
    static Context ofThread() {
        return ofThreads.get();
    }

    static void setOfThread(Context context) {
        ofThreads.set(context);
    }

    /// Returns the values by name, such as `{user=ann, request=7}`.
    @Override
    public String toString() {
        return values.toString();
    }
}
