package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.Collectors;

class AuthChallengeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '`', textBlock = """
            Basic realm="a"                          → Basic{realm=a}
            Basic                                    → Basic{}
            Basic realm=a                            → Basic{realm=a}
            BASIC Realm = "a"                        → BASIC{realm=a}
            Basic realm="a, b=c", charset="UTF-8"    → Basic{realm=a, b=c; charset=UTF-8}
            Basic realm="a\\"b\\\\c\\d"              → Basic{realm=a"b\\cd}
            Basic realm=""                           → Basic{realm=}
            Negotiate                                → Negotiate{}
            Negotiate YII=                           → Negotiate:YII={}
            NTLM TlRMTVNTUAAB/+-._~==                → NTLM:TlRMTVNTUAAB/+-._~=={}
            Negotiate, NTLM                          → Negotiate{} NTLM{}
            Negotiate, Basic realm="a"               → Negotiate{} Basic{realm=a}
            Negotiate a==, Basic realm="a", b=c      → Negotiate:a=={} Basic{realm=a; b=c}
            Basic realm="a", Negotiate a==           → Basic{realm=a} Negotiate:a=={}
            Basic realm="a", Digest realm="b", c=d   → Basic{realm=a} Digest{realm=b; c=d}
            Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple" → Newauth{realm=apps; type=1; title=Login to "apps"} Basic{realm=simple}
            """)
    void challengesOfTheGrammarAreRead(String field, String expected) {
        assertThat(show(AuthChallenge.parse(field))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '`', textBlock = """
            ,, Basic ,, realm="a" ,, , b=c ,         → Basic{realm=a; b=c}
            Basic realm="a" b="c"                    → Basic{realm=a; b=c}
            Basic realm="a";b=c                      → Basic{realm=a; b=c}
            Basic realm="a"b="c"                     → Basic{realm=a; b=c}
            Digest nonce=abc/+==,realm=x             → Digest{nonce=abc/+==; realm=x}
            Digest realm=, nonce="a"                 → Digest:realm={nonce=a}
            Basic realm="never closed                → Basic{realm=never closed}
            Basic realm="ends with \\                → Basic{realm=ends with \\}
            Basic realm="first", realm="second"      → Basic{realm=first}
            realm="of nobody", Basic realm="a"       → Basic{realm=a}
            "Digest x=y", Basic realm="a"            → Basic{realm=a}
            Basic/realm="a"                          → Basic{realm=a}
            Basic Digest realm="a"                   → Basic{} Digest{realm=a}
            Basic a b                                → Basic{} a:b{}
            = , == , "                               → ``
            ``                                       → ``
            """)
    void whatServersMakeOfItIsReadToo(String field, String expected) {
        assertThat(show(AuthChallenge.parse(field))).isEqualTo(expected);
    }

    @Test
    void severalFieldsAreSeparateEvenIfOneIsBroken() {
        assertThat(show(AuthChallenge.parse(List.of("Basic realm=\"a", "b=c", "Negotiate"))))
                .isEqualTo("Basic{realm=a} Negotiate{}");
    }

    @Test
    void blanksMayBeTabs() {
        assertThat(show(AuthChallenge.parse("Basic\trealm\t=\t\"a\"\t,\tNTLM")))
                .isEqualTo("Basic{realm=a} NTLM{}");
    }

    @Test
    void namesHaveNoCase() {
        AuthChallenge challenge = AuthChallenge.parse("dIgEsT rEaLm=\"a\"").getFirst();

        assertThat(challenge.hasScheme("Digest")).isTrue();
        assertThat(challenge.hasScheme("Basic")).isFalse();
        assertThat(challenge.parameter("REALM")).isEqualTo("a");
        assertThat(challenge.realm()).isEqualTo("a");
        assertThat(challenge.parameter("nonce")).isNull();
        assertThat(challenge).isEqualTo(AuthChallenge.parse("Digest realm=a").getFirst());
    }

    @Test
    void challengesAndParametersAreBounded() {
        assertThat(AuthChallenge.parse("A,".repeat(1000))).hasSize(32);
        assertThat(AuthChallenge.parse(List.of("A,".repeat(20), "B,".repeat(20))))
                .hasSize(32);
        var field = new StringBuilder("A ");
        for (int i = 0; i < 1000; i++) {
            field.append("p").append(i).append("=x,");
        }
        assertThat(AuthChallenge.parse(field + "B").getFirst().parameters()).hasSize(64);
    }

    @Test
    void textIsBoundedInAll() {
        String half = "A x=\"" + "y".repeat(40_000) + "\"";

        List<AuthChallenge> found = AuthChallenge.parse(List.of(half, half, half));

        assertThat(found).hasSize(2);
        assertThat(found.get(0).parameter("x")).hasSize(40_000);
        assertThat(found.get(1).parameter("x")).hasSize(64 * 1024 - half.length() - 5);
    }

    @Test
    void toStringShowsNamesAndNoValues() {
        assertThat(AuthChallenge.parse("Negotiate c2VjcmV0, Digest realm=\"a\", nonce=\"b\""))
                .hasToString(
                        "[<AuthChallenge Negotiate ***>, <AuthChallenge Digest realm, nonce>]");
    }

    private static String show(List<AuthChallenge> challenges) {
        return challenges.stream().map(AuthChallengeTest::show).collect(Collectors.joining(" "));
    }

    private static String show(AuthChallenge challenge) {
        return challenge.scheme()
                + (challenge.token68() == null ? "" : ":" + challenge.token68())
                + challenge.parameters().entrySet().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining("; ", "{", "}"));
    }
}
