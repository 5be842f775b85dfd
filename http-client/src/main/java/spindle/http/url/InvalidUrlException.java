package spindle.http.url;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text is no URL, or none that this client may use.
///
/// The message says what was expected and what was found. It never holds credentials: whatever
/// stands between the scheme and the last `@` of the text is shown as `***`.
public final class InvalidUrlException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private static final Pattern SCHEME =
            Pattern.compile("(?i)\\s*(https?|ftp|wss?|file):[/\\\\]*");

    private static final int LONGEST_QUOTE = 200;

    /// What is wrong, for those who must tell a bad link from one that leads elsewhere.
    public enum Reason {
        /// The text cannot be taken apart, is too long, or holds a line break.
        SYNTAX,
        /// The scheme is neither http nor https.
        SCHEME,
        /// There is no host, or it is neither a name nor an address.
        HOST,
        /// The port is no number from 1 to 65535.
        PORT
    }

    private final Reason reason;

    private InvalidUrlException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// @param base what the text was to be resolved against, if it was
    static InvalidUrlException of(Flaw flaw, String text, @Nullable Url base) {
        String expected = base == null
                ? "expected a URL such as http://host/path but found "
                : "expected a reference to resolve against " + cut(base.toString()) + " but found ";
        String problem = flaw.problem(text.indexOf('@') < 0);
        return new InvalidUrlException(
                flaw.reason, expected + quote(redact(text)) + ": " + problem);
    }

    /// Returns what is wrong.
    public Reason reason() {
        return reason;
    }

    /// Takes out of a text whatever could be credentials: all between its scheme and its last
    /// `@`. Nobody knows where they are in a URL that is none.
    private static String redact(String text) {
        int end = text.lastIndexOf('@');
        if (end < 0) {
            return text;
        }
        Matcher scheme = SCHEME.matcher(text);
        return (scheme.lookingAt() ? scheme.group() : "") + "***" + text.substring(end);
    }

    /// Returns the text in quotes, fit for one line of a log: escaped, and cut when it is long.
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        String shown = cut(text);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '\r' -> quoted.append("\\r");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '"' -> quoted.append("\\\"");
                default -> {
                    if (isPrintable(c)) {
                        quoted.append(c);
                    } else {
                        quoted.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /// Letters of any script are shown; what could break a line or turn its direction is not.
    private static boolean isPrintable(char c) {
        return (c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
