package spindle.http;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.wire.FieldLines;
import spindle.http.wire.RequestHead;
import spindle.http.wire.RequestWriter;
import spindle.http.wire.ResponseHead;
import spindle.net.Network;
import spindle.net.Resolver;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// An HTTP client: a pool of connections and what requests have in common.
///
/// Open one for the whole program, not one for each request: connections are kept alive between
/// requests, and opening them is most of the cost. It belongs to the loop that was running when
/// it was opened, and only that loop's thread may use it. Close it.
///
/// ```java
/// try (var session = ClientSession.open();
///         ClientResponse response = await(session.get("http://127.0.0.1:5000/"))) {
///     System.out.println(response.status() + " " + await(response.text()));
/// }
/// ```
public final class ClientSession implements AutoCloseable {
    // fixed at construction
    private final EventLoop loop;
    private final ClientOptions options;
    private final Connector connector;
    private final OpenSessions openSessions;

    /// What every request says, checked and encoded once.
    private final FieldLines commonFields;

    // changes while running
    private boolean closed;

    private ClientSession(
            EventLoop loop, ClientOptions options, Network network, Resolver resolver) {
        this.loop = loop;
        this.options = options;
        this.connector = new Connector(loop, network, resolver, options);
        this.commonFields = FieldLines.of("User-Agent", options.userAgent(), "Accept", "*/*");
        this.openSessions = OpenSessions.of(loop);
    }

    /// Opens a session with [ClientOptions#defaults()].
    ///
    /// @throws IllegalStateException outside a running loop
    public static ClientSession open() {
        return open(ClientOptions.defaults());
    }

    /// Opens a session. Close it: the loop that has to do so when it is closed itself reports
    /// that.
    ///
    /// @throws IllegalStateException outside a running loop
    public static ClientSession open(ClientOptions options) {
        EventLoop loop = EventLoop.current();
        ClientSession session =
                new ClientSession(loop, options, Network.of(loop), Resolver.of(loop));
        session.openSessions.add(session);
        return session;
    }

    /// Returns a coroutine that sends a GET request and returns the response as soon as its
    /// head has arrived. Suspends the calling task. Cancelling it drops the connection; the
    /// pool loses no slot.
    ///
    /// It fails with a [ClientException] whose [kind][ClientException#kind()] says what
    /// happened, or with an [IllegalStateException] if the session is closed already. A status
    /// such as 404 is no failure.
    @CheckReturnValue
    public Coroutine<ClientResponse> get(String url) {
        return () -> {
            if (closed) {
                throw new IllegalStateException("the session is closed: open another one");
            }
            RequestUrl parsed = RequestUrl.parse(url);
            try {
                return fetch(parsed);
            } catch (ClientException failure) {
                throw described(failure, parsed);
            }
        };
    }

    private ClientResponse fetch(RequestUrl url) throws Exception {
        long deadline = loop.time() + options.totalTimeout().toNanos();
        byte[] request = encode(url);
        HttpConnection idle = connector.acquireIdle(url.origin());
        HttpConnection connection = idle != null ? idle : connect(url, deadline, false);
        Exchange exchange = exchangeOn(connection, url);
        try {
            return new ClientResponse(url, exchange.send(request, deadline), exchange);
        } catch (ClientException failure) {
            if (!exchange.isStaleConnection(failure)) {
                throw failure;
            }
        }
        // GET is idempotent and has no body, so it may go out again; on a fresh connection it
        // cannot meet the same fate.
        Exchange second = exchangeOn(connect(url, deadline, true), url);
        ResponseHead head = second.send(request, deadline);
        return new ClientResponse(url, head, second);
    }

    private Exchange exchangeOn(HttpConnection connection, RequestUrl url) {
        return new Exchange(loop, url, connection, options.maxBodyBytes());
    }

    private HttpConnection connect(RequestUrl url, long deadline, boolean fresh) throws Exception {
        Duration left = Duration.ofNanos(deadline - loop.time());
        try {
            return Async.await(Async.failAfter(left, connector.acquire(url.origin(), fresh)));
        } catch (TimeoutException _) {
            throw new ClientException.Timeout("the time was up before there was a connection");
        }
    }

    private byte[] encode(RequestUrl url) {
        FieldLines fields = FieldLines.builder()
                .add("Host", url.origin().hostField())
                .addAll(commonFields)
                .build();
        return RequestWriter.toBytes(new RequestHead("GET", url.target(), fields));
    }

    /// Returns the failure with the request in its message.
    static ClientException described(ClientException failure, RequestUrl url) {
        return failure.withContext("GET " + url);
    }

    /// Returns how many connections are in use now, being made, or promised to a request in
    /// line.
    public int connectionsInUse() {
        return connector.slotsTaken();
    }

    /// Returns how many connections wait in the pool.
    public int connectionsIdle() {
        return connector.idleCount();
    }

    /// Closes every connection. Requests that are under way fail with
    /// [ClientException.Kind#CLOSED].
    @Override
    public void close() {
        closed = true;
        openSessions.remove(this);
        connector.close();
    }

    @Override
    public String toString() {
        return "<ClientSession " + (closed ? "closed" : "open") + " inUse=" + connectionsInUse()
                + " idle=" + connectionsIdle() + ">";
    }
}
