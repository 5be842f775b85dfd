package spindle.http.auth;

import org.jspecify.annotations.Nullable;

/// What all answers with one nonce have in common.
///
/// @param nonce the server's: the challenge's, or a later one of the same session
/// @param user the whole parameter that names the user
/// @param secret the hash of user, realm and password (`H(A1)`), as good as the password here
/// @param clientNonce the one for all answers, if the algorithm wants one for all
record DigestTerms(
        DigestChallenge challenge,
        String nonce,
        String user,
        String secret,
        @Nullable String clientNonce) {

    // RFC 7616 section 3.4.2: the key of a session outlives its first nonce.
    DigestTerms withNonce(String next) {
        return new DigestTerms(challenge, next, user, secret, clientNonce);
    }

    @Override
    public String toString() {
        return "<DigestTerms ***>";
    }
}
