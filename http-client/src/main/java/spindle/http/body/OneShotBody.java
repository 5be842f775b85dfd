package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.util.concurrent.atomic.AtomicBoolean;

/// A body of some content that can be written once.
///
/// ```
/// FRESH -> USED   // by writeTo, which closes whatever is open, or by discard
/// ```
final class OneShotBody implements RequestBody.OneShot {
    // fixed at construction
    private final Content content;

    /// Shared with what `prepare` makes of this: it is the same body.
    private final AtomicBoolean used;

    OneShotBody(Content content) {
        this(content, new AtomicBoolean());
    }

    private OneShotBody(Content content, AtomicBoolean used) {
        this.content = content;
        this.used = used;
    }

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
        return () -> new OneShotBody(Async.await(content.prepare()), used);
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("expected a body that was not used yet but "
                        + content + " was written or discarded before: make one for each request,"
                        + " or make it of something that can be read again");
            }
            return Async.await(content.writeTo(sink));
        };
    }

    @Override
    public boolean isFresh() {
        return !used.get();
    }

    @Override
    public void discard() {
        if (used.compareAndSet(false, true)) {
            content.discard();
        }
    }

    @Override
    public String toString() {
        return content.toString();
    }
}
