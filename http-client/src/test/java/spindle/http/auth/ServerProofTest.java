package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.http.auth.Digests.get;
import static spindle.http.auth.Digests.hash;
import static spindle.http.auth.Digests.session;

import org.junit.jupiter.api.Test;

import spindle.http.auth.DigestAnswer.Proof;

/// What `Authentication-Info` proves; the right values are of another implementation of the hashes.
class ServerProofTest {
    private static final String RIGHT = "rspauth=\"376602cfd2f4e8e5e78b948a85263e85\"";
    private static final String RIGHT_WITH_BODY = "rspauth=\"8fdfd7cbe0984a17c52eb4123f56fea4\"";

    @Test
    void serverThatKnowsThePasswordIsGenuine() {
        DigestAnswer answer = get(session("qop=auth"));

        assertThat(answer.check("qop=auth, " + RIGHT + ", cnonce=\"0a4f113b\", nc=00000001", null))
                .isEqualTo(Proof.GENUINE);
        assertThat(answer.check("RSPAUTH=376602CFD2F4E8E5E78B948A85263E85", null))
                .isEqualTo(Proof.GENUINE);
    }

    @Test
    void serverThatDoesNotIsWrong() {
        DigestAnswer answer = get(session("qop=auth"));

        assertThat(answer.check("rspauth=\"376602cfd2f4e8e5e78b948a85263e86\"", null))
                .isEqualTo(Proof.WRONG);
        assertThat(answer.check("rspauth=\"376602\"", null)).isEqualTo(Proof.WRONG);
        assertThat(answer.check("rspauth=\"€\"", null)).isEqualTo(Proof.WRONG);
    }

    @Test
    void proofOfAnotherAnswerIsWrong() {
        DigestSession session = session("qop=auth");
        get(session);

        assertThat(get(session).check(RIGHT, null)).isEqualTo(Proof.WRONG);
    }

    @Test
    void serverThatSaysNothingProvesNothing() {
        DigestAnswer answer = get(session("qop=auth"));

        assertThat(answer.check("", null)).isEqualTo(Proof.NONE);
        assertThat(answer.check("nextnonce=\"n\", rspauth=\"\"", null)).isEqualTo(Proof.NONE);
    }

    @Test
    void bodyIsProvedWithItsHash() {
        DigestSession session = session("qop=auth-int");
        DigestAnswer answer = session.answer("GET", "/dir/index.html", hash(session, "hello"));

        assertThat(answer.check(RIGHT_WITH_BODY, hash(session, "world"))).isEqualTo(Proof.GENUINE);
        assertThat(answer.check(RIGHT_WITH_BODY, hash(session, "World"))).isEqualTo(Proof.WRONG);
        assertThat(answer.check(RIGHT_WITH_BODY, null)).isEqualTo(Proof.UNCHECKED);
    }

    @Test
    void serverChoosesHowItProtectsItsResponse() {
        DigestSession session = session("qop=\"auth,auth-int\"");
        DigestAnswer answer = get(session);

        assertThat(answer.check("qop=auth-int, " + RIGHT_WITH_BODY, hash(session, "world")))
                .isEqualTo(Proof.GENUINE);
        DigestAnswer withBody =
                session("qop=auth-int").answer("GET", "/dir/index.html", hash(session, "hello"));
        assertThat(withBody.check("qop=\"auth\", " + RIGHT, null)).isEqualTo(Proof.GENUINE);
    }

    @Test
    void serverWithoutQopCannotBeChecked() {
        assertThat(get(session("")).check(RIGHT, null)).isEqualTo(Proof.UNCHECKED);
    }
}
