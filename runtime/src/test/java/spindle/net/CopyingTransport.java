package spindle.net;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// A transport over another one that has no way of its own to send a file.
record CopyingTransport(Transport inner) implements Transport {
    @Override
    public void write(ByteBuffer data) {
        inner.write(data);
    }

    @Override
    public void writeEof() {
        inner.writeEof();
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void abort() {
        inner.abort();
    }

    @Override
    public boolean isClosing() {
        return inner.isClosing();
    }

    @Override
    public void pauseReading() {
        inner.pauseReading();
    }

    @Override
    public void resumeReading() {
        inner.resumeReading();
    }

    @Override
    public void readNow() {
        inner.readNow();
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        inner.setWriteBufferLimits(high, low);
    }

    @Override
    public long writeBufferSize() {
        return inner.writeBufferSize();
    }

    @Override
    public Protocol protocol() {
        return inner.protocol();
    }

    @Override
    public void setProtocol(Protocol protocol) {
        inner.setProtocol(protocol);
    }

    @Override
    public SocketAddress localAddress() {
        return inner.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public TransportCounters counters() {
        return inner.counters();
    }
}
