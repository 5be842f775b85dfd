package spindle.http.url;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// An absolute URL of http or https, in normal form.
///
/// Text is read as browsers do (URL standard, url.spec.whatwg.org): blanks around it are dropped,
/// backslashes are slashes, scheme and host are in lower case, the default port is left out, an
/// empty path is `/`, dot segments are gone, what cannot stand in a URL is percent-encoded, a name
/// beyond ASCII is in its ASCII form (`xn--…`), and an IPv6 address in the form of RFC 5952.
///
/// Where browsers are more lenient than a program should be that fetches what strangers ask for:
/// - a host that ends in a number must be four decimal numbers; 127.1, 0x7f.1, 0177.0.0.1 and
///   2130706433 are refused, and so are `127.0.0.1.` and numbers that only come out of decoding
///   or of full-width digits;
/// - CR, LF, TAB and NUL inside are refused, not dropped: they would break out of a request line;
/// - port 0 is refused;
/// - a host of more than 255 characters and a URL of more than 64 KiB are refused, as given and in
///   normal form.
///
/// A character that has no meaning stays as it was given: `%41` and `A` are different URLs, and so
/// are `host` and `host.`. A percent sign without its two digits stays, too.
///
/// Immutable; from any thread. Two URLs are equal if their [#text] is. It may hold credentials,
/// and [#toString] shows none.
public final class Url {

    // fixed at construction
    private final String text;
    private final Layout layout;

    // changes while running: made when first asked for; two threads would make equal ones
    private @Nullable String host;
    private @Nullable String hostField;
    private @Nullable String target;

    Url(String text, Layout layout) {
        this.text = text;
        this.layout = layout;
    }

    /// Reads an absolute URL.
    ///
    /// @throws InvalidUrlException if it is none, or neither http nor https
    public static Url parse(String text) {
        return UrlParser.parse(text, null);
    }

    /// Returns what the reference means in a document of this URL, or in a redirect from it, as a
    /// browser resolves it. This URL's credentials are taken over with its host, and its fragment
    /// never is.
    ///
    /// @throws InvalidUrlException if the result would be no URL, or neither http nor https
    public Url resolve(String reference) {
        return UrlParser.parse(reference, this);
    }

    /// Resolves a reference as it came in a header field, each char a byte. The bytes are UTF-8 if
    /// they can be, else Latin-1: there is no rule, and both are sent.
    ///
    /// @throws InvalidUrlException if the result would be no URL, or neither http nor https
    public Url resolveField(String latin1) {
        return resolve(fromLatin1(latin1));
    }

    private static String fromLatin1(String field) {
        int highest = 0;
        for (int i = 0; i < field.length(); i++) {
            highest |= field.charAt(i);
        }
        if (highest < 0x80 || highest > 0xFF) {
            return field; // ASCII, or decoded already.
        }
        try {
            byte[] bytes = field.getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return field;
        }
    }

    // --- Parts ---

    /// Returns `http` or `https`.
    public String scheme() {
        return layout.secure() ? "https" : "http";
    }

    /// Returns whether the scheme is https.
    public boolean isSecure() {
        return layout.secure();
    }

    /// Returns whom to look up: a name in lower case and ASCII, or an address; one of IPv6 without
    /// its brackets. The dot at the end of a name stays.
    public String host() {
        String known = host;
        if (known == null) {
            int bracket = isIpv6() ? 1 : 0;
            known = text.substring(layout.hostStart() + bracket, layout.hostEnd() - bracket);
            host = known;
        }
        return known;
    }

    private boolean isIpv6() {
        return text.charAt(layout.hostStart()) == '[';
    }

    /// Returns whether the host is an address of IPv4 or IPv6, and not a name.
    public boolean isIpAddress() {
        return isIpv6() || Ipv4Address.endsInNumber(host());
    }

    /// Returns the port to connect to: 80 or 443 where the URL names none.
    public int port() {
        return layout.port();
    }

    /// Returns whether the port is the one of the scheme.
    public boolean hasDefaultPort() {
        return layout.port() == Layout.defaultPort(layout.secure());
    }

    /// Returns the path, encoded; it begins with a slash.
    public String path() {
        return text.substring(layout.pathStart(), layout.queryStart());
    }

    /// Returns the query, encoded and without `?`; empty if there is nothing after that, and null
    /// if there is none.
    public @Nullable String query() {
        return layout.queryStart() == layout.fragmentStart()
                ? null
                : text.substring(layout.queryStart() + 1, layout.fragmentStart());
    }

    /// Returns the names and values in the query, decoded as those of forms are.
    public List<Map.Entry<String, String>> parameters() {
        String query = query();
        return query == null ? List.of() : FormParameters.parse(query);
    }

    /// Returns the fragment, encoded and without `#`; null if there is none.
    public @Nullable String fragment() {
        return layout.fragmentStart() == text.length()
                ? null
                : text.substring(layout.fragmentStart() + 1);
    }

    /// Returns the user's name, decoded; null if there are no credentials.
    public @Nullable String user() {
        String credentials = credentials();
        return credentials == null
                ? null
                : PercentEncoding.decode(credentials.substring(0, userEnd(credentials)));
    }

    /// Returns the password, decoded; empty if there is only a user's name, null if there are no
    /// credentials.
    public @Nullable String password() {
        String credentials = credentials();
        if (credentials == null) {
            return null;
        }
        int from = Math.min(userEnd(credentials) + 1, credentials.length());
        return PercentEncoding.decode(credentials.substring(from));
    }

    private @Nullable String credentials() {
        return hasCredentials() ? text.substring(prefixLength(), layout.hostStart() - 1) : null;
    }

    private boolean hasCredentials() {
        return layout.hostStart() > prefixLength();
    }

    private int prefixLength() {
        return Layout.prefix(layout.secure()).length();
    }

    private static int userEnd(String credentials) {
        int colon = credentials.indexOf(':');
        return colon < 0 ? credentials.length() : colon;
    }

    // --- What goes into a request ---

    /// Returns path and query, for a request line (RFC 9112 §3.2.1).
    public String target() {
        String known = target;
        if (known == null) {
            boolean root = layout.fragmentStart() == layout.pathStart() + 1;
            known = root ? "/" : text.substring(layout.pathStart(), layout.fragmentStart());
            target = known;
        }
        return known;
    }

    /// Returns host and port, for the Host field (RFC 9110 §7.2): an IPv6 address in brackets, the
    /// port only if it is not the one of the scheme.
    public String hostField() {
        String known = hostField;
        if (known == null) {
            known = text.substring(layout.hostStart(), layout.pathStart());
            hostField = known;
        }
        return known;
    }

    /// Returns scheme, host and port, such as `http://host:8080`: what credentials and cookies are
    /// bound to. The port is left out if it is the one of the scheme.
    public String origin() {
        return Layout.prefix(layout.secure()) + hostField();
    }

    // --- With another part ---

    /// Returns this URL without user and password.
    public Url withoutCredentials() {
        return hasCredentials() ? with("", target(), rawFragment()) : this;
    }

    /// Returns this URL with these credentials instead of its own; with none if both are empty.
    public Url withCredentials(String user, String password) {
        String credentials = PercentEncoding.encode(user, EncodeSet.GIVEN_USERINFO);
        if (!password.isEmpty()) {
            credentials += ":" + PercentEncoding.encode(password, EncodeSet.GIVEN_USERINFO);
        }
        return with(credentials.isEmpty() ? "" : credentials + "@", target(), rawFragment());
    }

    /// Returns this URL with another path. What cannot stand in a path is percent-encoded, but not
    /// what is encoded already; dot segments are removed.
    public Url withPath(String path) {
        String encoded = PercentEncoding.encodeOnce(path, EncodeSet.GIVEN_PATH);
        String slash = encoded.startsWith("/") ? "" : "/";
        String query = text.substring(layout.queryStart(), layout.fragmentStart());
        return with(rawCredentials(), slash + encoded + query, rawFragment());
    }

    /// Returns this URL with another query, or with none. What cannot stand in a query is
    /// percent-encoded, but not what is encoded already.
    ///
    /// @param query without `?`
    public Url withQuery(@Nullable String query) {
        String encoded =
                query == null ? "" : "?" + PercentEncoding.encodeOnce(query, EncodeSet.QUERY);
        return with(rawCredentials(), path() + encoded, rawFragment());
    }

    /// Returns this URL with one more parameter at the end of its query, encoded as in a form.
    public Url withParameter(String name, String value) {
        return withParameters(List.of(Map.entry(name, value)));
    }

    /// Returns this URL with more parameters at the end of its query, encoded as in a form.
    public Url withParameters(Iterable<? extends Map.Entry<String, String>> parameters) {
        String query = query();
        var extended = new StringBuilder(query == null ? "" : query);
        for (Map.Entry<String, String> parameter : parameters) {
            FormParameters.append(parameter.getKey(), parameter.getValue(), extended);
        }
        return extended.isEmpty()
                ? this
                : with(rawCredentials(), path() + "?" + extended, rawFragment());
    }

    /// Returns this URL with another fragment, or with none. What cannot stand in a fragment is
    /// percent-encoded, but not what is encoded already.
    ///
    /// @param fragment without `#`
    public Url withFragment(@Nullable String fragment) {
        String encoded = fragment == null
                ? ""
                : "#" + PercentEncoding.encodeOnce(fragment, EncodeSet.FRAGMENT);
        return with(rawCredentials(), target(), encoded);
    }

    /// Returns this URL without its fragment, which no server ever sees.
    public Url withoutFragment() {
        return withFragment(null);
    }

    private String rawCredentials() {
        return text.substring(prefixLength(), layout.hostStart());
    }

    private String rawFragment() {
        return text.substring(layout.fragmentStart());
    }

    /// @param credentials with the `@` after them, or empty
    /// @param fragment with the `#` before it, or empty
    private Url with(String credentials, String target, String fragment) {
        String prefix = Layout.prefix(layout.secure());
        return parse(prefix + credentials + hostField() + target + fragment);
    }

    // --- As text ---

    /// Returns all of the URL, credentials and fragment included: not for messages.
    public String text() {
        return text;
    }

    Layout layout() {
        return layout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Url url && text.equals(url.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// Returns the URL for messages: with `***` for its credentials.
    @Override
    public String toString() {
        return hasCredentials()
                ? Layout.prefix(layout.secure()) + "***@" + text.substring(layout.hostStart())
                : text;
    }
}
