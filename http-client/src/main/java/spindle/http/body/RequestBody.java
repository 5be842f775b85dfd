package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

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
        default Replayable withContentType(String contentType) {
            return new ReplayableBody(new TypedContent(this, contentType));
        }

        @Override
        default Replayable withProgress(ProgressListener listener) {
            return new ReplayableBody(new ProgressContent(this, listener));
        }

        @Override
        default Replayable withTrailers(Supplier<Map<String, String>> trailers) {
            return new ReplayableBody(new TrailerContent(this, trailers));
        }
    }

    /// A body that can be written once.
    non-sealed interface OneShot extends RequestBody {
        /// Returns whether nothing of it was asked for yet, so that it may be sent although an
        /// attempt to send it came to nothing before. False if that is not known.
        default boolean isFresh() {
            return false;
        }

        @Override
        default OneShot withContentType(String contentType) {
            return new OneShotBody(new TypedContent(this, contentType));
        }

        @Override
        default OneShot withProgress(ProgressListener listener) {
            return new OneShotBody(new ProgressContent(this, listener));
        }

        @Override
        default OneShot withTrailers(Supplier<Map<String, String>> trailers) {
            return new OneShotBody(new TrailerContent(this, trailers));
        }
    }

    // --- What it is ---

    /// Returns the value of the field `Content-Type`, or null if there is to be none.
    @Nullable
    String contentType();

    /// Returns how many bytes it has, or -1 if that is not known beforehand: then it is sent in
    /// chunks.
    long length();

    // --- Being sent ---

    /// Returns a coroutine that makes the body ready for one attempt; its result is what to ask
    /// for the length and to write in this one, and has the same content. Suspends the calling
    /// task if there is something to look up, such as the length of a file. Nothing is open
    /// afterwards that was not before.
    @CheckReturnValue
    default Coroutine<RequestBody> prepare() {
        return () -> this;
    }

    /// Returns a coroutine that writes the whole body. Suspends the calling task wherever the
    /// peer is slow, and where what it is made of is. However it ends, cancelled too, it leaves
    /// nothing open.
    ///
    /// It fails with what the sink fails with, or with what keeps the body from being what it
    /// said it was: what was sent by then is of no use to the peer.
    @CheckReturnValue
    Coroutine<@Nullable Void> writeTo(BodySink sink);

    /// Returns whether it can be sent now, whatever attempts there were before: always, or as long
    /// as it is [fresh][OneShot#isFresh()].
    default boolean canBeSent() {
        return !(this instanceof OneShot once) || once.isFresh();
    }

    /// Closes what the body was given open and did not come to write, such as an input stream. For
    /// whoever will not write it; after `writeTo`, or for a body that can be written again, it
    /// does nothing. May suspend the calling task.
    default void discard() {}

    // --- Variants ---

    /// Returns this body with another content type.
    ///
    /// @throws IllegalArgumentException if the type may not be sent
    RequestBody withContentType(String contentType);

    /// Returns this body with somebody who is told how far it has been sent.
    RequestBody withProgress(ProgressListener listener);

    /// Returns this body with fields after its last byte, for what is only known then, such as a
    /// checksum. There is room for them in chunks only, so the length is not told any more.
    ///
    /// @param trailers names and values; called on the loop's thread after each attempt's last
    ///     byte. What it throws, or a field that may not be sent there, ends the upload, which
    ///     fails with it.
    RequestBody withTrailers(Supplier<Map<String, String>> trailers);

    // --- Kinds: in memory ---

    /// Returns a body of bytes, which are copied.
    static BytesBody of(byte[] bytes) {
        return of(bytes, ContentTypes.OCTET_STREAM);
    }

    /// Returns a body of bytes, which are copied.
    static BytesBody of(byte[] bytes, String contentType) {
        return new BytesBody("bytes", bytes.clone(), ContentTypes.check(contentType));
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
        byte[] content = StrictText.encode("the text", text, charset);
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
    static BytesBody form(Iterable<? extends Map.Entry<String, String>> fields, Charset charset) {
        return FormEncoding.encode(fields, charset);
    }

    /// Returns a body of JSON that was written already.
    static BytesBody jsonText(String json) {
        byte[] content = StrictText.encode("JSON", json, StandardCharsets.UTF_8);
        return new BytesBody("json", content, ContentTypes.JSON);
    }

    /// Returns a body of JSON of any value, which Jackson 3 writes by its defaults. See
    /// `JsonBody` for others.
    ///
    /// @throws IllegalStateException if Jackson is not there
    /// @throws RuntimeException if it cannot write the value: a `JacksonException`
    static BytesBody json(@Nullable Object value) {
        try {
            return JsonBody.of(value);
        } catch (NoClassDefFoundError missing) {
            if (!String.valueOf(missing.getMessage()).contains("tools/jackson/")) {
                throw missing;
            }
            throw new IllegalStateException(
                    "JSON needs the library tools.jackson.core:jackson-databind, which was not"
                            + " found: add it (and --add-modules tools.jackson.databind, where"
                            + " programs are modules), or give text to jsonText",
                    missing);
        }
    }

    // --- Kinds: from elsewhere ---

    /// Returns a body that is a file, with the content type that its name stands for.
    ///
    /// It is opened off the loop for each attempt, and always closed. How long it is, it finds
    /// out when sending begins; that it changes its length before all is sent is an error.
    static Replayable file(Path path) {
        return file(path, ContentTypes.ofFileName(path.toString()));
    }

    /// Returns a body that is a file of a type which its name does not tell.
    static Replayable file(Path path, String contentType) {
        return FileBody.whole(path, contentType);
    }

    /// Returns a body that is a part of a file, which must be there when it is sent; the rest of
    /// the file may change.
    ///
    /// @param position where in the file the part begins
    /// @param count how many bytes it has
    static Replayable file(Path path, long position, long count) {
        return FileBody.part(path, ContentTypes.ofFileName(path.toString()), position, count);
    }

    /// Returns a body that comes piece by piece while it is sent, in chunks. A piece belongs to
    /// the sink until the next one is asked for. A sequence that is [AutoCloseable] is closed at
    /// the end, however that comes.
    ///
    /// A [spindle.sync.Receiver] or a [spindle.sync.Queue] of buffers is such a sequence.
    static OneShot stream(AsyncIterator<ByteBuffer> pieces) {
        return new OneShotBody(new StreamContent(() -> pieces, StreamContent.UNKNOWN_LENGTH));
    }

    /// Returns a body as [#stream(AsyncIterator)] does, with a length that is known beforehand.
    /// If it turns out to have more bytes or fewer, the upload fails.
    static OneShot stream(AsyncIterator<ByteBuffer> pieces, long length) {
        return new OneShotBody(new StreamContent(() -> pieces, StreamContent.checkLength(length)));
    }

    /// Returns a body as [#stream(AsyncIterator)] does that can be written again.
    ///
    /// @param pieces begins the sequence; called on the loop's thread, once for each attempt
    static Replayable stream(Supplier<? extends AsyncIterator<ByteBuffer>> pieces) {
        return new ReplayableBody(new StreamContent(pieces, StreamContent.UNKNOWN_LENGTH));
    }

    /// Returns a body as [#stream(AsyncIterator, long)] does that can be written again.
    ///
    /// @param pieces begins the sequence; called on the loop's thread, once for each attempt
    static Replayable stream(Supplier<? extends AsyncIterator<ByteBuffer>> pieces, long length) {
        return new ReplayableBody(new StreamContent(pieces, StreamContent.checkLength(length)));
    }

    /// Returns a body that is read from an input stream while it is sent, on another thread, and
    /// sent in chunks. The stream is closed at the end, however that comes; cancelled while a
    /// read is under way, after that.
    static OneShot stream(InputStream input) {
        return stream(new InputPieces(input));
    }

    /// Returns a body as [#stream(InputStream)] does, with a length that is known beforehand. If
    /// it turns out to have more bytes or fewer, the upload fails.
    static OneShot stream(InputStream input, long length) {
        return stream(new InputPieces(input), length);
    }
}
