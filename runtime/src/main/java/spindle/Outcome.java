package spindle;

import org.jspecify.annotations.Nullable;

/// How a future ended. A pending future has none.
///
/// ```java
/// switch (outcome) {
///     case Outcome.Success(var value) -> …
///     case Outcome.Failure(var exception) -> …
///     case Outcome.Cancelled(var reason) -> …
/// }
/// ```
///
/// Next: [UnretrievedFailures].
public sealed interface Outcome<T extends @Nullable Object> {
    /// It has a value.
    ///
    /// @param value the value
    record Success<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /// It failed.
    ///
    /// @param exception what it failed with
    record Failure<T extends @Nullable Object>(Throwable exception) implements Outcome<T> {}

    /// It was cancelled.
    ///
    /// @param reason who asked for it and why, where that is known
    record Cancelled<T extends @Nullable Object>(@Nullable String reason) implements Outcome<T> {}
}
