package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Future;
import spindle.http.wire.BodyFraming;
import spindle.http.wire.FieldLines;
import spindle.http.wire.KeepAliveField;
import spindle.http.wire.ResponseHead;
import spindle.http.wire.ResponseKind;
import spindle.http.wire.WireLimits;
import spindle.net.Protocol;
import spindle.net.Transport;
import spindle.sync.Event;

import java.nio.ByteBuffer;
import java.util.Objects;

/// One request and its response, as the caller waits for it.
///
/// ```
/// SENT     -> HEAD       // the head arrived
/// HEAD     -> COMPLETE   // the whole body arrived; unless the request is still being sent, the
///                        // connection has gone back to the pool
/// SENT, HEAD -> FAILED   // the connection broke, time ran out, the caller closed the response
/// ```
///
/// The total is armed from the start to COMPLETE or FAILED. So an exchange that the caller
/// forgets about gives its connection back by then, whatever happens.
final class Exchange {
    /// How much of a body may arrive before anybody asks for it. Then the socket is left alone,
    /// until somebody does.
    private static final int UNREAD_BYTES = 128 * 1024;

    // fixed at construction
    private final Attempt attempt;
    private final HttpConnection connection;
    private final ResponseKind kind;
    private final ExchangeTimer timer;
    private final BodyBuffer body = new BodyBuffer();

    // changes while running
    private @Nullable ResponseHead head;
    private FieldLines trailers = FieldLines.EMPTY;
    private @Nullable Upload upload;
    private boolean closesConnection;

    /// Whether the server has answered without wanting to see the body that it was told of.
    private boolean unwanted;

    /// Present while somebody waits for the request to be sent, or given up.
    private @Nullable Event sendingOver;

    /// Of the body, as it was sent.
    private long bodyBytes;

    /// Whether the whole response has arrived.
    private boolean complete;

    /// Whether the connection is none of our business any more.
    private boolean over;

    /// Whether somebody wants the whole body, however long.
    private boolean collecting;

    private boolean readingPaused;
    private @Nullable Throwable failure;
    private @Nullable ClientResponse response;

    /// What came behind the head of a response that switched protocols.
    private ByteBuffer beyond = ByteBuffer.allocate(0);

    private boolean handedOver;

    /// Present while the caller waits, for the head or for more of the body.
    private @Nullable Future<@Nullable Void> waiter;

    Exchange(Attempt attempt, HttpConnection connection, ResponseKind kind) {
        this.attempt = attempt;
        this.connection = connection;
        this.kind = kind;
        this.timer = new ExchangeTimer(attempt.loop(), this, attempt.deadline());
    }

    // --- The caller's side ---

    /// The request says that the connection ends with its response.
    void setClosesConnection() {
        closesConnection = true;
    }

    /// Sends the request and waits for the head of the response. Suspends the calling task;
    /// cancelling it drops the connection.
    ///
    /// @param request its head
    /// @param upload its body, if it has one
    ResponseHead send(byte[] request, @Nullable Upload upload) throws Exception {
        connection.begin(this, kind, wireLimits());
        timer.begin(attempt.timeout().write(), attempt.clock().enter(Phase.WRITE));
        if (connection.failIfLost()) {
            rethrowFailure();
        } else if (upload == null) {
            connection.transport().write(ByteBuffer.wrap(request));
            requestSent(request.length);
        } else {
            this.upload = upload;
            upload.start(request, this, connection);
        }
        while (head == null) {
            rethrowFailure();
            awaitChange();
        }
        return Objects.requireNonNull(head);
    }

    /// Fast path: nearly all requests have the limits of nearly all others, and need no object of
    /// their own for them (B05_Request, what it allocates).
    private WireLimits wireLimits() {
        return attempt.limits() == ResponseLimits.defaults()
                ? WireLimits.DEFAULT
                : attempt.limits().wire();
    }

    /// Waits for the end of the body and returns it, as it was sent. Suspends the calling task;
    /// cancelling it drops the connection.
    byte[] awaitBody() throws Exception {
        if (complete) {
            requireBodyWithinLimit();
            return body.toBytes();
        }
        requireNobodyWaits();
        collecting = true;
        if (failure == null) {
            failIfBodyBeyondLimit();
            resumeReading();
        }
        while (!complete) {
            awaitProgress();
        }
        return body.toBytes();
    }

    /// Waits until more of the body has arrived and returns all that has, as it was sent, or null
    /// at its end. Suspends the calling task; cancelling it drops the connection.
    @Nullable
    ByteBuffer awaitPiece() throws Exception {
        requireNobodyWaits();
        while (body.size() == 0) {
            if (complete) {
                return null;
            }
            if (failure == null) {
                resumeReading();
            }
            awaitProgress();
        }
        return body.take();
    }

    private void resumeReading() {
        if (readingPaused) {
            readingPaused = false;
            timer.begin(attempt.timeout().betweenBytes(), attempt.loop().time());
            connection.resumeReading();
        }
    }

    /// What there is belongs to whoever waits, even before he has noticed.
    private void requireNobodyWaits() {
        if (waiter != null) {
            throw new IllegalStateException("the response is being read by another task: "
                    + attempt.request().url());
        }
    }

    /// Waits until the state has changed, or throws what the exchange failed with.
    private void awaitProgress() throws Exception {
        if (failure == null) {
            awaitChange();
        }
        rethrowFailure();
    }

    private void awaitChange() throws Exception {
        requireNobodyWaits();
        Future<@Nullable Void> change = attempt.loop().createFuture(this);
        waiter = change;
        try {
            Async.await(change);
        } catch (Throwable cancelled) {
            abandon();
            throw cancelled;
        } finally {
            waiter = null;
        }
    }

    private void rethrowFailure() throws Exception {
        switch (failure) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }

    /// Drops the connection, unless the exchange is over.
    void abandon() {
        if (!over) {
            connection.fail(closedEarly());
        }
    }

    static ClientException closedEarly() {
        return new ClientException.Connection(
                ClientException.Kind.CLOSED,
                "the response was closed before its body was read",
                null);
    }

    /// Drops the connection for a reason, unless the exchange is over.
    void failBecause(Throwable reason) {
        if (!over) {
            connection.fail(reason);
        }
    }

    /// Returns whether the request may be sent again: it went out on a connection that had
    /// served before, and the server closed that without beginning to answer. Most likely it
    /// had decided to before the request came.
    boolean isStaleConnection(ClientException thrown) {
        return connection.isReused()
                && !connection.hasAnswerStarted()
                && (thrown.kind() == ClientException.Kind.DISCONNECTED
                        || thrown.kind() == ClientException.Kind.RESET);
    }

    Attempt attempt() {
        return attempt;
    }

    HttpConnection connection() {
        return connection;
    }

    boolean isComplete() {
        return complete;
    }

    boolean hasHead() {
        return head != null;
    }

    /// Returns what of the body has arrived and nobody has taken.
    byte[] partialBody() {
        return body.toBytes();
    }

    FieldLines trailers() {
        return trailers;
    }

    void setResponse(ClientResponse response) {
        this.response = response;
        if (failure != null) {
            tellFailed(failure); // It came together with the head.
        }
    }

    @Nullable
    ClientResponse responseNobodyReads() {
        return complete || waiter != null ? null : response;
    }

    // --- The request's side ---

    /// The request is with the system, to its last byte.
    void requestSent(long bytes) {
        if (over) {
            return;
        }
        upload = null;
        tellSendingOver();
        if (head == null) {
            timer.begin(attempt.timeout().firstByte(), attempt.clock().enter(Phase.FIRST_BYTE));
        }
        if (!attempt.listeners().isEmpty()) {
            attempt.listeners().tell(() -> new ClientEvent.Sent(attempt.request(), bytes));
        }
        connection.requestSent();
    }

    /// The request ends without the body that it told of, and the connection with it: what the
    /// server was told to expect will not come.
    void leaveBodyOut() {
        unwanted = true;
        closesConnection = true;
    }

    /// Waits until the request was sent to its end, or will not be; returns whether it was.
    /// Suspends the calling task; cancelling it changes nothing.
    boolean awaitSent() throws Exception {
        if (upload != null && !over) {
            if (sendingOver == null) {
                sendingOver = new Event();
            }
            Async.await(sendingOver.waitUntilSet());
        }
        return upload == null && !unwanted;
    }

    private void tellSendingOver() {
        if (sendingOver != null) {
            sendingOver.set();
        }
    }

    /// The peer has taken some of the request: whatever limit is running, it is alive.
    void progressSending() {
        timer.progress();
    }

    boolean isSending() {
        return upload != null;
    }

    /// Returns whether the server may still want the rest of a request that it has answered: an
    /// error or a redirect says that it does not (RFC 9110 section 7.5, RFC 9112 section 9.5).
    boolean mayFinishSending() {
        return head != null && head.status() < 300;
    }

    void writingPaused() {
        if (upload != null) {
            upload.paused();
        }
    }

    void writingResumed() {
        if (upload != null) {
            upload.resumed();
        }
    }

    // --- The connection's side ---

    void interimReceived(int status, FieldLines fields) {
        if (status == 100 && upload != null) {
            upload.goAhead();
        }
        if (!attempt.listeners().isEmpty()) {
            attempt.listeners()
                    .tell(() -> new ClientEvent.Interim(
                            attempt.request(), status, new Headers(fields)));
        }
    }

    void headReceived(ResponseHead received) {
        head = received;
        timer.begin(attempt.timeout().betweenBytes(), attempt.clock().enter(Phase.BODY));
        if (received.fields().indexOf("Keep-Alive", 0) >= 0) {
            connection.setKeepAliveSeconds(
                    KeepAliveField.parse(received.fields()).timeoutSeconds());
        }
        if (upload != null) {
            upload.answered();
        }
        if (!attempt.listeners().isEmpty()) {
            attempt.listeners()
                    .tell(() -> new ClientEvent.Answered(
                            attempt.request(), received.status(), new Headers(received.fields())));
        }
        wakeCaller();
    }

    void bodyReceived(ByteBuffer bytes) {
        bodyBytes += bytes.remaining();
        body.append(bytes);
        timer.progress();
        if (collecting) {
            failIfBodyBeyondLimit();
            return;
        }
        if (body.size() > UNREAD_BYTES) {
            readingPaused = true;
            timer.suspend();
            connection.pauseReading();
        }
        wakeCaller();
    }

    void trailersReceived(FieldLines received) {
        trailers = received;
    }

    private void failIfBodyBeyondLimit() {
        if (body.size() > attempt.limits().maxBodyBytes()) {
            connection.fail(bodyBeyondLimit());
        }
    }

    /// For a body that is complete: its connection may be somebody else's by now.
    private void requireBodyWithinLimit() throws ClientException {
        if (body.size() > attempt.limits().maxBodyBytes()) {
            throw bodyBeyondLimit();
        }
    }

    ClientException bodyBeyondLimit() {
        return new ClientException.Protocol(
                ClientException.Kind.LIMIT,
                "the body is too long: the limit maxBodyBytes is "
                        + attempt.limits().maxBodyBytes(),
                null);
    }

    /// Returns whether the connection may carry another request, as far as this one is concerned.
    boolean allowsReuse() {
        return !closesConnection;
    }

    /// The response is complete, and the rest of the request goes on.
    void responseComplete() {
        complete = true;
        timer.begin(attempt.timeout().write(), attempt.clock().enter(Phase.WRITE));
        wakeCaller();
    }

    void ended() {
        complete = true;
        over = true;
        stop();
        if (!attempt.listeners().isEmpty()) {
            attempt.listeners()
                    .tell(() -> new ClientEvent.Completed(
                            attempt.request(), attempt.clock().timings()));
        }
        wakeCaller();
    }

    void failed(Throwable failure) {
        this.failure = complete ? null : failure;
        over = true;
        stop();
        if (response != null) {
            tellFailed(failure);
        }
        wakeCaller();
    }

    /// Before there is a response, it is the call that fails, and says so.
    private void tellFailed(Throwable reason) {
        if (!attempt.listeners().isEmpty()) {
            attempt.listeners()
                    .tell(() -> new ClientEvent.Failed(
                            attempt.request(),
                            reason instanceof Exception exception ? exception : null));
        }
    }

    private void stop() {
        attempt.clock().end();
        timer.stop();
        if (upload != null) {
            upload.stop();
            tellSendingOver();
        }
    }

    void timeUp(boolean total) {
        Phase phase = attempt.clock().phase();
        ClientTimeout timeout = attempt.timeout();
        connection.fail(
                switch (phase) {
                    case WRITE -> attempt.timeUp(total, timeout.write(), phase.toString());
                    case BODY ->
                        attempt.timeUp(
                                total,
                                timeout.betweenBytes(),
                                phase + " (" + bodyBytes + " bytes have arrived)");
                    default -> attempt.timeUp(total, timeout.firstByte(), phase.toString());
                });
    }

    private void wakeCaller() {
        if (waiter != null && !waiter.isDone()) {
            waiter.setResult(null);
        }
    }

    // --- Another protocol ---

    boolean isTunnel() {
        return head != null && head.framing() instanceof BodyFraming.Tunnel;
    }

    /// The connection is the caller's from now on.
    ///
    /// @param rest what came behind the head
    void tunnelOpened(ByteBuffer rest) {
        beyond = ByteBuffer.allocate(rest.remaining()).put(rest).flip();
        ended();
    }

    /// Returns the transport of a tunnel in which the server has said nothing yet, as it should be
    /// before TLS.
    Transport takeTunnel() throws ClientException {
        if (beyond.hasRemaining()) {
            connection.abort();
            throw new ClientException.Protocol(
                    ClientException.Kind.MALFORMED,
                    "expected silence in the tunnel before TLS begins but found "
                            + beyond.remaining() + " bytes",
                    null);
        }
        return connection.transport();
    }

    /// Hands the connection over to another protocol.
    <P extends Protocol> P handOver(P protocol) throws ClientException {
        Transport transport = connection.transport();
        if (handedOver) {
            throw new IllegalStateException(
                    "the connection was taken over already, by " + transport.protocol());
        }
        if (transport.isClosing()) {
            throw new ClientException.Connection(
                    ClientException.Kind.RESET,
                    "the connection has ended before it was taken over",
                    null);
        }
        handedOver = true;
        connection.takenOver();
        transport.setProtocol(protocol);
        protocol.connectionMade(transport);
        if (beyond.hasRemaining()) {
            protocol.dataReceived(beyond);
        }
        transport.resumeReading();
        return protocol;
    }

    /// A tunnel that nobody has taken over leads nowhere.
    void closeTunnelIfUnused() {
        if (over && isTunnel() && !handedOver) {
            connection.abort();
        }
    }

    @Override
    public String toString() {
        return "<Exchange " + attempt.request() + " "
                + (failure != null
                        ? "failed"
                        : complete ? "complete" : head == null ? "sent" : "head")
                + ">";
    }
}
