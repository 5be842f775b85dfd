package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.proxy.Proxy;
import spindle.http.url.Url;
import spindle.net.Tls;

import java.nio.file.Path;
import java.util.function.Supplier;

/// Whom a connection goes to, and how. Connections of the same route are interchangeable, those
/// of different routes never: the pool keeps them apart by it. So whatever makes a difference to
/// what a request may be told or may tell must be in here.
///
/// @param host whom TLS is agreed on with, or who is connected to; empty for plain requests
///     through a proxy, which takes those for any host on one connection
/// @param tls the keys and the trust for the host; null for plain HTTP. Compared by identity, since
///     what two of them trust cannot be compared
/// @param unixSocket what is connected to in place of the host; null for the host itself
record Route(
        String host,
        int port,
        @Nullable Tls tls,
        @Nullable Proxy proxy,
        @Nullable Path unixSocket) {

    /// @param tls asked for if the URL is a secure one
    static Route of(Url url, Supplier<Tls> tls, @Nullable Proxy proxy, @Nullable Path unixSocket) {
        if (proxy != null && !url.isSecure()) {
            return new Route("", 0, null, proxy, null);
        }
        return new Route(
                url.host(), url.port(), url.isSecure() ? tls.get() : null, proxy, unixSocket);
    }

    /// Whether requests go to a proxy that is to pass them on, and so must name their host in
    /// their target (RFC 9112 section 3.2.2).
    boolean isForwarded() {
        return proxy != null && tls == null;
    }

    /// Written out since each request asks for it. A record's own hash code goes through one method
    /// for all components; what is compiled for those of one route, never null, is thrown away with
    /// all around it at the first that is null.
    @Override
    public int hashCode() {
        int hash = 31 * host.hashCode() + port;
        hash = 31 * hash + (tls == null ? 0 : tls.hashCode());
        hash = 31 * hash + (proxy == null ? 0 : proxy.hashCode());
        return 31 * hash + (unixSocket == null ? 0 : unixSocket.hashCode());
    }

    /// Returns a form such as `127.0.0.1:5000 via http://proxy:3128`.
    @Override
    public String toString() {
        String target = host.isEmpty()
                ? "any host"
                : (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        return target
                + (unixSocket == null ? "" : " at " + unixSocket)
                + (proxy == null ? "" : " via " + proxy.url());
    }
}
