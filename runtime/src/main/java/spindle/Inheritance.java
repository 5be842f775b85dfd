package spindle;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import java.util.Map;

/// Something that a new task takes over from the code that creates it, besides its
/// [TaskLocal]s, which it always does. A call of `Async.runBlocking` takes it over too.
///
/// Each coroutine has a thread of its own. So what is bound to threads, the logging context
/// (MDC) or a [ScopedValue], is a task's own already, and stays with it across its awaits; but a
/// new task's thread has none of it. `EventLoop.builder().inherit(…)` brings it along.
///
/// Callbacks (`callSoon`, `callLater`, done-callbacks) run on the loop's own thread and inherit
/// nothing but task-locals: a scoped value is bound for the length of a call, and a callback is
/// not within the one that schedules it.
///
/// Next: [BlockingPolicy].
public interface Inheritance {
    /// Returns `coroutine` with whatever it is to take over from the calling thread, now, bound
    /// around it. Called where a task is created.
    @CheckReturnValue
    <T extends @Nullable Object> Coroutine<T> bequeath(Coroutine<T> coroutine);

    /// Passes on the logging context: the task begins with a copy of its creator's.
    static Inheritance mdc() {
        return new OfMdc();
    }

    /// Passes on a scoped value: the task runs with the binding that its creator runs with, if
    /// there is one.
    static Inheritance of(ScopedValue<?> value) {
        return new OfScopedValue<>(value);
    }

    /// See [#mdc()].
    record OfMdc() implements Inheritance {
        @Override
        public <T extends @Nullable Object> Coroutine<T> bequeath(Coroutine<T> coroutine) {
            Map<String, String> inherited = MDC.getCopyOfContextMap();
            return inherited == null || inherited.isEmpty()
                    ? coroutine
                    : () -> runWith(inherited, coroutine);
        }

        /// What a thread that others use too had before is put back.
        private static <T extends @Nullable Object> T runWith(
                Map<String, String> inherited, Coroutine<T> coroutine) throws Exception {
            Map<String, String> before = MDC.getCopyOfContextMap();
            MDC.setContextMap(inherited);
            try {
                return coroutine.run();
            } finally {
                if (before == null) {
                    MDC.clear();
                } else {
                    MDC.setContextMap(before);
                }
            }
        }
    }

    /// See [#of(ScopedValue)].
    ///
    /// @param value the value's key
    record OfScopedValue<V>(ScopedValue<V> value) implements Inheritance {
        @Override
        public <T extends @Nullable Object> Coroutine<T> bequeath(Coroutine<T> coroutine) {
            if (!value.isBound()) {
                return coroutine;
            }
            V inherited = value.get();
            return () -> ScopedValue.where(value, inherited).call(coroutine::run);
        }
    }
}
