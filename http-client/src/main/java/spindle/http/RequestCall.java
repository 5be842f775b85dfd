package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.http.body.RequestBody;
import spindle.http.coding.ContentDecoder;
import spindle.http.cookie.CookieJar;
import spindle.http.proxy.Proxy;
import spindle.http.url.Url;
import spindle.http.wire.FieldLines;
import spindle.http.wire.RequestHead;
import spindle.http.wire.ResponseHead;
import spindle.net.Tls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One call of a session's user, from the request to the response that is returned: the redirects
/// in between, the middlewares around each hop, and the attempts inside of them.
///
/// ```
/// hop (redirects)  ->  middlewares  ->  attempt: cookies, credentials, connection, exchange
/// ```
final class RequestCall {
    // fixed at construction
    private final ClientSession session;
    private final EventLoop loop;
    private final ClientOptions options;
    private final ClientTimeout timeout;
    private final long deadline;

    // changes while running
    /// Of the attempt that began last.
    private PhaseClock clock;

    /// Those before the current hop.
    private @Nullable List<ClientResponse> history;

    /// Of the current hop; null if there is nothing to hold to a time.
    private @Nullable MiddlewareTimer middlewareTimer;

    /// Of the current hop; null as long as none has had middlewares.
    private @Nullable HopResponses hopResponses;

    /// All that were to be sent: the request's, and those that middlewares put in its place.
    private @Nullable List<RequestBody> bodies;

    /// @param request its URL is absolute
    RequestCall(ClientSession session, ClientRequest request) {
        this.session = session;
        this.loop = session.loop();
        this.options = session.options();
        this.timeout = request.timeout(options);
        long now = loop.time();
        this.deadline = timeout.total().isZero()
                ? Attempt.NO_DEADLINE
                : now + timeout.total().toNanos();
        this.clock = new PhaseClock(loop, now);
    }

    // --- Redirects ---

    /// Makes the call. Suspends the calling task.
    ///
    /// @param common what [RequestHeads#common] returned for the request's URL
    ClientResponse run(ClientRequest request, FieldLines common) throws Exception {
        note(request.body());
        ClientRequest current = request;
        FieldLines fields = common;
        try {
            while (true) {
                ClientResponse response = hop(current, fields);
                ClientRequest next =
                        Redirects.isRedirect(response.status()) ? follow(response, current) : null;
                if (next == null) {
                    return finished(response, current);
                }
                remember(response);
                current = next;
                fields = session.heads().common(next.url());
            }
        } finally {
            if (bodies != null) {
                // Had one not come to be written, it might hold something open.
                bodies.forEach(RequestBody::discard);
            }
        }
    }

    private void note(@Nullable RequestBody body) {
        if (body == null) {
            return;
        }
        if (bodies == null) {
            bodies = new ArrayList<>(1);
        }
        bodies.add(body);
    }

    private @Nullable ClientRequest follow(ClientResponse response, ClientRequest request)
            throws Exception {
        int most = request.maxRedirects(options);
        if (most == 0) {
            return null;
        }
        try {
            ClientRequest next =
                    Redirects.follow(response, request, options.followsInsecureRedirects());
            if (next == null) {
                return null;
            }
            if (history != null && history.size() >= most) {
                throw new ClientException.Redirect(
                        "there are more redirects than the limit maxRedirects of " + most
                                + ": the last one leads to " + next.url(),
                        null);
            }
            session.listeners()
                    .tell(() -> new ClientEvent.Redirected(
                            response.request(), response.status(), next.url()));
            Async.await(response.discard());
            return next;
        } catch (ClientException failure) {
            response.close();
            throw failure.of(request.method() + " " + request.url());
        } catch (Throwable failure) {
            response.close();
            throw failure;
        }
    }

    private void remember(ClientResponse response) {
        if (history == null) {
            history = new ArrayList<>();
        }
        history.add(response);
    }

    private ClientResponse finished(ClientResponse response, ClientRequest request)
            throws Exception {
        if (history != null) {
            response.setHistory(history);
        }
        if (response.status() >= 400 && request.raisesForStatus(options)) {
            throw response.statusWithBody();
        }
        return response;
    }

    // --- Middlewares ---

    private ClientResponse hop(ClientRequest request, FieldLines common) throws Exception {
        List<Middleware> middlewares = request.middlewares(options);
        if (middlewares.isEmpty()) {
            return attempt(request, common);
        }
        HopResponses responses = new HopResponses();
        hopResponses = responses;
        return responses.closeOthersThanOf(() -> timedHop(request, common, middlewares));
    }

    private ClientResponse timedHop(
            ClientRequest request, FieldLines common, List<Middleware> middlewares)
            throws Exception {
        if (deadline == Attempt.NO_DEADLINE) {
            return throughMiddlewares(request, common, middlewares, 0);
        }
        MiddlewareTimer timer = new MiddlewareTimer(deadline);
        middlewareTimer = timer;
        return timer.within(
                () -> throughMiddlewares(request, common, middlewares, 0),
                () -> attemptAt(request)
                        .timeUp(true, Duration.ZERO, "a middleware was at work")
                        .of(request.method() + " " + request.url()));
    }

    /// @param middlewares those of the hop, whatever one of them makes of the request
    private ClientResponse throughMiddlewares(
            ClientRequest request, FieldLines common, List<Middleware> middlewares, int index)
            throws Exception {
        if (index == middlewares.size()) {
            HopResponses responses = hopResponses;
            ClientResponse response = attempt(request, common);
            return responses == null ? response : responses.add(response);
        }
        return middlewares
                .get(index)
                .handle(request, new Inside(request, common, middlewares, index + 1));
    }

    /// What is inside of one middleware: the next one, or the attempt. The common fields are of the
    /// URL of the request that the middleware got.
    private final class Inside implements Middleware.Next {
        private final ClientRequest request;
        private final FieldLines common;
        private final List<Middleware> middlewares;
        private final int index;

        Inside(ClientRequest request, FieldLines common, List<Middleware> middlewares, int index) {
            this.request = request;
            this.common = common;
            this.middlewares = middlewares;
            this.index = index;
        }

        @Override
        public ClientResponse send(ClientRequest changed) throws Exception {
            ClientRequest resolved = session.resolve(changed);
            if (resolved.body() != request.body()) {
                note(resolved.body());
            }
            FieldLines fields = resolved.url().equals(request.url())
                    ? common
                    : session.heads().common(resolved.url());
            return throughMiddlewares(resolved, fields, middlewares, index);
        }

        @Override
        public Optional<Duration> timeLeft() {
            return deadline == Attempt.NO_DEADLINE
                    ? Optional.empty()
                    : Optional.of(Duration.ofNanos(Math.max(0, deadline - loop.time())));
        }
    }

    // --- Attempts ---

    private ClientResponse attempt(ClientRequest request, FieldLines common) throws Exception {
        Listeners listeners = session.listeners();
        // The same request may be on its way more than once.
        ClientRequest own = listeners.isEmpty() ? request : request.copy();
        MiddlewareTimer timer = middlewareTimer;
        if (timer != null) {
            timer.attemptBegins();
        }
        listeners.tell(() -> new ClientEvent.Started(own));
        try {
            ClientResponse response = send(own, common);
            // A server that knows no expectations says so (RFC 9110 section 10.1.1).
            if (response.status() == 417 && own.expectsContinue() && canSendBody(own)) {
                Async.await(response.discard());
                return send(own.withoutHeader("Expect"), common);
            }
            return response;
        } catch (Throwable failure) {
            attemptFailed(own, failure);
            throw failure;
        } finally {
            if (timer != null) {
                timer.attemptEnds();
            }
        }
    }

    private void attemptFailed(ClientRequest request, Throwable failure) {
        if (failure instanceof ClientException known) {
            known.of(request.method() + " " + request.url());
        }
        Exception told = failure instanceof Exception exception ? exception : null;
        session.listeners().tell(() -> new ClientEvent.Failed(request, told));
    }

    private ClientResponse send(ClientRequest request, FieldLines common) throws Exception {
        clock = clock.next();
        Attempt attempt = attemptAt(request);
        RequestBody body = readyBody(attempt);
        Url url = request.url();
        Proxy proxy = options.unixSocket() == null ? request.proxy(options, url) : null;
        Route route = Route.of(url, () -> tls(request), proxy, options.unixSocket());
        CookieJar jar = session.cookies();
        String cookies = jar == null || jar.isEmpty() ? null : jar.headerFor(url);
        RequestHeads.Encoded head = session.heads().encode(request, route, common, body, cookies);
        boolean expects = request.expectsContinue();

        Connector connector = session.connector();
        attempt.clock().beginAttempt();
        HttpConnection idle = connector.acquireIdle(route, attempt);
        HttpConnection connection = idle != null ? idle : connector.acquire(route, attempt, false);
        Exchange exchange = exchange(attempt, connection, head);
        try {
            return received(exchange, exchange.send(head.bytes(), upload(body, head, expects)));
        } catch (ClientException failure) {
            if (!exchange.isStaleConnection(failure) || !isSafeToRepeat(request)) {
                throw failure;
            }
        }
        // On a fresh connection it cannot meet the same fate.
        attempt.clock().beginAttempt();
        Exchange second = exchange(attempt, connector.acquire(route, attempt, true), head);
        return received(second, second.send(head.bytes(), upload(body, head, expects)));
    }

    private Attempt attemptAt(ClientRequest request) {
        return new Attempt(
                loop,
                request,
                timeout(request),
                request.limits(options),
                deadline,
                clock,
                session.listeners());
    }

    /// A middleware may give the phases of an attempt other limits; the total is the call's.
    private ClientTimeout timeout(ClientRequest request) {
        ClientTimeout own = request.timeout(options);
        return own == timeout ? own : own.withTotal(timeout.total());
    }

    private Tls tls(ClientRequest request) {
        Tls own = request.tls();
        return own == null ? options.tls() : own;
    }

    private static @Nullable RequestBody readyBody(Attempt attempt) throws Exception {
        ClientRequest request = attempt.request();
        RequestBody body = request.body();
        if (body == null) {
            return null;
        }
        RequestBody ready = attempt.prepared(body);
        String coding = request.compression();
        return coding == null ? ready : BodyCompression.of(ready, coding);
    }

    private static Exchange exchange(
            Attempt attempt, HttpConnection connection, RequestHeads.Encoded head) {
        Exchange exchange = new Exchange(attempt, connection, head.kind());
        if (head.closes()) {
            exchange.setClosesConnection();
        }
        return exchange;
    }

    private @Nullable Upload upload(
            @Nullable RequestBody body, RequestHeads.Encoded head, boolean expectsContinue) {
        return body == null ? null : new Upload(loop, body, head.framing(), expectsContinue);
    }

    /// What may reach the server twice without doing harm, and can be sent twice.
    private static boolean isSafeToRepeat(ClientRequest request) {
        return canSendBody(request) && RequestHead.isIdempotent(request.method());
    }

    private static boolean canSendBody(ClientRequest request) {
        RequestBody body = request.body();
        return body == null || body.canBeSent();
    }

    private ClientResponse received(Exchange exchange, ResponseHead head) {
        try {
            return response(exchange, head);
        } catch (Throwable failure) {
            exchange.failBecause(failure); // Nobody else could close it.
            throw failure;
        }
    }

    private ClientResponse response(Exchange exchange, ResponseHead head) {
        ClientRequest request = exchange.attempt().request();
        FieldLines fields = head.fields();
        CookieJar jar = session.cookies();
        if (jar != null && fields.indexOf("Set-Cookie", 0) >= 0) {
            jar.store(request.url(), new Headers(fields).all("Set-Cookie"));
        }
        List<String> codings = codings(request, fields);
        ResponseBody body = new ResponseBody(
                exchange, codings.isEmpty() ? null : new DecodedBody(exchange, codings));
        ClientResponse response = new ClientResponse(request, head, exchange, body, options);
        session.opened(response);
        return response;
    }

    /// Returns the codings to undo, in the order in which they were applied.
    private List<String> codings(ClientRequest request, FieldLines fields) {
        if (fields.indexOf("Content-Encoding", 0) < 0 || !request.decompresses(options)) {
            return List.of();
        }
        List<String> codings = new ArrayList<>();
        for (String coding : new Headers(fields).members("Content-Encoding")) {
            String name = coding.toLowerCase(Locale.ROOT);
            if (!ContentDecoder.supports(name)) {
                return List.of(); // Whoever reads the body may know it.
            }
            if (!name.equals("identity")) {
                codings.add(name);
            }
        }
        return codings;
    }
}
