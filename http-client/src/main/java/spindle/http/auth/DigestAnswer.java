package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.DigestChallenge.Protection;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// The digest credentials of one request, and with what its response is checked.
///
/// Immutable. A request that is sent again needs another one: a server refuses a count that it
/// has seen.
public final class DigestAnswer {
    private final DigestTerms terms;
    private final @Nullable Protection protection;
    private final String count;
    private final String clientNonce;
    private final String target;
    private final String headerValue;

    DigestAnswer(
            DigestTerms terms,
            @Nullable Protection protection,
            String count,
            String clientNonce,
            String method,
            String target,
            byte @Nullable [] bodyHash) {
        this.terms = terms;
        this.protection = protection;
        this.count = count;
        this.clientNonce = clientNonce;
        this.target = target;
        this.headerValue = header(sign(method, protection, bodyHash));
    }

    /// RFC 7616 section 3.4.1; of a server that knows no `qop`, RFC 2617 section 3.2.2.1.
    ///
    /// @param method empty for what a server signs
    private String sign(String method, @Nullable Protection by, byte @Nullable [] bodyHash) {
        DigestAlgorithm algorithm = terms.challenge().algorithm();
        String message = method + ":" + target;
        if (by == Protection.AUTH_INT && bodyHash != null) {
            message += ":" + HexFormat.of().formatHex(bodyHash);
        }
        String freshness = by == null
                ? terms.nonce()
                : terms.nonce() + ":" + count + ":" + clientNonce + ":" + by.token();
        return hash(algorithm, terms.secret() + ":" + freshness + ":" + hash(algorithm, message));
    }

    /// Returns the hash of what is or was in a field, in hexadecimal.
    static String hash(DigestAlgorithm algorithm, String text) {
        // A char is a byte here: so the server's own words are hashed as they came.
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return HexFormat.of().formatHex(algorithm.newDigest().digest(bytes));
    }

    /// RFC 7616 section 3.4 says which values have quotation marks and which must not.
    private String header(String response) {
        DigestChallenge challenge = terms.challenge();
        var text = new StringBuilder("Digest ").append(terms.user());
        text.append(", realm=").append(AuthGrammar.quote(challenge.realm()));
        text.append(", uri=").append(AuthGrammar.quote(target));
        if (challenge.namesAlgorithm()) {
            text.append(", algorithm=").append(challenge.algorithm().token());
        }
        text.append(", nonce=").append(AuthGrammar.quote(terms.nonce()));
        if (protection != null) {
            text.append(", nc=").append(count);
        }
        if (protection != null || challenge.algorithm().isSession()) {
            text.append(", cnonce=").append(AuthGrammar.quote(clientNonce));
        }
        if (protection != null) {
            text.append(", qop=").append(protection.token());
        }
        text.append(", response=").append(AuthGrammar.quote(response));
        String opaque = challenge.opaque();
        if (opaque != null) {
            text.append(", opaque=").append(AuthGrammar.quote(opaque));
        }
        return text.append(challenge.hashesUser() ? ", userhash=true" : "").toString();
    }

    /// Returns what the `Authorization` or `Proxy-Authorization` field is to say.
    public String headerValue() {
        return headerValue;
    }

    /// Returns whether the `Authentication-Info` field, or `Proxy-Authentication-Info`, of the
    /// response proves that the server knows the password (RFC 7616 section 3.5).
    ///
    /// @param bodyHash what [DigestAlgorithm#newDigest()] makes of the response's body, or null
    ///     if it is not known; only `auth-int` asks for it
    public Proof check(String authenticationInfo, byte @Nullable [] bodyHash) {
        Map<String, String> info = ChallengeReader.parameters(authenticationInfo);
        String proof = info.get("rspauth");
        if (proof == null || proof.isEmpty()) {
            return Proof.NONE;
        }
        // What a server without qop would sign, no RFC says.
        if (protection == null) {
            return Proof.UNCHECKED;
        }
        // The server may protect its response less, or more, than we did our request.
        String named = info.getOrDefault("qop", protection.token());
        Protection by = named.equalsIgnoreCase(Protection.AUTH_INT.token())
                ? Protection.AUTH_INT
                : Protection.AUTH;
        if (by == Protection.AUTH_INT && bodyHash == null) {
            return Proof.UNCHECKED;
        }
        byte[] expected = sign("", by, bodyHash).getBytes(StandardCharsets.ISO_8859_1);
        byte[] found = proof.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(expected, found) ? Proof.GENUINE : Proof.WRONG;
    }

    DigestChallenge challenge() {
        return terms.challenge();
    }

    /// What a response proves of its server.
    public enum Proof {
        /// The server sent no proof; most send none.
        NONE,
        /// The server knows the password, and with `auth-int` the body is as it sent it.
        GENUINE,
        /// The server does not know the password, or somebody changed the response.
        WRONG,
        /// There is a proof, but not what is needed to check it.
        UNCHECKED
    }

    @Override
    public String toString() {
        return "<DigestAnswer count=" + count + " ***>";
    }
}
