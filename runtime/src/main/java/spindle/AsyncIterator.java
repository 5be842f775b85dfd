package spindle;

import java.util.Optional;

/// A sequence whose next element may have to be waited for: what Python walks with `async for`.
///
/// ```java
/// for (String line : awaitEach(lines)) {                // each step suspends the calling task
///     …
/// }
/// ```
///
/// Elements are never null. One task at a time may wait for the next one, unless the sequence
/// says otherwise. A wait that is cancelled takes no element away.
///
/// Next: [AwaitedElements].
@FunctionalInterface
public interface AsyncIterator<T> {
    /// Returns a coroutine that waits for the next element; its result is empty at the end of
    /// the sequence, and whenever it is asked again after that.
    @CheckReturnValue
    Coroutine<Optional<T>> next();
}
