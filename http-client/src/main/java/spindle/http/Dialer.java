package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.http.proxy.Proxy;
import spindle.net.ConnectFailedException;
import spindle.net.HostConnectOptions;
import spindle.net.HostConnector;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Resolver;
import spindle.net.Tls;
import spindle.net.TlsDetails;
import spindle.net.Transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

/// Makes connections for a [Connector], step by step, each step a phase with a limit of its own.
///
/// ```
/// direct:           DNS, TCP                                    [TLS with the host]
/// http by proxy:    DNS, TCP to the proxy  [TLS with the proxy]
/// https by proxy:   DNS, TCP to the proxy  [TLS with the proxy]  CONNECT   TLS with the host
/// ```
///
/// The addresses of a host race, but only over TCP: TLS is agreed on with the winner alone.
/// Cancelled at any step, it leaves nothing behind.
final class Dialer {
    // fixed at construction
    private final Network network;
    private final Resolver resolver;
    private final HostConnectOptions connecting;

    /// What TLS with a proxy that has none of its own is agreed on by: that of the session is for
    /// hosts.
    private final Supplier<Tls> defaultProxyTls;

    Dialer(
            Network network,
            Resolver resolver,
            HostConnectOptions connecting,
            Supplier<Tls> defaultProxyTls) {
        this.network = network;
        this.resolver = resolver;
        this.connecting = connecting;
        this.defaultProxyTls = defaultProxyTls;
    }

    /// Makes a connection. Suspends the calling task.
    HttpConnection dial(
            HostPool host, Attempt attempt, Function<HostPool, HttpConnection> connections)
            throws Exception {
        Route route = host.route;
        Supplier<HttpConnection> connection = () -> connections.apply(host);
        try {
            Proxy proxy = route.proxy();
            return proxy == null
                    ? direct(route, attempt, connection)
                    : byProxy(route, proxy, attempt, connection);
        } catch (ClientException known) {
            throw known;
        } catch (IOException failure) {
            String message = String.valueOf(failure.getMessage());
            throw new ClientException.Connection(
                    kindOf(failure),
                    route.proxy() == null
                            ? message
                            : "by the proxy " + route.proxy().url() + ": " + message,
                    failure);
        }
    }

    private static ClientException.Kind kindOf(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return ClientException.Kind.RESOLVE;
        }
        if (failure instanceof SSLException) {
            return ClientException.Kind.TLS;
        }
        return isRefusal(failure) ? ClientException.Kind.REFUSED : ClientException.Kind.CONNECT;
    }

    /// Of several addresses, one that refuses is enough: a machine was there, and said no. The JDK
    /// has one exception for a refusal and for a connect that the system gave up.
    private static boolean isRefusal(IOException failure) {
        if (failure instanceof ConnectFailedException several) {
            return several.attempts().stream().anyMatch(attempt -> isRefusal(attempt.failure()));
        }
        return failure instanceof ConnectException
                && String.valueOf(failure.getMessage()).contains("refused");
    }

    // --- The two ways ---

    private HttpConnection direct(Route route, Attempt attempt, Supplier<HttpConnection> connection)
            throws Exception {
        Tls tls = route.tls();
        if (tls == null) {
            return connect(route, attempt, connection);
        }
        Landing landing = connect(route, attempt, Landing::new);
        return secure(landing.transport(), tls, route.host(), attempt, connection);
    }

    private HttpConnection byProxy(
            Route route, Proxy proxy, Attempt attempt, Supplier<HttpConnection> connection)
            throws Exception {
        Tls tls = route.tls();
        if (tls == null) {
            return connectToProxy(proxy, attempt, connection);
        }
        Tunnel tunnel = new Tunnel(route, proxy, attempt);
        HttpConnection toProxy = connectToProxy(proxy, attempt, tunnel::connection);
        Transport transport;
        try {
            transport = attempt.within(
                    Phase.CONNECT, attempt.timeout().connect(), () -> tunnel.open(toProxy));
        } catch (Throwable failure) {
            toProxy.abort();
            throw failure;
        }
        return secure(transport, tls, route.host(), attempt, connection);
    }

    private <P extends Protocol> P connectToProxy(
            Proxy proxy, Attempt attempt, Supplier<P> protocols) throws Exception {
        String host = proxy.url().host();
        if (!proxy.url().isSecure()) {
            return connect(host, proxy.url().port(), attempt, protocols);
        }
        Landing landing = connect(host, proxy.url().port(), attempt, Landing::new);
        Tls tls = proxy.tls() == null ? defaultProxyTls.get() : proxy.tls();
        return secure(landing.transport(), tls, host, attempt, protocols);
    }

    // --- The steps ---

    private <P extends Protocol> P connect(Route route, Attempt attempt, Supplier<P> protocols)
            throws Exception {
        if (route.unixSocket() == null) {
            return connect(route.host(), route.port(), attempt, protocols);
        }
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(route.unixSocket());
        return attempt.within(
                Phase.CONNECT, attempt.timeout().connect(), network.connect(address, protocols));
    }

    private <P extends Protocol> P connect(
            String host, int port, Attempt attempt, Supplier<P> protocols) throws Exception {
        Resolver known = resolver;
        if (!isAddress(host)) {
            List<InetAddress> addresses = resolve(host, attempt);
            known = _ -> () -> addresses;
        }
        ClientRequest request = attempt.request();
        attempt.listeners().tell(() -> new ClientEvent.Connecting(request, host, port));
        P protocol = attempt.within(
                Phase.CONNECT,
                attempt.timeout().connect(),
                new HostConnector(network, known, connecting).connect(host, port, protocols));
        tellConnected(protocol, attempt);
        return protocol;
    }

    private static void tellConnected(Protocol protocol, Attempt attempt) {
        Transport transport = switch (protocol) {
            case Landing landing -> landing.transport();
            case HttpConnection connection -> connection.transport();
            default -> throw new IllegalStateException("an unknown protocol: " + protocol);
        };
        attempt.listeners()
                .tell(() ->
                        new ClientEvent.Connected(attempt.request(), transport.remoteAddress()));
    }

    private static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException isAName) {
            return false;
        }
    }

    private List<InetAddress> resolve(String host, Attempt attempt) throws Exception {
        ClientRequest request = attempt.request();
        attempt.listeners().tell(() -> new ClientEvent.Resolving(request, host));
        List<InetAddress> addresses =
                attempt.within(Phase.DNS, attempt.timeout().dns(), () -> addressesOf(host));
        attempt.listeners().tell(() -> new ClientEvent.Resolved(request, host, addresses));
        return addresses;
    }

    private List<InetAddress> addressesOf(String host) throws Exception {
        try {
            List<InetAddress> addresses = Async.await(resolver.resolve(host));
            if (addresses.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return addresses;
        } catch (UnknownHostException unknown) {
            // Resolvers say this in many ways, some of them with the name alone.
            UnknownHostException named =
                    new UnknownHostException("no address is known for the host " + host);
            named.initCause(unknown);
            throw named;
        }
    }

    private <P extends Protocol> P secure(
            Transport transport, Tls tls, String host, Attempt attempt, Supplier<P> protocols)
            throws Exception {
        P protocol = attempt.within(
                Phase.TLS,
                attempt.timeout().tls(),
                tls.withDefaultServerName(host).startTls(transport, protocols));
        if (protocol instanceof HttpConnection connection) {
            TlsDetails details = connection.transport().tls().orElseThrow();
            attempt.listeners().tell(() -> new ClientEvent.Secured(attempt.request(), details));
            requireHttp(connection, details);
        }
        return protocol;
    }

    private static void requireHttp(HttpConnection connection, TlsDetails details)
            throws ClientException {
        String agreed = details.applicationProtocol();
        if (!agreed.isEmpty() && !agreed.startsWith("http/1.")) {
            connection.abort();
            throw new ClientException.Connection(
                    ClientException.Kind.TLS,
                    "expected the server to choose http/1.1 but it chose " + agreed
                            + ": offer it nothing else (Tls.withApplicationProtocols)",
                    null);
        }
    }

    /// Keeps a connection until TLS takes it over.
    private static final class Landing implements Protocol {
        private @Nullable Transport transport;

        @Override
        public void connectionMade(Transport made) {
            transport = made;
            made.pauseReading(); // What the peer says first belongs to the handshake.
        }

        Transport transport() {
            if (transport == null) {
                throw new IllegalStateException("not connected yet");
            }
            return transport;
        }
    }
}
