package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// A body with fields after its last byte. There is room for them in chunks only, so its length
/// is not told even if it is known.
record TrailerContent(RequestBody body, Supplier<Map<String, String>> trailers) implements Content {
    /// What must be known before the body is read (RFC 9110 §6.5.1).
    private static final Set<String> NOT_TRAILERS = Set.of(
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "host",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    @Override
    public @Nullable String contentType() {
        return body.contentType();
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    @CheckReturnValue
    public Coroutine<Content> prepare() {
        return () -> new TrailerContent(Async.await(body.prepare()), trailers);
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            Async.await(body.writeTo(sink));
            Map<String, String> fields = trailers.get();
            fields.forEach(TrailerContent::check);
            fields.forEach(sink::trailer);
            return null;
        };
    }

    private static void check(String name, String value) {
        FieldGrammar.requireToken("the name of a trailer", name);
        FieldGrammar.requireAsciiValue("the value of the trailer " + name, value);
        if (NOT_TRAILERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "the field " + name + " cannot be sent after the body: send it in the head");
        }
    }

    @Override
    public void discard() {
        body.discard();
    }

    /// Returns a form such as `<RequestBody with trailers of=<RequestBody …>>`.
    @Override
    public String toString() {
        return ContentTypes.describe("with trailers", body, null);
    }
}
