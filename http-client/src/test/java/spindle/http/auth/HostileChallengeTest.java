package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.http.url.Url;

import java.util.List;
import java.util.Random;

/// Whatever a server sends, nothing throws, nothing grows, and nothing gets into a field that
/// may not stand there.
@Timeout(120)
class HostileChallengeTest {
    private static final int SEEDS = 20_000;

    private static final Url PLACE = Url.parse("http://host/a/b?c");

    private static final String[] PIECES = {
        "Digest ",
        "Basic ",
        "Negotiate ",
        "realm=",
        "nonce=",
        "opaque=",
        "qop=",
        "\"auth\"",
        "\"auth-int\"",
        "auth,auth-int",
        "algorithm=",
        "MD5",
        "SHA-256-sess",
        "SHA-512-256",
        "domain=",
        "\"/a http://other/ :// //[ \\\\\"",
        "stale=true",
        "charset=UTF-8",
        "userhash=true",
        "nextnonce=",
        "rspauth=",
        "=",
        "==",
        ",",
        ";",
        "\"",
        "\\",
        "\\\"",
        " ",
        "\t",
        "\r\n",
        "\0",
        "\u007f",
        "\u00ff",
        "\u20ac",
        "\ud800",
        "x",
        "%41",
        "'"
    };

    @Test
    void nothingThrowsAndWhatIsEchoedMayBeSent() {
        int answered = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            String field = field(random);
            String description = "seed " + seed;

            List<AuthChallenge> challenges = AuthChallenge.parse(field);
            DigestChallenge digest = DigestChallenge.strongestOf(challenges);
            if (digest != null) {
                answered++;
                checkAnswer(description, digest, field(random));
            }
        }
        assertThat(answered).as("answered challenges").isGreaterThan(SEEDS / 100);
    }

    private static String field(Random random) {
        var field = new StringBuilder(random.nextBoolean() ? "Digest nonce=\"n\"," : "");
        for (int i = random.nextInt(20); i > 0; i--) {
            field.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return field.toString();
    }

    private static void checkAnswer(String description, DigestChallenge digest, String info) {
        DigestSession session =
                DigestSession.withServer(PLACE, digest, new Login("J\u00e4\"s\\", "pass:word"));
        byte[] hash = digest.algorithm().newDigest().digest();
        DigestAnswer answer = session.answer("GET", "/a", hash);
        session.received(answer, info);
        String second = session.answer("GET", "/a", hash).headerValue();

        assertThat(answer.headerValue() + second)
                .as(description)
                .matches("[\\x20-\\x7e\\x80-\\xff\\t]*")
                .doesNotContain("pass:word");
        // It is read again as the one that it is.
        List<AuthChallenge> reread = AuthChallenge.parse(second);
        assertThat(reread).as(description).hasSize(1);
        assertThat(reread.getFirst().realm()).as(description).isEqualTo(digest.realm());
        assertThat(session.covers(Url.parse("http://other/"))).as(description).isFalse();
    }

    @Test
    void timeIsLinear() {
        // Each would take minutes if a piece were looked at again for each piece before it.
        for (String piece :
                List.of("a ", "a=", "a = ", "\"", "\\\"", ", ", "a\t", "=", "a/", "\"a")) {
            String field = "Digest " + piece.repeat(1_000_000);
            for (int i = 0; i < 10; i++) {
                AuthChallenge.parse(List.of(field, field));
                ChallengeReader.parameters(field);
            }
        }
    }
}
