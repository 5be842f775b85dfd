package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestChallengeTest {

    @Test
    void whatAServerSaysIsKept() {
        DigestChallenge challenge = parse("Digest realm=\"a b\", domain=\" /x  http://host/y \","
                + " nonce=\"n\", opaque=\"o\", stale=TRUE, algorithm=sha-256, qop=\"auth,auth-int\","
                + " charset=utf-8, userhash=true");

        assertThat(challenge).isNotNull();
        assertThat(challenge.realm()).isEqualTo("a b");
        assertThat(challenge.domain()).containsExactly("/x", "http://host/y");
        assertThat(challenge.isStale()).isTrue();
        assertThat(challenge.algorithm()).isEqualTo(DigestAlgorithm.SHA_256);
        assertThat(challenge.requiresBodyHash()).isFalse();
        assertThat(challenge).hasToString("<DigestChallenge SHA-256 stale realm=\"a b\">");
    }

    @Test
    void onlyTheNonceIsNeeded() {
        DigestChallenge challenge = parse("Digest nonce=\"n\"");

        assertThat(challenge).isNotNull();
        assertThat(challenge.realm()).isEmpty();
        assertThat(challenge.domain()).isEmpty();
        assertThat(challenge.isStale()).isFalse();
        assertThat(challenge.algorithm()).isEqualTo(DigestAlgorithm.MD5);
        assertThat(challenge.requiresBodyHash()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Digest realm=\"a\"",
                "Basic nonce=\"n\"",
                "Digest nonce=\"n\", algorithm=SHA-1",
                "Digest nonce=\"n\", algorithm=\"\"",
                "Digest nonce=\"n\", qop=\"auth-conf\"",
                "Digest nonce=\"n\r\nX: y\"",
                "Digest nonce=\"n\", realm=\"\0\"",
                "Digest nonce=\"n\", opaque=\"€\"",
            })
    void whatCannotBeAnsweredIsNoChallenge(String field) {
        assertThat(parse(field)).isNull();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '→', textBlock = """
            qop="auth-int"            → true
            qop="auth-int,auth-conf"  → true
            qop=AUTH-INT              → true
            qop="auth,auth-int"       → false
            qop="auth-int auth"       → false
            qop="auth"                → false
            qop=""                    → false
            """)
    void bodyHashIsRequiredIfNothingLessIsOffered(String qop, boolean expected) {
        DigestChallenge challenge = parse("Digest nonce=\"n\", " + qop);

        assertThat(challenge).isNotNull();
        assertThat(challenge.requiresBodyHash()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "MD5 SHA-256,               SHA_256",
        "SHA-256 MD5,               SHA_256",
        "MD5-sess MD5,              MD5_SESS",
        "MD5 SHA-512-256 SHA-256,   SHA_512_256",
        "MD5 SHA-256 SHA-512-256,   SHA_256",
        "SHA-999 MD5,               MD5",
        "MD5 SHA-256-sess SHA-999,  SHA_256_SESS",
        "Md5 sHa-512-256-SESS,      SHA_512_256_SESS",
    })
    void strongestAlgorithmIsChosenAndTheFirstOfEquals(String offered, DigestAlgorithm expected) {
        var field = new StringBuilder("Negotiate, Basic realm=\"x\"");
        for (String algorithm : offered.split(" ", -1)) {
            field.append(", Digest nonce=\"n\", algorithm=").append(algorithm);
        }

        DigestChallenge strongest =
                DigestChallenge.strongestOf(AuthChallenge.parse(field.toString()));

        assertThat(strongest).isNotNull();
        assertThat(strongest.algorithm()).isEqualTo(expected);
    }

    @Test
    void noneIsStrongestWhereNoneCanBeAnswered() {
        assertThat(DigestChallenge.strongestOf(AuthChallenge.parse("Basic realm=\"x\"")))
                .isNull();
    }

    private static @Nullable DigestChallenge parse(String field) {
        return DigestChallenge.of(AuthChallenge.parse(field).getFirst());
    }
}
