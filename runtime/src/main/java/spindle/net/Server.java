package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/// Listening sockets, and the connections that came in through them.
///
/// ```
/// LISTENING -> CLOSED   // close(): no more connections; those that are open stay
/// ```
public interface Server extends AutoCloseable {
    /// Returns the addresses that it listens on, with the ports that the system chose where 0 was
    /// asked for.
    List<SocketAddress> localAddresses();

    /// Returns the first, or only, address that it listens on.
    default SocketAddress localAddress() {
        return localAddresses().getFirst();
    }

    /// Returns how many of its connections are open.
    int connectionCount();

    /// Returns whether it has stopped listening.
    boolean isClosed();

    /// Stops listening. Connections stay. Whoever waits to be accepted is turned away by the
    /// system. Closing twice does nothing.
    @Override
    void close();

    /// Closes the connections that are open, each once what was written to it is sent.
    void closeClients();

    /// Aborts the connections that are open.
    void abortClients();

    /// Returns a coroutine that waits until the server is closed and its last connection is over.
    /// Suspends the calling task.
    @CheckReturnValue
    Coroutine<@Nullable Void> waitClosed();

    /// Returns a coroutine that ends the server gracefully: stops listening, waits until the
    /// connections are over, but not longer than `grace`, aborts those that are not, and waits for
    /// these. Its result is how many had to be aborted. Suspends the calling task; if it is
    /// cancelled, it aborts what is left at once.
    @CheckReturnValue
    default Coroutine<Integer> shutDown(Duration grace) {
        Coroutine.Action allLeave = () -> Async.await(waitClosed());
        return () -> {
            close();
            try {
                if (Async.await(Async.moveOnAfter(grace, allLeave))) {
                    return 0;
                }
            } catch (Throwable givenUp) {
                abortClients();
                throw givenUp;
            }
            int left = connectionCount();
            abortClients();
            Async.await(waitClosed());
            return left;
        };
    }
}
