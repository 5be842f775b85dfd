package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;
import spindle.TimerHandle;
import spindle.http.wire.ResponseHead;

import java.nio.ByteBuffer;
import java.util.Objects;

/// One request and its response, as the caller waits for it.
///
/// ```
/// SENT     -> HEAD       // the head arrived
/// HEAD     -> COMPLETE   // the whole body arrived; the connection has gone back to the pool
/// SENT, HEAD -> FAILED   // the connection broke, time ran out, the caller closed the response
/// ```
///
/// The deadline is armed from the start to COMPLETE or FAILED. So an exchange that the caller
/// forgets about gives its connection back by then, whatever happens.
final class Exchange {
    /// How much of a body may arrive before anybody asks for it. Then the socket is left alone,
    /// until somebody does.
    private static final int UNREAD_BYTES = 128 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final RequestUrl url;
    private final HttpConnection connection;
    private final int maxBodyBytes;
    private final BodyBuffer body = new BodyBuffer();

    // changes while running
    private @Nullable ResponseHead head;
    private boolean complete;
    private boolean reading;
    private @Nullable ClientException failure;
    private @Nullable TimerHandle deadline;

    /// Present while the caller waits, for the head or for the end.
    private @Nullable Future<@Nullable Void> waiter;

    Exchange(EventLoop loop, RequestUrl url, HttpConnection connection, int maxBodyBytes) {
        this.loop = loop;
        this.url = url;
        this.connection = connection;
        this.maxBodyBytes = maxBodyBytes;
    }

    // --- The caller's side ---

    /// Sends the request and waits for the head of the response. Suspends the calling task;
    /// cancelling it drops the connection.
    ResponseHead send(byte[] request, long deadlineNanos) throws Exception {
        connection.send(request, this);
        deadline = loop.callAt(deadlineNanos, this::timeOut);
        return awaitHead();
    }

    private ResponseHead awaitHead() throws Exception {
        while (head == null) {
            awaitProgress();
        }
        return Objects.requireNonNull(head);
    }

    /// Waits for the end of the body and returns it. Suspends the calling task; cancelling it
    /// drops the connection.
    byte[] awaitBody() throws Exception {
        reading = true;
        if (complete) {
            requireBodyWithinLimit();
        } else if (failure == null) {
            failIfBodyBeyondLimit();
            connection.resumeReading();
        }
        while (!complete) {
            awaitProgress();
        }
        return body.toBytes();
    }

    /// Waits until the state has changed, or throws what the exchange failed with.
    private void awaitProgress() throws Exception {
        if (failure == null) {
            if (waiter != null) {
                throw new IllegalStateException(
                        "the response is being read by another task: " + url);
            }
            Future<@Nullable Void> progress = loop.createFuture();
            waiter = progress;
            try {
                Async.await(progress);
            } catch (Throwable cancelled) {
                abandon();
                throw cancelled;
            } finally {
                waiter = null;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Drops the connection, unless the response is complete.
    void abandon() {
        if (!complete) {
            connection.fail(new ClientException.Connection(
                    ClientException.Kind.CLOSED,
                    "the response was closed before its body was read",
                    null));
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

    // --- The connection's side ---

    void headReceived(ResponseHead head) {
        this.head = head;
        wakeCaller();
    }

    void bodyReceived(ByteBuffer bytes) {
        body.append(bytes);
        if (reading) {
            failIfBodyBeyondLimit();
        } else if (body.size() > UNREAD_BYTES) {
            connection.pauseReading();
        }
    }

    private void failIfBodyBeyondLimit() {
        if (body.size() > maxBodyBytes) {
            connection.fail(bodyBeyondLimit());
        }
    }

    /// For a body that is complete: its connection may be somebody else's by now.
    private void requireBodyWithinLimit() throws ClientException {
        if (body.size() > maxBodyBytes) {
            throw bodyBeyondLimit();
        }
    }

    private ClientException bodyBeyondLimit() {
        return new ClientException.Protocol(
                ClientException.Kind.LIMIT,
                "the body is too long: the limit maxBodyBytes is " + maxBodyBytes,
                null);
    }

    void ended() {
        complete = true;
        cancelDeadline();
        wakeCaller();
    }

    void failed(ClientException failure) {
        this.failure = failure;
        cancelDeadline();
        wakeCaller();
    }

    private void timeOut() {
        String phase = head == null
                ? "waiting for the head of the response"
                : "reading the body (" + body.size() + " bytes have arrived)";
        connection.fail(new ClientException.Timeout("the time was up while " + phase));
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void wakeCaller() {
        if (waiter != null && !waiter.isDone()) {
            waiter.setResult(null);
        }
    }
}
