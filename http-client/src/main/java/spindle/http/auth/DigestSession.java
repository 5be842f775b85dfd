package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.DigestChallenge.Protection;
import spindle.http.url.Url;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;

/// Answers the challenges of one server or proxy, request after request (RFC 7616).
///
/// ```
/// 401, WWW-Authenticate ──> withServer ──> answer ──> answer ──> answer ──> …
///                                            ↑  (nonce count 1, 2, 3, …)
/// 401 again, with stale=true ──> renew ──────┤
/// Authentication-Info, nextnonce ─> received ┘
/// ```
///
/// It keeps the login, since the next challenge may have another realm or algorithm. Requests
/// may overlap: each answer has a nonce count of its own, and a server takes them in whatever
/// order they arrive.
///
/// Only one thread at a time may use it.
public final class DigestSession {
    private static final SecureRandom random = new SecureRandom();

    // fixed at construction
    private final Login login;
    private final Supplier<String> clientNonces;

    // changes while running
    private DigestChallenge challenge;
    private @Nullable ProtectionSpace space; // Null for a proxy: all of it is protected.
    private DigestTerms terms;
    private long answered; // With the nonce of the terms.

    private DigestSession(
            @Nullable Url url,
            DigestChallenge challenge,
            Login login,
            Supplier<String> clientNonces) {
        Credentials.requireNoControls("a user", login.user());
        Credentials.requireNoControls("a password", login.password());
        this.login = login;
        this.clientNonces = clientNonces;
        this.challenge = challenge;
        this.space = url == null ? null : ProtectionSpace.of(url, challenge.domain());
        this.terms = terms(challenge);
    }

    /// Begins to answer a server.
    ///
    /// @param url what the challenged request asked for
    /// @throws IllegalArgumentException if the user or the password has a control character
    public static DigestSession withServer(Url url, DigestChallenge challenge, Login login) {
        return withServer(url, challenge, login, DigestSession::randomNonce);
    }

    /// Begins to answer a server with client nonces from a source of the caller's, for tests:
    /// whoever can foretell them helps an attacker.
    public static DigestSession withServer(
            Url url, DigestChallenge challenge, Login login, Supplier<String> clientNonces) {
        return new DigestSession(url, challenge, login, clientNonces);
    }

    /// Begins to answer a proxy, with `Proxy-Authorization`.
    ///
    /// @throws IllegalArgumentException if the user or the password has a control character
    public static DigestSession withProxy(DigestChallenge challenge, Login login) {
        return new DigestSession(null, challenge, login, DigestSession::randomNonce);
    }

    private static String randomNonce() {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private DigestTerms terms(DigestChallenge fresh) {
        byte[] realm = fresh.realm().getBytes(StandardCharsets.ISO_8859_1);
        byte[] user = Credentials.encode(login.user(), StandardCharsets.UTF_8);
        byte[] password = Credentials.encode(login.password(), StandardCharsets.UTF_8);
        MessageDigest digest = fresh.algorithm().newDigest();
        digest.update(user);
        digest.update((byte) ':');
        digest.update(realm);
        digest.update((byte) ':');
        String secret = HexFormat.of().formatHex(digest.digest(password));
        String clientNonce = null;
        if (fresh.algorithm().isSession()) {
            // RFC 7616 section 3.4.2: hashed once, with the client nonce of the first answer.
            // Many servers take that of the answer at hand instead. It is all the same to both
            // if there is but one.
            clientNonce = clientNonces.get();
            secret = DigestAnswer.hash(
                    fresh.algorithm(), secret + ":" + fresh.nonce() + ":" + clientNonce);
        }
        String userParameter = UserParameter.of(fresh, user, realm);
        return new DigestTerms(fresh, fresh.nonce(), userParameter, secret, clientNonce);
    }

    // --- Use ---

    /// Says whether an answer may be sent with a request that nobody challenged yet: the URL is
    /// in what the server called protected, and of the origin that said so. Nobody else gets
    /// answers. Always true of a proxy, which protects itself as a whole.
    public boolean covers(Url url) {
        return space == null || space.covers(url);
    }

    /// Makes the answer that one request is sent with. Sent again, it needs another.
    ///
    /// It vouches for the body too (`auth-int`) if the server offers that and the body's hash
    /// is given.
    ///
    /// @param target as in the request line, such as `/dir/index.html?x` or `host:443`
    /// @param bodyHash what [DigestAlgorithm#newDigest()] makes of the body, or null if it is
    ///     not known beforehand
    /// @throws IllegalArgumentException if there is no hash but the challenge
    ///     [requires][DigestChallenge#requiresBodyHash()] it, or one that is not of its algorithm
    public DigestAnswer answer(String method, String target, byte @Nullable [] bodyHash) {
        requireTarget(target);
        requireLength(bodyHash);
        Protection protection = protection(bodyHash);
        answered++;
        String clientNonce = terms.clientNonce() == null ? clientNonces.get() : terms.clientNonce();
        String count = HexFormat.of().toHexDigits(answered, 8);
        return new DigestAnswer(terms, protection, count, clientNonce, method, target, bodyHash);
    }

    private static void requireTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("expected a target in visible ASCII but the "
                        + "character at index " + i + " is 0x" + Integer.toHexString(c)
                        + ": percent-encode it");
            }
        }
    }

    private void requireLength(byte @Nullable [] bodyHash) {
        DigestAlgorithm algorithm = challenge.algorithm();
        int expected = algorithm.newDigest().getDigestLength();
        if (bodyHash != null && bodyHash.length != expected) {
            throw new IllegalArgumentException("expected a hash of " + expected + " bytes, as "
                    + algorithm.token() + " makes them, but got " + bodyHash.length + " bytes");
        }
    }

    private @Nullable Protection protection(byte @Nullable [] bodyHash) {
        if (bodyHash != null && challenge.protections().contains(Protection.AUTH_INT)) {
            return Protection.AUTH_INT;
        }
        if (challenge.requiresBodyHash()) {
            throw new IllegalArgumentException("expected the hash of the request's body, since the "
                    + "server takes no less than qop=auth-int, but there is none");
        }
        return challenge.protections().contains(Protection.AUTH) ? Protection.AUTH : null;
    }

    /// Takes another challenge of the same server or proxy. If it has the nonce of the last
    /// one, the count goes on.
    ///
    /// A challenge to a request that had an answer to the newest nonce means that user or
    /// password are wrong, unless it [is stale][DigestChallenge#isStale()]. That is for the
    /// caller to see: this answers whatever it is given.
    ///
    /// @param url what the challenged request asked for
    public void renew(Url url, DigestChallenge fresh) {
        if (!fresh.nonce().equals(terms.nonce())) {
            answered = 0;
        }
        if (space != null) {
            space = ProtectionSpace.of(url, fresh.domain());
        }
        challenge = fresh;
        terms = terms(fresh);
    }

    /// Takes the `Authentication-Info` field, or `Proxy-Authentication-Info`, of a response: the
    /// nonce for the answers to come, if there is one. One whose proof is wrong is ignored; see
    /// [DigestAnswer#check] for what that means.
    ///
    /// @param answer what the request was sent with
    public void received(DigestAnswer answer, String authenticationInfo) {
        Map<String, String> info = ChallengeReader.parameters(authenticationInfo);
        String next = info.get("nextnonce");
        // One that belongs to a challenge before the last says nothing of the last.
        boolean isCurrent = answer.challenge() == challenge;
        if (next == null || next.isEmpty() || next.equals(terms.nonce()) || !isCurrent) {
            return;
        }
        if (AuthGrammar.isQuotable(next)
                && answer.check(authenticationInfo, null) != DigestAnswer.Proof.WRONG) {
            terms = terms.withNonce(next);
            answered = 0;
        }
    }

    /// Returns the challenge that is being answered.
    public DigestChallenge challenge() {
        return challenge;
    }

    @Override
    public String toString() {
        return "<DigestSession " + challenge.algorithm().token() + " answered=" + answered + ">";
    }
}
