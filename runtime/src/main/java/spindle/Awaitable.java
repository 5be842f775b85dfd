package spindle;

import org.jspecify.annotations.Nullable;

/// What can be awaited: a [Future], which something else completes, or a [Coroutine], which
/// awaiting runs.
///
/// Next: [Future].
public sealed interface Awaitable<T extends @Nullable Object> permits Future, Coroutine {}
