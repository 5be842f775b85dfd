package spindle;

import org.jspecify.annotations.Nullable;

/// How a future ended. A pending future has none.
///
/// Next: [UnretrievedFailures].
sealed interface Outcome<T extends @Nullable Object> {
    record Success<T extends @Nullable Object>(T value) implements Outcome<T> {}

    record Failure<T extends @Nullable Object>(Throwable exception) implements Outcome<T> {}

    record Cancelled<T extends @Nullable Object>(@Nullable String reason) implements Outcome<T> {}
}
