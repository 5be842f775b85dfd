package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;

/// How a network is to connect.
///
/// @param localAddress what to connect from; null leaves it to the system
/// @param socket what the system is told about the socket
public record ConnectOptions(@Nullable SocketAddress localAddress, SocketOptions socket) {
    private static final ConnectOptions DEFAULTS =
            new ConnectOptions(null, SocketOptions.defaults());

    /// Returns from wherever, with the system's settings.
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with an address to connect from.
    public ConnectOptions withLocalAddress(SocketAddress address) {
        return new ConnectOptions(address, socket);
    }

    /// Returns these options with settings for the socket.
    public ConnectOptions withSocket(SocketOptions options) {
        return new ConnectOptions(localAddress, options);
    }
}
