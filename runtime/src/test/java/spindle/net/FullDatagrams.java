package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// A network with one datagram socket, which has no room: what it is given it keeps until the test
/// has it taken.
final class FullDatagrams implements Network, DatagramTransport {
    private static final InetSocketAddress HERE =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

    final List<String> given = new ArrayList<>();

    private @Nullable DatagramProtocol protocol;
    private boolean waiting;

    void introduce(DatagramProtocol made) {
        protocol = made;
        made.connectionMade(this);
    }

    DatagramProtocol protocol() {
        return Objects.requireNonNull(protocol);
    }

    void takeOne(@Nullable IOException refusal) {
        assertThat(waiting).as("something to take").isTrue();
        waiting = false;
        if (refusal != null) {
            protocol().errorReceived(refusal);
        }
        protocol().resumeWriting();
    }

    @Override
    public void send(ByteBuffer data, SocketAddress address) {
        assertThat(waiting).as("given two at a time").isFalse();
        waiting = true;
        given.add(StandardCharsets.US_ASCII.decode(data).toString());
        protocol().pauseWriting();
    }

    @Override
    public void send(ByteBuffer data) {
        send(data, HERE);
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        assertThat(List.of(high, low)).containsExactly(0, 0);
    }

    @Override
    public long writeBufferSize() {
        return waiting ? 1 : 0;
    }

    @Override
    public void close() {}

    @Override
    public void abort() {}

    @Override
    public boolean isClosing() {
        return false;
    }

    @Override
    public InetSocketAddress localAddress() {
        return HERE;
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return null;
    }

    @Override
    public DatagramCounters counters() {
        return new DatagramCounters(0, 0, 0, 0);
    }

    // --- The network ---

    @Override
    public <P extends DatagramProtocol> P openDatagram(
            DatagramOptions options, Supplier<P> protocols) {
        P made = protocols.get();
        introduce(made);
        return made;
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        throw new UnsupportedOperationException("datagrams alone");
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols) {
        throw new UnsupportedOperationException("datagrams alone");
    }
}
