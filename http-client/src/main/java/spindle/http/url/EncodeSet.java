package spindle.http.url;

/// The characters that cannot stand as they are in one part of a URL (URL standard, section 1.3,
/// "percent-encode sets"). Control characters and all beyond ASCII are in each of them.
final class EncodeSet {

    static final EncodeSet FRAGMENT = of(" \"<>`");

    /// With the apostrophe, as for http and https.
    static final EncodeSet QUERY = of(" \"#<>'");

    static final EncodeSet PATH = of(" \"#<>?^`{}");

    static final EncodeSet USERINFO = of(" \"#<>?^`{}/:;=@[\\]|");

    /// For a path that a program gives: there a backslash is no second kind of slash.
    static final EncodeSet GIVEN_PATH = of(" \"#<>?^`{}\\");

    /// For a user's name or a password that a program gives: there a percent sign is one.
    static final EncodeSet GIVEN_USERINFO = of(" \"#<>?^`{}/:;=@[\\]|%");

    /// For names and values of forms; the blank becomes a plus sign, which is not seen to here.
    static final EncodeSet FORM = allBut("*-._");

    private static final int ASCII = 128;

    private final boolean[] encoded = new boolean[ASCII];

    private EncodeSet() {
        for (int c = 0; c < ASCII; c++) {
            encoded[c] = c < ' ' || c == 0x7f;
        }
    }

    private static EncodeSet of(String chars) {
        var set = new EncodeSet();
        chars.chars().forEach(c -> set.encoded[c] = true);
        return set;
    }

    private static EncodeSet allBut(String chars) {
        var set = new EncodeSet();
        for (int c = 0; c < ASCII; c++) {
            set.encoded[c] = !Character.isLetterOrDigit(c) && chars.indexOf(c) < 0;
        }
        return set;
    }

    /// Returns whether the character must be percent-encoded.
    boolean contains(int c) {
        return c >= ASCII || encoded[c];
    }
}
