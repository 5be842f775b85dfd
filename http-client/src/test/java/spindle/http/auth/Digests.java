package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import spindle.http.url.Url;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Challenges and sessions for tests; user, password and server are those of RFC 2617 section
/// 3.5.
final class Digests {
    static final Url PLACE = Url.parse("http://www.nowhere.org/dir/index.html");
    static final Login MUFASA = new Login("Mufasa", "Circle Of Life");
    static final String CLIENT_NONCE = "0a4f113b";
    static final String CHALLENGE = "Digest realm=\"testrealm@host.com\", "
            + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";

    private Digests() {}

    static DigestChallenge challenge(String field) {
        DigestChallenge challenge = DigestChallenge.strongestOf(AuthChallenge.parse(field));
        assertThat(challenge).as(field).isNotNull();
        return challenge;
    }

    /// Returns a session with the challenge of the RFC and more parameters, if they aren't empty.
    static DigestSession session(String more) {
        return session(CHALLENGE + (more.isEmpty() ? "" : ", " + more), MUFASA, CLIENT_NONCE);
    }

    static DigestSession session(String field, Login login, String clientNonce) {
        return DigestSession.withServer(PLACE, challenge(field), login, () -> clientNonce);
    }

    static DigestAnswer get(DigestSession session) {
        return session.answer("GET", "/dir/index.html", null);
    }

    /// Returns what an answer says, with names in lower case.
    static Map<String, String> parameters(DigestAnswer answer) {
        return AuthChallenge.parse(answer.headerValue()).getFirst().parameters();
    }

    static byte[] hash(DigestSession session, String body) {
        return session.challenge()
                .algorithm()
                .newDigest()
                .digest(body.getBytes(StandardCharsets.UTF_8));
    }
}
