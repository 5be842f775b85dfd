package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/// How a network is to open a datagram socket. A value: `with…` returns a changed copy.
///
/// @param localAddress where to receive; null, or port 0, lets the system choose. The wildcard
///     address takes in both IPv4 and IPv6
/// @param remoteAddress the one peer that it is to be connected to; null for none. Connected, it
///     receives from that peer alone, and hears if nobody is there
/// @param broadcast whether it may send to broadcast addresses
/// @param reusePort whether other sockets may receive on the same port: the system spreads what
///     comes over them
/// @param receiveBuffer how much may arrive unread, in bytes; 0 leaves it to the system
/// @param sendBuffer how much the system takes ahead of the network, in bytes; 0 leaves it to the
///     system
/// @param multicast how it takes part in multicast
public record DatagramOptions(
        @Nullable InetSocketAddress localAddress,
        @Nullable InetSocketAddress remoteAddress,
        boolean broadcast,
        boolean reusePort,
        int receiveBuffer,
        int sendBuffer,
        MulticastOptions multicast) {
    private static final DatagramOptions DEFAULTS =
            new DatagramOptions(null, null, false, false, 0, 0, MulticastOptions.defaults());

    /// Checks addresses and sizes.
    public DatagramOptions {
        checkResolved(localAddress);
        checkResolved(remoteAddress);
        if (receiveBuffer < 0 || sendBuffer < 0) {
            throw new IllegalArgumentException(
                    "expected sizes of at least 0 but the receive buffer is " + receiveBuffer
                            + " and the send buffer " + sendBuffer);
        }
    }

    private static void checkResolved(@Nullable InetSocketAddress address) {
        if (address != null && address.isUnresolved()) {
            throw new IllegalArgumentException("expected a resolved address but got " + address
                    + ": resolve the name with a Resolver first");
        }
    }

    /// Returns a port of the system's choice, connected to nobody, with the system's settings.
    public static DatagramOptions defaults() {
        return DEFAULTS;
    }

    /// Returns the defaults with an address to receive at: a server's.
    public static DatagramOptions boundTo(InetSocketAddress localAddress) {
        return DEFAULTS.withLocalAddress(localAddress);
    }

    /// Returns the defaults with a peer: a client's.
    public static DatagramOptions connectedTo(InetSocketAddress remoteAddress) {
        return DEFAULTS.withRemoteAddress(remoteAddress);
    }

    /// Returns these options with an address to receive at.
    public DatagramOptions withLocalAddress(InetSocketAddress address) {
        return new DatagramOptions(
                address, remoteAddress, broadcast, reusePort, receiveBuffer, sendBuffer, multicast);
    }

    /// Returns these options with a peer.
    public DatagramOptions withRemoteAddress(InetSocketAddress address) {
        return new DatagramOptions(
                localAddress, address, broadcast, reusePort, receiveBuffer, sendBuffer, multicast);
    }

    /// Returns these options with broadcast allowed or not.
    public DatagramOptions withBroadcast(boolean allowed) {
        return new DatagramOptions(
                localAddress,
                remoteAddress,
                allowed,
                reusePort,
                receiveBuffer,
                sendBuffer,
                multicast);
    }

    /// Returns these options with the port shared or not.
    public DatagramOptions withReusePort(boolean reuse) {
        return new DatagramOptions(
                localAddress,
                remoteAddress,
                broadcast,
                reuse,
                receiveBuffer,
                sendBuffer,
                multicast);
    }

    /// Returns these options with a size for the receive buffer.
    public DatagramOptions withReceiveBuffer(int bytes) {
        return new DatagramOptions(
                localAddress, remoteAddress, broadcast, reusePort, bytes, sendBuffer, multicast);
    }

    /// Returns these options with a size for the send buffer.
    public DatagramOptions withSendBuffer(int bytes) {
        return new DatagramOptions(
                localAddress, remoteAddress, broadcast, reusePort, receiveBuffer, bytes, multicast);
    }

    /// Returns these options with settings for multicast.
    public DatagramOptions withMulticast(MulticastOptions options) {
        return new DatagramOptions(
                localAddress,
                remoteAddress,
                broadcast,
                reusePort,
                receiveBuffer,
                sendBuffer,
                options);
    }
}
