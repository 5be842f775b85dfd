package spindle;

import org.jspecify.annotations.Nullable;

/// A computation that can wait without holding up the loop: the body of an async function.
///
/// A coroutine is a value and does nothing by itself. `Async.await(coroutine)` runs it, inside
/// the current task; `Async.createTask(coroutine)` runs it concurrently. In it, `Async.await`
/// suspends; between two awaits nothing else of the loop runs, so no lock is needed for what
/// only the loop's coroutines share.
///
/// ```java
/// static Coroutine<String> get(ClientSession session, String url) {
///     return () -> {                                    // nothing runs yet
///         try (ClientResponse response = await(session.get(url))) {
///             return await(response.text());
///         }
///     };
/// }
/// ```
///
/// Unlike Python's, a coroutine may be run more than once: each run starts from the top.
///
/// Next: [AsyncIterator].
@FunctionalInterface
public non-sealed interface Coroutine<T extends @Nullable Object> extends Awaitable<T> {
    /// The body. Call it through `await` or `createTask`, which say so if there is no task to
    /// run it in.
    T run() throws Exception;

    /// A coroutine without a value, so that a block lambda needs no `return null`.
    @FunctionalInterface
    interface Action {
        /// The body.
        void run() throws Exception;

        /// Returns this as a coroutine whose value is null.
        @CheckReturnValue
        default Coroutine<@Nullable Void> asCoroutine() {
            return new ActionCoroutine(this);
        }
    }

    /// Returns `coroutine` with a name that tasks and reports show.
    @CheckReturnValue
    static <T extends @Nullable Object> Coroutine<T> named(String name, Coroutine<T> coroutine) {
        return new NamedCoroutine<>(name, coroutine);
    }

    /// The coroutine of an [Action]; a record, so that it shows the action's own class.
    record ActionCoroutine(Action action) implements Coroutine<@Nullable Void> {
        @Override
        public @Nullable Void run() throws Exception {
            action.run();
            return null;
        }

        @Override
        public String toString() {
            return CodeSite.of(action);
        }
    }

    /// A coroutine with a name.
    record NamedCoroutine<T extends @Nullable Object>(String name, Coroutine<T> body)
            implements Coroutine<T> {
        @Override
        public T run() throws Exception {
            return body.run();
        }

        @Override
        public String toString() {
            return name + "()";
        }
    }
}
