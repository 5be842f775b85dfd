package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Handle;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/// A datagram transport on a non-blocking UDP socket.
///
/// Receiving: some datagrams per readiness, each into the network's shared buffer, which holds
/// any. Sending: at once if nothing is queued; what the system does not take is queued and sent
/// when there is room again. What the system refuses is told, and the socket goes on.
///
/// However it ends, it ends in one place: [#lose(Exception)] schedules [#finish()], once.
final class SocketDatagramTransport implements DatagramTransport {
    private static final int DEFAULT_HIGH_WATER = 64 * 1024;
    private static final int DEFAULT_LOW_WATER = DEFAULT_HIGH_WATER / 4;

    /// How many datagrams one readiness may bring, so that a flood of them does not starve the
    /// others; more than one, since asking the selector costs as much as receiving.
    private static final int RECEIVES_PER_EVENT = 16;

    /// What fits into 65 535 bytes beside the headers, of which IPv6 counts only UDP's own.
    private static final int MOST_BYTES_IPV4 = 65_507;

    private static final int MOST_BYTES_IPV6 = 65_527;

    // fixed at construction
    private final SocketNetwork network;
    private final EventLoop loop;
    private final DatagramChannel channel;
    private final DatagramProtocol protocol;
    private final InetSocketAddress localAddress;
    private final @Nullable InetSocketAddress remoteAddress;

    /// Whether it can send to IPv4 addresses alone.
    private final boolean ipv4Only;

    private final DatagramQueue queue = new DatagramQueue();

    // changes while running
    private long bytesReceived;
    private long bytesSent;
    private long received;
    private long sent;
    private int highWater = DEFAULT_HIGH_WATER;
    private int lowWater = DEFAULT_LOW_WATER;
    private boolean writingPaused;
    private boolean closing;

    /// True once the end is scheduled: nothing may be received, sent or scheduled any more.
    private boolean lost;

    /// What ends the socket in the next turn, once it is lost.
    private @Nullable Handle finishing;

    private @Nullable Exception failure;

    SocketDatagramTransport(
            SocketNetwork network, DatagramChannel channel, DatagramProtocol protocol)
            throws IOException {
        this.network = network;
        this.loop = network.loop();
        this.channel = channel;
        this.protocol = protocol;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
        this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
        this.ipv4Only = !canSendToIpv6(channel);
    }

    private static boolean canSendToIpv6(DatagramChannel channel) throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        // The JDK gives a channel for IPv4 alone an address of IPv4, and others one of IPv6 unless
        // they are bound to one of IPv4, from which there is no way to IPv6 either.
        return !(local.getAddress() instanceof Inet4Address);
    }

    /// Introduces the protocol, then starts to receive.
    void start() {
        network.opened(this);
        Exception thrown = report("connectionMade", () -> protocol.connectionMade(this));
        if (thrown != null) {
            lose(thrown);
        } else if (!closing && !lost) {
            try {
                loop.addReader(channel, this::readReady);
            } catch (IOException failed) {
                lose(failed);
            }
        }
    }

    // --- Receiving ---

    private void readReady() {
        for (int i = 0; i < RECEIVES_PER_EVENT && !closing && !lost; i++) {
            ByteBuffer buffer = network.readBuffer();
            SocketAddress sender;
            try {
                sender = channel.receive(buffer);
            } catch (ClosedChannelException closed) {
                lose(closed);
                return;
            } catch (IOException refused) {
                tellError("cannot receive" + fromPeer(), refused);
                return;
            }
            if (!(sender instanceof InetSocketAddress address)) {
                return;
            }
            buffer.flip();
            received++;
            bytesReceived += buffer.remaining();
            report("datagramReceived", () -> protocol.datagramReceived(buffer, address));
        }
    }

    private String fromPeer() {
        return remoteAddress == null ? "" : " from " + Addresses.describe(remoteAddress);
    }

    private void tellError(String what, IOException cause) {
        IOException named;
        if (cause instanceof PortUnreachableException) {
            named = new PortUnreachableException(what + ": nobody is there to receive");
        } else {
            named = new IOException(what + ": " + cause.getMessage());
        }
        named.initCause(cause);
        report("errorReceived", () -> protocol.errorReceived(named));
    }

    // --- Sending ---

    @Override
    public void send(ByteBuffer data) {
        if (remoteAddress == null) {
            throw new IllegalStateException(
                    "expected an address to send to, since the socket is connected to nobody: "
                            + this);
        }
        sendOrQueue(data, remoteAddress);
    }

    @Override
    public void send(ByteBuffer data, SocketAddress address) {
        sendOrQueue(data, checked(address));
    }

    private InetSocketAddress checked(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            throw new IllegalArgumentException(
                    "expected a resolved InetSocketAddress but got " + address);
        }
        if (remoteAddress != null && !remoteAddress.equals(inet)) {
            throw new IllegalArgumentException("expected the peer that the socket is connected to, "
                    + Addresses.describe(remoteAddress) + ", but got "
                    + Addresses.describe(inet));
        }
        if (ipv4Only && !(inet.getAddress() instanceof Inet4Address)) {
            throw new IllegalArgumentException(
                    "expected an IPv4 address, as " + Addresses.describe(localAddress)
                            + " is, but got " + Addresses.describe(inet));
        }
        return inet;
    }

    private void sendOrQueue(ByteBuffer data, InetSocketAddress address) {
        int most = address.getAddress() instanceof Inet4Address ? MOST_BYTES_IPV4 : MOST_BYTES_IPV6;
        if (data.remaining() > most) {
            throw new IllegalArgumentException("expected at most " + most
                    + " bytes, which is what a datagram to " + Addresses.describe(address)
                    + " can hold, but got " + data.remaining());
        }
        if (remoteAddress != null && !data.hasRemaining()) {
            // The JDK takes it for a write of nothing and asks the system for nothing.
            throw new IllegalArgumentException("expected at least 1 byte, since the JDK sends no "
                    + "empty datagram through a connected socket: " + this);
        }
        if (closing || lost) {
            return;
        }
        if (!queue.isEmpty() || !trySend(data, address)) {
            enqueue(data, address);
        }
    }

    /// Returns false if the system has no room now; what it refuses is done with as well.
    private boolean trySend(ByteBuffer data, InetSocketAddress address) {
        int size = data.remaining();
        try {
            int count = remoteAddress == null ? channel.send(data, address) : channel.write(data);
            if (count == 0 && size > 0) {
                return false; // An empty one for which there was no room cannot be told, and is
                // lost.
            }
            sent++;
            bytesSent += size;
        } catch (ClosedChannelException closed) {
            lose(closed);
        } catch (IOException refused) {
            tellError("cannot send " + size + " bytes to " + Addresses.describe(address), refused);
        }
        return true;
    }

    private void enqueue(ByteBuffer data, InetSocketAddress address) {
        if (queue.isEmpty()) {
            try {
                loop.addWriter(channel, this::writeReady);
            } catch (IOException failed) {
                lose(failed);
                return;
            }
        }
        queue.add(data, address);
        pauseWritingIfHigh();
    }

    private void writeReady() {
        while (!queue.isEmpty()) {
            DatagramQueue.Entry first = queue.first();
            if (!trySend(first.data(), first.address())) {
                break;
            }
            if (lost) {
                return; // A callback has aborted it.
            }
            queue.removeFirst();
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
            report("pauseWriting", protocol::pauseWriting);
        }
    }

    private void resumeWritingIfLow() {
        if (writingPaused && queue.size() <= lowWater && !lost) {
            writingPaused = false;
            report("resumeWriting", protocol::resumeWriting);
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

    @Override
    public void close() {
        if (closing || lost) {
            return;
        }
        closing = true;
        loop.removeReader(channel);
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

    /// Ends it: drops what was not sent and tells the protocol, in the next turn.
    private void lose(@Nullable Exception cause) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        failure = cause;
        queue.clear();
        loop.removeReader(channel);
        loop.removeWriter(channel);
        finishing = loop.callSoon(this::finish);
    }

    private void finish() {
        network.closed(this);
        try {
            loop.forgetChannel(channel); // So that the system has the port back at once.
            channel.close();
        } catch (IOException alsoFailed) {
            failure = failure == null ? alsoFailed : failure;
        }
        report("connectionLost", () -> protocol.connectionLost(failure));
    }

    /// Ends the socket of a loop that will not run again.
    void closeWithLoop() {
        failure = new IOException("the event loop was closed");
        lost = true;
        if (finishing != null) {
            finishing.cancel();
        }
        finish();
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
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public DatagramCounters counters() {
        return new DatagramCounters(bytesReceived, bytesSent, received, sent);
    }

    @Override
    public String toString() {
        String state = lost ? "closed" : closing ? "closing" : "open";
        return "<DatagramTransport " + state + " " + Addresses.describe(localAddress)
                + (remoteAddress == null ? "" : " -> " + Addresses.describe(remoteAddress))
                + " queued=" + queue.size() + ">";
    }
}
