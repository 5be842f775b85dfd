package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.Credentials;
import spindle.http.auth.Login;
import spindle.http.auth.Netrc;
import spindle.http.cookie.CookieJar;
import spindle.http.proxy.ProxyChooser;
import spindle.http.url.Url;
import spindle.net.HostConnectOptions;
import spindle.net.Network;
import spindle.net.Resolver;
import spindle.net.Tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// What a [ClientSession] may be told. A value: `with…` returns a changed copy.
///
/// What can be said here and for a single request ([ClientRequest]) is the request's to decide.
public final class ClientOptions {
    private static final int MAX_REDIRECTS = 10;

    private static final ClientOptions DEFAULTS = new ClientOptions(new Draft());

    /// The options while one of them is being changed.
    private static final class Draft {
        @Nullable
        Url baseUrl;

        Headers headers = Headers.empty();
        String userAgent = "spindle/0.1";
        ClientTimeout timeout = ClientTimeout.defaults();
        PoolOptions pool = PoolOptions.defaults();
        ResponseLimits limits = ResponseLimits.defaults();
        int maxRedirects = MAX_REDIRECTS;
        boolean insecureRedirects;
        boolean raiseForStatus;
        boolean decompress = true;
        boolean cookies = true;

        @Nullable
        CookieJar cookieJar;

        Map<String, Credentials> credentials = Map.of();

        @Nullable
        Netrc netrc;

        List<Middleware> middlewares = List.of();
        List<ClientListener> listeners = List.of();

        @Nullable
        CharsetGuess charsetGuess;

        ProxyChooser proxies = ProxyChooser.none();

        @Nullable
        Tls tls;

        HostConnectOptions connecting = HostConnectOptions.defaults();

        @Nullable
        Path unixSocket;

        @Nullable
        Network network;

        @Nullable
        Resolver resolver;
    }

    private final Draft all;

    private ClientOptions(Draft all) {
        this.all = all;
    }

    private ClientOptions with(Consumer<Draft> change) {
        Draft copy = new Draft();
        copy.baseUrl = all.baseUrl;
        copy.headers = all.headers;
        copy.userAgent = all.userAgent;
        copy.timeout = all.timeout;
        copy.pool = all.pool;
        copy.limits = all.limits;
        copy.maxRedirects = all.maxRedirects;
        copy.insecureRedirects = all.insecureRedirects;
        copy.raiseForStatus = all.raiseForStatus;
        copy.decompress = all.decompress;
        copy.cookies = all.cookies;
        copy.cookieJar = all.cookieJar;
        copy.credentials = all.credentials;
        copy.netrc = all.netrc;
        copy.middlewares = all.middlewares;
        copy.listeners = all.listeners;
        copy.charsetGuess = all.charsetGuess;
        copy.proxies = all.proxies;
        copy.tls = all.tls;
        copy.connecting = all.connecting;
        copy.unixSocket = all.unixSocket;
        copy.network = all.network;
        copy.resolver = all.resolver;
        change.accept(copy);
        return new ClientOptions(copy);
    }

    /// Returns the defaults: no base URL, no headers but the automatic ones, the defaults of
    /// [ClientTimeout], [PoolOptions] and [ResponseLimits], ten redirects, cookies kept for as
    /// long as the session is open, bodies decompressed.
    public static ClientOptions defaults() {
        return DEFAULTS;
    }

    // --- What every request says ---

    /// Returns these with a URL that relative ones are resolved against, as a browser does: all
    /// after the last slash of its path is replaced.
    public ClientOptions withBaseUrl(String url) {
        Url base = Url.parse(url);
        return with(draft -> draft.baseUrl = base);
    }

    /// Returns these with header fields for every request, in place of those before. A request's
    /// own fields replace those of the same name.
    ///
    /// @throws IllegalArgumentException if there is a Transfer-Encoding or a Proxy-Authorization
    ///     among them
    public ClientOptions withHeaders(Headers headers) {
        ClientRequest.requireOwn(headers);
        return with(draft -> draft.headers = headers);
    }

    /// Returns these with one more header field for every request, in place of any of that name.
    public ClientOptions withHeader(String name, String value) {
        return withHeaders(all.headers.with(name, value));
    }

    /// Returns these with another name for the client.
    public ClientOptions withUserAgent(String userAgent) {
        Headers _ = Headers.of("User-Agent", userAgent); // Refuses what cannot be sent.
        return with(draft -> draft.userAgent = userAgent);
    }

    /// Returns these with credentials for one origin, such as `https://api.example:8443`. They are
    /// sent to it with each request that has no Authorization of its own, and to nobody else.
    public ClientOptions withCredentials(String origin, Credentials credentials) {
        Map<String, Credentials> more = new LinkedHashMap<>(all.credentials);
        more.put(Url.parse(origin).origin(), credentials);
        return with(draft -> draft.credentials = Map.copyOf(more));
    }

    /// Returns these with a file of credentials by host, for requests that have no others.
    public ClientOptions withNetrc(Netrc netrc) {
        return with(draft -> draft.netrc = netrc);
    }

    /// Returns these with a jar of cookies that others may use as well. Without one, each session
    /// has its own.
    public ClientOptions withCookieJar(CookieJar jar) {
        return with(draft -> {
            draft.cookieJar = jar;
            draft.cookies = true;
        });
    }

    /// Returns these neither keeping nor sending cookies.
    public ClientOptions withoutCookies() {
        return with(draft -> draft.cookies = false);
    }

    // --- How long, how many, how much ---

    /// Returns these with other timeouts.
    public ClientOptions withTimeout(ClientTimeout timeout) {
        return with(draft -> draft.timeout = timeout);
    }

    /// Returns these with another limit to how long a request may take in all.
    public ClientOptions withTotalTimeout(Duration total) {
        return withTimeout(all.timeout.withTotal(total));
    }

    /// Returns these with other limits for the pool.
    public ClientOptions withPool(PoolOptions pool) {
        return with(draft -> draft.pool = pool);
    }

    /// Returns these with another limit of connections in use; 0 for none.
    public ClientOptions withLimit(int limit) {
        return withPool(all.pool.withLimit(limit));
    }

    /// Returns these with another limit of connections in use for each host; 0 for none.
    public ClientOptions withLimitPerHost(int limit) {
        return withPool(all.pool.withLimitPerHost(limit));
    }

    /// Returns these with another time that a connection may wait for its next request.
    public ClientOptions withKeepAliveTimeout(Duration timeout) {
        return withPool(all.pool.withKeepAliveTimeout(timeout));
    }

    /// Returns these with other limits for what a server may send.
    public ClientOptions withLimits(ResponseLimits limits) {
        return with(draft -> draft.limits = limits);
    }

    /// Returns these with another limit for bodies that are collected in memory.
    public ClientOptions withMaxBodyBytes(int limit) {
        return withLimits(all.limits.withMaxBodyBytes(limit));
    }

    // --- What happens to responses ---

    /// Returns these following so many redirects at the most; 0 returns the redirect itself.
    public ClientOptions withMaxRedirects(int limit) {
        Redirects.requireLimit(limit);
        return with(draft -> draft.maxRedirects = limit);
    }

    /// Returns these following redirects from `https` to `http` too, or not, which is the default:
    /// whoever asked for encryption should not lose it at the word of a server.
    public ClientOptions withInsecureRedirects(boolean follow) {
        return with(draft -> draft.insecureRedirects = follow);
    }

    /// Returns these failing with a [ClientException.Status] where a response has a status of 400
    /// or more, or not.
    public ClientOptions withRaiseForStatus(boolean raise) {
        return with(draft -> draft.raiseForStatus = raise);
    }

    /// Returns these asking for compressed bodies and undoing it, or not: then bodies come as they
    /// were sent.
    public ClientOptions withDecompression(boolean decompress) {
        return with(draft -> draft.decompress = decompress);
    }

    /// Returns these with a last resort for texts whose charset nobody has named.
    public ClientOptions withCharsetGuess(CharsetGuess guess) {
        return with(draft -> draft.charsetGuess = guess);
    }

    // --- Who stands in between ---

    /// Returns these with one more middleware, inside of those before. See [Middleware].
    public ClientOptions withMiddleware(Middleware middleware) {
        return with(draft -> draft.middlewares = appended(draft.middlewares, middleware));
    }

    /// Returns these with one more listener.
    public ClientOptions withListener(ClientListener listener) {
        return with(draft -> draft.listeners = appended(draft.listeners, listener));
    }

    private static <T> List<T> appended(List<T> list, T element) {
        List<T> more = new ArrayList<>(list);
        more.add(element);
        return List.copyOf(more);
    }

    // --- How to connect ---

    /// Returns these going through proxies: [spindle.http.proxy.ProxySettings] reads the
    /// environment's. Asked for each hop anew, so that a redirect to elsewhere goes where it
    /// should.
    public ClientOptions withProxies(ProxyChooser proxies) {
        return with(draft -> draft.proxies = proxies);
    }

    /// Returns these with other keys, trust or versions for `https`. Connections are shared by
    /// requests with the very same object only. They are for the hosts that are asked, not for a
    /// proxy, which has its own ([spindle.http.proxy.Proxy#withTls]).
    public ClientOptions withTls(Tls tls) {
        return with(draft -> draft.tls = tls);
    }

    /// Returns these with other rules for connecting: which family of addresses, from which
    /// address, how long an attempt has the field to itself.
    public ClientOptions withConnecting(HostConnectOptions connecting) {
        return with(draft -> draft.connecting = connecting);
    }

    /// Returns these connecting to a Unix domain socket, whatever host the URL names, and through
    /// no
    /// proxy.
    public ClientOptions withUnixSocket(Path socket) {
        return with(draft -> draft.unixSocket = socket);
    }

    /// Returns these with another network, a simulated one say.
    public ClientOptions withNetwork(Network network) {
        return with(draft -> draft.network = network);
    }

    /// Returns these with another way to find addresses: see [Resolver#fixed] for overrides.
    public ClientOptions withResolver(Resolver resolver) {
        return with(draft -> draft.resolver = resolver);
    }

    // --- Asking ---

    /// Returns the URL that relative ones are resolved against, or null.
    public @Nullable Url baseUrl() {
        return all.baseUrl;
    }

    /// Returns the header fields of every request.
    public Headers headers() {
        return all.headers;
    }

    /// Returns what the session calls itself.
    public String userAgent() {
        return all.userAgent;
    }

    /// Returns how long requests may take.
    public ClientTimeout timeout() {
        return all.timeout;
    }

    /// Returns how many connections there may be.
    public PoolOptions pool() {
        return all.pool;
    }

    /// Returns how much servers may send.
    public ResponseLimits limits() {
        return all.limits;
    }

    /// Returns how many redirects are followed.
    public int maxRedirects() {
        return all.maxRedirects;
    }

    boolean followsInsecureRedirects() {
        return all.insecureRedirects;
    }

    boolean raisesForStatus() {
        return all.raiseForStatus;
    }

    boolean decompresses() {
        return all.decompress;
    }

    /// Returns the jar to use: a new one if none was given, null if there are to be no cookies.
    @Nullable
    CookieJar openCookieJar() {
        if (!all.cookies) {
            return null;
        }
        return all.cookieJar == null ? new CookieJar() : all.cookieJar;
    }

    /// Returns the credentials that were given for an origin, or null.
    @Nullable
    Credentials credentialsFor(Url url) {
        if (!all.credentials.isEmpty()) {
            Credentials own = all.credentials.get(url.origin());
            if (own != null) {
                return own;
            }
        }
        Login login = loginFor(url, null);
        return login == null ? null : Credentials.basic(login);
    }

    /// Returns what the netrc file says about a host and a user, or null.
    ///
    /// @param user null for whatever user the file names
    @Nullable
    Login loginFor(Url url, @Nullable String user) {
        return all.netrc == null ? null : all.netrc.find(url.host(), user);
    }

    List<Middleware> middlewares() {
        return all.middlewares;
    }

    List<ClientListener> listeners() {
        return all.listeners;
    }

    @Nullable
    CharsetGuess charsetGuess() {
        return all.charsetGuess;
    }

    ProxyChooser proxies() {
        return all.proxies;
    }

    Tls tls() {
        return Objects.requireNonNullElseGet(all.tls, ClientOptions::defaultTls);
    }

    /// Returns what TLS is agreed on by where nothing else was said.
    static Tls defaultTls() {
        return DefaultTls.TLS;
    }

    HostConnectOptions connecting() {
        return all.connecting;
    }

    @Nullable
    Path unixSocket() {
        return all.unixSocket;
    }

    @Nullable
    Network network() {
        return all.network;
    }

    @Nullable
    Resolver resolver() {
        return all.resolver;
    }

    /// Made once, when it is first needed: it reads the JDK's list of authorities.
    private static final class DefaultTls {
        private static final Tls TLS = Tls.client().withApplicationProtocols("http/1.1");
    }

    /// Returns timeouts and pool: the rest may hold secrets.
    @Override
    public String toString() {
        return "<ClientOptions " + all.timeout + " " + all.pool + ">";
    }
}
