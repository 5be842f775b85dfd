package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

/// A body of some content that can be written as often as anybody likes.
record ReplayableBody(Content content) implements RequestBody.Replayable {
    @Override
    public @Nullable String contentType() {
        return content.contentType();
    }

    @Override
    public long length() {
        return content.length();
    }

    @Override
    @CheckReturnValue
    public Coroutine<RequestBody> prepare() {
        return () -> new ReplayableBody(Async.await(content.prepare()));
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return content.writeTo(sink);
    }

    @Override
    public String toString() {
        return content.toString();
    }
}
