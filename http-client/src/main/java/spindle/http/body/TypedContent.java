package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

/// A body under another content type.
record TypedContent(RequestBody body, String contentType) implements Content {
    TypedContent {
        ContentTypes.check(contentType);
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    @CheckReturnValue
    public Coroutine<Content> prepare() {
        return () -> new TypedContent(Async.await(body.prepare()), contentType);
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return body.writeTo(sink);
    }

    @Override
    public void discard() {
        body.discard();
    }

    /// Returns a form such as `<RequestBody typed type='a/b' of=<RequestBody …>>`.
    @Override
    public String toString() {
        return ContentTypes.describe("typed", body, contentType);
    }
}
