package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.net.BufferedProtocol;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;
import spindle.net.TransportCounters;
import spindle.testing.SimulatedNetwork;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/// A simulated network as a client sees it that fails in one of its operations, which are counted:
/// connects, reads and writes.
final class FaultyNetwork implements Network {
    /// What happens in the operation that fails.
    enum Fault {
        /// Connects are refused, connections reset.
        BREAK,
        /// Nothing gets through any more, and nobody is told.
        SILENCE
    }

    // fixed at construction
    private final SimulatedNetwork network;
    private final Fault fault;

    // changes while running
    /// Until the one that fails, itself included.
    private int operationsLeft;

    /// @param failing which operation fails, counted from 1
    FaultyNetwork(SimulatedNetwork network, Fault fault, int failing) {
        this.network = network;
        this.fault = fault;
        this.operationsLeft = failing;
    }

    /// Fails nothing any more; returns whether the operation that was to fail did so.
    boolean stop() {
        boolean failed = operationsLeft <= 0;
        operationsLeft = 0;
        return failed;
    }

    private boolean isDue() {
        return --operationsLeft == 0;
    }

    /// Breaks a connection if it is its turn; returns whether it was.
    private boolean strike(Transport transport) {
        if (!isDue()) {
            return false;
        }
        switch (fault) {
            case BREAK -> network.connection(transport).reset();
            case SILENCE -> network.connection(transport).cut();
        }
        return true;
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return () -> {
            if (isDue()) {
                refuse(address);
            }
            // The supplier of a protocol is asked once there is a connection.
            @SuppressWarnings("unchecked")
            P[] made = (P[]) new Protocol[1];
            Protocol unused = network.connect(address, options, () -> {
                        made[0] = protocols.get();
                        return wrap(made[0]);
                    })
                    .run();
            assert unused != null : "a connection has a protocol";
            return made[0];
        };
    }

    private void refuse(SocketAddress address) throws ConnectException {
        switch (fault) {
            case BREAK -> throw new ConnectException("Connection refused");
            case SILENCE -> network.ignoreConnects(address);
        }
    }

    private Protocol wrap(Protocol protocol) {
        return protocol instanceof BufferedProtocol buffered
                ? new FaultyBuffered(buffered)
                : new FaultyProtocol(protocol);
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        return network.listen(addresses, options, protocols);
    }

    /// Counts reads.
    private class FaultyProtocol implements Protocol {
        private final Protocol inner;
        private @Nullable FaultyTransport transport;

        FaultyProtocol(Protocol inner) {
            this.inner = inner;
        }

        FaultyProtocol on(FaultyTransport known) {
            transport = known;
            return this;
        }

        final boolean strikesRead() {
            return transport != null && strike(transport.inner);
        }

        @Override
        public void connectionMade(Transport made) {
            transport = new FaultyTransport(made);
            inner.connectionMade(transport);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (!strikesRead()) {
                inner.dataReceived(data);
            }
        }

        @Override
        public boolean eofReceived() {
            return inner.eofReceived();
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            inner.connectionLost(failure);
        }

        @Override
        public void pauseWriting() {
            inner.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            inner.resumeWriting();
        }
    }

    private final class FaultyBuffered extends FaultyProtocol implements BufferedProtocol {
        private final BufferedProtocol inner;

        FaultyBuffered(BufferedProtocol inner) {
            super(inner);
            this.inner = inner;
        }

        @Override
        public ByteBuffer buffer() {
            return inner.buffer();
        }

        @Override
        public void bufferUpdated(int count) {
            if (!strikesRead()) {
                inner.bufferUpdated(count);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            inner.dataReceived(data);
        }
    }

    /// Counts writes.
    private final class FaultyTransport implements Transport {
        private final Transport inner;

        FaultyTransport(Transport inner) {
            this.inner = inner;
        }

        @Override
        public void write(ByteBuffer data) {
            boolean _ = !inner.isClosing() && strike(inner);
            inner.write(data);
        }

        @Override
        public void writeAll(ByteBuffer... pieces) {
            boolean _ = !inner.isClosing() && strike(inner);
            inner.writeAll(pieces);
        }

        @Override
        public void setProtocol(Protocol protocol) {
            FaultyProtocol wrapped = protocol instanceof BufferedProtocol buffered
                    ? new FaultyBuffered(buffered)
                    : new FaultyProtocol(protocol);
            inner.setProtocol(wrapped.on(this));
        }

        @Override
        public Protocol protocol() {
            return inner.protocol();
        }

        @Override
        public void readNow() {
            inner.readNow();
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
        public void setWriteBufferLimits(int high, int low) {
            inner.setWriteBufferLimits(high, low);
        }

        @Override
        public long writeBufferSize() {
            return inner.writeBufferSize();
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
}
