package spindle.http.auth;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;

/// Credentials that are the same with every request: the value of an `Authorization` or a
/// `Proxy-Authorization` field.
///
/// Immutable values. They are sent in the clear where the connection is: whoever can read the
/// request can use them. Digest credentials change with each request and are a
/// [DigestSession]'s.
public abstract sealed class Credentials {
    private final String headerValue;

    private Credentials(String headerValue) {
        this.headerValue = headerValue;
    }

    /// Makes Basic credentials (RFC 7617) in UTF-8, as servers read them today.
    ///
    /// @throws IllegalArgumentException if the user has a colon, which would end its name, or
    ///     one of them a control character
    public static Basic basic(String user, String password) {
        return basic(user, password, StandardCharsets.UTF_8);
    }

    /// Makes Basic credentials in another charset, such as ISO-8859-1, for servers that expect
    /// that one.
    ///
    /// @throws IllegalArgumentException also if the charset lacks a character of theirs
    public static Basic basic(String user, String password, Charset charset) {
        requireNoControls("a user", user);
        requireNoControls("a password", password);
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "expected a user without a colon but there is one at index " + user.indexOf(':')
                            + ": a server would take the rest for the password");
        }
        byte[] bytes = encode(user + ":" + password, charset);
        return new Basic("Basic " + Base64.getEncoder().encodeToString(bytes));
    }

    // RFC 7617 section 2: neither may have a control character.
    static void requireNoControls(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (AuthGrammar.isControl(text.charAt(i))) {
                throw new IllegalArgumentException("expected " + what
                        + " without control characters but there is one at index " + i);
            }
        }
    }

    /// Returns the bytes of a secret, and refuses to put question marks into it.
    ///
    /// RFC 7617 section 2.1: in UTF-8 it is composed first (NFC), so that it does not matter
    /// whether a keyboard made an `é` in one piece or in two.
    static byte[] encode(String secret, Charset charset) {
        boolean isUtf8 = charset.equals(StandardCharsets.UTF_8);
        String text = isUtf8 ? Normalizer.normalize(secret, Normalizer.Form.NFC) : secret;
        try {
            var encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException _) {
            // The cause is left out: its message says where in the secret it stopped.
            throw new IllegalArgumentException("the user or the password has a character that "
                    + charset + " lacks" + (isUtf8 ? "" : ": choose UTF-8"));
        }
    }

    /// Makes Basic credentials of a login, in UTF-8.
    ///
    /// @throws IllegalArgumentException as [#basic(String, String)] does
    public static Basic basic(Login login) {
        return basic(login.user(), login.password());
    }

    /// Makes Bearer credentials (RFC 6750) of a token.
    ///
    /// @throws IllegalArgumentException if it has other characters than a token may have
    ///     (letters, digits, `-._~+/`, and `=` at its end)
    public static Bearer bearer(String token) {
        int end = AuthGrammar.endOfToken68(token, 0);
        if (end < token.length() || token.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a bearer token of letters, digits and -._~+/ with = at its end only, "
                            + "but it "
                            + (token.isEmpty() ? "is empty" : "has another at index " + end));
        }
        return new Bearer("Bearer " + token);
    }

    /// Returns what the field is to say. A secret: Base64 hides nothing.
    public final String headerValue() {
        return headerValue;
    }

    /// Two are equal if they would be sent alike.
    @Override
    public final boolean equals(Object other) {
        return other instanceof Credentials that && headerValue.equals(that.headerValue);
    }

    @Override
    public final int hashCode() {
        return headerValue.hashCode();
    }

    /// Returns the scheme alone.
    @Override
    public final String toString() {
        return "<Credentials " + headerValue.substring(0, headerValue.indexOf(' ')) + " ***>";
    }

    /// A user and a password.
    public static final class Basic extends Credentials {
        private Basic(String headerValue) {
            super(headerValue);
        }
    }

    /// A token that somebody else issued.
    public static final class Bearer extends Credentials {
        private Bearer(String headerValue) {
            super(headerValue);
        }
    }
}
