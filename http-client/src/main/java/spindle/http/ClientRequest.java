package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;
import spindle.http.url.Url;
import spindle.http.wire.RequestHead;
import spindle.net.Tls;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What is to be asked: a method, a URL, header fields, perhaps a body, and whatever is to be
/// different from what the session does. A value, sent as often as one likes: `with…` returns a
/// changed copy.
///
/// ```java
/// ClientRequest search = ClientRequest.get("/search").withParameter("q", "käse & brot");
/// ClientRequest upload = ClientRequest.post("/items")
///         .withBody(RequestBody.file(path))
///         .withHeader("X-Kind", "photo");
/// try (ClientResponse response = await(session.send(upload))) { … }
/// ```
public final class ClientRequest {
    /// The request while one thing in it is being changed.
    private static final class Draft {
        String method = "GET";
        String url = "";

        /// The URL, once it is absolute.
        @Nullable
        Url absolute;

        Headers headers = Headers.empty();
        Set<String> suppressed = Set.of();
        List<Map.Entry<String, String>> parameters = List.of();

        @Nullable
        RequestBody body;

        @Nullable
        String compression;

        boolean expectContinue;
        Map<String, String> cookies = Map.of();

        @Nullable
        Credentials credentials;

        @Nullable
        ClientTimeout timeout;

        @Nullable
        ResponseLimits limits;

        @Nullable
        Integer maxRedirects;

        @Nullable
        Boolean raiseForStatus;

        @Nullable
        Boolean decompress;

        @Nullable
        List<Middleware> middlewares;

        /// Null for what the session says, empty for no proxy.
        @Nullable
        List<Proxy> proxy;

        @Nullable
        Tls tls;

        @Nullable
        String upgrade;

        /// Whether a redirect has led it away from the origin that it was meant for.
        boolean elsewhere;

        private Draft copy() {
            Draft copy = new Draft();
            copy.method = method;
            copy.url = url;
            copy.absolute = absolute;
            copy.headers = headers;
            copy.suppressed = suppressed;
            copy.parameters = parameters;
            copy.body = body;
            copy.compression = compression;
            copy.expectContinue = expectContinue;
            copy.cookies = cookies;
            copy.credentials = credentials;
            copy.timeout = timeout;
            copy.limits = limits;
            copy.maxRedirects = maxRedirects;
            copy.raiseForStatus = raiseForStatus;
            copy.decompress = decompress;
            copy.middlewares = middlewares;
            copy.proxy = proxy;
            copy.tls = tls;
            copy.upgrade = upgrade;
            copy.elsewhere = elsewhere;
            return copy;
        }
    }

    private final Draft all;

    private ClientRequest(Draft all) {
        this.all = all;
    }

    private ClientRequest with(Consumer<Draft> change) {
        Draft copy = all.copy();
        change.accept(copy);
        return new ClientRequest(copy);
    }

    // --- Making one ---

    /// Returns a request.
    ///
    /// @param method any token, sent as it is: methods are case-sensitive (RFC 9110 section 9.1)
    /// @param url absolute, or relative to the session's base URL; it is read when it is sent
    /// @throws IllegalArgumentException if the method is no token, or CONNECT, which is what a
    ///     session does by itself to pass a proxy
    public static ClientRequest of(String method, String url) {
        requireMethod(method);
        Draft draft = new Draft();
        draft.method = method;
        draft.url = url;
        return new ClientRequest(draft);
    }

    private static void requireMethod(String method) {
        RequestHead.requireMethod(method);
        if (method.equals("CONNECT")) {
            throw new IllegalArgumentException("expected a method to ask a server with but got "
                    + "CONNECT: give the session a proxy, and it tunnels by itself");
        }
    }

    /// Returns a request for what is at a URL.
    public static ClientRequest get(String url) {
        return of("GET", url);
    }

    /// Returns a request for the head alone of what is at a URL.
    public static ClientRequest head(String url) {
        return of("HEAD", url);
    }

    /// Returns a request that has a body processed; give it one with [#withBody].
    public static ClientRequest post(String url) {
        return of("POST", url);
    }

    /// Returns a request that puts a body at a URL; give it one with [#withBody].
    public static ClientRequest put(String url) {
        return of("PUT", url);
    }

    /// Returns a request that changes a part of what is at a URL; give it a body.
    public static ClientRequest patch(String url) {
        return of("PATCH", url);
    }

    /// Returns a request that removes what is at a URL.
    public static ClientRequest delete(String url) {
        return of("DELETE", url);
    }

    /// Returns a request that asks what can be done at a URL.
    public static ClientRequest options(String url) {
        return of("OPTIONS", url);
    }

    // --- What is sent ---

    /// Returns this with another URL.
    public ClientRequest withUrl(String url) {
        return with(draft -> {
            draft.url = url;
            draft.absolute = null;
        });
    }

    /// Returns this with another URL.
    public ClientRequest withUrl(Url url) {
        return with(draft -> {
            draft.url = url.text();
            draft.absolute = url;
        });
    }

    /// Returns this with another method.
    ///
    /// @throws IllegalArgumentException if it is no token, or CONNECT
    public ClientRequest withMethod(String method) {
        requireMethod(method);
        return with(draft -> draft.method = method);
    }

    /// Returns this with a parameter added to the query of its URL, encoded as a form's. A redirect
    /// does not take it along.
    public ClientRequest withParameter(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(all.parameters);
        more.add(new SimpleImmutableEntry<>(name, value));
        return with(draft -> draft.parameters = List.copyOf(more));
    }

    /// Returns this with parameters added, in the order of the map.
    public ClientRequest withParameters(Map<String, String> parameters) {
        List<Map.Entry<String, String>> more = new ArrayList<>(all.parameters);
        parameters.forEach((name, value) -> more.add(new SimpleImmutableEntry<>(name, value)));
        return with(draft -> draft.parameters = List.copyOf(more));
    }

    /// Returns this with one header field of that name, in place of the session's too.
    ///
    /// @throws IllegalArgumentException if it may not be sent
    public ClientRequest withHeader(String name, String value) {
        return withHeaders(all.headers.with(name, value));
    }

    /// Returns this with one more header field of that name.
    ///
    /// @throws IllegalArgumentException if it may not be sent
    public ClientRequest plusHeader(String name, String value) {
        return withHeaders(all.headers.plus(name, value));
    }

    /// Returns this with other header fields. The session's stay where these have none of the same
    /// name.
    ///
    /// @throws IllegalArgumentException if there is a Transfer-Encoding among them: the body
    ///     decides how it is framed; or a Proxy-Authorization, which only a proxy may hear
    public ClientRequest withHeaders(Headers headers) {
        requireOwn(headers);
        return with(draft -> draft.headers = headers);
    }

    /// Refuses header fields that are not the caller's to set.
    static void requireOwn(Headers headers) {
        if (headers.contains("Transfer-Encoding")) {
            throw new IllegalArgumentException("expected no Transfer-Encoding among the headers: a"
                    + " body of unknown length is sent in chunks by itself");
        }
        if (headers.contains("Proxy-Authorization")) {
            throw new IllegalArgumentException("expected no Proxy-Authorization among the headers:"
                    + " give the proxy its credentials (Proxy.withCredentials), so that nobody else"
                    + " hears them");
        }
    }

    /// Returns this without header fields of that name: not its own, not the session's, not the
    /// automatic one; without `Cookie` no cookies are sent, without `Authorization` no credentials,
    /// without `Content-Encoding` the body goes as it is, without `Expect` at once, and without
    /// `Upgrade` no other protocol is asked for. What no request can do without is sent all the
    /// same: Host, what frames the body, and the Connection of an upgrade.
    public ClientRequest withoutHeader(String name) {
        Set<String> more = new LinkedHashSet<>(all.suppressed);
        more.add(name.toLowerCase(Locale.ROOT));
        return with(draft -> {
            draft.headers = draft.headers.without(name);
            draft.suppressed = Set.copyOf(more);
            if (name.equalsIgnoreCase("Cookie")) {
                draft.cookies = Map.of();
            }
            if (name.equalsIgnoreCase("Authorization")) {
                draft.credentials = null;
            }
            if (name.equalsIgnoreCase("Content-Encoding")) {
                draft.compression = null;
            }
            if (name.equalsIgnoreCase("Expect")) {
                draft.expectContinue = false;
            }
            if (name.equalsIgnoreCase("Upgrade")) {
                draft.upgrade = null;
            }
        });
    }

    /// Returns this with a body. Its content type is sent unless there is a Content-Type among the
    /// headers.
    public ClientRequest withBody(RequestBody body) {
        return with(draft -> draft.body = body);
    }

    /// Returns this without a body.
    public ClientRequest withoutBody() {
        return with(draft -> {
            draft.body = null;
            draft.compression = null;
        });
    }

    /// Returns this with its body compressed on the way, in chunks, since nobody knows beforehand
    /// how long it will be. The server must be known to take that.
    ///
    /// Its Content-Encoding stands in place of the session's. One among the request's own headers
    /// is refused when the request is sent, since it says that the body is compressed already.
    ///
    /// @param coding `gzip` or `deflate`; `br` or `zstd` where their libraries are present
    /// @throws IllegalArgumentException if the coding is none of these
    public ClientRequest withCompression(String coding) {
        BodyCompression.require(coding);
        return with(draft -> draft.compression = coding);
    }

    /// Returns this sending its head first, and its body only when the server says 100 (Continue),
    /// or nothing for a second: for bodies that are not worth sending if the server refuses. An
    /// Expect among its headers is sent as it is.
    public ClientRequest withExpectContinue() {
        return with(draft -> draft.expectContinue = true);
    }

    /// Returns this with a cookie of its own, beside the jar's and in place of those of the same
    /// name, for this request and redirects within its origin.
    ///
    /// @param value sent as it is
    public ClientRequest withCookie(String name, String value) {
        Headers _ = Headers.of("Cookie", name + "=" + value); // Refuses what cannot be sent.
        if (name.isEmpty() || name.contains("=") || (name + value).contains(";")) {
            throw new IllegalArgumentException(
                    "expected a cookie without \";\" and with a name without \"=\"");
        }
        Map<String, String> more = new LinkedHashMap<>(all.cookies);
        more.put(name, value);
        return with(draft -> draft.cookies = more);
    }

    /// Returns this with credentials, for its own origin only.
    public ClientRequest withCredentials(Credentials credentials) {
        return with(draft -> draft.credentials = credentials);
    }

    /// Returns this asking to switch to another protocol (RFC 9110 section 7.8): see
    /// [ClientResponse#upgrade]. An Upgrade among its headers is sent in place of this one; to a
    /// Connection, its own or the session's, the option `Upgrade` is added.
    ///
    /// @param protocol such as `websocket`
    public ClientRequest withUpgrade(String protocol) {
        Headers _ = Headers.of("Upgrade", protocol); // Refuses what cannot be sent.
        return with(draft -> draft.upgrade = protocol);
    }

    // --- What is different from what the session does ---

    /// Returns this with timeouts of its own.
    public ClientRequest withTimeout(ClientTimeout timeout) {
        return with(draft -> draft.timeout = timeout);
    }

    /// Returns this with limits of its own for what the server may send.
    public ClientRequest withLimits(ResponseLimits limits) {
        return with(draft -> draft.limits = limits);
    }

    /// Returns this following so many redirects at the most; 0 returns the redirect itself.
    public ClientRequest withMaxRedirects(int limit) {
        Redirects.requireLimit(limit);
        return with(draft -> draft.maxRedirects = limit);
    }

    /// Returns this failing for a status of 400 or more, or not.
    public ClientRequest withRaiseForStatus(boolean raise) {
        return with(draft -> draft.raiseForStatus = raise);
    }

    /// Returns this with its response's body decompressed, or not.
    public ClientRequest withDecompression(boolean decompress) {
        return with(draft -> draft.decompress = decompress);
    }

    /// Returns this with other middlewares than the session's; an empty list for none.
    public ClientRequest withMiddlewares(List<Middleware> middlewares) {
        List<Middleware> copy = List.copyOf(middlewares);
        return with(draft -> draft.middlewares = copy);
    }

    /// Returns this going through a proxy, whatever the session does.
    public ClientRequest withProxy(Proxy proxy) {
        return with(draft -> draft.proxy = List.of(proxy));
    }

    /// Returns this going through no proxy, whatever the session does.
    public ClientRequest withoutProxy() {
        return with(draft -> draft.proxy = List.of());
    }

    /// Returns this with keys, trust, or a server name of its own, for `https`, and for its own
    /// origin
    /// only: what it is redirected to elsewhere is asked with the session's. Connections are
    /// shared by requests with the very same object only.
    public ClientRequest withTls(Tls tls) {
        return with(draft -> draft.tls = tls);
    }

    // --- Asking ---

    /// Returns the method.
    public String method() {
        return all.method;
    }

    /// Returns the URL.
    ///
    /// @throws IllegalStateException if it has not been resolved yet, which the session does: a
    ///     middleware's request has it
    public Url url() {
        if (all.absolute == null) {
            throw new IllegalStateException(
                    "the URL is resolved when the request is sent: until then there is only its"
                            + " text");
        }
        return all.absolute;
    }

    String urlText() {
        return all.url;
    }

    @Nullable
    Url absoluteUrl() {
        return all.absolute;
    }

    List<Map.Entry<String, String>> parameters() {
        return all.parameters;
    }

    /// Returns this with its final URL, which has the parameters in it.
    ClientRequest resolved(Url url) {
        return with(draft -> {
            draft.absolute = url;
            draft.url = url.text();
            draft.parameters = List.of();
        });
    }

    /// Returns the header fields of this request alone.
    public Headers headers() {
        return all.headers;
    }

    boolean suppresses(String name) {
        return !all.suppressed.isEmpty() && all.suppressed.contains(name.toLowerCase(Locale.ROOT));
    }

    /// Returns whether its head says no more than the session's requests say anyway.
    boolean isPlain() {
        return all.headers.size() == 0
                && all.suppressed.isEmpty()
                && all.cookies.isEmpty()
                && all.upgrade == null
                && !all.elsewhere;
    }

    /// Returns whether a redirect has led it away from the origin that it was meant for: then the
    /// session's Authorization, Cookie and Host are not for whoever gets it.
    boolean isElsewhere() {
        return all.elsewhere;
    }

    /// Returns an equal request that is another object.
    ClientRequest copy() {
        return with(_ -> {});
    }

    /// Returns the body, or null if there is none.
    public @Nullable RequestBody body() {
        return all.body;
    }

    /// Returns the coding that its body is compressed with on the way, or null if it is sent as it
    /// is.
    public @Nullable String compression() {
        return all.compression;
    }

    boolean expectsContinue() {
        return all.expectContinue && all.body != null;
    }

    Map<String, String> cookies() {
        return all.cookies;
    }

    @Nullable
    Credentials credentials() {
        return all.credentials;
    }

    @Nullable
    String upgradeProtocol() {
        return all.upgrade;
    }

    ClientTimeout timeout(ClientOptions session) {
        return all.timeout == null ? session.timeout() : all.timeout;
    }

    ResponseLimits limits(ClientOptions session) {
        return all.limits == null ? session.limits() : all.limits;
    }

    int maxRedirects(ClientOptions session) {
        return all.maxRedirects == null ? session.maxRedirects() : all.maxRedirects;
    }

    boolean raisesForStatus(ClientOptions session) {
        return all.raiseForStatus == null ? session.raisesForStatus() : all.raiseForStatus;
    }

    boolean decompresses(ClientOptions session) {
        return all.decompress == null ? session.decompresses() : all.decompress;
    }

    List<Middleware> middlewares(ClientOptions session) {
        return all.middlewares == null ? session.middlewares() : all.middlewares;
    }

    @Nullable
    Proxy proxy(ClientOptions session, Url url) {
        if (all.proxy == null) {
            return session.proxies().proxyFor(url);
        }
        return all.proxy.isEmpty() ? null : all.proxy.getFirst();
    }

    @Nullable
    Tls tls() {
        return all.tls;
    }

    /// Returns this without whatever is for its own origin only: credentials, cookies.
    ClientRequest forAnotherOrigin() {
        return with(draft -> {
            draft.elsewhere = true;
            draft.credentials = null;
            draft.cookies = Map.of();
            draft.tls = null; // It may hold a certificate of ours, or the other one's name.
            draft.headers = draft.headers
                    .without("Authorization")
                    .without("Cookie")
                    .without("Proxy-Authorization")
                    .without("Host");
        });
    }

    /// Returns this as a GET without a body, and without the header fields that describe one.
    ClientRequest asGet() {
        return with(draft -> {
            draft.method = "GET";
            draft.body = null;
            draft.compression = null;
            draft.expectContinue = false;
            draft.headers = draft.headers
                    .without("Content-Length")
                    .without("Content-Type")
                    .without("Content-Encoding")
                    .without("Content-Language")
                    .without("Content-Location")
                    .without("Expect");
        });
    }

    /// Returns a form such as `<ClientRequest GET http://127.0.0.1:5000/>`.
    @Override
    public String toString() {
        return "<ClientRequest " + all.method + " "
                + (all.absolute == null ? TargetText.withoutCredentials(all.url) : all.absolute)
                + ">";
    }
}
