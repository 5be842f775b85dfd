package spindle.http.body;

/// What may stand in a header field: of a request, or of a part in a multipart body. Whatever is
/// checked here cannot end its line and begin another one.
final class FieldGrammar {
    private static final String SYMBOLS = "!#$%&'*+-.^_`|~";

    private FieldGrammar() {}

    /// `tchar` (RFC 9110 §5.6.2).
    private static boolean isTokenChar(char c) {
        return isLetterOrDigit(c) || SYMBOLS.indexOf(c) >= 0;
    }

    static boolean isLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isTokenChar((char) c));
    }

    /// What follows the character at fault is not shown: it may be a secret.
    static String requireToken(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                throw new IllegalArgumentException(what + " must be a token but has the character "
                        + code(text.charAt(i)) + " at index " + i + ", after \""
                        + text.substring(0, i) + "\"");
            }
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " must be a token but is empty");
        }
        return text;
    }

    /// Refuses what is not visible ASCII, a space or a tab.
    static String requireAsciiValue(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > '~') {
                throw notAllowed(what, value, i, "must be ASCII");
            }
        }
        return requireValue(what, value);
    }

    /// Refuses control characters, but for the tab. The message never quotes the value.
    static String requireValue(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw notAllowed(what, value, i, "must have no control characters");
            }
        }
        return value;
    }

    private static IllegalArgumentException notAllowed(
            String what, String value, int index, String rule) {
        return new IllegalArgumentException(what + " " + rule + " but has the character "
                + code(value.codePointAt(index)) + " at index " + index);
    }

    static String code(int character) {
        return String.format("U+%04X", character);
    }

    /// Returns the value of a parameter (RFC 9110 §5.6.6): as it is if it is a token, in quotes
    /// otherwise.
    static String parameter(String value) {
        return isToken(value)
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
