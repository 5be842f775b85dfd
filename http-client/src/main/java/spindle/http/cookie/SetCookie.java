package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.http.cookie.Cookie.SameSite;

import java.time.Instant;
import java.util.Locale;

/// What one `Set-Cookie` field says, before anybody has asked whether its sender may say so. Read
/// as servers write it rather than as they ought to (RFC 6265bis section 5.6): of an attribute that
/// occurs twice the last one counts, and one that is unknown or makes no sense is as good as
/// absent.
final class SetCookie {
    // fixed at construction
    private final CookieOptions options;

    // changes while running: until it is read
    private String name = "";
    private String value = "";
    private @Nullable String problem;
    private String domain = "";
    private @Nullable String path;
    private @Nullable Instant expires;
    private @Nullable Long maxAgeSeconds;
    private boolean secure;
    private boolean httpOnly;
    private SameSite sameSite = SameSite.DEFAULT;

    private SetCookie(CookieOptions options) {
        this.options = options;
    }

    static SetCookie read(String field, CookieOptions options) {
        SetCookie cookie = new SetCookie(options);
        int end = endOfPart(field, 0);
        cookie.readNameAndValue(field, end);
        while (cookie.problem == null && end < field.length()) {
            int start = end + 1;
            end = endOfPart(field, start);
            cookie.readAttribute(field, start, end);
        }
        return cookie;
    }

    private static int endOfPart(String field, int start) {
        int semicolon = field.indexOf(';', start);
        return semicolon < 0 ? field.length() : semicolon;
    }

    private void readNameAndValue(String field, int end) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (CookieSyntax.isControl(c) && c != '\t') {
                problem = "it has the character " + CookieSyntax.code(c) + " at index " + i;
                return;
            }
        }
        int equals = equalsIn(field, 0, end);
        name = equals < 0 ? "" : trimmed(field, 0, equals);
        value = trimmed(field, equals + 1, end);
        problem = CookieSyntax.problemOf(name, value);
    }

    private static int equalsIn(String field, int start, int end) {
        int equals = field.indexOf('=', start);
        return equals < end ? equals : -1;
    }

    private static String trimmed(String field, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && CookieSyntax.isBlank(field.charAt(start))) {
            start++;
        }
        while (start < end && CookieSyntax.isBlank(field.charAt(end - 1))) {
            end--;
        }
        return field.substring(start, end);
    }

    // --- Attributes ---

    private void readAttribute(String field, int start, int end) {
        int equals = equalsIn(field, start, end);
        String attribute = trimmed(field, start, equals < 0 ? end : equals);
        String text = equals < 0 ? "" : trimmed(field, equals + 1, end);
        if (text.length() > options.maxAttributeBytes()) {
            return;
        }
        switch (attribute.toLowerCase(Locale.ROOT)) {
            case "expires" -> {
                Instant date = CookieDate.parse(text);
                expires = date == null ? expires : date;
            }
            case "max-age" -> {
                Long seconds = secondsOf(text);
                maxAgeSeconds = seconds == null ? maxAgeSeconds : seconds;
            }
            case "domain" -> domain = text.startsWith(".") ? text.substring(1) : text;
            case "path" -> path = text.startsWith("/") ? text : null;
            case "secure" -> secure = true;
            case "httponly" -> httpOnly = true;
            case "samesite" -> sameSite = sameSiteOf(text);
            default -> {
                // RFC 6265 section 5.2: what is unknown is ignored.
            }
        }
    }

    private static @Nullable Long secondsOf(String text) {
        boolean negative = text.startsWith("-");
        int start = negative ? 1 : 0;
        long seconds = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return null;
            }
            // Enough for anybody: whoever says more means for ever.
            seconds = Math.min(10 * seconds + c - '0', Integer.MAX_VALUE * 1000L);
        }
        if (text.length() == start) {
            return null;
        }
        return negative ? Long.valueOf(-seconds) : Long.valueOf(seconds);
    }

    private static SameSite sameSiteOf(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "none" -> SameSite.NONE;
            case "lax" -> SameSite.LAX;
            case "strict" -> SameSite.STRICT;
            default -> SameSite.DEFAULT;
        };
    }

    // --- What it says ---

    /// Returns why it is no cookie at all, or null if it is one.
    @Nullable
    String problem() {
        return problem;
    }

    String name() {
        return name;
    }

    String value() {
        return value;
    }

    /// Returns the domain as it was sent but for one dot in front, empty if there is none.
    String domain() {
        return domain;
    }

    /// Returns the path, or null if it is the request's that counts.
    @Nullable
    String path() {
        return path;
    }

    boolean secure() {
        return secure;
    }

    boolean httpOnly() {
        return httpOnly;
    }

    SameSite sameSite() {
        return sameSite;
    }

    /// Returns when it ends, counted from now; null for the end of the session. The age comes
    /// before the date (RFC 6265 section 5.3), and neither may be later than the options allow.
    @Nullable
    Instant expires(Instant now) {
        Instant latest = now.plus(options.maxLifetime());
        if (maxAgeSeconds != null) {
            if (maxAgeSeconds <= 0) {
                return Instant.MIN;
            }
            long most = options.maxLifetime().toSeconds();
            return maxAgeSeconds > most ? latest : now.plusSeconds(maxAgeSeconds);
        }
        return expires != null && expires.isAfter(latest) ? latest : expires;
    }

    /// Returns the name and no value.
    @Override
    public String toString() {
        return "<SetCookie " + name + ">";
    }
}
