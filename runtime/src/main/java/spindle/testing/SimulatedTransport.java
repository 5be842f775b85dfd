package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Handle;
import spindle.net.BufferedProtocol;
import spindle.net.Protocol;
import spindle.net.ServerClients;
import spindle.net.Transport;
import spindle.net.TransportCounters;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// A transport on one end of a simulated connection. What a protocol sees of it is what it sees of
/// a real one: the same calls, in the same order, each in the same kind of turn.
///
/// Reading: one read per readiness. Writing: at once if nothing is queued; what the socket does not
/// take is queued and flushed when there is room again. However the connection ends, it ends in one
/// place: [#lose(Exception)] schedules [#finish()], once.
final class SimulatedTransport implements Transport {
    private static final int DEFAULT_HIGH_WATER = 64 * 1024;
    private static final int DEFAULT_LOW_WATER = DEFAULT_HIGH_WATER / 4;

    /// How often what nobody wants to read is read before a close.
    private static final int UNREAD_READS = 4;

    // fixed at construction
    private final SimulatedNetwork network;
    private final EventLoop loop;
    private final SimulatedSocket socket;
    private final @Nullable ServerClients clients;
    private final UnsentBytes queue = new UnsentBytes();

    // changes while running
    private Protocol protocol;
    private long bytesReceived;
    private long bytesSent;
    private long reads;
    private long writes;
    private int highWater = DEFAULT_HIGH_WATER;
    private int lowWater = DEFAULT_LOW_WATER;
    private boolean readingPaused;
    private boolean writingPaused;
    private boolean peerEnded;
    private boolean eofWritten;
    private boolean closing;

    /// True if the connection ends because it was closed and all is sent.
    private boolean inOrder;

    /// True once the end is scheduled: nothing may be read, written or scheduled any more.
    private boolean lost;

    /// What ends the connection in the next turn, once it is lost.
    private @Nullable Handle finishing;

    private @Nullable Exception failure;

    /// Creates a transport.
    ///
    /// @param clients the connections of its server; null for a client's transport
    SimulatedTransport(
            SimulatedNetwork network,
            SimulatedSocket socket,
            Protocol protocol,
            @Nullable ServerClients clients) {
        this.network = network;
        this.loop = network.loop();
        this.socket = socket;
        this.protocol = protocol;
        this.clients = clients;
        socket.setTransport(this);
    }

    /// Introduces the protocol, then starts to read: no data ever comes before
    /// `connectionMade`.
    void start() {
        network.opened(this);
        if (clients != null) {
            clients.opened(this);
        }
        call("connectionMade", () -> protocol.connectionMade(this));
        watchReading();
    }

    // --- Reading ---

    private void watchReading() {
        if (closing || lost || readingPaused || peerEnded) {
            return;
        }
        socket.watchReading(this::readReady);
    }

    private void readReady() {
        if (protocol instanceof BufferedProtocol buffered) {
            call("buffer", () -> readInto(buffered.buffer()));
        } else {
            readInto(network.readBuffer());
        }
    }

    private void readInto(ByteBuffer buffer) {
        if (!buffer.hasRemaining()) {
            throw new IllegalStateException(
                    "expected room to read to but the protocol's buffer is full: " + buffer
                            + "; pause reading until there is some");
        }
        int count;
        try {
            count = socket.read(buffer);
        } catch (IOException failure) {
            lose(failure);
            return;
        }
        if (count > 0) {
            reads++;
            bytesReceived += count;
            tellReceived(buffer, count);
        } else if (count < 0) {
            peerEnded();
        }
    }

    private void tellReceived(ByteBuffer buffer, int count) {
        if (protocol instanceof BufferedProtocol buffered) {
            call("bufferUpdated", () -> buffered.bufferUpdated(count));
        } else {
            buffer.flip();
            call("dataReceived", () -> protocol.dataReceived(buffer));
        }
    }

    @Override
    public void readNow() {
        if (!readingPaused && !peerEnded && !closing && !lost) {
            readReady();
        }
    }

    private void peerEnded() {
        peerEnded = true;
        socket.unwatchReading();
        boolean[] keepOpen = new boolean[1];
        call("eofReceived", () -> keepOpen[0] = protocol.eofReceived());
        if (!keepOpen[0]) {
            close();
        }
    }

    @Override
    public void pauseReading() {
        if (!readingPaused && !closing && !lost) {
            readingPaused = true;
            socket.unwatchReading();
        }
    }

    @Override
    public void resumeReading() {
        if (!readingPaused) {
            return;
        }
        readingPaused = false;
        watchReading();
    }

    // --- Writing ---

    @Override
    public void write(ByteBuffer data) {
        checkEofNotWritten();
        if (closing || lost || !data.hasRemaining()) {
            return;
        }
        try {
            if (queue.isEmpty()) {
                countSent(socket.write(data));
            }
            enqueue(data);
        } catch (IOException failure) {
            lose(failure);
        }
    }

    @Override
    public void writeAll(ByteBuffer... pieces) {
        checkEofNotWritten();
        if (closing || lost) {
            return;
        }
        try {
            if (queue.isEmpty()) {
                countSent(sendAll(pieces));
            }
        } catch (IOException failure) {
            lose(failure);
        }
        for (ByteBuffer piece : pieces) {
            write(piece);
        }
    }

    private long sendAll(ByteBuffer... pieces) throws IOException {
        long sent = 0;
        for (ByteBuffer piece : pieces) {
            sent += socket.write(piece);
            if (piece.hasRemaining()) {
                break;
            }
        }
        return sent;
    }

    private void checkEofNotWritten() {
        if (eofWritten) {
            throw new IllegalStateException("cannot write after writeEof(): " + this);
        }
    }

    private void countSent(long count) {
        writes++;
        bytesSent += count;
    }

    private void enqueue(ByteBuffer data) {
        if (!data.hasRemaining()) {
            return;
        }
        if (queue.isEmpty()) {
            socket.watchWriting(this::writeReady);
        }
        queue.add(data);
        pauseWritingIfHigh();
    }

    private void writeReady() {
        try {
            countSent(queue.flushTo(socket));
            if (queue.isEmpty()) {
                socket.unwatchWriting();
            }
        } catch (IOException failure) {
            lose(failure);
            return;
        }
        resumeWritingIfLow();
        if (queue.isEmpty()) {
            allSent();
        }
    }

    private void allSent() {
        if (closing) {
            endInOrder();
        } else if (eofWritten) {
            socket.endOutput();
        }
    }

    private void pauseWritingIfHigh() {
        if (!writingPaused && queue.size() > highWater) {
            writingPaused = true;
            call("pauseWriting", protocol::pauseWriting);
        }
    }

    private void resumeWritingIfLow() {
        if (writingPaused && queue.size() <= lowWater && !lost) {
            writingPaused = false;
            call("resumeWriting", protocol::resumeWriting);
        }
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        if (low < 0 || high < low) {
            throw new IllegalArgumentException(
                    "expected 0 <= low <= high but high is " + high + " and low is " + low);
        }
        highWater = high;
        lowWater = low;
        pauseWritingIfHigh();
        resumeWritingIfLow();
    }

    @Override
    public long writeBufferSize() {
        return queue.size();
    }

    @Override
    public void writeEof() {
        if (eofWritten || closing || lost) {
            return;
        }
        eofWritten = true;
        if (queue.isEmpty()) {
            socket.endOutput();
        }
    }

    // --- Ending ---

    @Override
    public void close() {
        if (closing || lost) {
            return;
        }
        closing = true;
        socket.unwatchReading();
        if (queue.isEmpty()) {
            endInOrder();
        }
    }

    /// Ends a connection on which all is sent.
    private void endInOrder() {
        inOrder = true;
        lose(null);
    }

    @Override
    public void abort() {
        lose(null);
    }

    @Override
    public boolean isClosing() {
        return closing || lost;
    }

    /// Ends the connection: drops what was not sent and tells the protocol, in the next turn.
    private void lose(@Nullable Exception cause) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        failure = cause;
        queue.clear();
        socket.unwatchReading();
        socket.unwatchWriting();
        finishing = loop.callSoon(this::finish);
    }

    private void finish() {
        network.closed(this);
        if (clients != null) {
            clients.closed(this);
        }
        if (inOrder) {
            discardUnreadInput();
        }
        socket.close();
        report("connectionLost", () -> protocol.connectionLost(failure));
    }

    /// What if the peer has sent something that nobody has read? Then the system answers the
    /// close with a reset, and a reset can destroy at the peer what we sent before. So we read
    /// it first: what is here by now, not what a peer may go on sending for ever.
    private void discardUnreadInput() {
        try {
            for (int i = 0; i < UNREAD_READS && !peerEnded; i++) {
                peerEnded = socket.read(network.readBuffer()) <= 0;
            }
        } catch (IOException _) {
            return; // The peer has reset the connection, which is over in any case.
        }
    }

    /// Ends the connection of a loop that will not run again.
    void closeWithLoop() {
        failure = new IOException("the event loop was closed");
        lost = true;
        if (finishing != null) {
            finishing.cancel();
        }
        finish();
    }

    // --- Calling the protocol ---

    /// Calls a method of the protocol; if it fails, that is reported and the connection lost.
    private void call(String method, Runnable callback) {
        Exception thrown = report(method, callback);
        if (thrown != null) {
            lose(thrown);
        }
    }

    /// Calls a method of the protocol; if it fails, reports that and returns what was thrown.
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
    public TransportCounters counters() {
        return new TransportCounters(bytesReceived, bytesSent, reads, writes);
    }

    @Override
    public SocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    @Override
    public String toString() {
        String state = lost ? "closed" : closing ? "closing" : "open";
        return "<Transport " + state + " " + localAddress() + " -> " + remoteAddress() + " queued="
                + queue.size() + ">";
    }
}
