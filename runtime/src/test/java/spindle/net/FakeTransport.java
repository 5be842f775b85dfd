package spindle.net;

import spindle.EventLoop;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// A connection of a [FakeNetwork]: drops what is written, and ends when it is told to.
final class FakeTransport implements Transport {
    private final EventLoop loop = EventLoop.current();
    private final SocketAddress peer;
    private Protocol protocol;
    private boolean closing;

    FakeTransport(Protocol protocol, SocketAddress peer) {
        this.protocol = protocol;
        this.peer = peer;
    }

    @Override
    public void write(ByteBuffer data) {}

    @Override
    public void writeEof() {}

    @Override
    public void close() {
        abort();
    }

    @Override
    public void abort() {
        if (!closing) {
            closing = true;
            loop.callSoon(() -> protocol.connectionLost(null));
        }
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void readNow() {}

    @Override
    public void setWriteBufferLimits(int high, int low) {}

    @Override
    public long writeBufferSize() {
        return 0;
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
        return new TransportCounters(0, 0, 0, 0);
    }

    @Override
    public SocketAddress localAddress() {
        return peer;
    }

    @Override
    public SocketAddress remoteAddress() {
        return peer;
    }
}
