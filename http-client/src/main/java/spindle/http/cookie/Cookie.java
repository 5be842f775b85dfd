package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// A cookie: a name, a value, and where and how long it is sent.
///
/// A value, and legal by construction: what is in here can be sent. Name and value are the bytes
/// of the field, one char each, and are sent back exactly as they came, quotes included.
///
/// ```java
/// jar.put(Cookie.of("theme", "dark", "example.org").withPath("/app").withSecure(true));
/// ```
///
/// @param name may be empty, then the value alone is sent (RFC 6265bis section 5.6)
/// @param domain the host, or the domain that it and those below it share: lower-case ASCII, as
///     [spindle.http.url.Url#host()] says it. Given to the constructor, it may be spelled in any
///     way, with a dot in front too
/// @param hostOnly whether it is for the host `domain` alone and not for those below it
/// @param path what the path of a request begins with, as a folder
/// @param expires when it ends, null for the end of the session
/// @param secure whether it is sent over https only
/// @param httpOnly whether scripts in a page may not see it; kept for whoever asks, since a client
///     has no scripts
/// @param sameSite kept for whoever asks and never enforced: a client has no pages, so it cannot
///     tell which site a request comes from
public record Cookie(
        String name,
        String value,
        String domain,
        boolean hostOnly,
        String path,
        @Nullable Instant expires,
        boolean secure,
        boolean httpOnly,
        SameSite sameSite) {

    /// What a server said about requests that pages of other sites make.
    public enum SameSite {
        /// It said nothing, or nothing that is known.
        DEFAULT,
        NONE,
        LAX,
        STRICT
    }

    /// Checks each part.
    ///
    /// @throws IllegalArgumentException if it is none that could be sent, or it breaks the promise
    ///     that its name makes with `__Secure-` or `__Host-`
    public Cookie {
        domain = CookieDomain.canonical(domain);
        refuse(CookieSyntax.problemOf(name, value));
        refuse(CookieSyntax.problemOfPath(path));
        refuse(CookieSyntax.problemOfPrefix(name, secure, hostOnly, path));
        if (!hostOnly && CookieDomain.isIpAddress(domain)) {
            refuse("no host is below an IP address: the cookie must be for that host only");
        }
    }

    private static void refuse(@Nullable String problem) {
        if (problem != null) {
            throw new IllegalArgumentException("cannot make a cookie: " + problem);
        }
    }

    /// Returns a cookie for one host and all of its paths, until the end of the session.
    /// It is secure if its name says so: if that begins with `__Secure-` or `__Host-`.
    public static Cookie of(String name, String value, String host) {
        boolean secure = CookieSyntax.hasPrefix(name);
        return new Cookie(name, value, host, true, "/", null, secure, false, SameSite.DEFAULT);
    }

    /// Returns this cookie for another domain.
    ///
    /// @param hostOnly false for the hosts below it too
    public Cookie withDomain(String domain, boolean hostOnly) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns this cookie for another path, which begins with a slash.
    public Cookie withPath(String path) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns this cookie with another end; null for that of the session.
    public Cookie withExpires(@Nullable Instant expires) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns this cookie sent over https only, or not.
    public Cookie withSecure(boolean secure) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns this cookie with another word on scripts.
    public Cookie withHttpOnly(boolean httpOnly) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns this cookie with another word on pages of other sites.
    public Cookie withSameSite(SameSite sameSite) {
        return new Cookie(name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite);
    }

    /// Returns whether it ends with the session rather than at an instant.
    public boolean isSessionCookie() {
        return expires == null;
    }

    /// Returns whether its end has come.
    public boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /// Two cookies of the same key are the same cookie: the later one replaces the other
    /// (RFC 6265bis section 5.7).
    boolean hasKeyOf(Cookie other) {
        return hostOnly == other.hostOnly
                && name.equals(other.name)
                && domain.equals(other.domain)
                && path.equals(other.path);
    }

    /// Adds it to the value of a `Cookie` field.
    void appendTo(StringBuilder field) {
        if (!name.isEmpty()) {
            field.append(name).append('=');
        }
        field.append(value);
    }

    /// Returns a form such as `<Cookie theme domain=.example.org path=/ secure>`, without the
    /// value.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<Cookie ")
                .append(name.isEmpty() ? "(no name)" : name)
                .append(" domain=")
                .append(hostOnly ? "" : ".")
                .append(domain)
                .append(" path=")
                .append(path);
        if (expires != null) {
            text.append(" expires=").append(expires);
        }
        text.append(secure ? " secure" : "").append(httpOnly ? " httpOnly" : "");
        if (sameSite != SameSite.DEFAULT) {
            text.append(" sameSite=").append(sameSite);
        }
        return text.append('>').toString();
    }
}
