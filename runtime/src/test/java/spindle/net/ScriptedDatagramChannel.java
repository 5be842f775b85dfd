package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// A datagram channel that has room only while a test says so, refuses what a test says, and has
/// an endless supply of datagrams to receive.
final class ScriptedDatagramChannel extends DatagramChannel {
    static final InetSocketAddress LOCAL =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1);

    final List<String> sent = new ArrayList<>();
    final Deque<IOException> refusals = new ArrayDeque<>();

    /// How many datagrams it takes before it has no room.
    int room;

    int received;

    ScriptedDatagramChannel() {
        super(SelectorProvider.provider());
    }

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        if (room == 0) {
            return 0;
        }
        room--;
        if (!refusals.isEmpty()) {
            throw refusals.remove();
        }
        int count = source.remaining();
        sent.add(StandardCharsets.US_ASCII.decode(source).toString());
        return count;
    }

    @Override
    public SocketAddress receive(ByteBuffer target) {
        received++;
        target.put((byte) received);
        return LOCAL;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return LOCAL;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        return null;
    }

    // --- What nobody asks of it ---

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("only sending and receiving are scripted");
    }

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) {
        throw unexpected();
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) {
        throw unexpected();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw unexpected();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public DatagramSocket socket() {
        throw unexpected();
    }

    @Override
    public boolean isConnected() {
        return false;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) {
        throw unexpected();
    }

    @Override
    public DatagramChannel disconnect() {
        throw unexpected();
    }

    @Override
    public int read(ByteBuffer target) {
        throw unexpected();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw unexpected();
    }

    @Override
    public int write(ByteBuffer source) {
        throw unexpected();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw unexpected();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through) {
        throw unexpected();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source) {
        throw unexpected();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {}

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {}
}
