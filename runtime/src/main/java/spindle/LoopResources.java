package spindle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What a loop's users share and the loop closes: one object of a type, made when first asked
/// for.
///
/// Next: [SeededOrder].
final class LoopResources {
    private final Map<Class<?>, AutoCloseable> byType = new HashMap<>();
    private final Deque<AutoCloseable> newestFirst = new ArrayDeque<>();

    <R extends AutoCloseable> R get(Class<R> type, Supplier<? extends R> maker) {
        AutoCloseable existing = byType.get(type);
        if (existing != null) {
            return type.cast(existing);
        }
        R made = maker.get();
        byType.put(type, made);
        newestFirst.push(made);
        return made;
    }

    /// Closes the newest first, since it may use the older ones.
    void close(ExceptionHandler handler) {
        while (!newestFirst.isEmpty()) {
            AutoCloseable resource = newestFirst.pop();
            try {
                resource.close();
            } catch (VirtualMachineError fatal) {
                throw fatal;
            } catch (Throwable failure) {
                Handle.report(
                        handler,
                        new ExceptionHandler.Context(
                                "a resource of the loop failed to close", failure, resource));
            }
        }
        byType.clear();
    }
}
