package spindle.net;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/// Connects to a host by its name, over any network, by the addresses that a resolver has for
/// it.
///
/// A host may have several addresses, and some may not answer: an IPv6 address where the way to
/// it is broken, a machine that is down. So they race, as RFC 8305 ("happy eyeballs") has it: the
/// families take turns, beginning with the one that the resolver prefers; an attempt has 250 ms
/// to itself, then the next address is tried beside it, and at once when an attempt fails. The
/// first connection wins; the other attempts are cancelled, and one that comes in all the same is
/// closed.
///
/// Knows no state: any number of tasks may connect at the same time.
public final class HostConnector {
    private final Network network;
    private final Resolver resolver;
    private final HostConnectOptions options;

    /// Creates a connector.
    public HostConnector(Network network, Resolver resolver, HostConnectOptions options) {
        this.network = network;
        this.resolver = resolver;
        this.options = options;
    }

    /// Creates a connector with [HostConnectOptions#defaults()].
    public HostConnector(Network network, Resolver resolver) {
        this(network, resolver, HostConnectOptions.defaults());
    }

    /// Returns a connector over the machine's sockets and the resolver that the loop's users
    /// share.
    public static HostConnector of(EventLoop loop) {
        return new HostConnector(Network.of(loop), Resolver.of(loop));
    }

    /// Returns such a connector for the loop that is calling.
    public static HostConnector current() {
        return of(EventLoop.current());
    }

    /// Returns a connector that differs in its options.
    public HostConnector withOptions(HostConnectOptions options) {
        return new HostConnector(network, resolver, options);
    }

    /// Returns a coroutine that connects to a port of a host and returns the protocol for the
    /// connection, its `connectionMade` already called. Suspends the calling task. Cancelling it
    /// cancels every attempt and waits until they have ended; no socket is left behind.
    ///
    /// It fails with an [UnknownHostException] that names the host if it has no address of the
    /// family that is wanted; with the network's own exception if there was one address to try;
    /// and with a [ConnectFailedException] if there were several.
    ///
    /// @param host a name, or an address, which need not be looked up: `192.0.2.1`, `2001:db8::1`,
    ///     `[fe80::1%eth0]`
    /// @param protocols called once, when the first connection is there
    /// @throws IllegalArgumentException if the port is not from 0 to 65535
    @CheckReturnValue
    public <P extends Protocol> Coroutine<P> connect(String host, int port, Supplier<P> protocols) {
        checkPort(port);
        return () -> {
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (InetAddress address : interleaved(usable(host, resolve(host)))) {
                addresses.add(new InetSocketAddress(address, port));
            }
            if (addresses.size() == 1) {
                InetSocketAddress only = addresses.getFirst();
                ConnectOptions how = options.forAddress(only.getAddress());
                return Async.await(network.connect(only, how, protocols));
            }
            ConnectRace<P> race = new ConnectRace<>(network, options, protocols);
            P winner = race.run(addresses);
            if (winner == null) {
                throw new ConnectFailedException(host, port, race.failures());
            }
            return winner;
        };
    }

    private static void checkPort(int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("expected a port from 0 to 65535 but it is " + port);
        }
    }

    // --- Which addresses, in which order ---

    private List<InetAddress> resolve(String host) throws Exception {
        InetAddress literal = Addresses.parse(host);
        if (literal != null) {
            return List.of(literal);
        }
        try {
            List<InetAddress> named = new ArrayList<>();
            for (InetAddress address : Async.await(resolver.resolve(host))) {
                named.add(named(host, address));
            }
            return named;
        } catch (UnknownHostException unknown) {
            throw naming(host, unknown);
        }
    }

    /// Says which host an address is of: a resolver need not, and a network with TLS is to ask
    /// for that name and see it proved.
    private static InetAddress named(String host, InetAddress address) throws UnknownHostException {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address scoped && scoped.getScopedInterface() != null) {
            return Inet6Address.getByAddress(host, bytes, scoped.getScopedInterface());
        }
        if (address instanceof Inet6Address scoped && scoped.getScopeId() > 0) {
            return Inet6Address.getByAddress(host, bytes, scoped.getScopeId());
        }
        return InetAddress.getByAddress(host, bytes);
    }

    private static UnknownHostException naming(String host, UnknownHostException unknown) {
        String message = unknown.getMessage();
        if (message != null && message.contains(host)) {
            return unknown;
        }
        UnknownHostException named =
                new UnknownHostException(host + (message == null ? "" : ": " + message));
        named.initCause(unknown);
        return named;
    }

    private List<InetAddress> usable(String host, List<InetAddress> addresses) throws IOException {
        List<InetAddress> usable =
                addresses.stream().filter(options::allows).distinct().toList();
        if (usable.isEmpty()) {
            List<String> all =
                    addresses.stream().map(InetAddress::getHostAddress).toList();
            throw new UnknownHostException(host + ": it has no address"
                    + (all.isEmpty()
                            ? ""
                            : " that is " + options.describeAllowed() + ", only "
                                    + String.join(", ", all)));
        }
        return usable;
    }

    /// Has the families take turns, each in its own order.
    private static List<InetAddress> interleaved(List<InetAddress> addresses) {
        boolean ipv4First = addresses.getFirst() instanceof Inet4Address;
        Iterator<InetAddress> first = ofFamily(addresses, ipv4First);
        Iterator<InetAddress> second = ofFamily(addresses, !ipv4First);
        List<InetAddress> result = new ArrayList<>(addresses.size());
        while (first.hasNext() || second.hasNext()) {
            if (first.hasNext()) {
                result.add(first.next());
            }
            if (second.hasNext()) {
                result.add(second.next());
            }
        }
        return result;
    }

    private static Iterator<InetAddress> ofFamily(List<InetAddress> addresses, boolean ipv4) {
        return addresses.stream()
                .filter(address -> address instanceof Inet4Address == ipv4)
                .iterator();
    }
}
