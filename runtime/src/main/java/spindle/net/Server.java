package spindle.net;

import java.net.SocketAddress;

/// A listening socket, and the connections that came in through it.
public interface Server extends AutoCloseable {
    /// Returns the address that it listens on, with the port that the system chose where 0 was
    /// asked for.
    SocketAddress localAddress();

    /// Returns how many of its connections are open.
    int connectionCount();

    /// Stops listening. Connections stay.
    @Override
    void close();

    /// Aborts the connections that are open.
    void abortClients();
}
