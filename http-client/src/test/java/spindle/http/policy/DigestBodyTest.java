package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.policy.Requests.statusOf;
import static spindle.http.policy.Requests.stream;

import org.junit.jupiter.api.Timeout;

import spindle.http.Arrival;
import spindle.http.ClientRequest;
import spindle.http.ClientSession;
import spindle.http.ScriptedOrigin;
import spindle.http.ScriptedOrigin.Script;
import spindle.http.SimulatedWeb;
import spindle.http.auth.Login;
import spindle.http.body.RequestBody;
import spindle.testing.LoopTest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What [DigestAuthentication] does about bodies: those it vouches for, and those that can be sent
/// once.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DigestBodyTest {
    private static final RequestBody BYTES = RequestBody.text("every word of it");
    private static final RequestBody REPLAYABLE =
            RequestBody.stream(() -> () -> () -> Optional.empty(), 0); // Not known to be in memory.
    private static final String CHALLENGE =
            "WWW-Authenticate: Digest realm=\"lions\", nonce=\"n1\", qop=\"auth\"";

    // --- auth-int ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bodyInMemoryIsVouchedForWhereThatIsOffered() throws Exception {
        assertThat(protections("auth,auth-int", ClientRequest.post("/").withBody(BYTES)))
                .containsExactly("none", "auth-int", "200");
        assertThat(protections("auth", ClientRequest.post("/").withBody(BYTES)))
                .containsExactly("none", "auth", "200");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void otherBodiesAreNot() throws Exception {
        assertThat(protections("auth,auth-int", ClientRequest.post("/").withBody(REPLAYABLE)))
                .containsExactly("none", "auth", "200");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void noBodyIsVouchedForWhereItMustBe() throws Exception {
        assertThat(protections("auth,auth-int", ClientRequest.get("/")))
                .containsExactly("none", "auth", "200");
        assertThat(protections("auth-int", ClientRequest.get("/")))
                .containsExactly("none", "auth-int", "200");
        assertThat(protections("auth-int", ClientRequest.post("/").withBody(RequestBody.empty())))
                .containsExactly("none", "auth-int", "200");
    }

    /// What is hashed is what arrives, and nobody knows that beforehand.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bodyThatIsCompressedOnTheWayIsNotVouchedFor() throws Exception {
        ClientRequest compressed = ClientRequest.post("/").withBody(BYTES).withCompression("gzip");

        assertThat(protections("auth,auth-int", compressed)).containsExactly("none", "auth", "200");
        assertThat(protections("auth-int", compressed)).containsExactly("none", "401");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void serverThatWantsTheHashOfAStreamGetsNoAnswer() throws Exception {
        assertThat(protections("auth-int", ClientRequest.post("/").withBody(REPLAYABLE)))
                .containsExactly("none", "401");
    }

    /// What one request can answer, another one cannot.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void sessionThatNeedsTheHashIsNotUsedForAStream() throws Exception {
        DigestVerifier verifier = new DigestVerifier("lions", "qop=\"auth-int\"", 100);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));
            ClientRequest post = ClientRequest.post(origin.url("/"));

            assertThat(statusOf(session, post.withBody(BYTES))).isEqualTo(200);
            assertThat(statusOf(session, post.withBody(REPLAYABLE))).isEqualTo(401);
            assertThat(statusOf(session, post.withBody(BYTES))).isEqualTo(200);

            assertThat(verifier.verdicts()).containsExactly("none", "right", "none", "right");
        }
    }

    // --- Bodies that can be sent once ---

    /// The server challenges before the body comes, so it is there for the answer.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void streamIsAnnouncedFirst() throws Exception {
        Script accepting = arrival -> {
            String _ = arrival.body();
            arrival.respond(200);
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(401, CHALLENGE), accepting);
            ClientRequest post = ClientRequest.post(origin.url("/")).withBody(stream("precious"));

            assertThat(statusOf(web.session(digest(origin)), post)).isEqualTo(200);

            assertThat(origin.arrivals())
                    .extracting(Arrival::expectsContinue)
                    .containsExactly(true, false);
            assertThat(origin.arrivals().get(1).body()).isEqualTo("precious");
            assertThat(web.now()).as("time").isLessThan(Duration.ofSeconds(1));
        }
    }

    /// The nonce may be stale by now.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void streamIsAnnouncedWithAnAnswerToo() throws Exception {
        Script accepting = arrival -> {
            String _ = arrival.body();
            arrival.respond(200);
        };
        String stale = CHALLENGE.replace("n1", "n2") + ", stale=true";
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(401, CHALLENGE), answer(200), answer(401, stale), accepting);
            ClientSession session = web.session(digest(origin));
            int _ = statusOf(session, ClientRequest.get(origin.url("/")));
            ClientRequest post = ClientRequest.post(origin.url("/")).withBody(stream("precious"));

            assertThat(statusOf(session, post)).isEqualTo(200);

            assertThat(origin.arrivals().get(3).body()).isEqualTo("precious");
        }
    }

    /// It says so with the 401 that it sends when it is too late; and is known from then on.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void serverThatTakesAStreamBeforeItChallengesGetsItAsWell() throws Exception {
        Script late = arrival -> {
            String _ = arrival.bodyUnasked();
            arrival.respond(401, CHALLENGE);
        };
        Script accepting = arrival -> {
            String _ = arrival.bodyUnasked();
            arrival.respond(200);
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(late, accepting);
            ClientSession session = web.session(digest(origin));
            ClientRequest post = ClientRequest.post(origin.url("/"));

            assertThat(statusOf(session, post.withBody(stream("one")))).isEqualTo(401);
            assertThat(statusOf(session, post.withBody(stream("two")))).isEqualTo(200);

            assertThat(origin.arrivals().get(1).field("Authorization")).startsWith("Digest ");
        }
    }

    // --- For use in tests ---

    private static DigestAuthentication digest(ScriptedOrigin origin) {
        return DigestAuthentication.of(origin.url(""), new Login("Mufasa", "Circle of Life"));
    }

    /// Returns what each sending of a request was protected with, and what came of it.
    private static List<String> protections(String offered, ClientRequest request)
            throws Exception {
        DigestVerifier verifier = new DigestVerifier("lions", "qop=\"" + offered + "\"", 100);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));
            int status = statusOf(session, request.withUrl(origin.url("/")));
            List<String> all = new ArrayList<>(origin.arrivals().stream()
                    .map(arrival -> DigestVerifier.parameters(arrival.field("Authorization"))
                            .getOrDefault("qop", "none"))
                    .toList());
            all.add("" + status);
            return all;
        }
    }
}
