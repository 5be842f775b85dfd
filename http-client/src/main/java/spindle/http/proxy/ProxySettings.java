package spindle.http.proxy;

import org.jspecify.annotations.Nullable;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;
import spindle.net.Tls;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What the environment says about proxies, in the variables that curl, Go and Python read.
///
/// | variable | what it is |
/// |---|---|
/// | `http_proxy`, `HTTP_PROXY` | the proxy for `http` URLs |
/// | `https_proxy`, `HTTPS_PROXY` | the proxy for `https` URLs |
/// | `all_proxy`, `ALL_PROXY` | the proxy for those without one |
/// | `no_proxy`, `NO_PROXY` | hosts that are asked directly |
///
/// Lower case wins; an empty variable is as good as none. A proxy without a scheme, such as
/// `proxy:3128`, is one with `http`. `HTTP_PROXY` is ignored where `REQUEST_METHOD` is set: a
/// program that a web server runs (CGI) finds the client's `Proxy` field in it.
///
/// `no_proxy` has entries between commas or blanks, without regard to case:
///
/// | entry | whom it means |
/// |---|---|
/// | `*` | everybody |
/// | `example.org`, `.example.org` | the host and all below it |
/// | `*.example.org` | all below the host |
/// | `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]` | the address |
/// | `10.0.0.0/8`, `fd00::/8`, `[fd00::]/8` | the addresses of the block |
/// | any of the hosts and addresses with `:8080` (after brackets, for IPv6) | its port alone |
///
/// Names are compared and not resolved: a block has nothing to do with a host that is asked for
/// by its name. This machine (`localhost`, `127.0.0.1`) is no exception unless an entry says so.
///
/// Immutable: what the environment says later does not count.
public final class ProxySettings implements ProxyChooser {
    // RFC 3986 section 3.1. A password may have "://" too, behind a colon.
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

    private final @Nullable Proxy http;
    private final @Nullable Proxy https;
    private final NoProxyList exceptions;

    private ProxySettings(@Nullable Proxy http, @Nullable Proxy https, NoProxyList exceptions) {
        this.http = http;
        this.https = https;
        this.exceptions = exceptions;
    }

    /// Reads the variables.
    ///
    /// @param environment such as [System#getenv()]
    /// @throws IllegalArgumentException if one makes no sense; the message names it, and says
    ///     nothing of credentials that are in it
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        boolean isCgi = environment.containsKey("REQUEST_METHOD");
        Proxy http = isCgi && isEmpty(environment.get("http_proxy"))
                ? null
                : proxy(environment, "http_proxy");
        Proxy https = proxy(environment, "https_proxy");
        Proxy all = proxy(environment, "all_proxy");
        return new ProxySettings(
                http == null ? all : http, https == null ? all : https, exceptions(environment));
    }

    private static @Nullable Proxy proxy(Map<String, String> environment, String lowerCase) {
        String variable = variable(environment, lowerCase);
        return variable == null
                ? null
                : parse(variable, environment.getOrDefault(variable, "").strip());
    }

    /// Returns the one of two variables that counts; null if neither says anything.
    private static @Nullable String variable(Map<String, String> environment, String lowerCase) {
        if (!isEmpty(environment.get(lowerCase))) {
            return lowerCase;
        }
        String upperCase = lowerCase.toUpperCase(Locale.ROOT);
        return isEmpty(environment.get(upperCase)) ? null : upperCase;
    }

    private static boolean isEmpty(@Nullable String value) {
        return value == null || value.isBlank();
    }

    private static Proxy parse(String variable, String value) {
        boolean hasScheme = SCHEME.matcher(value).lookingAt();
        if (hasScheme && value.toLowerCase(Locale.ROOT).startsWith("socks")) {
            throw invalid(variable, "a SOCKS proxy, which is not supported");
        }
        try {
            return Proxy.of(hasScheme ? value : "http://" + value);
        } catch (InvalidUrlException failure) {
            // The value isn't shown: nobody knows where the credentials are in what is no URL.
            throw invalid(
                    variable,
                    switch (failure.reason()) {
                        case SCHEME -> "a URL of another scheme";
                        case HOST -> "a URL whose host is none";
                        case PORT -> "a URL whose port is none";
                        case SYNTAX -> "what is no URL";
                    });
        } catch (IllegalArgumentException failure) {
            throw invalid(variable, "credentials that can't be sent: " + failure.getMessage());
        }
    }

    private static IllegalArgumentException invalid(String variable, String found) {
        return new IllegalArgumentException("expected a proxy such as http://host:3128 or "
                + "https://host in the environment variable " + variable + " but found " + found);
    }

    private static NoProxyList exceptions(Map<String, String> environment) {
        String variable = variable(environment, "no_proxy");
        return variable == null
                ? NoProxyList.NOBODY
                : NoProxyList.parse(variable, environment.getOrDefault(variable, ""));
    }

    /// Returns these with other keys and trust for those of the proxies that have `https`, as
    /// [Proxy#withTls] has it: the environment says nothing of them.
    public ProxySettings withTls(Tls tls) {
        return new ProxySettings(
                http == null ? null : http.withTls(tls),
                https == null ? null : https.withTls(tls),
                exceptions);
    }

    /// Returns the proxy that the environment has for such URLs; null if it has none, or makes
    /// an exception of the host.
    @Override
    public @Nullable Proxy proxyFor(Url target) {
        Proxy proxy = target.isSecure() ? https : http;
        return proxy == null || exceptions.covers(target) ? null : proxy;
    }

    /// Returns where the proxies are.
    @Override
    public String toString() {
        return "<ProxySettings http=" + http + " https=" + https + " except=" + exceptions + ">";
    }
}
