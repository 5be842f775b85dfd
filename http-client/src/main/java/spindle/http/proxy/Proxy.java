package spindle.http.proxy;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.Credentials;
import spindle.http.url.Url;
import spindle.http.wire.FieldLines;
import spindle.net.Tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// An HTTP proxy: where it is, what it is told, and how it must prove who it is.
///
/// An immutable value: two proxies are equal if a connection through one serves as well for
/// the other. Their keys and trust are compared by identity, since what two of them trust cannot be
/// compared.
public final class Proxy {
    /// What a connection itself says to its proxy.
    private static final Set<String> RESERVED =
            Set.of("host", "content-length", "transfer-encoding", "connection", "proxy-connection");

    private static final String AUTHORIZATION = "Proxy-Authorization";

    private final Url url;
    private final @Nullable Credentials credentials;
    private final List<Map.Entry<String, String>> fields;
    private final @Nullable Tls tls;

    private Proxy(
            Url url,
            @Nullable Credentials credentials,
            List<Map.Entry<String, String>> fields,
            @Nullable Tls tls) {
        this.url = url;
        this.credentials = credentials;
        this.fields = fields;
        this.tls = tls;
    }

    /// Makes a proxy of a URL such as `http://user:password@proxy.example:3128`. With `https`
    /// the connection to the proxy is encrypted as well.
    ///
    /// Of the URL only scheme, host and port are kept; its user and password become Basic
    /// credentials.
    ///
    /// @throws spindle.http.url.InvalidUrlException if it is no URL with `http` or `https`
    /// @throws IllegalArgumentException if its user or password can't be sent, as
    ///     [Credentials#basic(String, String)] has it
    public static Proxy of(String url) {
        return of(Url.parse(url));
    }

    /// Makes a proxy of a URL, as [#of(String)] does.
    public static Proxy of(Url url) {
        String user = url.user();
        String password = url.password();
        // http://:secret@proxy has an empty user, which is one.
        Credentials credentials = user == null && password == null
                ? null
                : Credentials.basic(orEmpty(user), orEmpty(password));
        return new Proxy(Url.parse(url.origin()), credentials, List.of(), null);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Returns this proxy with other credentials, which `Proxy-Authorization` then says.
    ///
    /// @throws IllegalArgumentException if that field was added already
    public Proxy withCredentials(Credentials credentials) {
        return checked(credentials, fields);
    }

    /// Returns this proxy with one more field that it alone is told: in `CONNECT`, or in a
    /// request that it forwards.
    ///
    /// @throws IllegalArgumentException if the field may not be sent, is one that the client
    ///     itself must say, or is `Proxy-Authorization` and there are credentials
    public Proxy withField(String name, String value) {
        FieldLines _ = FieldLines.of(name, value); // Refuses what cannot be sent.
        if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "expected a field for the proxy but " + name + " is the client's own to say");
        }
        var more = new ArrayList<>(fields);
        more.add(Map.entry(name, value));
        return checked(credentials, List.copyOf(more));
    }

    /// Returns this proxy with other keys, trust or versions for the connection to it, if its URL
    /// has `https`. Without them a proxy must have a certificate for its name from somebody whom
    /// the JDK trusts.
    ///
    /// What a session is told of TLS is for the hosts that it asks, and never for a proxy: who is
    /// to pass on what it cannot read needs neither their pins nor the client's certificate, and
    /// is not trusted because they are. Where both are to trust the same authorities, say so to
    /// both.
    public Proxy withTls(Tls tls) {
        return new Proxy(url, credentials, fields, tls);
    }

    private Proxy checked(
            @Nullable Credentials credentials, List<Map.Entry<String, String>> fields) {
        boolean isSaid =
                fields.stream().anyMatch(field -> field.getKey().equalsIgnoreCase(AUTHORIZATION));
        if (credentials != null && isSaid) {
            throw new IllegalArgumentException("expected credentials or a field " + AUTHORIZATION
                    + " but there are both: leave one out");
        }
        return new Proxy(url, credentials, fields, tls);
    }

    /// Returns where the proxy is: scheme, host and port.
    public Url url() {
        return url;
    }

    /// Returns what `Proxy-Authorization` says; null if the proxy asks nobody, or is told in
    /// another way.
    public @Nullable Credentials credentials() {
        return credentials;
    }

    /// Returns the fields that were added, names and values in their order.
    public List<Map.Entry<String, String>> fields() {
        return fields;
    }

    /// Returns the keys and the trust for the connection to the proxy; null for the JDK's.
    public @Nullable Tls tls() {
        return tls;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proxy that
                && url.origin().equals(that.url.origin())
                && Objects.equals(credentials, that.credentials)
                && fields.equals(that.fields)
                && tls == that.tls;
    }

    @Override
    public int hashCode() {
        return Objects.hash(url.origin(), credentials, fields, tls);
    }

    /// Returns where it is, and nothing of what it is told.
    @Override
    public String toString() {
        return "<Proxy " + url.origin() + ">";
    }
}
