package spindle.demos;

import spindle.EventLoop;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// The article's slow server: answers every request with `Hello!`, after a delay.
///
/// The article's Flask has a thread for each request that waits. Here a waiting request is a timer
/// of the loop and a few hundred bytes, so ten thousand of them wait on one thread.
final class SlowServer {
    /// How many connections may wait to be accepted. The system allows fewer (`somaxconn`); ours
    /// is not to be the lower limit.
    private static final int BACKLOG = 16_384;

    private SlowServer() {}

    /// Starts to listen on the loopback interface.
    ///
    /// @param port 0 lets the system choose
    static Server listen(EventLoop loop, int port, Duration delay) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        return Network.of(loop)
                .listen(
                        List.of(address),
                        ListenOptions.defaults().withBacklog(BACKLOG),
                        () -> new SlowConnection(loop, delay));
    }

    /// Returns the URL that a server answers.
    static String urlOf(Server server) {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        return "http://" + address.getHostString() + ":" + address.getPort() + "/";
    }
}
