package spindle.net;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;

/// A network whose connections run in TLS over those of another one.
final class TlsNetwork implements Network {
    private final Tls tls;
    private final Network lower;

    TlsNetwork(Tls tls, Network lower) {
        this.tls = tls;
        this.lower = lower;
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        if (!tls.options().client()) {
            throw new IllegalStateException(
                    "expected a client's side to connect with but this is a server's: use Tls.client()");
        }
        return () -> {
            PendingHandshake pending = new PendingHandshake(tls, EventLoop.current(), address);
            return pending.finish(
                    () -> Async.await(lower.connect(address, options, pending::handshake)),
                    protocols);
        };
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        if (tls.options().client()) {
            throw new IllegalStateException(
                    "expected a server's side to listen with but this is a client's: use Tls.server(...)");
        }
        return TlsServer.open(tls, lower, addresses, options, protocols);
    }

    @Override
    public String toString() {
        return tls + " over " + lower;
    }
}
