package spindle.http.body;

import java.security.SecureRandom;
import java.util.Base64;

/// What stands between the parts of a multipart body, and therefore in none of them.
final class Boundary {
    private static final int LONGEST = 70;
    private static final String SYMBOLS = "'()+_,-./:=? ";

    /// 144 bits. If a boundary could be guessed, whoever writes the content of one part could add
    /// further ones.
    private static final int RANDOM_BYTES = 18;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Boundary() {}

    static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return "spindle-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Returns a boundary that has the grammar of RFC 2046 §5.1.1.
    static String check(String boundary) {
        if (boundary.isEmpty() || boundary.length() > LONGEST) {
            throw new IllegalArgumentException("expected a boundary of 1 to " + LONGEST
                    + " characters but got " + boundary.length());
        }
        for (int i = 0; i < boundary.length(); i++) {
            char c = boundary.charAt(i);
            if (!FieldGrammar.isLetterOrDigit(c) && SYMBOLS.indexOf(c) < 0) {
                throw new IllegalArgumentException("expected a boundary of letters, digits and "
                        + SYMBOLS + "but found " + FieldGrammar.code(c) + " at index " + i);
            }
        }
        if (boundary.endsWith(" ")) {
            throw new IllegalArgumentException("a boundary must not end with a space");
        }
        return boundary;
    }
}
