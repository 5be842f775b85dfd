package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.http.url.Url;

import java.time.Instant;

/// Says whether a server may set a cookie (RFC 6265bis section 5.7), as far as that does not
/// depend on the cookies that are there.
final class StorageRules {
    // fixed at construction
    private final CookieOptions options;

    /// What became of a `Set-Cookie` field.
    sealed interface Verdict {}

    record Kept(Cookie cookie) implements Verdict {}

    /// @param why a clause such as `its path must begin with a slash`
    record Refused(String why) implements Verdict {}

    StorageRules(CookieOptions options) {
        this.options = options;
    }

    /// Returns whether cookies that are secure may be set from, and sent to, a URL.
    boolean isTrusted(Url url) {
        return url.isSecure()
                || (!options.trustedOrigins().isEmpty()
                        && options.trustedOrigins().contains(url.origin()));
    }

    Verdict judge(Url from, String field, Instant now) {
        SetCookie sent = SetCookie.read(field, options);
        if (sent.problem() != null) {
            return new Refused(sent.problem());
        }
        String domain = CookieDomain.ofAttribute(sent.domain());
        String problem = problemOfDomain(domain, from);
        if (problem != null) {
            return new Refused(problem);
        }
        if (sent.secure() && !isTrusted(from)) {
            return new Refused("it is secure but was not set over https");
        }
        boolean hostOnly = isForHostOnly(domain, from);
        String path = sent.path() == null ? CookiePath.defaultOf(from.path()) : sent.path();
        problem = problemOfPath(sent, hostOnly, path);
        if (problem != null) {
            return new Refused(problem);
        }
        Cookie cookie = new Cookie(
                sent.name(),
                sent.value(),
                hostOnly ? from.host() : domain,
                hostOnly,
                path,
                sent.expires(now),
                sent.secure(),
                sent.httpOnly(),
                sent.sameSite());
        problem = problemOfSize(cookie);
        return problem == null ? new Kept(cookie) : new Refused(problem);
    }

    private static @Nullable String problemOfDomain(String domain, Url from) {
        if (isForHostOnly(domain, from)) {
            return null;
        }
        if (from.isIpAddress()) {
            return "its domain is not the address that it was set from";
        }
        if (PublicSuffixes.isSuffix(domain)) {
            return "its domain is a public suffix, below which anybody may have one";
        }
        return CookieDomain.covers(domain, from.host())
                ? null
                : "its domain does not cover the host that it was set from";
    }

    /// Whoever has a public suffix, or an address, may say so and means that host alone.
    private static boolean isForHostOnly(String domain, Url from) {
        String host = from.host();
        if (domain.isEmpty()) {
            return true;
        }
        if (from.isIpAddress()) {
            return domain.equals(host) || domain.equals("[" + host + "]");
        }
        return domain.equals(host) && PublicSuffixes.isSuffix(domain);
    }

    private static @Nullable String problemOfPath(SetCookie sent, boolean hostOnly, String path) {
        String problem = CookieSyntax.problemOfPath(path);
        if (problem == null) {
            problem = CookieSyntax.problemOfPrefix(sent.name(), sent.secure(), hostOnly, path);
        }
        if (problem == null && sent.path() == null && CookieSyntax.isForHost(sent.name())) {
            return "a name that begins with __Host- is for cookies that say their path";
        }
        return problem;
    }

    /// Checks what is too large, however it came here.
    @Nullable
    String problemOfSize(Cookie cookie) {
        String problem = tooLarge(
                "its name and value have",
                cookie.name().length() + cookie.value().length(),
                options.maxNameAndValueBytes());
        if (problem == null) {
            problem = tooLarge("its path has", cookie.path().length(), options.maxAttributeBytes());
        }
        return problem == null
                ? tooLarge("its domain has", cookie.domain().length(), options.maxAttributeBytes())
                : problem;
    }

    private static @Nullable String tooLarge(String what, int bytes, int limit) {
        return bytes > limit ? what + " " + bytes + " bytes but the limit is " + limit : null;
    }
}
