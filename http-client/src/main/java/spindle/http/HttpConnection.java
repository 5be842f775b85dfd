package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Task;
import spindle.http.wire.ResponseKind;
import spindle.http.wire.ResponseParser;
import spindle.http.wire.WireEvent;
import spindle.http.wire.WireException;
import spindle.http.wire.WireLimits;
import spindle.net.Protocol;
import spindle.net.TlsTruncationException;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

import javax.net.ssl.SSLException;

/// One connection to a server: turns what arrives into the events of the [Exchange] that is
/// under way.
///
/// ```
/// IDLE     -> BUSY      // begin: a request goes out
/// BUSY     -> IDLE      // the response is complete, and the request was sent to its end
/// BUSY     -> UPLOADING // the response is complete before the request is
/// UPLOADING -> IDLE     // the request was sent to its end after all
/// BUSY     -> TUNNEL    // the server switched protocols: what follows is not HTTP
/// any      -> (closed)  // whatever else happens
/// ```
///
/// No exchange is under way while the connection is idle. Then a server has nothing to say:
/// whatever it sends, an end of stream included, closes the connection, so that what has
/// arrived by then can never pass for an answer.
final class HttpConnection implements Protocol {
    /// How much longer than a server says it keeps an idle connection we assume that it does not.
    private static final long KEEP_ALIVE_MARGIN = Duration.ofSeconds(1).toNanos();

    // fixed at construction
    private final ConnectionOwner owner;
    private final HostPool host;
    private final ResponseParser parser = new ResponseParser();

    // changes while running
    private Transport transport;
    private @Nullable Exchange exchange;
    private boolean keepAlive;

    /// Whether the response is complete and the rest of the request is still being sent.
    private boolean uploading;

    private boolean idle;
    private boolean reused;

    /// What ended the connection while no exchange was under way.
    private @Nullable ClientException lost;
    private long idleUntil = Long.MAX_VALUE;

    /// What the server has announced, or -1.
    private int keepAliveSeconds = -1;

    HttpConnection(ConnectionOwner owner, HostPool host) {
        this.owner = owner;
        this.host = host;
    }

    HostPool host() {
        return host;
    }

    Transport transport() {
        return transport;
    }

    /// Returns whether the connection has been idle before the current exchange.
    boolean isReused() {
        return reused;
    }

    // --- While idle ---

    /// Returns how long the connection may be idle, at most as long as the pool wants.
    long keepAliveNanos(Duration most) {
        long ours = most.toNanos();
        if (keepAliveSeconds < 0) {
            return ours;
        }
        long theirs = Duration.ofSeconds(keepAliveSeconds).toNanos();
        // A request that crosses the server's close on the wire is lost: better not to come so
        // near.
        return Math.min(ours, Math.max(theirs - KEEP_ALIVE_MARGIN, theirs / 2));
    }

    long idleUntil() {
        return idleUntil;
    }

    void setIdle(long until) {
        idle = true;
        idleUntil = until;
        reused = true;
    }

    void setBusy() {
        idle = false;
    }

    /// Returns whether the connection waits in the pool.
    boolean isIdle() {
        return idle;
    }

    /// Returns whether an idle connection can carry a request: nothing has arrived on it,
    /// neither bytes that nobody asked for nor its end.
    boolean isStillIdle() {
        readUnasked();
        return !transport.isClosing();
    }

    /// Takes what has arrived, while no request is out: whatever that is, it ends the connection.
    void readUnasked() {
        transport.readNow();
    }

    // --- Asking ---

    /// Expects the answer to a request, which the exchange sends.
    void begin(Exchange exchange, ResponseKind kind, WireLimits limits) {
        this.exchange = exchange;
        parser.begin(kind, limits);
    }

    /// The body of the request has a task of its own, which is not done yet.
    void uploading(Task<?> upload) {
        owner.uploading(upload);
    }

    /// Fails the exchange that has just begun if the connection is over already: a fresh one may
    /// end before whoever had it made comes to use it. Returns whether it is.
    boolean failIfLost() {
        if (!transport.isClosing()) {
            return false;
        }
        fail(
                lost != null
                        ? lost
                        : new ClientException.Connection(
                                ClientException.Kind.RESET,
                                "the connection ended before the request was sent",
                                null));
        return true;
    }

    void setKeepAliveSeconds(int seconds) {
        keepAliveSeconds = seconds;
    }

    void pauseReading() {
        transport.pauseReading();
    }

    void resumeReading() {
        transport.resumeReading();
    }

    @Override
    public void pauseWriting() {
        if (exchange != null) {
            exchange.writingPaused();
        }
    }

    @Override
    public void resumeWriting() {
        if (exchange != null) {
            exchange.writingResumed();
        }
    }

    // --- Answers ---

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
        owner.opened(this);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        if (exchange == null) {
            lost = new ClientException.Protocol(
                    ClientException.Kind.MALFORMED,
                    "expected the server to wait for a request but it sent " + data.remaining()
                            + " bytes before",
                    null);
            owner.dropIdle(this);
            return;
        }
        if (uploading) {
            end(false); // Behind a complete response there is nothing to say.
            return;
        }
        try {
            boolean more = true;
            while (more && exchange != null) {
                more = advance(exchange, data);
            }
        } catch (WireException failure) {
            fail(failureOf(failure));
        }
    }

    /// Takes one event out of the input; returns whether there may be another.
    private boolean advance(Exchange exchange, ByteBuffer input) throws WireException {
        return switch (parser.next(input)) {
            case WireEvent.NeedMore _ -> false;
            case WireEvent.Interim(int status, var fields) -> {
                exchange.interimReceived(status, fields);
                yield true;
            }
            case WireEvent.Head(var head) -> {
                keepAlive = head.keepAlive();
                exchange.headReceived(head);
                yield true;
            }
            case WireEvent.Data(var bytes) -> {
                exchange.bodyReceived(bytes);
                yield true;
            }
            case WireEvent.End(var trailers) -> {
                exchange.trailersReceived(trailers);
                // Bytes after the end can only mean that one of us has misread the other: never
                // reuse that.
                responseEnded(input);
                yield false;
            }
        };
    }

    private void responseEnded(ByteBuffer input) {
        Exchange ended = Objects.requireNonNull(exchange, "only an exchange ends");
        if (ended.isTunnel()) {
            exchange = null;
            transport.pauseReading();
            ended.tunnelOpened(input);
            owner.detach(this);
            return;
        }
        boolean usable =
                keepAlive && ended.allowsReuse() && !input.hasRemaining() && !transport.isClosing();
        if (usable && ended.isSending() && ended.mayFinishSending()) {
            uploading = true;
            transport.resumeReading();
            ended.responseComplete();
        } else {
            end(usable && !ended.isSending());
        }
    }

    /// Ends the exchange that is under way: its response is complete.
    private void end(boolean usable) {
        Exchange ended = Objects.requireNonNull(exchange, "only an exchange ends");
        exchange = null;
        uploading = false;
        if (usable) {
            transport.resumeReading();
        }
        owner.release(this, usable);
        ended.ended();
    }

    /// The request was sent to its end; or there is no more to send, since its server has answered
    /// without wanting to see the body that it was told of.
    void requestSent() {
        if (uploading) {
            end(Objects.requireNonNull(exchange, "an upload is somebody's").allowsReuse());
        }
    }

    @Override
    public boolean eofReceived() {
        if (exchange == null) {
            lost = new ClientException.Connection(
                    ClientException.Kind.DISCONNECTED,
                    "the server closed the connection before the request was sent",
                    null);
            owner.dropIdle(this);
            return false;
        }
        if (uploading) {
            end(false);
            return false;
        }
        try {
            parser.endOfInput();
            end(false);
        } catch (WireException failure) {
            fail(failureOf(failure));
        }
        return false;
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        owner.lost(this);
        if (exchange != null && uploading) {
            end(false);
        } else if (exchange != null) {
            fail(lostBecause(failure));
        } else if (lost == null) {
            lost = lostBecause(failure);
        }
    }

    private ClientException lostBecause(@Nullable Exception failure) {
        String reason = failure == null
                ? "the connection was closed"
                : String.valueOf(failure.getMessage());
        return switch (failure) {
            // With TLS 1.3 it is only now that a server says what it misses in our handshake.
            case SSLException refused ->
                new ClientException.Connection(ClientException.Kind.TLS, reason, refused);
            case TlsTruncationException cut
            when parser.hasStarted() ->
                new ClientException.Protocol(ClientException.Kind.TRUNCATED, reason, cut);
            case TlsTruncationException cut ->
                new ClientException.Connection(ClientException.Kind.DISCONNECTED, reason, cut);
            case null, default ->
                new ClientException.Connection(ClientException.Kind.RESET, reason, failure);
        };
    }

    private static ClientException failureOf(WireException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.kind()) {
            case MALFORMED ->
                new ClientException.Protocol(ClientException.Kind.MALFORMED, message, failure);
            case LIMIT ->
                new ClientException.Protocol(ClientException.Kind.LIMIT, message, failure);
            case TRUNCATED ->
                new ClientException.Protocol(ClientException.Kind.TRUNCATED, message, failure);
            case DISCONNECTED ->
                new ClientException.Connection(ClientException.Kind.DISCONNECTED, message, failure);
        };
    }

    // --- Ending early ---

    /// Ends the exchange that is under way, if there is one, with a failure, and the connection
    /// with it.
    void fail(Throwable failure) {
        Exchange failed = exchange;
        if (failed == null) {
            return;
        }
        exchange = null;
        uploading = false;
        owner.release(this, false);
        failed.failed(failure);
    }

    /// Another protocol has the transport from now on.
    void takenOver() {
        owner.forget(this);
    }

    /// Returns whether the server has begun to answer.
    boolean hasAnswerStarted() {
        return parser.hasStarted();
    }

    /// Returns the response that has its head, and nobody waiting for its body; null if there is
    /// none.
    @Nullable
    ClientResponse responseNobodyReads() {
        return exchange == null ? null : exchange.responseNobodyReads();
    }

    /// Closes an idle connection in good order: where it is TLS, that takes a moment.
    void close() {
        transport.close();
    }

    /// Closes the connection at once.
    void abort() {
        transport.abort();
    }

    @Override
    public String toString() {
        return "<HttpConnection " + host.route + (exchange == null ? " idle" : "") + ">";
    }
}
