package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Handle;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/// A transport on a non-blocking socket, TCP or Unix domain.
///
/// Reading: one read per readiness, into the network's shared buffer, so that a fast peer does
/// not starve the others. Writing: at once if nothing is queued, which is nearly always; what
/// the system does not take is queued and flushed, gathered, when there is room again. The
/// watermarks tell the protocol when the queue is long.
///
/// However the connection ends, it ends in one place: [#lose(Exception)] schedules [#finish()],
/// once.
final class SocketTransport implements Transport {
    private static final int DEFAULT_HIGH_WATER = 64 * 1024;
    private static final int DEFAULT_LOW_WATER = DEFAULT_HIGH_WATER / 4;

    /// How often what nobody wants to read is read before a close.
    private static final int UNREAD_READS = 4;

    // fixed at construction
    private final SocketNetwork network;
    private final EventLoop loop;
    private final SocketChannel channel;
    private final @Nullable SocketServer server;
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    private final WriteQueue queue = new WriteQueue();

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

    /// True if the connection ends because the peer takes nothing more.
    private boolean writeFailed;

    SocketTransport(
            SocketNetwork network,
            SocketChannel channel,
            Protocol protocol,
            @Nullable SocketServer server)
            throws IOException {
        this.network = network;
        this.loop = network.loop();
        this.channel = channel;
        this.protocol = protocol;
        this.server = server;
        this.localAddress = channel.getLocalAddress();
        this.remoteAddress = channel.getRemoteAddress();
    }

    /// Introduces the protocol, then starts to read: no data ever comes before
    /// `connectionMade`.
    void start() {
        network.opened(this);
        if (server != null) {
            server.opened(this);
        }
        call("connectionMade", () -> protocol.connectionMade(this));
        watchReading();
    }

    // --- Reading ---

    private void watchReading() {
        if (closing || lost || readingPaused || peerEnded) {
            return;
        }
        try {
            loop.addReader(channel, this::readReady);
        } catch (IOException failure) {
            lose(failure);
        }
    }

    private void readReady() {
        if (protocol instanceof BufferedProtocol buffered) {
            call("buffer", () -> readInto(buffered));
            return;
        }
        ByteBuffer buffer = network.readBuffer();
        int count = read(buffer);
        if (count > 0) {
            buffer.flip();
            call("dataReceived", () -> protocol.dataReceived(buffer));
        }
    }

    private void readInto(BufferedProtocol buffered) {
        ByteBuffer buffer = buffered.buffer();
        if (readingPaused || closing || lost || protocol != buffered) {
            return; // It has changed its mind when it was asked.
        }
        if (!buffer.hasRemaining()) {
            throw new IllegalStateException(
                    "expected room to read to but the protocol's buffer is full: " + buffer
                            + "; pause reading until there is some");
        }
        int count = read(buffer);
        if (count > 0) {
            call("bufferUpdated", () -> buffered.bufferUpdated(count));
        }
    }

    /// Reads once; if that is the end of the connection, or of what the peer sends, sees to it.
    ///
    /// @return how many bytes came, or something that is not positive
    private int read(ByteBuffer buffer) {
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException failure) {
            lose(failure);
            return -1;
        }
        if (count > 0) {
            reads++;
            bytesReceived += count;
        } else if (count < 0) {
            peerEnded();
        }
        return count;
    }

    @Override
    public void readNow() {
        if (!readingPaused && !peerEnded && !closing && !lost) {
            readReady();
        }
    }

    private void peerEnded() {
        peerEnded = true;
        loop.removeReader(channel);
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
            loop.removeReader(channel);
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
        if (closing || lost) {
            return;
        }
        try {
            writeOrQueue(data);
        } catch (IOException failure) {
            loseAfterWrite(failure);
            return;
        }
        pauseWritingIfHigh();
    }

    /// Tells the protocol of a full queue when all pieces are in it: it may close the transport,
    /// and what is written together is not to be torn.
    @Override
    public void writeAll(ByteBuffer... pieces) {
        checkEofNotWritten();
        if (closing || lost) {
            return;
        }
        try {
            if (queue.isEmpty() && WriteQueue.fitInOneCall(pieces)) {
                countSent(channel.write(pieces));
                for (ByteBuffer piece : pieces) {
                    enqueue(piece);
                }
            } else {
                for (ByteBuffer piece : pieces) {
                    writeOrQueue(piece);
                }
            }
        } catch (IOException failure) {
            loseAfterWrite(failure);
            return;
        }
        pauseWritingIfHigh();
    }

    private void writeOrQueue(ByteBuffer data) throws IOException {
        if (queue.isEmpty() && data.hasRemaining()) {
            int offered = data.remaining();
            WriteQueue.writeTo(channel, data);
            countSent(offered - data.remaining());
        }
        enqueue(data);
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

    private void enqueue(ByteBuffer data) throws IOException {
        if (!data.hasRemaining()) {
            return;
        }
        if (queue.isEmpty()) {
            loop.addWriter(channel, this::writeReady);
        }
        queue.add(data);
    }

    private void writeReady() {
        try {
            countSent(queue.flushTo(channel));
            if (queue.isEmpty()) {
                loop.removeWriter(channel);
            }
        } catch (IOException failure) {
            loseAfterWrite(failure);
            return;
        }
        resumeWritingIfLow();
        if (queue.isEmpty()) {
            allSent();
        }
    }

    /// Sends it from the system's own memory of the file, a piece per turn. On a file system that
    /// is slow the loop waits for the disk.
    @Override
    public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
        FileSend.check(position, count);
        return () -> {
            checkEofNotWritten();
            if (closing || lost) {
                throw new SendFileException("the connection is closed", 0, null);
            }
            FileSend sending = new FileSend(loop.createFuture(this), file, position, count);
            boolean wasEmpty = queue.isEmpty();
            queue.addFile(sending);
            try {
                if (wasEmpty) {
                    loop.addWriter(channel, this::writeReady);
                    writeReady();
                }
                return Async.await(sending.end());
            } finally {
                giveUp(sending);
            }
        };
    }

    /// Takes a file back that is not at its end. What if it was all that kept the connection from
    /// closing?
    private void giveUp(FileSend sending) {
        if (queue.removeFile(sending) && queue.isEmpty()) {
            loop.removeWriter(channel);
            allSent();
        }
    }

    private void allSent() {
        if (closing) {
            endInOrder();
        } else if (eofWritten) {
            shutdownOutput();
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
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException failure) {
            lose(failure);
        }
    }

    // --- Ending ---

    @Override
    public void close() {
        if (closing || lost) {
            return;
        }
        closing = true;
        loop.removeReader(channel);
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
        writeFailed = false; // Nobody wants to hear what has arrived.
        lose(null);
    }

    @Override
    public boolean isClosing() {
        return closing || lost;
    }

    private void loseAfterWrite(IOException cause) {
        writeFailed = true;
        lose(cause);
    }

    /// Ends the connection: drops what was not sent and tells the protocol, in the next turn.
    private void lose(@Nullable Exception cause) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        failure = cause;
        queue.clear(cause);
        loop.removeReader(channel);
        loop.removeWriter(channel);
        finishing = loop.callSoon(this::finish);
    }

    private void finish() {
        deliverUnread();
        network.closed(this);
        if (server != null) {
            server.closed(this);
        }
        if (inOrder) {
            discardUnreadInput();
        }
        try {
            channel.close();
        } catch (IOException alsoFailed) {
            failure = failure == null ? alsoFailed : failure;
        }
        report("connectionLost", () -> protocol.connectionLost(failure));
    }

    /// A peer that has had enough says why before it goes: what has arrived is not lost with what
    /// could not be sent.
    private void deliverUnread() {
        long before = -1;
        for (int i = 0; i < UNREAD_READS && writeFailed && !readingPaused && reads != before; i++) {
            before = reads;
            readReady();
        }
    }

    /// What if the peer has sent something that nobody has read? Then the system answers the
    /// close with a reset, and a reset can destroy at the peer what we sent before. So we read
    /// it first: what is here by now, not what a peer may go on sending for ever.
    private void discardUnreadInput() {
        try {
            for (int i = 0; i < UNREAD_READS && !peerEnded; i++) {
                peerEnded = channel.read(network.readBuffer()) <= 0;
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
        return localAddress;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String toString() {
        String state = lost ? "closed" : closing ? "closing" : "open";
        return "<Transport " + state + " " + localAddress + " -> " + remoteAddress + " queued="
                + queue.size() + ">";
    }
}
