package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// A channel that takes, at each write, no more than its script allows; and everything once the
/// script is used up.
final class ScriptedChannel extends SocketChannel {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    final List<Integer> offered = new ArrayList<>();

    private final Deque<Integer> script = new ArrayDeque<>();

    ScriptedChannel() {
        super(SelectorProvider.provider());
    }

    /// Adds to the script how much the next writes take.
    ScriptedChannel takes(Integer... bytes) {
        script.addAll(List.of(bytes));
        return this;
    }

    @Override
    public int write(ByteBuffer source) {
        offered.add(source.remaining());
        int count = script.isEmpty()
                ? source.remaining()
                : Math.min(script.remove(), source.remaining());
        byte[] bytes = new byte[count];
        source.get(bytes);
        taken.writeBytes(bytes);
        return count;
    }

    // --- What nobody asks of it ---

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("only writes are scripted");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
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
    public SocketChannel bind(@Nullable SocketAddress local) {
        throw unexpected();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
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
    public SocketChannel shutdownInput() {
        throw unexpected();
    }

    @Override
    public SocketChannel shutdownOutput() {
        throw unexpected();
    }

    @Override
    public Socket socket() {
        throw unexpected();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        throw unexpected();
    }

    @Override
    public boolean finishConnect() {
        throw unexpected();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        throw unexpected();
    }

    @Override
    public SocketAddress getLocalAddress() {
        throw unexpected();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {}

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {}
}
