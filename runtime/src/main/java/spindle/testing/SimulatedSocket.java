package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.net.SocketOptions;
import spindle.net.Transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// One end of a simulated connection: what a non-blocking socket is to a transport. It behaves as
/// Linux's do, to the words of its failures.
final class SimulatedSocket {
    /// Why a connection is broken.
    enum Break {
        RESET,
        TIMED_OUT
    }

    // fixed at construction
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    private final int sendBuffer;
    private final int receiveBuffer;
    private final Readiness readable;
    private final Readiness writable;

    // set once, when it is connected
    private @Nullable SimulatedConnection connection;
    private @Nullable Wire incoming;
    private @Nullable Wire outgoing;

    // changes while running
    private @Nullable Transport transport;
    private @Nullable Break broken;
    private boolean outputEnded;
    private boolean closed;

    SimulatedSocket(
            EventLoop loop,
            NetworkConditions conditions,
            SocketOptions options,
            SocketAddress localAddress,
            SocketAddress remoteAddress) {
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.sendBuffer = orElse(options.sendBuffer(), conditions.sendBuffer());
        this.receiveBuffer = orElse(options.receiveBuffer(), conditions.receiveBuffer());
        this.readable = new Readiness(loop, this::isReadable);
        this.writable = new Readiness(loop, this::isWritable);
    }

    private static int orElse(int chosen, int usual) {
        return chosen > 0 ? chosen : usual;
    }

    void join(SimulatedConnection connection, Wire incoming, Wire outgoing) {
        this.connection = connection;
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    SocketAddress localAddress() {
        return localAddress;
    }

    SocketAddress remoteAddress() {
        return remoteAddress;
    }

    int sendBuffer() {
        return sendBuffer;
    }

    int receiveBuffer() {
        return receiveBuffer;
    }

    private Wire incoming() {
        return Objects.requireNonNull(incoming, "the socket is connected");
    }

    private Wire outgoing() {
        return Objects.requireNonNull(outgoing, "the socket is connected");
    }

    /// Sets whose socket it is.
    void setTransport(Transport owner) {
        transport = owner;
    }

    @Nullable
    Transport transport() {
        return transport;
    }

    /// Returns whether it is the socket of a transport, or of one that another lies over.
    boolean isUnder(Transport upper) {
        boolean named = localAddress instanceof InetSocketAddress;
        return upper == transport
                || (named
                        && localAddress.equals(upper.localAddress())
                        && remoteAddress.equals(upper.remoteAddress()));
    }

    // --- Readiness ---

    /// Calls `callback` in every turn in which a read would bring something.
    void watchReading(Runnable callback) {
        readable.watch(callback);
    }

    void unwatchReading() {
        readable.unwatch();
    }

    /// Calls `callback` in every turn in which a write would take something.
    void watchWriting(Runnable callback) {
        writable.watch(callback);
    }

    void unwatchWriting() {
        writable.unwatch();
    }

    private boolean isReadable() {
        return !closed
                && (broken != null || incoming().hasArrived() || incoming().isAtEnd());
    }

    private boolean isWritable() {
        return !closed && (broken != null || outgoing().room() > 0);
    }

    /// Called when either may have begun to hold.
    void check() {
        readable.check();
        writable.check();
    }

    // --- Reading and writing ---

    /// Returns how many bytes were read, 0 if there are none now, -1 at the end.
    int read(ByteBuffer target) throws IOException {
        if (incoming().hasArrived()) {
            return incoming().read(target);
        }
        if (broken != null) {
            throw broken == Break.RESET
                    ? new SocketException("Connection reset")
                    : new IOException("Connection timed out");
        }
        return incoming().isAtEnd() ? -1 : 0;
    }

    /// Takes as much of `data` as there is room for, and returns how much.
    int write(ByteBuffer data) throws IOException {
        if (broken != null) {
            throw new IOException(
                    switch (broken) {
                        case RESET ->
                            incoming().isAtEnd() ? "Broken pipe" : "Connection reset by peer";
                        case TIMED_OUT -> "Connection timed out";
                    });
        }
        return outgoing().send(data);
    }

    void endOutput() {
        if (broken == null && !outputEnded) {
            outputEnded = true;
            outgoing().sendEnd();
        }
    }

    // --- Ending ---

    boolean isClosed() {
        return closed;
    }

    /// Ends this end. As with TCP, what was written still goes out, unless something that has
    /// arrived was not read: then the peer gets a reset.
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        readable.unwatch();
        writable.unwatch();
        if (broken == null) {
            if (incoming().hasArrived()) {
                outgoing().dropUnsent();
                answerWithReset();
            } else if (!outputEnded) {
                outgoing().sendEnd();
            }
        }
        Objects.requireNonNull(connection, "the socket is connected").endClosed();
    }

    /// Tells the peer, which has sent something, that nobody is here to read it.
    void answerWithReset() {
        if (broken != Break.RESET) {
            broken = Break.RESET;
            outgoing().sendReset();
        }
    }

    boolean isBroken() {
        return broken != null;
    }

    /// Breaks the connection for this end: what has arrived can still be read.
    void fail(Break reason) {
        if (broken != null) {
            return;
        }
        broken = reason;
        switch (reason) {
            case RESET -> outgoing().dropUnsent();
            case TIMED_OUT -> outgoing().clear();
        }
        check();
    }
}
