package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.TimerHandle;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

import javax.net.ssl.SSLException;

/// A transport that encrypts what it is given and passes it on to another one, and the other way
/// round. It begins after the [TlsHandshake].
///
/// ```
/// OPEN -> CLOSING -> CLOSED   // close(): close_notify is sent, and the peer's is waited for
/// OPEN ------------> CLOSED   // abort(), or a failure
/// ```
///
/// However the connection ends, the transport below ends first, and its `connectionLost` ends
/// this one. The watermarks are those of the transport below, which hears at once of what was
/// gathered here if that exceeds them.
final class TlsTransport implements Transport {
    /// What a transport has to begin with.
    private static final int DEFAULT_HIGH_WATER = 64 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final Transport lower;
    private final TlsOptions options;
    private final String peer;
    private final Runnable whenLost;
    private final TlsDetails details;
    private final TlsOutput output;
    private final TlsInput input;

    // changes while running
    private Protocol protocol;
    private boolean lowerPaused;
    private boolean writingPaused;
    private boolean eofWritten;
    private boolean closing;
    private @Nullable TimerHandle shutdownTimer;

    /// True once the transport below was told to end, or has ended: nothing may be read or
    /// written any more.
    private boolean ending;

    /// True if it was told to end once all is sent: writing may still be resumed, by then.
    private boolean endingInOrder;

    private int highWater = DEFAULT_HIGH_WATER;
    private @Nullable Exception failure;

    /// @param peer who the peer is, for messages
    /// @param whenLost called once, before `connectionLost`
    TlsTransport(
            EventLoop loop,
            Transport lower,
            TlsRecords records,
            TlsOptions options,
            String peer,
            Protocol protocol,
            Runnable whenLost) {
        this.loop = loop;
        this.lower = lower;
        this.options = options;
        this.peer = peer;
        this.protocol = protocol;
        this.whenLost = whenLost;
        this.details = TlsDetails.of(records.engine());
        this.output = new TlsOutput(loop, lower, records, this::fail);
        this.input = new TlsInput(loop, this, lower, records, output, details.isTls13());
    }

    /// Introduces the protocol, then starts to read: what came right behind the handshake first.
    ///
    /// @param lowerPaused whether the transport below has asked not to write
    void start(boolean lowerPaused) {
        this.lowerPaused = lowerPaused;
        lower.setProtocol(new Below());
        call("connectionMade", () -> protocol.connectionMade(this));
        tellWritingPaused();
        input.readSoon();
    }

    /// What the transport below calls.
    private final class Below implements Protocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            input.received(data);
        }

        @Override
        public boolean eofReceived() {
            input.lowerEnded();
            return true; // It is ended from here, in every case.
        }

        @Override
        public void pauseWriting() {
            lowerPaused = true;
            tellWritingPaused();
        }

        @Override
        public void resumeWriting() {
            lowerResumed();
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            finish(cause);
        }
    }

    // --- Reading ---

    @Override
    public void readNow() {
        if (!closing) {
            input.readNow();
        }
    }

    @Override
    public void pauseReading() {
        if (!ending) {
            input.pause();
        }
    }

    @Override
    public void resumeReading() {
        input.resume();
    }

    /// The peer has said, within TLS, that it will send no more.
    void peerClosed() {
        if (closing) {
            endInOrder();
            return;
        }
        boolean[] keepOpen = new boolean[1];
        call("eofReceived", () -> keepOpen[0] = protocol.eofReceived());
        if (!keepOpen[0] || !details.isTls13()) {
            close(); // Before TLS 1.3 one side's end is the end of both (RFC 5246, 7.2.1).
        }
    }

    /// The peer has ended the transport below, but not TLS.
    void truncated() {
        if (closing) {
            endInOrder(); // It leaves without a word after our close_notify, as many do.
        } else {
            failure = new TlsTruncationException(peer);
            abort();
        }
    }

    // --- Writing ---

    @Override
    public void write(ByteBuffer data) {
        writeAll(data);
    }

    @Override
    public void writeAll(ByteBuffer... pieces) {
        if (eofWritten) {
            throw new IllegalStateException("cannot write after writeEof(): " + this);
        }
        if (!isClosing()) {
            output.write(pieces);
            flushIfHigh();
            tellWritingPaused();
        }
    }

    /// Has the transport below know of what was gathered here, if it is to ask for a pause.
    private void flushIfHigh() {
        if (output.gatheredBytes() > 0 && writeBufferSize() > highWater) {
            output.flush();
        }
    }

    private void tellWritingPaused() {
        if (lowerPaused && !writingPaused && !output.isEncrypting() && !isClosing()) {
            writingPaused = true;
            call("pauseWriting", protocol::pauseWriting);
        }
    }

    private void lowerResumed() {
        lowerPaused = false;
        input.lowerResumed();
        if (writingPaused && !lowerPaused && (!ending || endingInOrder)) {
            writingPaused = false;
            call("resumeWriting", protocol::resumeWriting);
        }
        if (closing && !lowerPaused) {
            startShutdownTimer();
        }
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        if (isClosing()) {
            return;
        }
        lower.setWriteBufferLimits(high, low); // Checks them.
        highWater = high;
        flushIfHigh();
        tellWritingPaused();
    }

    @Override
    public long writeBufferSize() {
        return lower.writeBufferSize() + output.gatheredBytes();
    }

    @Override
    public boolean canWriteEof() {
        return details.isTls13();
    }

    @Override
    public void writeEof() {
        if (!canWriteEof()) {
            throw new UnsupportedOperationException(
                    "expected TLSv1.3, which can end one direction, but the connection has "
                            + details.session().getProtocol() + ": close it instead");
        }
        if (!eofWritten && !isClosing()) {
            eofWritten = true;
            sendClose();
        }
    }

    private void sendClose() {
        try {
            output.sendClose();
        } catch (SSLException | RuntimeException thrown) {
            fail(thrown);
        }
    }

    // --- Ending ---

    @Override
    public void close() {
        if (isClosing()) {
            return;
        }
        closing = true;
        sendClose();
        if (ending) {
            return;
        }
        if (input.isPeerClosed()) {
            endInOrder();
            return;
        }
        input.discard();
        awaitSent();
    }

    /// The peer's time to answer begins when it can have everything. A transport with a low-water
    /// mark of 0 says when all is sent.
    private void awaitSent() {
        lower.setWriteBufferLimits(0, 0);
        if (!lowerPaused) {
            startShutdownTimer();
        }
    }

    private void startShutdownTimer() {
        if (shutdownTimer == null && !ending) {
            shutdownTimer = loop.callLater(options.shutdownTimeout(), () -> {
                failure = new SocketTimeoutException("TLS shutdown with " + peer
                        + " timed out after " + TlsHandshake.describe(options.shutdownTimeout())
                        + ": it has not answered close_notify");
                abort();
            });
        }
    }

    private void endInOrder() {
        release();
        closing = true;
        endingInOrder = true;
        lower.close();
    }

    /// Ends the connection because of a failure, of which the peer is told.
    void fail(Exception thrown) {
        if (ending) {
            return;
        }
        failure = TlsFailures.ofConnection(peer, options, thrown);
        try {
            output.drop();
            output.sendClose(); // If the engine has an alert to send, that.
        } catch (SSLException | RuntimeException _) {
            // The peer learns less; we know why it failed.
        }
        release();
        closeOrAbort(loop, lower, options.shutdownTimeout());
    }

    /// Closes a transport, but does not wait for ever until what was written is sent.
    static void closeOrAbort(EventLoop loop, Transport transport, Duration limit) {
        if (transport.writeBufferSize() == 0) {
            transport.close();
            return;
        }
        TimerHandle deadline = loop.callLater(limit, transport::abort);
        transport.setProtocol(new Protocol() {
            private final Protocol told = transport.protocol();

            @Override
            public void connectionLost(@Nullable Exception failure) {
                deadline.cancel();
                told.connectionLost(failure);
            }
        });
        transport.close();
    }

    @Override
    public void abort() {
        if (!ending) {
            release();
        }
        endingInOrder = false;
        lower.abort();
    }

    private void release() {
        ending = true;
        output.drop();
        input.drop();
        if (shutdownTimer != null) {
            shutdownTimer.cancel();
            shutdownTimer = null;
        }
    }

    private void finish(@Nullable Exception cause) {
        // While only the peer's close_notify is waited for, nothing is left to be broken.
        boolean endedHere = ending || shutdownTimer != null;
        release();
        if (failure == null && !endedHere) {
            failure = cause;
        }
        whenLost.run();
        report("connectionLost", () -> protocol.connectionLost(failure));
    }

    @Override
    public boolean isClosing() {
        return closing || ending;
    }

    boolean isEnding() {
        return ending;
    }

    boolean isLowerPaused() {
        return lowerPaused;
    }

    // --- Calling the protocol ---

    /// Calls a method of the protocol; if it fails, that is reported and the connection aborted.
    void call(String method, Runnable callback) {
        Exception thrown = report(method, callback);
        if (thrown != null && (!ending || endingInOrder)) {
            failure = thrown;
            abort();
        }
    }

    private @Nullable Exception report(String method, Runnable callback) {
        try {
            callback.run();
            return null;
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable thrown) {
            loop.callExceptionHandler(
                    new ExceptionHandler.Context("protocol." + method + "() failed", thrown, this));
            return thrown instanceof Exception exception ? exception : new IOException(thrown);
        }
    }

    @Override
    public Protocol protocol() {
        return protocol;
    }

    @Override
    public void setProtocol(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public Optional<TlsDetails> tls() {
        return Optional.of(details);
    }

    /// Returns counts of what the application has sent and received, without what TLS adds; reads
    /// and writes are how often it was called and the transport below was.
    @Override
    public TransportCounters counters() {
        return new TransportCounters(
                input.bytesReceived(), output.bytesSent(), input.reads(), output.writes());
    }

    @Override
    public SocketAddress localAddress() {
        return lower.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return lower.remoteAddress();
    }

    @Override
    public String toString() {
        String state = ending ? "closed" : closing ? "closing" : "open";
        return "<TlsTransport " + state + " " + details + " over " + lower + ">";
    }
}
