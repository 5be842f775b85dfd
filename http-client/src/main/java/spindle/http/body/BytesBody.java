package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;

/// A body that is in memory, whatever its bytes were made of: text, a form, JSON.
///
/// Immutable. Who sends requests may ask for the [#bytes()] and send them together with the head.
public final class BytesBody implements RequestBody.Replayable {
    static final BytesBody EMPTY = new BytesBody("empty", ByteBuffer.allocate(0), null);

    // fixed at construction
    private final String kind;
    private final ByteBuffer content;
    private final @Nullable String contentType;

    /// @param kind what the bytes were made of, in a word
    /// @param content is kept: nobody may change it any more
    BytesBody(String kind, ByteBuffer content, @Nullable String contentType) {
        this.kind = kind;
        this.content = content.asReadOnlyBuffer();
        this.contentType = contentType;
    }

    BytesBody(String kind, byte[] content, @Nullable String contentType) {
        this(kind, ByteBuffer.wrap(content), contentType);
    }

    /// Returns the bytes: a view of its own for each caller, which cannot change them.
    public ByteBuffer bytes() {
        return content.duplicate();
    }

    @Override
    public @Nullable String contentType() {
        return contentType;
    }

    @Override
    public long length() {
        return content.remaining();
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return sink.write(bytes());
    }

    @Override
    public BytesBody withContentType(String contentType) {
        return new BytesBody(kind, content, ContentTypes.check(contentType));
    }

    /// Returns a form such as `<RequestBody text length=12 type='text/plain; charset=UTF-8'>`.
    @Override
    public String toString() {
        return ContentTypes.describe(kind, length(), contentType);
    }
}
