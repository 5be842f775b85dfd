package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;

/// What a body is, apart from whether it can be written again: for kinds that can be either,
/// since they are made of others or of what they were given.
///
/// Its methods are those of [RequestBody] with the same names, which are where the contract is.
interface Content {
    @Nullable
    String contentType();

    long length();

    @CheckReturnValue
    Coroutine<@Nullable Void> writeTo(BodySink sink);

    /// Returns a coroutine whose result is this, with whatever one attempt must know beforehand.
    @CheckReturnValue
    default Coroutine<Content> prepare() {
        return () -> this;
    }

    /// Closes what was given to it open. Called at the most once, and never after `writeTo`, and
    /// only if it can be written once.
    default void discard() {}
}
