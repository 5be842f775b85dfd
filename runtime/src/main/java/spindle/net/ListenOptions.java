package spindle.net;

/// How a network is to listen.
///
/// @param backlog how many connections may wait to be accepted; the system bounds it too
/// @param reusePort whether other sockets may listen on the same port, of this process or another:
///     the system spreads connections over them
/// @param maxConnections how many connections may be open at a time; more wait in the backlog. 0
///     is no limit
/// @param socket what the system is told about each connection
public record ListenOptions(
        int backlog, boolean reusePort, int maxConnections, SocketOptions socket) {
    private static final ListenOptions DEFAULTS =
            new ListenOptions(1024, false, 0, SocketOptions.defaults());

    /// Checks the numbers.
    public ListenOptions {
        if (backlog < 1 || maxConnections < 0) {
            throw new IllegalArgumentException("expected a backlog of at least 1 and a limit of at "
                    + "least 0 but they are " + backlog + " and " + maxConnections);
        }
    }

    /// Returns a backlog of 1024, a port of one's own, and no limit.
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another backlog.
    public ListenOptions withBacklog(int connections) {
        return new ListenOptions(connections, reusePort, maxConnections, socket);
    }

    /// Returns these options with the port shared or not.
    public ListenOptions withReusePort(boolean reuse) {
        return new ListenOptions(backlog, reuse, maxConnections, socket);
    }

    /// Returns these options with a limit to how many connections are open at a time.
    public ListenOptions withMaxConnections(int connections) {
        return new ListenOptions(backlog, reusePort, connections, socket);
    }

    /// Returns these options with settings for the sockets.
    public ListenOptions withSocket(SocketOptions options) {
        return new ListenOptions(backlog, reusePort, maxConnections, options);
    }
}
