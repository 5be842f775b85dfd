package spindle.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/// How an answer names its user: as it is, hashed, or in the notation for names beyond ASCII.
final class UserParameter {
    // RFC 8187 section 3.2.1, attr-char.
    private static final String PLAIN_MARKS = "!#$&+-.^_`|~";

    private UserParameter() {}

    /// @param user in UTF-8
    /// @param realm the bytes of the challenge's
    static String of(DigestChallenge challenge, byte[] user, byte[] realm) {
        if (challenge.hashesUser()) {
            // RFC 7616 section 3.4.4.
            MessageDigest digest = challenge.algorithm().newDigest();
            digest.update(user);
            digest.update((byte) ':');
            digest.update(realm);
            return "username=\"" + HexFormat.of().formatHex(digest.digest()) + '"';
        }
        if (challenge.isUtf8() && !isAscii(user)) {
            return "username*=UTF-8''" + percentEncoded(user);
        }
        // To a server that says nothing of charsets go the bytes of UTF-8, each as the Latin-1
        // character that it is in a field. Browsers do the same.
        return "username=" + AuthGrammar.quote(new String(user, StandardCharsets.ISO_8859_1));
    }

    private static boolean isAscii(byte[] user) {
        for (byte b : user) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static String percentEncoded(byte[] user) {
        var encoded = new StringBuilder();
        for (byte b : user) {
            char c = (char) (b & 0xff);
            if (AuthGrammar.isAlphanumeric(c) || PLAIN_MARKS.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
