package spindle.http;

import spindle.EventLoop;
import spindle.Task;
import spindle.http.proxy.Proxy;
import spindle.http.wire.FieldLines;
import spindle.http.wire.RequestHead;
import spindle.http.wire.RequestWriter;
import spindle.http.wire.ResponseHead;
import spindle.http.wire.ResponseKind;
import spindle.net.Transport;

import java.util.List;
import java.util.Map;

/// A way through a proxy to a host: asked for with CONNECT (RFC 9110 section 9.3.6), after which
/// the proxy passes on whatever comes.
///
/// The credentials for the proxy are said here, and never to the host.
final class Tunnel implements ConnectionOwner {
    private final Route route;
    private final Proxy proxy;
    private final Attempt attempt;

    Tunnel(Route route, Proxy proxy, Attempt attempt) {
        this.route = route;
        this.proxy = proxy;
        this.attempt = attempt;
    }

    /// Returns what is to speak with the proxy.
    HttpConnection connection() {
        return new HttpConnection(this, new HostPool(route));
    }

    /// Asks the proxy for the tunnel and returns the transport that leads through it; reading is
    /// paused on it. Suspends the calling task.
    Transport open(HttpConnection toProxy) throws Exception {
        Exchange exchange = new Exchange(asking(), toProxy, ResponseKind.TO_CONNECT);
        ResponseHead head = exchange.send(encode(), null);
        int status = head.status();
        if (status < 200 || status > 299) {
            exchange.abandon();
            throw new ClientException.Connection(
                    ClientException.Kind.PROXY,
                    "the proxy " + proxy.url() + " refused to connect to " + route.host() + ":"
                            + route.port() + ": " + status + " " + head.reason(),
                    null);
        }
        return exchange.takeTunnel();
    }

    /// Returns what the proxy is asked in. It is a part of connecting, and neither told of nor
    /// measured as a request of its own; who connects sees to the time.
    private Attempt asking() {
        EventLoop loop = attempt.loop();
        return new Attempt(
                loop,
                attempt.request(),
                ClientTimeout.none(),
                attempt.limits(),
                Attempt.NO_DEADLINE,
                new PhaseClock(loop, loop.time()),
                new Listeners(loop, List.of()));
    }

    private byte[] encode() {
        String host = route.host();
        String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + route.port();
        FieldLines.Builder fields = FieldLines.builder().add("Host", authority);
        addFields(proxy, fields);
        return RequestWriter.toBytes(new RequestHead("CONNECT", authority, fields.build()));
    }

    /// Adds what only the proxy may hear.
    static void addFields(Proxy proxy, FieldLines.Builder fields) {
        if (proxy.credentials() != null) {
            fields.add("Proxy-Authorization", proxy.credentials().headerValue());
        }
        for (Map.Entry<String, String> field : proxy.fields()) {
            fields.add(field.getKey(), field.getValue());
        }
    }

    // --- The connection to the proxy belongs to nobody else ---

    @Override
    public void opened(HttpConnection connection) {}

    @Override
    public void uploading(Task<?> upload) {}

    @Override
    public void release(HttpConnection connection, boolean usable) {
        connection.abort();
    }

    @Override
    public void dropIdle(HttpConnection connection) {
        connection.abort();
    }

    @Override
    public void detach(HttpConnection connection) {}

    @Override
    public void forget(HttpConnection connection) {}

    @Override
    public void lost(HttpConnection connection) {}
}
