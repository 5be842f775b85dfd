package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.Handle;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/// A transport into a pipe, which can be written to and no more: nothing is ever read. Writes
/// at once what the system takes, queues the rest, and tells the protocol by the watermarks, as
/// [SocketTransport] does.
final class PipeTransport implements Transport {
    private static final SocketAddress ADDRESS = new PipeAddress();

    // fixed at construction
    private final EventLoop loop;
    private final Pipe.SinkChannel channel;
    private final WriteQueue queue = new WriteQueue();

    // changes while running
    private Protocol protocol = new Protocol() {};
    private long bytesSent;
    private long writes;
    private int highWater = 64 * 1024;
    private int lowWater = 16 * 1024;
    private boolean writingPaused;
    private boolean closing;

    /// True once the end is scheduled: nothing may be written or scheduled any more.
    private boolean lost;

    private boolean finished;
    private @Nullable Handle finishing;
    private @Nullable Exception failure;

    PipeTransport(EventLoop loop, Pipe.SinkChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        channel.configureBlocking(false);
    }

    /// Returns a writer that this tells how it stands.
    StreamWriter writer(StreamOptions options) {
        StreamWriter writer = new StreamWriter(loop, options, this);
        protocol = new Protocol() {
            @Override
            public void pauseWriting() {
                writer.pause();
            }

            @Override
            public void resumeWriting() {
                writer.resume();
            }

            @Override
            public void connectionLost(@Nullable Exception cause) {
                writer.end(cause);
            }
        };
        return writer;
    }

    // --- Writing ---

    @Override
    public void write(ByteBuffer data) {
        if (closing || lost || !data.hasRemaining()) {
            return;
        }
        try {
            if (queue.isEmpty()) {
                int offered = data.remaining();
                WriteQueue.writeTo(channel, data);
                countSent(offered - data.remaining());
            }
            if (data.hasRemaining()) {
                enqueue(data);
            }
        } catch (IOException broken) {
            lose(broken);
        }
    }

    private void countSent(long count) {
        writes++;
        bytesSent += count;
    }

    private void enqueue(ByteBuffer data) throws IOException {
        if (queue.isEmpty()) {
            loop.addWriter(channel, this::writeReady);
        }
        queue.add(data);
        pauseWritingIfHigh();
    }

    private void writeReady() {
        try {
            countSent(queue.flushTo(channel));
        } catch (IOException broken) {
            lose(broken);
            return;
        }
        if (queue.isEmpty()) {
            loop.removeWriter(channel);
        }
        resumeWritingIfLow();
        if (queue.isEmpty() && closing) {
            lose(null);
        }
    }

    private void pauseWritingIfHigh() {
        if (!writingPaused && queue.size() > highWater) {
            writingPaused = true;
            protocol.pauseWriting();
        }
    }

    private void resumeWritingIfLow() {
        if (writingPaused && queue.size() <= lowWater && !lost) {
            writingPaused = false;
            protocol.resumeWriting();
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

    // --- Ending ---

    /// Closes the pipe once all is sent: it has no other direction to stay open for.
    @Override
    public void writeEof() {
        close();
    }

    @Override
    public void close() {
        if (closing || lost) {
            return;
        }
        closing = true;
        if (queue.isEmpty()) {
            lose(null);
        }
    }

    @Override
    public void abort() {
        lose(null);
    }

    @Override
    public boolean isClosing() {
        return closing || lost;
    }

    private void lose(@Nullable Exception cause) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        failure = cause;
        queue.clear(null);
        loop.removeWriter(channel);
        finishing = loop.callSoon(this::finish);
    }

    /// Closes the pipe before this returns: the loop may not run again.
    void closeNow() {
        if (finished) {
            return;
        }
        lost = true;
        closing = true;
        queue.clear(null);
        loop.removeWriter(channel);
        if (finishing != null) {
            finishing.cancel();
        }
        finish();
    }

    private void finish() {
        finished = true;
        try {
            loop.forgetChannel(channel);
            channel.close();
        } catch (IOException alsoFailed) {
            failure = failure == null ? alsoFailed : failure;
        }
        protocol.connectionLost(failure);
    }

    // --- Reading: there is nothing to read ---

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void readNow() {}

    // --- Asking ---

    @Override
    public Protocol protocol() {
        return protocol;
    }

    @Override
    public void setProtocol(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public SocketAddress localAddress() {
        return ADDRESS;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }

    @Override
    public TransportCounters counters() {
        return new TransportCounters(0, bytesSent, 0, writes);
    }

    @Override
    public String toString() {
        String state = lost ? "closed" : closing ? "closing" : "open";
        return "<PipeTransport " + state + " queued=" + queue.size() + ">";
    }

    /// A pipe has no address.
    private static final class PipeAddress extends SocketAddress {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return "pipe";
        }
    }
}
