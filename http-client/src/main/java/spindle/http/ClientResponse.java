package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.files.AsyncFile;
import spindle.files.AsyncFiles;
import spindle.http.url.Url;
import spindle.http.wire.ResponseHead;
import spindle.net.Protocol;
import spindle.net.TlsDetails;

import java.lang.reflect.Type;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// The response to a request: its head, which is there, and its body, which may still be on its
/// way.
///
/// The body is there to be read once, in one of several ways: whole ([#read()], [#text()],
/// [#json]), which may be repeated, or piece by piece ([#pieces()], [#lines()], [#saveTo]), no
/// faster than it is asked for. Once all of it has arrived the connection goes back to the pool
/// by itself. Closing the response before that drops the connection, since what is left on it
/// belongs to nobody. Close every response, best with try-with-resources.
///
/// Only the loop's thread may use it.
public final class ClientResponse implements AutoCloseable {
    /// How much of a body that nobody wants is read, and for how long, to save the connection.
    private static final int MOST_DISCARDED = 64 * 1024;

    private static final Duration DISCARDING = Duration.ofSeconds(1);

    private static final int LONGEST_LINE = 1024 * 1024;

    // fixed at construction
    private final ClientRequest request;
    private final ResponseHead head;
    private final Exchange exchange;
    private final ResponseBody body;
    private final ClientOptions options;
    private final SocketAddress remoteAddress;

    // changes while running
    private List<ClientResponse> history = List.of();
    private byte @Nullable [] read;
    private boolean discarded;
    private boolean closed;
    private String origin = "";

    ClientResponse(
            ClientRequest request,
            ResponseHead head,
            Exchange exchange,
            ResponseBody body,
            ClientOptions options) {
        this.request = request;
        this.head = head;
        this.exchange = exchange;
        this.body = body;
        this.options = options;
        this.remoteAddress = exchange.connection().transport().remoteAddress();
        exchange.setResponse(this);
    }

    // --- The head ---

    /// Returns the status, such as 200.
    public int status() {
        return head.status();
    }

    /// Returns whether the status says that all went well: 200 to 299.
    public boolean isOk() {
        return head.status() >= 200 && head.status() < 300;
    }

    /// Returns the words after the status, such as `OK`; often empty, and never to be relied
    /// on.
    public String reason() {
        return head.reason();
    }

    /// Returns the header fields.
    public Headers headers() {
        return new Headers(head.fields());
    }

    /// Returns the media type that the server says the body is of, in lower case and without its
    /// parameters, such as `text/html`; nothing if it does not say (RFC 9110 section 8.3).
    public Optional<String> contentType() {
        return headers()
                .first("Content-Type")
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .filter(type -> !type.isEmpty());
    }

    /// Returns the charset that the Content-Type names, or nothing if it names none that is known.
    /// Labels mean what they mean to browsers, as for [#text()], which looks further.
    public Optional<Charset> charset() {
        return Optional.ofNullable(
                ContentCharset.ofContentType(headers().firstOrNull("Content-Type")));
    }

    /// Returns how long the server says the body is, in bytes as they are sent, before any content
    /// coding is undone; for HEAD, how long it would be. Nothing if it does not say, or makes no
    /// sense where no body can follow.
    public OptionalLong contentLength() {
        return headers()
                .first("Content-Length")
                .filter(value -> value.matches("[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /// Returns the version that the server speaks, `HTTP/1.1` or `HTTP/1.0`.
    public String version() {
        return head.version().toString();
    }

    /// Returns the URL that answered: after redirects, the last one.
    public Url url() {
        return request.url();
    }

    /// Returns the request that was answered: after redirects, the last one.
    public ClientRequest request() {
        return request;
    }

    /// Returns the redirects that led here, the first one first. They are closed.
    public List<ClientResponse> history() {
        return history;
    }

    void setHistory(List<ClientResponse> responses) {
        history = List.copyOf(responses);
    }

    /// Returns how long each phase has taken so far; when the body is complete, in all.
    public Timings timings() {
        return exchange.attempt().clock().timings();
    }

    /// Returns who answered: the server, or a proxy before it.
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /// Returns what TLS has agreed on; empty for plain HTTP.
    public Optional<TlsDetails> tls() {
        return exchange.connection().transport().tls();
    }

    /// Returns the links of the header (RFC 8288), with their targets resolved.
    public List<Link> links() {
        return Link.parse(headers().all("Link"), url());
    }

    /// Returns the file name that the server proposes for saving the body (RFC 6266), without any
    /// folders, or nothing if it proposes none.
    public Optional<String> fileName() {
        return ContentDisposition.fileName(
                headers().first("Content-Disposition").orElse(""));
    }

    /// Fails if the status is 400 or more.
    ///
    /// @throws ClientException.Status which knows the status and the header
    public void raiseForStatus() throws ClientException.Status {
        if (status() >= 400) {
            ClientException.Status failure = new ClientException.Status(this);
            failure.of(request.method() + " " + request.url());
            throw failure;
        }
    }

    // --- The body, whole ---

    /// Returns a coroutine that reads the whole body, decompressed. Suspends the calling task
    /// until it is there; cancelling it drops the connection. May be awaited again: the same
    /// bytes come back.
    ///
    /// It fails with a [ClientException] if the body breaks off, in which case
    /// [ClientException#partialBody()] has what came, is longer than
    /// [ResponseLimits#maxBodyBytes()], or takes too long.
    @CheckReturnValue
    public Coroutine<byte[]> read() {
        return () -> {
            byte[] bytes = read;
            if (bytes == null) {
                requireNotDiscarded();
                requireWhole();
                try {
                    bytes = body.readAll();
                } catch (ClientException failure) {
                    throw described(failure);
                }
                read = bytes;
            }
            return bytes;
        };
    }

    private void requireWhole() {
        if (body.isInPieces()) {
            throw new IllegalStateException("the body was read piece by piece, and is"
                    + " not kept: read it whole, or in pieces, but not both");
        }
    }

    private void requireNotDiscarded() {
        if (discarded) {
            throw new IllegalStateException(
                    "the body was discarded: read it before, or don't discard it");
        }
    }

    private ClientException described(ClientException failure) {
        return failure.of(request.method() + " " + request.url());
    }

    /// Returns a coroutine that reads the body as [#read()] does and decodes it: with the charset
    /// of its byte order mark; without one, with that which the Content-Type names; if it names
    /// none that is known, with what [ClientOptions#withCharsetGuess] says; else as UTF-8. Labels
    /// mean what they mean to browsers: `gb2312` is GB18030, `iso-8859-1` is Windows-1252. Bytes
    /// that don't fit are replaced.
    @CheckReturnValue
    public Coroutine<String> text() {
        return () -> {
            byte[] bytes = read().run();
            return ContentCharset.decode(bytes, charset(bytes));
        };
    }

    /// Returns a coroutine that reads the body and decodes it with a charset, whatever the server
    /// says.
    @CheckReturnValue
    public Coroutine<String> text(Charset charset) {
        return () -> ContentCharset.decode(read().run(), charset);
    }

    private Charset charset(byte[] bytes) {
        Charset marked = ContentCharset.ofMark(bytes);
        if (marked != null) {
            return marked;
        }
        Optional<Charset> named = charset();
        if (named.isPresent()) {
            return named.get();
        }
        CharsetGuess guess = options.charsetGuess();
        Charset guessed = guess == null ? null : guess.guess(this, bytes);
        return guessed == null ? StandardCharsets.UTF_8 : guessed;
    }

    /// Returns a coroutine that reads the body and makes an object of its JSON, with Jackson,
    /// whatever the Content-Type says. It fails with a [ClientException.Protocol] that says what
    /// came if that is no JSON, or none for this type.
    ///
    /// @throws IllegalStateException if Jackson (`tools.jackson.core:jackson-databind`) is not
    /// there
    @CheckReturnValue
    public <T> Coroutine<T> json(Class<T> type) {
        return json((Type) type);
    }

    /// Returns a coroutine that does the same for a type that no class stands for, such as
    /// `List<Item>`; the result is what the caller says it is.
    @CheckReturnValue
    @SuppressWarnings("unchecked") // Jackson has made it to the type.
    public <T> Coroutine<T> json(Type type) {
        return () -> (T) readJson(type);
    }

    private Object readJson(Type type) throws Exception {
        byte[] bytes = read().run();
        try {
            return JsonReader.read(bytes, type, this);
        } catch (ClientException unreadable) {
            throw described(unreadable);
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "reading JSON needs Jackson: add"
                            + " tools.jackson.core:jackson-databind to the program",
                    missing);
        }
    }

    // --- The body, piece by piece ---

    /// Returns the body in pieces, decompressed, as they come; each is the caller's, and never
    /// empty. What is not asked for soon stays with the server.
    public AsyncIterator<ByteBuffer> pieces() {
        return () -> () -> Optional.ofNullable(nextPiece());
    }

    private @Nullable ByteBuffer nextPiece() throws Exception {
        requireInPieces();
        try {
            return body.next();
        } catch (ClientException failure) {
            throw described(failure);
        }
    }

    private void requireInPieces() {
        requireNotDiscarded();
        if (read != null) {
            throw new IllegalStateException(
                    "the body was read whole already: use what that returned");
        }
    }

    /// Returns the lines of the body as they come, without their ends; a line is at most a million
    /// characters long. The charset is that of the byte order mark; without one, the
    /// Content-Type's, or UTF-8.
    public AsyncIterator<String> lines() {
        return lines(LONGEST_LINE);
    }

    /// Returns the lines of the body, which may have so many characters.
    public AsyncIterator<String> lines(int longest) {
        Charset named = ContentCharset.ofContentType(headers().firstOrNull("Content-Type"));
        return new TextLines(
                this::nextPiece,
                named == null ? StandardCharsets.UTF_8 : named,
                longest,
                this::described);
    }

    /// Returns a coroutine that writes the body to a file, no faster than the disk takes it; its
    /// result is how many bytes that were. A file that is there already is overwritten. Suspends
    /// the calling task. If it fails or is cancelled, the file has what came by then.
    @CheckReturnValue
    public Coroutine<Long> saveTo(Path path) {
        return () -> {
            requireInPieces(); // Before it costs the file that is there.
            long size = 0;
            try (AsyncFile file = Async.await(AsyncFiles.open(
                    path,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING))) {
                for (ByteBuffer piece : Async.awaitEach(pieces())) {
                    int count = piece.remaining();
                    Async.await(file.write(size, piece));
                    size += count;
                }
            }
            return size;
        };
    }

    /// Returns the fields that came after a body in chunks; none until it is complete.
    public Headers trailers() {
        return new Headers(exchange.trailers());
    }

    // --- The end ---

    /// Returns a coroutine that waits until the body of the request is sent to its end, or will not
    /// be; its result is whether it was. Suspends the calling task; cancelling it changes nothing.
    ///
    /// Most servers answer when they have the whole body: then there is nothing to wait for. One
    /// that answers earlier still gets the rest, but only while the response is open: so wait
    /// before closing it. A server that says no (300 and above) gets no more, nor does one that
    /// has gone away. One that answers where it was to ask for the body
    /// ([ClientRequest#withExpectContinue]) gets nothing of it.
    @CheckReturnValue
    public Coroutine<Boolean> uploadComplete() {
        return exchange::awaitSent;
    }

    /// Has another protocol take the connection over, after a status of 101: see
    /// [ClientRequest#withUpgrade]. It is no longer the pool's; what the server has sent already
    /// comes first.
    ///
    /// @return the protocol, its `connectionMade` called
    /// @throws IllegalStateException if the server has not switched protocols
    /// @throws ClientException if the connection has ended meanwhile
    public <P extends Protocol> P upgrade(P protocol) throws ClientException {
        if (!exchange.isTunnel()) {
            throw new IllegalStateException(
                    "expected a status of 101 (Switching Protocols) but it is " + status());
        }
        return exchange.handOver(protocol);
    }

    /// Returns a coroutine that reads what little is left of a body that nobody wants, so that the
    /// connection can be used again, and closes the response; where it is more than little, or slow
    /// to come, the connection is dropped. Suspends the calling task, for a second at the most.
    @CheckReturnValue
    public Coroutine<@Nullable Void> discard() {
        return () -> {
            discarded = read == null;
            try {
                boolean _ = Async.await(Async.moveOnAfter(DISCARDING, this::skipRest));
            } catch (ClientException broken) {
                return null; // Nobody wanted it anyway.
            } finally {
                close();
            }
            return null;
        };
    }

    private void skipRest() throws Exception {
        int size = 0;
        ByteBuffer piece = exchange.awaitPiece();
        while (piece != null && size <= MOST_DISCARDED) {
            size += piece.remaining();
            piece = exchange.awaitPiece();
        }
    }

    /// Returns the failure of a status, with what little there is of the body, and closes the
    /// response. Suspends the calling task, for a second at the most.
    ClientException.Status statusWithBody() throws Exception {
        ClientException.Status failure = new ClientException.Status(this);
        failure.of(request.method() + " " + request.url());
        BodyBuffer little = new BodyBuffer();
        try {
            boolean _ = Async.await(Async.moveOnAfter(DISCARDING, () -> readLittle(little)));
        } catch (ClientException broken) {
            failure.addSuppressed(broken);
        } finally {
            close();
        }
        failure.setPartialBody(little.toBytes());
        return failure;
    }

    private void readLittle(BodyBuffer little) throws Exception {
        ByteBuffer piece = body.next();
        while (piece != null && little.size() + piece.remaining() <= MOST_DISCARDED) {
            little.append(piece);
            piece = body.next();
        }
    }

    /// Drops the connection if the body has not arrived in full, or the request is still being
    /// sent.
    /// Closing twice does nothing.
    @Override
    public void close() {
        closed = true;
        exchange.closeTunnelIfUnused();
        body.close();
    }

    boolean isClosed() {
        return closed;
    }

    /// Says where it was opened, in debug mode.
    void setOrigin(String where) {
        origin = where;
    }

    String origin() {
        return origin;
    }

    /// Returns a form such as `<ClientResponse 200 OK http://127.0.0.1:5000/>`.
    @Override
    public String toString() {
        return "<ClientResponse " + head.status() + " " + head.reason() + " " + url() + ">";
    }
}
