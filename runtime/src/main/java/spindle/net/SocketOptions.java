package spindle.net;

/// What the system is told about each socket.
///
/// @param keepAlive whether it probes connections on which nothing happens, so that a peer that has
///     vanished is noticed (after two hours, unless the system is set otherwise)
/// @param receiveBuffer how much may arrive unread, in bytes; 0 leaves it to the system
/// @param sendBuffer how much the system takes ahead of the peer, in bytes; 0 leaves it to the
///     system
public record SocketOptions(boolean keepAlive, int receiveBuffer, int sendBuffer) {
    private static final SocketOptions DEFAULTS = new SocketOptions(false, 0, 0);

    /// Checks the sizes.
    public SocketOptions {
        if (receiveBuffer < 0 || sendBuffer < 0) {
            throw new IllegalArgumentException(
                    "expected sizes of at least 0 but the receive buffer is " + receiveBuffer
                            + " and the send buffer " + sendBuffer);
        }
    }

    /// Returns no keep-alive, and the system's own sizes.
    public static SocketOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with keep-alive probes on or off.
    public SocketOptions withKeepAlive(boolean keepAlive) {
        return new SocketOptions(keepAlive, receiveBuffer, sendBuffer);
    }

    /// Returns these options with a size for the receive buffer.
    public SocketOptions withReceiveBuffer(int bytes) {
        return new SocketOptions(keepAlive, bytes, sendBuffer);
    }

    /// Returns these options with a size for the send buffer.
    public SocketOptions withSendBuffer(int bytes) {
        return new SocketOptions(keepAlive, receiveBuffer, bytes);
    }
}
