package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.CancelledError;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.body.RequestBody;
import spindle.http.cookie.CookieJar;
import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;
import spindle.net.Network;
import spindle.net.Resolver;

import java.util.Objects;

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
///
/// Whatever is special about a request goes into a [ClientRequest]; what is special about all of
/// them into the [ClientOptions]. A request fails with a [ClientException] whose
/// [kind][ClientException#kind()] says what happened. A status such as 404 is no failure, unless
/// that is asked for.
public final class ClientSession implements AutoCloseable {
    // fixed at construction
    private final EventLoop loop;
    private final ClientOptions options;
    private final Connector connector;
    private final RequestHeads heads;
    private final Targets targets;
    private final @Nullable CookieJar cookies;
    private final Listeners listeners;
    private final OpenSessions openSessions;

    // changes while running
    private boolean closed;

    private ClientSession(EventLoop loop, ClientOptions options) {
        this.loop = loop;
        this.options = options;
        Network network = Objects.requireNonNullElseGet(options.network(), () -> Network.of(loop));
        Resolver resolver =
                Objects.requireNonNullElseGet(options.resolver(), () -> Resolver.of(loop));
        this.connector = new Connector(
                loop,
                options.pool(),
                new Dialer(network, resolver, options.connecting(), ClientOptions::defaultTls));
        this.heads = new RequestHeads(options);
        this.targets = new Targets(options.baseUrl(), heads);
        this.cookies = options.openCookieJar();
        this.listeners = new Listeners(loop, options.listeners());
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
        ClientSession session = new ClientSession(EventLoop.current(), options);
        session.openSessions.add(session);
        return session;
    }

    // --- Asking ---

    /// Returns a coroutine that sends a GET request and returns the response as soon as its
    /// head has arrived. Suspends the calling task. Cancelling it drops the connection; the
    /// pool loses no slot.
    ///
    /// It fails with a [ClientException] whose [kind][ClientException#kind()] says what
    /// happened, or with an [IllegalStateException] if the session is closed already.
    ///
    /// @param url absolute, or relative to [ClientOptions#withBaseUrl]
    @CheckReturnValue
    public Coroutine<ClientResponse> get(String url) {
        return () -> {
            requireOpen();
            Target target = targets.of(url);
            return new RequestCall(this, target.request()).run(target.request(), target.common());
        };
    }

    /// Returns a coroutine that sends a HEAD request, as [#get] does a GET: the response has no
    /// body.
    @CheckReturnValue
    public Coroutine<ClientResponse> head(String url) {
        return () -> send(ClientRequest.head(url)).run();
    }

    /// Returns a coroutine that sends an OPTIONS request, as [#get] does a GET.
    @CheckReturnValue
    public Coroutine<ClientResponse> options(String url) {
        return () -> send(ClientRequest.options(url)).run();
    }

    /// Returns a coroutine that sends a DELETE request, as [#get] does a GET.
    @CheckReturnValue
    public Coroutine<ClientResponse> delete(String url) {
        return () -> send(ClientRequest.delete(url)).run();
    }

    /// Returns a coroutine that sends a POST request, as [#get] does a GET. It returns as soon as
    /// there is an answer, be the body sent or not ([ClientResponse#uploadComplete]).
    @CheckReturnValue
    public Coroutine<ClientResponse> post(String url, RequestBody body) {
        return () -> send(ClientRequest.post(url).withBody(body)).run();
    }

    /// Returns a coroutine that sends a PUT request, as [#post] does a POST.
    @CheckReturnValue
    public Coroutine<ClientResponse> put(String url, RequestBody body) {
        return () -> send(ClientRequest.put(url).withBody(body)).run();
    }

    /// Returns a coroutine that sends a PATCH request, as [#post] does a POST.
    @CheckReturnValue
    public Coroutine<ClientResponse> patch(String url, RequestBody body) {
        return () -> send(ClientRequest.patch(url).withBody(body)).run();
    }

    /// Returns a coroutine that sends a request, as [#get] does a GET.
    @CheckReturnValue
    public Coroutine<ClientResponse> send(ClientRequest request) {
        return () -> {
            requireOpen();
            ClientRequest resolved = resolve(request);
            return new RequestCall(this, resolved).run(resolved, heads.common(resolved.url()));
        };
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed: open another one");
        }
    }

    /// Returns the request with its URL absolute, its parameters in it.
    ClientRequest resolve(ClientRequest request) throws ClientException.InvalidUrl {
        Url absolute = request.absoluteUrl();
        if (absolute != null && request.parameters().isEmpty() && absolute.fragment() == null) {
            return request;
        }
        Url url = absolute == null ? targets.of(request.urlText()).url() : absolute;
        try {
            return request.resolved(url.withParameters(request.parameters()).withoutFragment());
        } catch (InvalidUrlException invalid) {
            throw new ClientException.InvalidUrl(String.valueOf(invalid.getMessage()), invalid);
        }
    }

    /// Returns a coroutine that makes connections before they are needed, as many as are said, or
    /// as the limits allow; its result is how many those were. Suspends the calling task. Fails as
    /// a request would.
    @CheckReturnValue
    public Coroutine<Integer> preconnect(String url, int connections) {
        return () -> {
            requireOpen();
            ClientRequest request = targets.of(url).request();
            Route route = Route.of(
                    request.url(),
                    options::tls,
                    request.proxy(options, request.url()),
                    options.unixSocket());
            int made = 0;
            try {
                while (made < connections && connector.preconnect(route, preparing(request))) {
                    made++;
                }
            } catch (ClientException failure) {
                throw failure.of("preconnect " + request.url().origin());
            }
            return made;
        };
    }

    private Attempt preparing(ClientRequest request) {
        return new Attempt(
                loop,
                request,
                options.timeout(),
                options.limits(),
                options.timeout().total().isZero()
                        ? Attempt.NO_DEADLINE
                        : loop.time() + options.timeout().total().toNanos(),
                new PhaseClock(loop, loop.time()),
                listeners);
    }

    // --- Looking ---

    /// Returns the session's cookies; null if it keeps none.
    public @Nullable CookieJar cookies() {
        return cookies;
    }

    /// Returns what the pool has and has done.
    public PoolStatistics statistics() {
        return connector.statistics();
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

    EventLoop loop() {
        return loop;
    }

    ClientOptions options() {
        return options;
    }

    Connector connector() {
        return connector;
    }

    RequestHeads heads() {
        return heads;
    }

    Listeners listeners() {
        return listeners;
    }

    void opened(ClientResponse response) {
        if (loop.isDebug()) {
            String where = OpenedAt.here();
            response.setOrigin(where.isEmpty() ? "" : ", opened" + where);
        }
    }

    // --- Closing ---

    /// Closes every connection, and waits until all are over, those that are still being made
    /// included, and until no body is being sent any more: a second at the most, since
    /// `close_notify` of TLS and bodies that clean up take their time. Suspends the calling task,
    /// where there is one. Requests that are under way fail with [ClientException.Kind#CLOSED];
    /// responses that nobody is reading and nobody has closed are reported. Closing twice does
    /// nothing.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        openSessions.remove(this);
        connector.close();
        if (loop.isRunning() && loop.currentTask() != null) {
            awaitClosed();
        }
    }

    private void awaitClosed() {
        try {
            connector.awaitClosed();
        } catch (CancelledError cancelled) {
            connector.abortAll();
            throw cancelled;
        } catch (Exception impossible) {
            throw new AssertionError("nothing that is waited for here fails", impossible);
        }
    }

    /// Closes the session when its loop is closed, after which nothing can be waited for.
    void closeWithLoop() {
        closed = true;
        connector.close();
    }

    @Override
    public String toString() {
        return "<ClientSession " + (closed ? "closed" : "open") + " inUse=" + connectionsInUse()
                + " idle=" + connectionsIdle() + ">";
    }
}
