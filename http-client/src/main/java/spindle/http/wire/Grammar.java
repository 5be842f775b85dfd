package spindle.http.wire;

/// The character classes of RFC 9110 and RFC 9112, and how a message shows a piece of the
/// peer's bytes.
///
/// Bytes are passed as chars: HTTP/1.1 is Latin-1 wherever it is not ASCII.
final class Grammar {

    private static final boolean[] TOKEN = new boolean[256];

    static {
        String tokenChars = "!#$%&'*+-.^_`|~0123456789"
                + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (int i = 0; i < tokenChars.length(); i++) {
            TOKEN[tokenChars.charAt(i)] = true;
        }
    }

    private static final int LONGEST_QUOTE = 40;

    private Grammar() {}

    /// `tchar` (RFC 9110 section 5.6.2): what methods and the names of fields are made of.
    static boolean isToken(int c) {
        return c < TOKEN.length && TOKEN[c];
    }

    /// What may stand in the value of a field, in a reason phrase or in a chunk extension:
    /// everything but control characters, with HTAB allowed.
    static boolean isFieldText(int c) {
        return c >= ' ' ? c != 0x7f && c <= 0xff : c == '\t';
    }

    /// What may stand in a request target: visible ASCII.
    static boolean isTargetChar(int c) {
        return c > ' ' && c < 0x7f;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /// `OWS`, the blanks around the value of a field.
    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    /// Refuses what is no token. What follows the char at fault is not shown: a careless
    /// caller may have passed a whole line as the name of a field, and there is a secret in
    /// it.
    ///
    /// @param what such as `the method`
    static void requireToken(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isToken(text.charAt(i))) {
                throw new IllegalArgumentException(
                        what + " must be a token but has the character " + code(text.charAt(i))
                                + " at index " + i + ", after " + quote(text.substring(0, i)));
            }
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " must be a token but is empty");
        }
    }

    /// Returns the text in quotes, fit for one line of a log: escaped, and cut when it is
    /// long.
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), LONGEST_QUOTE); i++) {
            quoted.append(escape(text.charAt(i)));
        }
        return quoted.append(text.length() > LONGEST_QUOTE ? "…\"" : "\"").toString();
    }

    static String quote(byte found) {
        return quote(String.valueOf((char) (found & 0xff)));
    }

    private static String escape(char c) {
        return switch (c) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c >= ' ' && c < 0x7f ? String.valueOf(c) : hex("\\x", c);
        };
    }

    /// Names a char by its code, for messages that must not show what stands around it.
    static String code(int c) {
        return hex("0x", c);
    }

    private static String hex(String prefix, int c) {
        String digits = Integer.toHexString(c);
        return prefix + (digits.length() < 2 ? "0" + digits : digits);
    }
}
