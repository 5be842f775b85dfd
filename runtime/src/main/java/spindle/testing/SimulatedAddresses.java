package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.net.ListenOptions;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The addresses of a simulated network: who listens where, which ones connections come from, and
/// which ports are still to be had.
final class SimulatedAddresses {
    // Where Linux takes ports from. In their order: what is random must follow from the seed.
    private static final int FIRST_PORT = 32_768;
    private static final int LAST_PORT = 60_999;

    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private final Set<SocketAddress> ofClients = new HashSet<>();
    private final Set<SimulatedListener> listeners = new LinkedHashSet<>();
    private int lastPort = LAST_PORT;

    // --- Ports ---

    /// Returns an address with a port where it has 0.
    ///
    /// @return null if there is none left
    @Nullable
    SocketAddress withPort(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getPort() != 0) {
            return address;
        }
        for (int tries = FIRST_PORT; tries <= LAST_PORT; tries++) {
            lastPort = lastPort == LAST_PORT ? FIRST_PORT : lastPort + 1;
            InetSocketAddress candidate = new InetSocketAddress(inet.getAddress(), lastPort);
            if (!ofClients.contains(candidate) && !isListenedOn(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean isListenedOn(SocketAddress address) {
        return listeners.stream().anyMatch(listener -> overlap(listener.localAddress(), address));
    }

    private static boolean overlap(SocketAddress one, SocketAddress other) {
        return covers(one, other) || covers(other, one);
    }

    // --- Clients ---

    /// Takes an address to connect from; returns whether it was free. That of a Unix domain socket
    /// without a name always is.
    boolean take(SocketAddress address) {
        return address.equals(UNNAMED) || (!isListenedOn(address) && ofClients.add(address));
    }

    void release(SocketAddress address) {
        ofClients.remove(address);
    }

    // --- Listeners ---

    /// Returns whether somebody can listen there.
    boolean mayListen(SocketAddress address, ListenOptions options) {
        return !ofClients.contains(address)
                && listeners.stream()
                        .noneMatch(listener -> overlap(listener.localAddress(), address)
                                && listener.excludes(options));
    }

    void add(SimulatedListener listener) {
        listeners.add(listener);
    }

    void remove(SimulatedListener listener) {
        listeners.remove(listener);
    }

    /// Returns who listens there.
    List<SimulatedListener> listenersAt(SocketAddress address) {
        return listeners.stream()
                .filter(listener -> covers(listener.localAddress(), address))
                .toList();
    }

    // --- About addresses ---

    /// Throws unless it is an address that can be connected to.
    static void check(SocketAddress address) {
        switch (address) {
            case UnixDomainSocketAddress _ -> {}
            case InetSocketAddress inet
            when inet.isUnresolved() ->
                throw new IllegalArgumentException("expected a resolved address but got " + address
                        + ": resolve the name with a Resolver first");
            case InetSocketAddress _ -> {}
            default ->
                throw new IllegalArgumentException(
                        "expected an InetSocketAddress or a UnixDomainSocketAddress but got "
                                + address);
        }
    }

    /// Returns what a socket that connects there gets from the system as its own address: the same
    /// machine's.
    static SocketAddress usualClient(SocketAddress peer) {
        if (!(peer instanceof InetSocketAddress inet)) {
            return UNNAMED;
        }
        byte[] ipv4 = {127, 0, 0, 1};
        byte[] ipv6 = new byte[16];
        ipv6[15] = 1;
        return new InetSocketAddress(
                ofBytes(inet.getAddress().getAddress().length == 4 ? ipv4 : ipv6), 0);
    }

    private static InetAddress ofBytes(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("four or sixteen bytes are an address", impossible);
        }
    }

    /// Returns the host of an address, if it has one.
    static @Nullable InetAddress host(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }

    static boolean isWildcard(SocketAddress address) {
        InetAddress host = host(address);
        return host != null && host.isAnyLocalAddress();
    }

    /// Returns whether who listens on `listening` is who is connected to at `address`.
    static boolean covers(SocketAddress listening, SocketAddress address) {
        return listening.equals(address)
                || (isWildcard(listening)
                        && address instanceof InetSocketAddress inet
                        && inet.getPort() == ((InetSocketAddress) listening).getPort());
    }

    /// Returns a form such as `192.0.2.1:80`, `[2001:db8::1]:80` or a path.
    static String describe(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return address.toString();
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
}
