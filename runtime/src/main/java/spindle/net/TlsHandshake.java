package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.TimerHandle;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// The beginning of a TLS connection: the protocol of the transport below until both sides agree.
///
/// ```
/// WAITING -> HANDSHAKING   // connectionMade
/// HANDSHAKING -> AGREED    // reading is paused until a TlsTransport takes over
/// any -> OVER              // it took over; or: a failure, the deadline, abort()
/// ```
///
/// Steps that take the processor long, signatures and the check of certificates, run on a thread
/// of their own; what arrives meanwhile waits.
final class TlsHandshake implements Protocol {
    /// Who hears how it ended: one call of one of the two, on the loop's thread.
    interface Listener {
        void agreed(TlsHandshake handshake);

        void failed(TlsHandshake handshake, IOException failure);
    }

    private enum Phase {
        WAITING,
        HANDSHAKING,
        AGREED,
        OVER
    }

    private static final int HIGH_WATER = 64 * 1024;
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    // fixed at construction
    private final EventLoop loop;
    private final TlsOptions options;
    private final TlsRecords records;
    private final Listener listener;

    // changes while running
    private Phase phase = Phase.WAITING;
    private @Nullable Transport lower;
    private @Nullable TimerHandle deadline;

    /// What runs on another thread; the engine is its own meanwhile.
    private @Nullable Task<?> computing;

    private boolean received;
    private boolean peerEnded;
    private boolean closedHere;

    /// Whether the transport below has asked us not to write.
    private boolean writingPaused;

    private @Nullable IOException lost;

    TlsHandshake(EventLoop loop, TlsOptions options, SSLEngine engine, Listener listener) {
        this.loop = loop;
        this.options = options;
        this.records =
                new TlsRecords(engine, loop.resource(TlsBuffers.class, _ -> new TlsBuffers()));
        this.listener = listener;
    }

    // --- Beginning ---

    /// Begins on a transport that another protocol has used so far.
    void takeOver(Transport transport) {
        transport.setProtocol(this);
        // With a low-water mark of 0 a transport has asked to pause if anything waits at all:
        // so we know, whatever it has told the other protocol.
        transport.setWriteBufferLimits(0, 0);
        writingPaused = transport.writeBufferSize() > 0;
        transport.setWriteBufferLimits(HIGH_WATER, HIGH_WATER / 4);
        transport.resumeReading();
        connectionMade(transport);
    }

    @Override
    public void connectionMade(Transport transport) {
        lower = transport;
        if (phase == Phase.OVER) {
            transport.abort(); // Given up before it began.
            return;
        }
        phase = Phase.HANDSHAKING;
        deadline = loop.callLater(options.handshakeTimeout(), this::expire);
        try {
            records.engine().beginHandshake();
        } catch (SSLException | RuntimeException failure) {
            fail(failure);
            return;
        }
        advance();
    }

    private Transport lower() {
        if (lower == null) {
            throw new IllegalStateException("the transport comes with connectionMade");
        }
        return lower;
    }

    private String peer() {
        String address = Addresses.describe(lower().remoteAddress());
        String host = records.engine().getPeerHost();
        return host == null || address.contains(host) ? address : host + " (" + address + ")";
    }

    // --- Going on ---

    @Override
    public void dataReceived(ByteBuffer data) {
        received = true;
        records.receive(data, this::advance);
    }

    /// Does what the engine asks for, until that is more input, or another thread's work.
    private void advance() {
        try {
            while (phase == Phase.HANDSHAKING && computing == null && step()) {
                // step() has done something.
            }
        } catch (SSLException | RuntimeException failure) {
            fail(failure);
        }
    }

    /// Does one thing; returns false if nothing can be done now.
    private boolean step() throws SSLException {
        switch (records.status()) {
            case NEED_TASK -> compute();
            case NEED_WRAP -> {
                return records.encryptOwn(lower()::write);
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                return readOn();
            }
            case NOT_HANDSHAKING, FINISHED -> agree();
        }
        return true;
    }

    private boolean readOn() throws SSLException {
        TlsRecords.Step step = records.decrypt(NO_DATA);
        if (step == TlsRecords.Step.CLOSED || (step == TlsRecords.Step.NEEDS_INPUT && peerEnded)) {
            fail(new SSLException(
                    received
                            ? "the peer closed the connection amid the handshake"
                            : "the peer closed the connection without an answer"));
            return false;
        }
        if (step == TlsRecords.Step.FULL) {
            throw new SSLException("the peer sent data amid the handshake");
        }
        return step == TlsRecords.Step.HANDSHAKE;
    }

    /// Has another thread do what takes long. Nothing is read meanwhile, so that a peer cannot
    /// fill our memory.
    private void compute() {
        lower().pauseReading();
        Task<?> task = loop.createTask("TLS handshake with " + peer(), Async.runBlocking(() -> {
            Runnable next = records.engine().getDelegatedTask();
            while (next != null) {
                next.run();
                next = records.engine().getDelegatedTask();
            }
            return null;
        }));
        computing = task;
        task.addDoneCallback(this::computed);
    }

    private void computed(Future<?> done) {
        computing = null;
        closedHere = done.isCancelled(); // As all tasks are at the end of a run.
        Throwable failure =
                closedHere ? new IOException("its computation was cancelled") : done.exception();
        if (phase != Phase.HANDSHAKING) {
            return;
        }
        if (failure != null) {
            fail(failure instanceof Exception exception ? exception : new IOException(failure));
            return;
        }
        advance();
        if (phase == Phase.HANDSHAKING && computing == null) {
            lower().resumeReading();
        }
    }

    @Override
    public boolean eofReceived() {
        peerEnded = true;
        advance();
        return phase == Phase.HANDSHAKING;
    }

    @Override
    public void pauseWriting() {
        writingPaused = true; // What a handshake sends is small: it goes on.
    }

    @Override
    public void resumeWriting() {
        writingPaused = false;
    }

    // --- Ending well ---

    private void agree() throws SSLException {
        options.checkPins(records.engine().getSession());
        phase = Phase.AGREED;
        stopTimer();
        lower().pauseReading();
        listener.agreed(this);
    }

    /// Hands the connection over to a transport, which tells `protocol` that it is there.
    ///
    /// @param whenLost called once, when that connection is over
    /// @throws IOException if it was lost after the handshake
    TlsTransport start(Protocol protocol, Runnable whenLost) throws IOException {
        if (lost != null) {
            throw lost;
        }
        phase = Phase.OVER;
        TlsTransport transport =
                new TlsTransport(loop, lower(), records, options, peer(), protocol, whenLost);
        transport.start(writingPaused);
        return transport;
    }

    // --- Ending badly ---

    private void expire() {
        Duration limit = options.handshakeTimeout();
        String found = received ? "it has begun to answer" : "it has not answered";
        end(new SocketTimeoutException("TLS handshake with " + peer() + " timed out after "
                + describe(limit) + ": " + found));
        lower().abort();
    }

    static String describe(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private void fail(Exception failure) {
        if (phase == Phase.OVER) {
            return;
        }
        end(TlsFailures.ofHandshake(peer(), options, failure));
        sayWhy();
        TlsTransport.closeOrAbort(loop, lower(), options.shutdownTimeout());
    }

    /// Sends the alert that the engine has for the peer, if any.
    private void sayWhy() {
        if (computing != null) {
            return;
        }
        try {
            records.engine().closeOutbound();
            records.encryptOwn(lower()::write);
        } catch (SSLException | RuntimeException _) {
            // The peer learns less; we know why it failed.
        }
    }

    /// Gives the handshake up, whatever it is at. The listener is not told.
    void abort() {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        release();
        if (lower != null) {
            lower.abort();
        }
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        if (phase == Phase.OVER) {
            return;
        }
        closedHere = failure == null;
        String why = failure == null ? "the connection was closed" : "" + failure.getMessage();
        IOException named =
                new IOException("TLS handshake with " + peer() + " failed: " + why, failure);
        if (phase == Phase.AGREED) {
            lost = named;
        } else {
            end(named);
        }
    }

    private void end(IOException failure) {
        phase = Phase.OVER;
        release();
        listener.failed(this, failure);
    }

    private void release() {
        stopTimer();
        records.dropInput();
        if (computing != null && loop.isRunning()) {
            computing.cancel();
        }
    }

    private void stopTimer() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    /// Returns whether the peer had a part in its end: it has sent something, and nobody here has
    /// closed the connection.
    boolean peerHadAPart() {
        return received && !closedHere && loop.isRunning();
    }

    @Override
    public String toString() {
        return "<TlsHandshake " + phase + (lower == null ? "" : " with " + peer()) + ">";
    }
}
