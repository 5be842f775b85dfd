package spindle.http.wire;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Objects;

/// Turns the bytes that a server sends on one connection into [WireEvent]s, one response
/// after the other.
///
/// It asks for nothing and waits for nothing: whoever has bytes calls [#next] until that says
/// [WireEvent.NeedMore]. It decodes no content, follows no redirect and never guesses: see
/// the rules of this package. Not for use by several threads at once.
///
/// ```
///   IDLE        -> HEAD                           // begin
///   HEAD        -> LENGTH | CHUNKS | UNTIL_CLOSE  // the empty line, and a body is to follow
///   HEAD        -> END                            // the empty line, no body or a tunnel
///   LENGTH      -> END                            // its last byte
///   CHUNKS      -> TRAILERS                       // the last chunk
///   TRAILERS    -> IDLE                           // the empty line
///   UNTIL_CLOSE -> IDLE                           // endOfInput
///   END         -> IDLE
///   any         -> FAILED                         // for good
/// ```
public final class ResponseParser {

    private enum State {
        IDLE,
        HEAD,
        LENGTH,
        CHUNKS,
        TRAILERS,
        UNTIL_CLOSE,
        END,
        FAILED
    }

    // fixed at construction
    private final SectionReader section = new SectionReader();
    private final HeadReader head = new HeadReader(section);
    private final ChunkReader chunks = new ChunkReader();

    // changes while running
    private WireLimits limits = WireLimits.DEFAULT;
    private State state = State.IDLE;
    // of a body with a length
    private long length;
    private long remaining;
    // set exactly when FAILED
    private @Nullable WireException failure;

    /// Expects the next response, within the default limits.
    ///
    /// @throws IllegalStateException if the response before is not complete, or failed
    public void begin(ResponseKind kind) {
        begin(kind, WireLimits.DEFAULT);
    }

    /// Expects the next response.
    ///
    /// @param limits for this response only
    /// @throws IllegalStateException if the response before is not complete, or failed
    public void begin(ResponseKind kind, WireLimits limits) {
        if (state != State.IDLE) {
            throw new IllegalStateException(
                    state == State.FAILED
                            ? "the response before could not be read: close the connection"
                            : "the response before is not complete: read it up to its End");
        }
        this.limits = limits;
        head.begin(kind, limits);
        state = State.HEAD;
    }

    /// Consumes bytes up to the next event.
    ///
    /// After [WireEvent.End] the rest of the input is left as it is, for the caller to judge.
    ///
    /// @param input may be a direct buffer; it is only looked at during this call
    /// @throws WireException if the peer broke HTTP or a limit; every later call throws the
    ///     same again
    /// @throws IllegalStateException if no response is expected
    public WireEvent next(ByteBuffer input) throws WireException {
        try {
            return switch (state) {
                case HEAD -> readHead(input);
                case LENGTH -> readLength(input);
                case CHUNKS -> readChunks(input);
                case TRAILERS -> readTrailers(input);
                case UNTIL_CLOSE -> readUntilClose(input);
                case END -> end(WireEvent.End.WITHOUT_TRAILERS);
                case IDLE -> throw notBegun();
                case FAILED -> throw failure();
            };
        } catch (WireException e) {
            throw fail(e);
        }
    }

    private WireEvent readHead(ByteBuffer input) throws WireException {
        WireEvent event = head.read(input);
        if (event instanceof WireEvent.Head(ResponseHead read)) {
            beginBody(read.framing());
        }
        return event;
    }

    private void beginBody(BodyFraming framing) {
        switch (framing) {
            case BodyFraming.None(), BodyFraming.Tunnel() -> state = State.END;
            case BodyFraming.Length(long bytes) -> {
                length = bytes;
                remaining = bytes;
                state = bytes == 0 ? State.END : State.LENGTH;
            }
            case BodyFraming.Chunked() -> {
                chunks.begin(limits);
                state = State.CHUNKS;
            }
            case BodyFraming.UntilClose() -> state = State.UNTIL_CLOSE;
        }
    }

    private WireEvent readLength(ByteBuffer input) {
        if (!input.hasRemaining()) {
            return WireEvent.NeedMore.INSTANCE;
        }
        WireEvent.Data data = take(input, remaining);
        remaining -= data.bytes().remaining();
        if (remaining == 0) {
            state = State.END;
        }
        return data;
    }

    private WireEvent readChunks(ByteBuffer input) throws WireException {
        if (chunks.remaining() == 0) {
            if (!chunks.readSize(input)) {
                return WireEvent.NeedMore.INSTANCE;
            }
            if (chunks.isLast()) {
                section.beginTrailers();
                state = State.TRAILERS;
                return readTrailers(input);
            }
        }
        if (!input.hasRemaining()) {
            return WireEvent.NeedMore.INSTANCE;
        }
        WireEvent.Data data = take(input, chunks.remaining());
        chunks.taken(data.bytes().remaining());
        return data;
    }

    private WireEvent readTrailers(ByteBuffer input) throws WireException {
        if (!section.readFields(input)) {
            return WireEvent.NeedMore.INSTANCE;
        }
        FieldLines trailers = section.fields();
        return end(
                trailers.count() == 0
                        ? WireEvent.End.WITHOUT_TRAILERS
                        : new WireEvent.End(trailers));
    }

    private static WireEvent readUntilClose(ByteBuffer input) {
        return input.hasRemaining() ? take(input, input.remaining()) : WireEvent.NeedMore.INSTANCE;
    }

    private static WireEvent.Data take(ByteBuffer input, long most) {
        int count = (int) Math.min(input.remaining(), most);
        ByteBuffer bytes = input.slice(input.position(), count);
        input.position(input.position() + count);
        return new WireEvent.Data(bytes);
    }

    private WireEvent.End end(WireEvent.End end) {
        state = State.IDLE;
        return end;
    }

    /// Says that the peer closed its side in good order, so that nothing will follow. A
    /// connection that broke (a reset) is no such end: it leaves a body that goes on until
    /// the close incomplete.
    ///
    /// @throws WireException if the response is not complete without what did not come
    /// @throws IllegalStateException if no response is expected
    public WireEvent.End endOfInput() throws WireException {
        return switch (state) {
            case UNTIL_CLOSE, END -> end(WireEvent.End.WITHOUT_TRAILERS);
            case HEAD -> throw fail(head.endOfInput());
            case LENGTH ->
                throw fail(WireException.truncated("the body ended after " + (length - remaining)
                        + " of " + length + " bytes"));
            case CHUNKS -> throw fail(chunks.endOfInput());
            case TRAILERS ->
                throw fail(WireException.truncated("the trailers ended after " + section.filled()
                        + " bytes, before their empty line"));
            case IDLE -> throw notBegun();
            case FAILED -> throw failure();
        };
    }

    private WireException fail(WireException failure) {
        this.failure = failure;
        state = State.FAILED;
        return failure;
    }

    private WireException failure() {
        return Objects.requireNonNull(failure, "a failed parser knows its failure");
    }

    private static IllegalStateException notBegun() {
        return new IllegalStateException("no response is expected: call begin() first");
    }

    /// Whether a byte of the response that is expected has arrived. Until then, a peer that
    /// closes has not begun to answer.
    public boolean hasStarted() {
        return switch (state) {
            case IDLE -> false;
            case HEAD -> head.hasStarted();
            case FAILED -> failure().kind() != WireException.Kind.DISCONNECTED;
            default -> true;
        };
    }

    /// Whether no response is expected: the one before, if any, was read up to its end.
    public boolean isComplete() {
        return state == State.IDLE;
    }
}
