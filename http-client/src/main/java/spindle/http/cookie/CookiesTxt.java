package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.http.cookie.Cookie.SameSite;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The format `cookies.txt`, which comes from Netscape: a line per cookie, with seven fields and
/// tabs between them.
///
/// ```
/// # Netscape HTTP Cookie File
/// # spindle: created=2026-03-01T12:00:00Z sameSite=LAX
/// .example.org  TRUE  /  TRUE  1800000000  name  value
/// #HttpOnly_example.org  FALSE  /app  FALSE  0  id  7
/// ```
///
/// These are the domain, whether the hosts below it are meant too, the path, whether the cookie is
/// secure, the second of 1970 in which it ends (0 for the end of the session), its name and its
/// value. A comment of ours before a line says what has no field there; other tools skip it. One
/// that was damaged is skipped too: it is a comment.
final class CookiesTxt {
    private static final String HEADER = """
            # Netscape HTTP Cookie File
            # Whoever has this file has the sessions in it: keep it to yourself.

            """;

    private static final String HTTP_ONLY = "#HttpOnly_";
    private static final String EXTENSION = "# spindle:";
    private static final String CREATED = "created=";
    private static final String SAME_SITE = "sameSite=";
    private static final int FIELDS = 7;

    /// A cookie, and when it was set, if the file says so.
    record Line(Cookie cookie, @Nullable Instant created) {}

    // fixed at construction
    private final Path path;

    // changes while running
    private int number;
    private @Nullable Instant created;
    private SameSite sameSite = SameSite.DEFAULT;

    private CookiesTxt(Path path) {
        this.path = path;
    }

    // --- Writing ---

    /// What ends at an instant that is no whole second ends a little earlier in the file.
    static String format(List<StoredCookie> cookies) {
        StringBuilder text = new StringBuilder(HEADER);
        for (StoredCookie stored : cookies) {
            Cookie cookie = stored.cookie();
            Instant expires = cookie.expires();
            text.append(EXTENSION).append(' ').append(CREATED).append(stored.created());
            if (cookie.sameSite() != SameSite.DEFAULT) {
                text.append(' ').append(SAME_SITE).append(cookie.sameSite());
            }
            text.append('\n')
                    .append(cookie.httpOnly() ? HTTP_ONLY : "")
                    .append(cookie.hostOnly() ? "" : ".")
                    .append(cookie.domain())
                    .append(cookie.hostOnly() ? "\tFALSE\t" : "\tTRUE\t")
                    .append(cookie.path())
                    .append(cookie.secure() ? "\tTRUE\t" : "\tFALSE\t")
                    .append(expires == null ? 0 : expires.getEpochSecond())
                    .append('\t')
                    .append(cookie.name())
                    .append('\t')
                    .append(cookie.value())
                    .append('\n');
        }
        return text.toString();
    }

    // --- Reading ---

    /// @param path for errors
    static List<Line> parse(Path path, String text) throws CookieFileException {
        CookiesTxt reader = new CookiesTxt(path);
        List<Line> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int bare = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
            Line line = reader.read(text.substring(start, bare));
            if (line != null) {
                lines.add(line);
            }
            start = end + 1;
        }
        return lines;
    }

    /// Returns null for a line that has no cookie.
    private @Nullable Line read(String line) throws CookieFileException {
        number++;
        boolean httpOnly = line.startsWith(HTTP_ONLY);
        if (line.isBlank() || (line.startsWith("#") && !httpOnly)) {
            forget();
            if (line.startsWith(EXTENSION)) {
                readExtension(line.substring(EXTENSION.length()));
            }
            return null;
        }
        String bare = httpOnly ? line.substring(HTTP_ONLY.length()) : line;
        Line read = new Line(cookieOf(bare.split("\t", -1), httpOnly), created);
        forget();
        return read;
    }

    /// A comment of ours is about the very next line.
    private void forget() {
        created = null;
        sameSite = SameSite.DEFAULT;
    }

    private void readExtension(String text) {
        for (String word : text.split(" ", -1)) {
            try {
                if (word.startsWith(CREATED)) {
                    created = Instant.parse(word.substring(CREATED.length()));
                } else if (word.startsWith(SAME_SITE)) {
                    sameSite = SameSite.valueOf(word.substring(SAME_SITE.length()));
                }
            } catch (DateTimeException | IllegalArgumentException damaged) {
                // It is a comment.
            }
        }
    }

    private Cookie cookieOf(String[] fields, boolean httpOnly) throws CookieFileException {
        // Some tools drop the tab before an empty value.
        if (fields.length != FIELDS && fields.length != FIELDS - 1) {
            throw problem("expected 7 fields with tabs between them but found " + fields.length);
        }
        String domain = domainOf(fields[0]);
        boolean hostOnly = !flagOf(2, fields[1]);
        if (CookieSyntax.problemOfPath(fields[2]) != null) {
            throw problem("expected a path that begins with a slash in field 3");
        }
        boolean secure = flagOf(4, fields[3]);
        Instant expires = endOf(fields[4]);
        String value = fields.length == FIELDS ? fields[6] : "";
        try {
            return new Cookie(
                    fields[5], value, domain, hostOnly, fields[2], expires, secure, httpOnly,
                    sameSite);
        } catch (IllegalArgumentException failure) {
            throw problem(String.valueOf(failure.getMessage()));
        }
    }

    private String domainOf(String field) throws CookieFileException {
        try {
            return CookieDomain.canonical(field);
        } catch (IllegalArgumentException hidden) {
            throw problem("expected a domain or an IP address in field 1");
        }
    }

    private boolean flagOf(int index, String field) throws CookieFileException {
        return switch (field.toUpperCase(Locale.ROOT)) {
            case "TRUE" -> true;
            case "FALSE" -> false;
            default ->
                throw problem("expected TRUE or FALSE in field " + index + " but found neither");
        };
    }

    /// Some tools write fractions, others -1 or nothing for the end of the session.
    private @Nullable Instant endOf(String field) throws CookieFileException {
        int start = field.startsWith("-") ? 1 : 0;
        int dot = field.indexOf('.', start);
        int end = dot < 0 ? field.length() : dot;
        long seconds = 0;
        for (int i = start; i < field.length(); i++) {
            char c = field.charAt(i);
            if (i != dot && (c < '0' || c > '9')) {
                throw problem("expected seconds since 1970, or 0 for a session's, in field 5");
            }
            seconds = i < end ? Math.min(10 * seconds + c - '0', latestSecond()) : seconds;
        }
        return seconds == 0 || start > 0 ? null : Instant.ofEpochSecond(seconds);
    }

    private static long latestSecond() {
        return Instant.MAX.getEpochSecond();
    }

    private CookieFileException problem(String problem) {
        return new CookieFileException(path, number, problem);
    }
}
