package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.Handle;

import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// The receiving half of a [TlsTransport]: decrypts what arrives and gives it to the protocol, as
/// far as it wants it. As long as it wants nothing, nothing is read below.
final class TlsInput {
    // fixed at construction
    private final EventLoop loop;
    private final TlsTransport transport;
    private final Transport lower;
    private final TlsRecords records;
    private final TlsOutput output;
    private final TlsBuffers buffers;
    private final boolean mayHalfClose;

    // changes while running
    private long bytesReceived;
    private long reads;
    private boolean paused;

    /// What was decrypted and not taken: a buffered protocol paused amid a record.
    private @Nullable ByteBuffer decrypted;

    /// True while what arrived is decrypted: never one such call inside another.
    private boolean reading;

    /// True if the engine must send something, and the transport below is full. Otherwise a peer
    /// that asks for answers and reads none would fill our memory.
    private boolean waitsToAnswer;

    private @Nullable Handle resuming;
    private boolean peerClosed;
    private boolean lowerEnded;

    /// True once nobody wants anything any more, but for the peer's end.
    private boolean discarding;

    TlsInput(
            EventLoop loop,
            TlsTransport transport,
            Transport lower,
            TlsRecords records,
            TlsOutput output,
            boolean mayHalfClose) {
        this.loop = loop;
        this.transport = transport;
        this.lower = lower;
        this.records = records;
        this.output = output;
        this.buffers = loop.resource(TlsBuffers.class, _ -> new TlsBuffers());
        this.mayHalfClose = mayHalfClose;
    }

    // --- What the transport below brings ---

    void received(ByteBuffer data) {
        records.receive(data, this::read);
    }

    void lowerEnded() {
        lowerEnded = true;
        read();
    }

    /// Decrypts what is there and gives it to the protocol, as far as it wants it.
    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (wantsInput() && readSome()) {
                // readSome() has delivered something, or answered.
            }
            if (lowerEnded && !peerClosed && wantsInput()) {
                transport.truncated();
            }
        } catch (SSLException | RuntimeException failure) {
            transport.fail(failure);
        } finally {
            reading = false;
        }
        if (!wantsInput() && !transport.isEnding()) {
            lower.pauseReading();
        }
    }

    boolean wantsInput() {
        return !paused && !waitsToAnswer && !transport.isEnding();
    }

    /// Decrypts up to a buffer full; returns false if that is all for now.
    private boolean readSome() throws SSLException {
        if (decrypted != null) {
            ByteBuffer rest = decrypted;
            decrypted = null;
            deliver(rest);
            return true;
        }
        if (peerClosed) {
            records.dropInput();
            return false;
        }
        return switch (decrypt()) {
            case FULL -> true;
            case HANDSHAKE -> answer();
            case CLOSED -> {
                peerClosed();
                yield false;
            }
            case NEEDS_INPUT -> false;
        };
    }

    /// Decrypts and delivers. If a record is bad, those before it are delivered all the same.
    private TlsRecords.Step decrypt() throws SSLException {
        ByteBuffer plain = buffers.take();
        try {
            return records.decrypt(plain);
        } finally {
            try {
                plain.flip();
                if (plain.hasRemaining()) {
                    bytesReceived += plain.remaining();
                    reads++;
                    deliver(plain);
                }
            } finally {
                buffers.giveBack(plain);
            }
        }
    }

    // --- Giving it to the protocol ---

    private void deliver(ByteBuffer plain) {
        while (plain.hasRemaining() && !discarding && !transport.isEnding()) {
            if (paused) {
                decrypted = ByteBuffer.allocate(plain.remaining()).put(plain).flip();
                return;
            }
            if (transport.protocol() instanceof BufferedProtocol buffered) {
                transport.call("buffer", () -> fill(buffered, plain));
            } else {
                transport.call("dataReceived", () -> transport.protocol().dataReceived(plain));
                return;
            }
        }
    }

    private void fill(BufferedProtocol buffered, ByteBuffer plain) {
        ByteBuffer buffer = buffered.buffer();
        int count = Math.min(buffer.remaining(), plain.remaining());
        if (count == 0) {
            throw new IllegalStateException(
                    "expected room to read to but the protocol's buffer is full: " + buffer
                            + "; pause reading until there is some");
        }
        buffer.put(buffer.position(), plain, plain.position(), count);
        buffer.position(buffer.position() + count);
        plain.position(plain.position() + count);
        transport.call("bufferUpdated", () -> buffered.bufferUpdated(count));
    }

    // --- What the peer says to the engine ---

    /// Answers what the peer has asked the engine for, such as new keys.
    private boolean answer() throws SSLException {
        HandshakeStatus status = records.status();
        if (status == HandshakeStatus.NEED_TASK || isRenegotiation(status)) {
            throw new SSLException("the peer asked to renegotiate, which is refused");
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            if (transport.isLowerPaused()) {
                waitsToAnswer = true;
                return false;
            }
            return output.sendOwn() && records.hasInput();
        }
        return records.hasInput();
    }

    /// Before TLS 1.3 an engine that wants to send by itself begins a handshake anew.
    private boolean isRenegotiation(HandshakeStatus status) {
        return status == HandshakeStatus.NEED_WRAP && !mayHalfClose && !discarding;
    }

    private void peerClosed() throws SSLException {
        peerClosed = true;
        records.dropInput();
        output.sendOwn(); // Before TLS 1.3 the engine answers by itself.
        transport.peerClosed();
    }

    boolean isPeerClosed() {
        return peerClosed;
    }

    // --- The levers ---

    void readNow() {
        if (resuming != null) {
            resuming.cancel();
            goOn();
        }
        if (wantsInput()) {
            lower.readNow();
        }
    }

    void pause() {
        if (!paused && !discarding) {
            paused = true;
            if (!reading) {
                lower.pauseReading();
            }
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            readSoon();
        }
    }

    /// The transport below has room again.
    void lowerResumed() {
        if (waitsToAnswer) {
            waitsToAnswer = false;
            try {
                output.sendOwn();
            } catch (SSLException | RuntimeException failure) {
                transport.fail(failure);
            }
            readSoon();
        }
    }

    /// From now on what arrives is dropped, but for the peer's end.
    void discard() {
        discarding = true;
        paused = false;
        decrypted = null;
        readSoon();
    }

    /// Goes on reading, with what was kept first. Not now: the caller may be the protocol.
    void readSoon() {
        if (resuming != null || !wantsInput()) {
            return;
        }
        resuming = loop.callSoon(this::goOn);
    }

    private void goOn() {
        resuming = null;
        read();
        if (wantsInput() && !lowerEnded) {
            lower.resumeReading();
        }
    }

    /// Drops what was not decrypted, for good.
    void drop() {
        decrypted = null;
        records.dropInput();
        if (resuming != null) {
            resuming.cancel();
            resuming = null;
        }
    }

    long bytesReceived() {
        return bytesReceived;
    }

    long reads() {
        return reads;
    }
}
