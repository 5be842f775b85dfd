package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a request sends after its head.
///
/// ```java
/// await(session.post(url, RequestBody.text("hello")));
/// await(session.post(url, RequestBody.form(Map.of("q", "event loops"))));
/// ```
///
/// A body is either [Replayable] or [OneShot]: only the first can follow a redirect or be sent
/// again on another connection. Who sends it asks for `prepare()`, takes what that gives, and
/// from it the length, the content type and `writeTo`, once for each attempt.
///
/// Any thread may make one; only tasks write it.
public sealed interface RequestBody permits RequestBody.Replayable, RequestBody.OneShot {
    /// A body that can be written again from its beginning, at the same time even.
    non-sealed interface Replayable extends RequestBody {
        @Override
        Replayable withContentType(String contentType);
    }

    /// A body that can be written once.
    non-sealed interface OneShot extends RequestBody {
        @Override
        OneShot withContentType(String contentType);
    }

    // --- What it is ---

    /// Returns the value of the field `Content-Type`, or null if there is to be none.
    @Nullable
    String contentType();

    /// Returns how many bytes it has, or -1 if that is not known beforehand: then it is sent in
    /// chunks.
    long length();

    // --- Being sent ---

    /// Returns a coroutine that writes the whole body. Suspends the calling task wherever the
    /// peer is slow, and where what it is made of is. However it ends, cancelled too, it leaves
    /// nothing open.
    ///
    /// It fails with what the sink fails with, or with what keeps the body from being what it
    /// said it was: what was sent by then is of no use to the peer.
    @CheckReturnValue
    Coroutine<@Nullable Void> writeTo(BodySink sink);

    /// Returns this body with another content type.
    ///
    /// @throws IllegalArgumentException if the type may not be sent
    RequestBody withContentType(String contentType);

    // --- Kinds ---

    /// Returns a body of bytes, which are copied.
    static BytesBody of(byte[] bytes) {
        return of(bytes, ContentTypes.OCTET_STREAM);
    }

    /// Returns a body of bytes, which are copied.
    static BytesBody of(byte[] bytes, String contentType) {
        ByteBuffer copy = ByteBuffer.wrap(bytes.clone());
        return new BytesBody("bytes", copy, ContentTypes.check(contentType));
    }

    /// Returns a body of what remains in a buffer. It is not copied, so nobody may change it
    /// before the request is over.
    static BytesBody of(ByteBuffer bytes, String contentType) {
        return new BytesBody("bytes", bytes.slice(), ContentTypes.check(contentType));
    }

    /// Returns a body without bytes and without a content type.
    static BytesBody empty() {
        return BytesBody.EMPTY;
    }

    /// Returns a body of text, in UTF-8.
    static BytesBody text(String text) {
        return text(text, StandardCharsets.UTF_8);
    }

    /// Returns a body of text.
    ///
    /// @throws IllegalArgumentException if the charset lacks one of its characters
    static BytesBody text(String text, Charset charset) {
        return text(text, charset, ContentTypes.TEXT);
    }

    /// Returns a body of text that is something more special than `text/plain`.
    ///
    /// @param mediaType without a charset, which is added
    /// @throws IllegalArgumentException if the charset lacks one of the characters
    static BytesBody text(String text, Charset charset, String mediaType) {
        ContentTypes.check(mediaType);
        ByteBuffer content = StrictText.encode("the text", text, charset);
        return new BytesBody("text", content, ContentTypes.withCharset(mediaType, charset));
    }

    /// Returns a form, in the order of the map, as pages send it: in UTF-8.
    static BytesBody form(Map<String, String> fields) {
        return form(fields.entrySet());
    }

    /// Returns a form in which names may occur more than once, in UTF-8.
    static BytesBody form(Iterable<? extends Map.Entry<String, String>> fields) {
        return form(fields, StandardCharsets.UTF_8);
    }

    /// Returns a form for a server that expects another charset, which the content type then
    /// says.
    ///
    /// @throws IllegalArgumentException if the charset lacks one of the characters
    static BytesBody form(
            Iterable<? extends Map.Entry<String, String>> fields, Charset charset) {
        return FormEncoding.encode(fields, charset);
    }

    /// Returns a body of JSON that was written already.
    static BytesBody jsonText(String json) {
        ByteBuffer content = StrictText.encode("JSON", json, StandardCharsets.UTF_8);
        return new BytesBody("json", content, ContentTypes.JSON);
    }
}
