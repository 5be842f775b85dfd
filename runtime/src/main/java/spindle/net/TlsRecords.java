package spindle.net;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// The records of one TLS connection, as a function of bytes: it knows an [SSLEngine], but no
/// transport and no loop.
///
/// What arrives is decrypted where it lies, in the buffer of the transport below. Only what is
/// left of it afterwards is kept: the beginning of a record, or what the application does not
/// want yet. So a connection on which nothing happens keeps no buffer at all.
final class TlsRecords {
    /// How a step of decrypting ended.
    enum Step {
        /// The next record is not complete.
        NEEDS_INPUT,
        /// The buffer for decrypted bytes has no room for the next record.
        FULL,
        /// The engine wants something else first: see [#status()].
        HANDSHAKE,
        /// The peer has sent `close_notify`.
        CLOSED
    }

    private static final int HEADER_BYTES = 5;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    // fixed at construction
    private final SSLEngine engine;
    private final TlsBuffers buffers;

    // changes while running
    /// What arrived earlier; comes before [#arriving].
    private ByteBuffer kept = EMPTY;

    /// What arrives just now: not ours, valid during a call.
    private ByteBuffer arriving = EMPTY;

    TlsRecords(SSLEngine engine, TlsBuffers buffers) {
        this.engine = engine;
        this.buffers = buffers;
    }

    SSLEngine engine() {
        return engine;
    }

    HandshakeStatus status() {
        return engine.getHandshakeStatus();
    }

    // --- Decrypting ---

    /// Makes bytes available for decrypting while `consumer` runs, and keeps what that leaves.
    void receive(ByteBuffer data, Runnable consumer) {
        if (data.isReadOnly()) {
            keep(data, data.remaining()); // The engine decrypts in place.
        } else {
            arriving = data;
        }
        try {
            consumer.run();
        } finally {
            keep(arriving, arriving.remaining());
            arriving = EMPTY;
        }
    }

    /// Returns whether bytes are there that were not decrypted.
    boolean hasInput() {
        return kept.hasRemaining() || arriving.hasRemaining();
    }

    /// Forgets what was not decrypted.
    void dropInput() {
        kept = EMPTY;
        arriving = EMPTY;
    }

    /// Decrypts as many records as there are and as `plain` has room for.
    Step decrypt(ByteBuffer plain) throws SSLException {
        while (true) {
            ByteBuffer source = nextSource();
            if (!source.hasRemaining()) {
                return Step.NEEDS_INPUT;
            }
            SSLEngineResult result = engine.unwrap(source, plain);
            switch (result.getStatus()) {
                case BUFFER_OVERFLOW -> {
                    return Step.FULL;
                }
                case CLOSED -> {
                    return Step.CLOSED;
                }
                case BUFFER_UNDERFLOW -> {
                    if (source != kept || !arriving.hasRemaining()) {
                        return Step.NEEDS_INPUT;
                    }
                    keep(arriving, arriving.remaining());
                }
                case OK -> {
                    // FINISHED is said once, by the result that ends a handshake.
                    HandshakeStatus status = result.getHandshakeStatus();
                    if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                        return wantsToAct(status) ? Step.HANDSHAKE : Step.NEEDS_INPUT;
                    }
                    if (status != HandshakeStatus.NOT_HANDSHAKING) {
                        return Step.HANDSHAKE;
                    }
                }
            }
        }
    }

    private static boolean wantsToAct(HandshakeStatus status) {
        return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
    }

    /// Returns where the next record begins: what was kept goes first, topped up to a whole
    /// record and no further, so that all that follows is decrypted where it lies.
    private ByteBuffer nextSource() {
        if (!kept.hasRemaining()) {
            return arriving;
        }
        topUp(HEADER_BYTES);
        if (kept.remaining() >= HEADER_BYTES) {
            int length = kept.getShort(kept.position() + 3) & 0xffff;
            topUp(HEADER_BYTES + length);
        }
        return kept;
    }

    private void topUp(int bytes) {
        int missing = bytes - kept.remaining();
        if (missing > 0) {
            keep(arriving, Math.min(missing, arriving.remaining()));
        }
    }

    private void keep(ByteBuffer data, int count) {
        if (count == 0) {
            if (!kept.hasRemaining()) {
                kept = EMPTY;
            }
            return;
        }
        if (kept.capacity() - kept.limit() < count) {
            int room =
                    Math.max(kept.remaining() + count, engine.getSession().getPacketBufferSize());
            kept = ByteBuffer.allocate(room).put(kept).flip();
        }
        int start = kept.limit();
        kept.limit(start + count);
        kept.put(start, data, data.position(), count);
        data.position(data.position() + count);
    }

    // --- Encrypting ---

    /// Encrypts all of `plain`, in as few records as it fits in.
    ///
    /// @param out is given what is to be sent; the buffer is ours again when it returns
    void encrypt(ByteBuffer[] plain, Consumer<ByteBuffer> out) throws SSLException {
        ByteBuffer wire = buffers.take();
        try {
            while (hasRemaining(plain) && wrap(plain, wire, out)) {
                // wrap() has made one record.
            }
            send(wire, out);
        } finally {
            buffers.giveBack(wire);
        }
    }

    /// Makes what the engine itself has to say: parts of the handshake, alerts. Returns whether
    /// there was anything.
    boolean encryptOwn(Consumer<ByteBuffer> out) throws SSLException {
        ByteBuffer wire = buffers.take();
        ByteBuffer[] nothing = {EMPTY};
        boolean any = false;
        try {
            while (status() == HandshakeStatus.NEED_WRAP && wrap(nothing, wire, out)) {
                any = true;
            }
            any |= wire.position() > 0;
            send(wire, out);
        } finally {
            buffers.giveBack(wire);
        }
        return any;
    }

    /// Makes one record; returns whether it did.
    private boolean wrap(ByteBuffer[] plain, ByteBuffer wire, Consumer<ByteBuffer> out)
            throws SSLException {
        SSLEngineResult result = engine.wrap(plain, wire);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW && wire.position() > 0) {
            send(wire, out);
            result = engine.wrap(plain, wire);
        }
        return result.getStatus() == SSLEngineResult.Status.OK
                && (result.bytesConsumed() > 0 || result.bytesProduced() > 0);
    }

    private static void send(ByteBuffer wire, Consumer<ByteBuffer> out) {
        if (wire.position() > 0) {
            out.accept(wire.flip());
            wire.clear();
        }
    }

    private static boolean hasRemaining(ByteBuffer[] plain) {
        for (ByteBuffer piece : plain) {
            if (piece.hasRemaining()) {
                return true;
            }
        }
        return false;
    }
}
