package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.ResponseKind;
import spindle.http.wire.ResponseParser;
import spindle.http.wire.WireEvent;
import spindle.http.wire.WireException;
import spindle.net.Protocol;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.util.Objects;

/// One connection to a server: turns what arrives into the events of the [Exchange] that is
/// under way.
///
/// No exchange is under way while the connection is idle. Then a server has nothing to say:
/// whatever it sends, an end of stream included, closes the connection, so that what has
/// arrived by then can never pass for an answer.
final class HttpConnection implements Protocol {
    // fixed at construction
    private final Connector connector;
    private final Origin origin;
    private final ResponseParser parser = new ResponseParser();

    // changes while running
    private Transport transport;
    private @Nullable Exchange exchange;
    private boolean keepAlive;
    private boolean reused;
    private long idleSince;

    HttpConnection(Connector connector, Origin origin) {
        this.connector = connector;
        this.origin = origin;
    }

    Origin origin() {
        return origin;
    }

    /// Returns whether the current exchange is not the first.
    boolean isReused() {
        return reused;
    }

    long idleSince() {
        return idleSince;
    }

    void setIdleSince(long nanos) {
        idleSince = nanos;
        reused = true;
    }

    /// Returns whether an idle connection can carry a request: nothing has arrived on it,
    /// neither bytes that nobody asked for nor its end.
    boolean isStillIdle() {
        transport.readNow();
        return !transport.isClosing();
    }

    // --- Asking ---

    /// Sends a request. Its exchange hears of the response, and when that ends, whichever way,
    /// the connection goes back to the connector by itself.
    void send(byte[] request, Exchange exchange) {
        this.exchange = exchange;
        parser.begin(ResponseKind.ORDINARY);
        transport.write(ByteBuffer.wrap(request));
    }

    void pauseReading() {
        transport.pauseReading();
    }

    void resumeReading() {
        transport.resumeReading();
    }

    // --- Answers ---

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        if (exchange == null) {
            connector.forget(this);
            abort();
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
            case WireEvent.Interim _ -> true;
            case WireEvent.Head(var head) -> {
                keepAlive = head.keepAlive();
                exchange.headReceived(head);
                yield true;
            }
            case WireEvent.Data(var bytes) -> {
                exchange.bodyReceived(bytes);
                yield true;
            }
            case WireEvent.End _ -> {
                // Bytes after the end can only mean that one of us has misread the other: never
                // reuse that.
                finish(keepAlive && !input.hasRemaining() && !transport.isClosing());
                yield false;
            }
        };
    }

    private void finish(boolean usable) {
        Exchange finished = Objects.requireNonNull(exchange, "only an exchange ends");
        exchange = null;
        if (usable) {
            transport.resumeReading();
        }
        connector.release(this, usable);
        finished.ended();
    }

    @Override
    public boolean eofReceived() {
        if (exchange == null) {
            connector.forget(this);
            return false;
        }
        try {
            parser.endOfInput();
            finish(false);
        } catch (WireException failure) {
            fail(failureOf(failure));
        }
        return false;
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        connector.forget(this);
        if (exchange != null) {
            String reason = failure == null
                    ? "the connection was closed"
                    : String.valueOf(failure.getMessage());
            fail(new ClientException.Connection(ClientException.Kind.RESET, reason, failure));
        }
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
    void fail(ClientException failure) {
        Exchange failed = exchange;
        if (failed == null) {
            return;
        }
        exchange = null;
        connector.release(this, false);
        failed.failed(failure);
    }

    /// Returns whether the server has begun to answer.
    boolean hasAnswerStarted() {
        return parser.hasStarted();
    }

    /// Closes the connection at once.
    void abort() {
        transport.abort();
    }

    @Override
    public String toString() {
        return "<HttpConnection " + origin.host() + ":" + origin.port()
                + (exchange == null ? " idle" : "") + ">";
    }
}
