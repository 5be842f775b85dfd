package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static spindle.http.auth.Digests.MUFASA;
import static spindle.http.auth.Digests.PLACE;
import static spindle.http.auth.Digests.challenge;
import static spindle.http.auth.Digests.get;
import static spindle.http.auth.Digests.parameters;
import static spindle.http.auth.Digests.session;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.Url;

import java.util.HashSet;
import java.util.Set;

class DigestSessionTest {
    private int clientNonces;

    // --- Counts and nonces ---

    @Test
    void answersAreCounted() {
        DigestSession session = session("qop=auth");
        get(session);

        assertThat(parameters(get(session)))
                .containsEntry("nc", "00000002")
                .containsEntry("response", "15b6bb427e3fecd23a43cb702ce447d5");
        for (int i = 3; i < 17; i++) {
            get(session);
        }
        assertThat(parameters(get(session))).containsEntry("nc", "00000011");
    }

    @Test
    void eachAnswerHasAnotherClientNonce() {
        DigestSession session = DigestSession.withServer(
                PLACE, challenge(Digests.CHALLENGE + ", qop=auth"), MUFASA);
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            nonces.add(parameters(get(session)).get("cnonce"));
        }

        assertThat(nonces).hasSize(1000).allMatch(nonce -> nonce.matches("[A-Za-z0-9_-]{24}"));
    }

    /// So it does not matter whether a server hashes with the first or with the current one.
    @Test
    void answersWithASessionKeyShareTheirClientNonce() {
        DigestSession session = counting("Digest nonce=\"n\", qop=auth, algorithm=MD5-sess");

        assertThat(parameters(get(session))).containsEntry("cnonce", "c1");
        assertThat(parameters(get(session)))
                .containsEntry("cnonce", "c1")
                .containsEntry("nc", "00000002");
    }

    @Test
    void newNonceIsCountedFromOne() {
        DigestSession session = session("qop=auth");
        get(session);
        session.renew(PLACE, challenge("Digest nonce=\"another\", qop=auth, stale=true"));

        assertThat(parameters(get(session)))
                .containsEntry("nonce", "another")
                .containsEntry("nc", "00000001");
    }

    @Test
    void knownNonceIsCountedOn() {
        DigestSession session = session("qop=auth");
        get(session);
        session.renew(PLACE, session.challenge());

        assertThat(parameters(get(session))).containsEntry("nc", "00000002");
    }

    @Test
    void newChallengeMakesANewSessionKey() {
        DigestSession session = counting("Digest nonce=\"n\", qop=auth, algorithm=MD5-sess");
        get(session);
        session.renew(PLACE, challenge("Digest nonce=\"m\", qop=auth, algorithm=MD5-sess"));

        assertThat(parameters(get(session))).containsEntry("cnonce", "c2");
    }

    private DigestSession counting(String field) {
        return DigestSession.withServer(
                PLACE, challenge(field), MUFASA, () -> "c" + ++clientNonces);
    }

    // --- Authentication-Info ---

    @Test
    void nextNonceIsUsedForTheNextAnswer() {
        DigestSession session = session("qop=auth");
        session.received(get(session), "nextnonce=\"n2\"");

        assertThat(parameters(get(session)))
                .containsEntry("nonce", "n2")
                .containsEntry("nc", "00000001");
    }

    @Test
    void sessionKeyOutlivesItsNonce() {
        DigestSession session = session("qop=auth, algorithm=MD5-sess");
        session.received(get(session), "nextnonce=\"n2\"");

        assertThat(parameters(get(session)))
                .containsEntry("response", "92b7ef648842529670511d2b90311b2a");
    }

    @Test
    void sameNextNonceIsCountedOn() {
        DigestSession session = session("qop=auth");
        session.received(get(session), "nextnonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"");

        assertThat(parameters(get(session))).containsEntry("nc", "00000002");
    }

    @Test
    void nextNonceOfAnOldChallengeIsIgnored() {
        DigestSession session = session("qop=auth");
        DigestAnswer old = get(session);
        session.renew(PLACE, challenge("Digest nonce=\"another\", qop=auth"));
        session.received(old, "nextnonce=\"n2\"");

        assertThat(parameters(get(session))).containsEntry("nonce", "another");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nextnonce=\"\"",
                "nextnonce=\"a\r\nb\"",
                "nextnonce=\"n2\", rspauth=\"00000000000000000000000000000000\"",
                "rspauth=\"376602cfd2f4e8e5e78b948a85263e85\"",
                "",
            })
    void nonceStaysWithoutOneToTrust(String info) {
        DigestSession session = session("qop=auth");
        session.received(get(session), info);

        assertThat(parameters(get(session)))
                .containsEntry("nonce", "dcd98b7102dd2f0e8b11d0f600bfb0c093")
                .containsEntry("nc", "00000002");
    }

    // --- Whom answers are for ---

    @Test
    void serverWithoutDomainIsCoveredAsAWhole() {
        DigestSession session = session("");

        assertThat(session.covers(Url.parse("http://www.nowhere.org/"))).isTrue();
        assertThat(session.covers(Url.parse("http://www.nowhere.org:80/else?x")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://www.nowhere.org/dir/index.html",
                "http://www.nowhere.org:81/dir/index.html",
                "http://nowhere.org/dir/index.html",
                "http://evil.example/dir/index.html",
                "http://www.nowhere.org.evil.example/dir/index.html",
            })
    void otherOriginsAreNeverCovered(String url) {
        String domain = "domain=\"/ " + url + "\"";

        assertThat(session("").covers(Url.parse(url))).isFalse();
        assertThat(session(domain).covers(Url.parse(url))).isFalse();
    }

    @Test
    void domainIsResolvedAndCoversWhatIsBelow() {
        DigestSession session =
                session("domain=\"/a b/ ../c/./d?x http://WWW.nowhere.org:80/e //[ ftp://x/f\"");

        assertThat(covered(session, "/a", "/a/x?y", "/dir/b/", "/dir/b/x", "/c/d", "/c/d/x", "/e"))
                .isEqualTo("/a /a/x?y /dir/b/ /dir/b/x /c/d /c/d/x /e");
        assertThat(covered(session, "/", "/ab", "/b/", "/dir/b", "/c", "/c/de", "/f", "/E"))
                .isEmpty();
    }

    private static String covered(DigestSession session, String... targets) {
        var found = new StringBuilder();
        for (String target : targets) {
            if (session.covers(PLACE.resolve(target))) {
                found.append(' ').append(target);
            }
        }
        return found.toString().strip();
    }

    @Test
    void domainOfOthersAloneCoversNothing() {
        assertThat(session("domain=\"http://other/\"").covers(PLACE)).isFalse();
    }

    @Test
    void newChallengeHasItsOwnDomain() {
        DigestSession session = session("domain=\"/a\"");
        session.renew(PLACE, challenge("Digest nonce=\"n\", domain=\"/b\""));

        assertThat(covered(session, "/a", "/b")).isEqualTo("/b");
    }

    @Test
    void proxyIsCoveredAsAWhole() {
        DigestSession session =
                DigestSession.withProxy(challenge(Digests.CHALLENGE + ", domain=\"/a\""), MUFASA);
        session.renew(PLACE, challenge("Digest nonce=\"n\", domain=\"/b\""));

        assertThat(session.covers(Url.parse("https://anybody/"))).isTrue();
        assertThat(parameters(session.answer("CONNECT", "host:443", null)))
                .containsEntry("uri", "host:443");
    }

    // --- What is refused ---

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\n", "a\u00e4", "a\u007f"})
    void targetThatCannotBeSentIsRefused(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session("").answer("GET", target, null))
                .withMessageStartingWith(
                        "expected a target in visible ASCII but the character at index 1 is 0x");
    }

    @Test
    void controlCharactersInALoginAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session(Digests.CHALLENGE, new Login("a\n", "b"), "c"))
                .withMessage("expected a user without control characters but there is one at"
                        + " index 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session(Digests.CHALLENGE, new Login("a", "\0"), "c"))
                .withMessage("expected a password without control characters but there is one at"
                        + " index 0");
    }

    @Test
    void toStringShowsNoSecret() {
        DigestSession session = session("qop=auth");
        get(session);

        assertThat(session).hasToString("<DigestSession MD5 answered=1>");
    }
}
