package spindle.net.contract;

import spindle.Coroutine;
import spindle.net.Certificates;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Tls;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;

/// TLS over another network, both sides of it: connects as a client that trusts whoever listens
/// here.
record EncryptedNetwork(Network lower, Tls client, Tls server) implements Network {
    private static boolean certificatesMade;

    /// Makes what both sides need, once.
    static synchronized void makeCertificates() {
        if (!certificatesMade) {
            try {
                Certificates.make();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
            certificatesMade = true;
        }
    }

    static EncryptedNetwork over(Network lower) {
        return new EncryptedNetwork(lower, Certificates.client(), Certificates.server());
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return client.over(lower).connect(address, options, protocols);
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        return server.over(lower).listen(addresses, options, protocols);
    }
}
