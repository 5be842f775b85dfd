package spindle.http.auth;

import org.jspecify.annotations.Nullable;

/// The characters that authentication fields are made of (RFC 9110 sections 5.6 and 11), and
/// how a value is quoted.
final class AuthGrammar {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final String TOKEN68_MARKS = "-._~+/";

    private AuthGrammar() {}

    static boolean isToken(char c) {
        return isAlphanumeric(c) || TOKEN_MARKS.indexOf(c) >= 0;
    }

    static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isControl(char c) {
        return c < ' ' || c == 0x7f;
    }

    /// Returns where the `token68` at an index ends; the index itself if there is none.
    static int endOfToken68(String text, int start) {
        int end = start;
        while (end < text.length() && isToken68(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            return start;
        }
        while (end < text.length() && text.charAt(end) == '=') {
            end++;
        }
        return end;
    }

    private static boolean isToken68(char c) {
        return isAlphanumeric(c) || TOKEN68_MARKS.indexOf(c) >= 0;
    }

    /// Says whether a text may stand between quotation marks in a field; the absent one may.
    static boolean isQuotable(@Nullable String text) {
        return text == null
                || text.chars().allMatch(c -> c <= 0xff && (c == '\t' || !isControl((char) c)));
    }

    /// Returns a text between quotation marks; it must be quotable.
    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
