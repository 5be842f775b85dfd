package spindle.testing;

import spindle.Coroutine;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;

/// A simulated network as one machine in it sees it.
record SimulatedHost(SimulatedNetwork network, InetAddress host) implements Network {
    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        boolean chooses = options.localAddress() == null && address instanceof InetSocketAddress;
        return network.connect(
                address,
                chooses ? options.withLocalAddress(new InetSocketAddress(host, 0)) : options,
                protocols);
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        return network.listen(addresses.stream().map(this::own).toList(), options, protocols);
    }

    private SocketAddress own(SocketAddress address) {
        return SimulatedAddresses.isWildcard(address)
                ? new InetSocketAddress(host, ((InetSocketAddress) address).getPort())
                : address;
    }
}
