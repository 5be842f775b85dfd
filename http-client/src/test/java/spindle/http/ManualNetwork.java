package spindle.http;

import static spindle.Async.yieldNow;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;
import spindle.net.TransportCounters;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A network without sockets: connecting takes as many turns of the loop as a test says, or
/// fails as it says, and nobody ever answers.
final class ManualNetwork implements Network {
    /// Decides about one connect: returns or throws.
    interface Gate {
        void pass(InetSocketAddress address) throws IOException;
    }

    private final IntSupplier turns;
    private final Gate gate;
    private final List<ManualTransport> transports = new ArrayList<>();

    /// @param turns asked once per connect
    /// @param gate asked once per connect, when the turns are over
    ManualNetwork(IntSupplier turns, Gate gate) {
        this.turns = turns;
        this.gate = gate;
    }

    /// Returns how many connections are open.
    long open() {
        return transports.stream().filter(transport -> !transport.isClosing()).count();
    }

    /// Returns how many connections there are whose protocol has not heard of their end.
    long unfinished() {
        return transports.stream().filter(transport -> !transport.over).count();
    }

    /// Returns how many times something was sent.
    int writes() {
        return transports.stream().mapToInt(transport -> transport.writes).sum();
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return () -> {
            for (int left = turns.getAsInt(); left > 0; left--) {
                yieldNow();
            }
            gate.pass((InetSocketAddress) address);
            P protocol = protocols.get();
            ManualTransport transport = new ManualTransport(protocol, address);
            transports.add(transport);
            protocol.connectionMade(transport);
            return protocol;
        };
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols) {
        throw new UnsupportedOperationException("a client does not listen");
    }

    /// Drops what is written, and ends when it is told to.
    private static final class ManualTransport implements Transport {
        private final EventLoop loop = EventLoop.current();
        private final SocketAddress address;
        private Protocol protocol;
        private boolean closing;
        private boolean over;
        private int writes;

        ManualTransport(Protocol protocol, SocketAddress address) {
            this.protocol = protocol;
            this.address = address;
        }

        @Override
        public void write(ByteBuffer data) {
            writes++;
        }

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
                loop.callSoon(() -> {
                    over = true;
                    protocol.connectionLost(null);
                });
            }
        }

        @Override
        public boolean isClosing() {
            return closing;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void readNow() {}

        @Override
        public void resumeReading() {}

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
            return address;
        }

        @Override
        public SocketAddress remoteAddress() {
            return address;
        }
    }
}
