package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.policy.Requests.failureOf;
import static spindle.http.policy.Requests.statusOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.http.Arrival;
import spindle.http.ClientException;
import spindle.http.ClientException.Kind;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.ScriptedOrigin;
import spindle.http.ScriptedOrigin.Script;
import spindle.http.SimulatedWeb;
import spindle.http.auth.Credentials;
import spindle.http.auth.DigestSession;
import spindle.http.auth.Login;
import spindle.testing.LoopTest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Whom [DigestAuthentication] answers, and when; what it answers for a body is
/// [DigestBodyTest]'s.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DigestAuthenticationTest {
    private static final Login MUFASA = new Login("Mufasa", "Circle of Life");
    private static final String CHALLENGE =
            "WWW-Authenticate: Digest realm=\"lions\", nonce=\"n1\", qop=\"auth\"";
    private static final String STALE = CHALLENGE.replace("n1", "n2") + ", stale=true";

    // --- The RFC's examples, over the wire ---

    /// RFC 7616 section 3.9.1.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answersAsTheRfcDoes() throws Exception {
        String terms = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\","
                + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
                + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", algorithm=";
        String clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

        assertThat(answerTo(clientNonce, MUFASA, "WWW-Authenticate: " + terms + "MD5"))
                .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"")
                .contains("uri=\"/dir/index.html\"");
        assertThat(answerTo(
                        clientNonce,
                        MUFASA,
                        "WWW-Authenticate: " + terms + "SHA-256",
                        "WWW-Authenticate: " + terms + "MD5"))
                .isEqualTo("Digest username=\"Mufasa\", realm=\"http-auth@example.org\","
                        + " uri=\"/dir/index.html\", algorithm=SHA-256,"
                        + " nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001,"
                        + " cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
                        + " response=\"753927fa0e85d155564e2e272a28d180"
                        + "2ca10daf4496794697cf8db5856cb6c1\","
                        + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    }

    /// RFC 2617 section 3.5.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answersAsTheOldRfcDid() throws Exception {
        assertThat(answerTo(
                        "0a4f113b",
                        new Login("Mufasa", "Circle Of Life"),
                        "WWW-Authenticate: Digest realm=\"testrealm@host.com\","
                                + " qop=\"auth,auth-int\","
                                + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
                                + " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""))
                .contains("response=\"6629fae49393a05397450978507c4ef1\"")
                .contains("opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
    }

    /// Returns the answer to a challenge that a request for `/dir/index.html` meets.
    private static String answerTo(String clientNonce, Login login, String... challenge)
            throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(401, challenge), answer(200));
            DigestAuthentication digest = DigestAuthentication.of(origin.url(""), login)
                    .withOpening((url, asked, whose) ->
                            DigestSession.withServer(url, asked, whose, () -> clientNonce));
            ClientRequest get = ClientRequest.get(origin.url("/dir/index.html"));

            assertThat(statusOf(web.session(digest), get)).isEqualTo(200);
            return origin.arrivals().get(1).field("Authorization");
        }
    }

    // --- Challenged, and unasked ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void isAskedOnceAndAnswersFromThenOn() throws Exception {
        DigestVerifier verifier = DigestVerifier.lenient();
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));

            for (String target : List.of("/", "/a", "/b/c?d=e%20f&g")) {
                assertThat(statusOf(session, ClientRequest.get(origin.url(target))))
                        .isEqualTo(200);
            }

            assertThat(verifier.verdicts()).containsExactly("none", "right", "right", "right");
            assertThat(counts(origin)).containsExactly("00000001", "00000002", "00000003");
            assertThat(origin.connections()).as("connections").isEqualTo(1);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answersUnaskedOnlyWithinTheProtectionSpace() throws Exception {
        DigestVerifier verifier =
                new DigestVerifier("lions", "qop=\"auth\", domain=\"/private /x\"", 100);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));

            for (String target : List.of("/private/a", "/private/b", "/privateer")) {
                int _ = statusOf(session, ClientRequest.get(origin.url(target)));
            }

            assertThat(verifier.verdicts())
                    .containsExactly("none", "right", "right", "none", "right");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void staleNonceIsReplacedWithoutAWord() throws Exception {
        DigestVerifier verifier = new DigestVerifier("lions", "qop=\"auth\"", 2);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));

            for (int i = 0; i < 4; i++) {
                assertThat(statusOf(session, ClientRequest.get(origin.url("/"))))
                        .isEqualTo(200);
            }

            assertThat(verifier.verdicts())
                    .containsExactly("none", "right", "right", "stale", "right", "right");
            assertThat(counts(origin))
                    .containsExactly("00000001", "00000002", "00000003", "00000001", "00000002");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerThatIsStaleAtOnceIsMadeAgainOnce() throws Exception {
        assertThat(statuses(answer(401, CHALLENGE), answer(401, STALE), answer(200)))
                .containsExactly("none", "n1", "n2", "200");
        assertThat(statuses(answer(401, CHALLENGE), answer(401, STALE), answer(401, STALE)))
                .containsExactly("none", "n1", "n2", "401");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void wrongLoginIsTriedOnce() throws Exception {
        assertThat(statuses(answer(401, CHALLENGE))).containsExactly("none", "n1", "401");
    }

    /// Each wrong answer may count: towards the user being locked out.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void refusedLoginIsNotSentUnasked() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(401, CHALLENGE));
            ClientSession session = web.session(digest(origin));

            int _ = statusOf(session, ClientRequest.get(origin.url("/")));
            int _ = statusOf(session, ClientRequest.get(origin.url("/")));

            assertThat(nonces(origin)).containsExactly("none", "n1", "none", "n1");
        }
    }

    /// A server that was started anew knows nothing of nonces, and some don't call them stale.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void unaskedAnswerThatIsRefusedIsMadeAgain() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(401, CHALLENGE),
                            answer(200),
                            answer(401, CHALLENGE.replace("n1", "n9")),
                            answer(200));
            ClientSession session = web.session(digest(origin));

            int _ = statusOf(session, ClientRequest.get(origin.url("/")));
            assertThat(statusOf(session, ClientRequest.get(origin.url("/")))).isEqualTo(200);

            assertThat(nonces(origin)).containsExactly("none", "n1", "n1", "n9");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void challengesThatCannotBeAnsweredAreReturned() throws Exception {
        for (String challenge : List.of(
                "Basic realm=\"lions\"",
                "Digest realm=\"lions\"",
                "Digest realm=\"lions\", nonce=\"n1\", algorithm=SHA-3",
                "Digest realm=\"lions\", nonce=\"n1\", qop=\"auth-conf\"",
                "Negotiate")) {
            assertThat(statuses(answer(401, "WWW-Authenticate: " + challenge)))
                    .as(challenge)
                    .containsExactly("none", "401");
        }
        assertThat(statuses(answer(401))).containsExactly("none", "401");
    }

    // --- Who gets answers ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void redirectElsewhereTakesNoAnswerAlong() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin thief = web.origin("192.0.2.66").then(answer(401, CHALLENGE));
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(401, CHALLENGE),
                            answer(307, "Location: " + thief.url("/give")),
                            answer(200));
            ClientSession session = web.session(digest(origin));

            assertThat(statusOf(session, ClientRequest.get(origin.url("/")))).isEqualTo(401);

            assertThat(nonces(origin)).containsExactly("none", "n1");
            assertThat(nonces(thief)).as("what the other one gets").containsExactly("none");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void everyOriginGetsItsOwnLogin() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin one = web.origin("192.0.2.1").then(answer(401, CHALLENGE), answer(200));
            ScriptedOrigin other = web.origin("192.0.2.2")
                    .then(answer(401, CHALLENGE.replace("n1", "x1")), answer(200));
            ClientSession session = web.session(DigestAuthentication.of(one.url("/any"), MUFASA)
                    .withLogin(other.url(""), new Login("Scar", "Be Prepared")));

            int _ = statusOf(session, ClientRequest.get(one.url("/")));
            int _ = statusOf(session, ClientRequest.get(other.url("/")));
            int _ = statusOf(session, ClientRequest.get(one.url("/")));

            assertThat(nonces(one)).containsExactly("none", "n1", "n1");
            assertThat(nonces(other)).containsExactly("none", "x1");
            assertThat(other.arrivals().get(1).field("Authorization"))
                    .contains("username=\"Scar\"");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void redirectWithinTheOriginIsAnsweredUnasked() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(401, CHALLENGE), answer(303, "Location: /there"), answer(200));

            int _ = statusOf(web.session(digest(origin)), ClientRequest.get(origin.url("/")));

            assertThat(nonces(origin)).containsExactly("none", "n1", "n1");
            assertThat(DigestVerifier.parameters(
                            origin.arrivals().getLast().field("Authorization")))
                    .containsEntry("uri", "/there")
                    .containsEntry("nc", "00000002");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void authorizationOfTheCallersIsLeftAlone() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(401, CHALLENGE));
            ClientRequest own =
                    ClientRequest.get(origin.url("/")).withHeader("Authorization", "Own way");

            assertThat(statusOf(web.session(digest(origin)), own)).isEqualTo(401);

            assertThat(origin.arrivals())
                    .extracting(arrival -> arrival.field("Authorization"))
                    .containsExactly("Own way");
        }
    }

    /// What else would be sent is sent until the server asks for more, and then not.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerTakesThePlaceOfTheSessionsCredentials() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(401, CHALLENGE), answer(200));
            ClientSession session = web.session(ClientOptions.defaults()
                    .withCredentials(origin.url(""), Credentials.basic("Mufasa", "public"))
                    .withMiddleware(digest(origin)));

            int _ = statusOf(session, ClientRequest.get(origin.url("/")));

            assertThat(origin.arrivals().get(1).head().split("Authorization", -1))
                    .hasSize(2);
            assertThat(nonces(origin)).containsExactly("none", "n1");
        }
    }

    // --- Several realms, many requests ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void eachRealmCountsItsOwnNonces() throws Exception {
        DigestVerifier lions = new DigestVerifier("lions", "qop=\"auth\", domain=\"/lions\"", 100);
        DigestVerifier hyenas = new DigestVerifier("hyenas", "qop=\"auth\"", 100);
        Script both =
                arrival -> (arrival.target().startsWith("/lions") ? lions : hyenas).play(arrival);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(both);
            ClientSession session = web.session(digest(origin));

            for (int i = 0; i < 3; i++) {
                int _ = statusOf(session, ClientRequest.get(origin.url("/lions/" + i)));
                int _ = statusOf(session, ClientRequest.get(origin.url("/hyenas/" + i)));
            }

            assertThat(lions.verdicts()).endsWith("right").doesNotContain("replayed", "wrong");
            assertThat(hyenas.verdicts()).containsExactly("none", "right", "right", "right");
        }
    }

    /// A realm is anything that a server can think of.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void realmsWithoutNumberAreAnsweredEach() throws Exception {
        AtomicInteger realm = new AtomicInteger();
        Script newRealms = arrival -> {
            String name = "realm=\"r" + realm + "\"";
            if (arrival.field("Authorization").contains(name)) {
                realm.incrementAndGet();
                arrival.respond(200);
            } else {
                arrival.respond(401, CHALLENGE.replace("realm=\"lions\"", name));
            }
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(newRealms);
            ClientSession session = web.session(digest(origin));

            for (int i = 0; i < 50; i++) {
                assertThat(statusOf(session, ClientRequest.get(origin.url("/"))))
                        .isEqualTo(200);
            }
        }
    }

    @LoopTest(
            engines = {LOOP_CARRIED, HANDOFF},
            seeds = 20)
    void manyAtOnceShareOneNonceAndNobodyIsReplayed() throws Exception {
        DigestVerifier verifier = DigestVerifier.lenient();
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));

            assertThat(await(gather(many(30, session, origin)))).containsOnly(200);

            assertThat(verifier.verdicts()).doesNotContain("replayed", "wrong", "stale");
            assertThat(verifier.uses()).as("uses of each nonce").containsExactly(30);
        }
    }

    @LoopTest(
            engines = {LOOP_CARRIED, HANDOFF},
            seeds = 20)
    void manyAtOnceSurviveNoncesThatSoonAreStale() throws Exception {
        DigestVerifier verifier = new DigestVerifier("lions", "qop=\"auth\"", 7);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(verifier);
            ClientSession session = web.session(digest(origin));
            int _ = statusOf(session, ClientRequest.get(origin.url("/")));

            for (int i = 0; i < 10; i++) {
                assertThat(await(gather(many(4, session, origin)))).containsOnly(200);
            }

            assertThat(verifier.verdicts()).contains("stale").doesNotContain("replayed", "wrong");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void eachAttemptOfARetryHasAnAnswerOfItsOwn() throws Exception {
        DigestVerifier verifier = DigestVerifier.lenient();
        List<Arrival> failed = new ArrayList<>();
        Script sometimes = arrival -> {
            if (!arrival.field("Authorization").isEmpty() && failed.size() < 2) {
                failed.add(arrival);
                arrival.respond(503);
            } else {
                verifier.play(arrival);
            }
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(sometimes);
            ClientSession session = web.session(Retry.upTo(3), digest(origin));

            assertThat(statusOf(session, ClientRequest.get(origin.url("/")))).isEqualTo(200);

            assertThat(counts(origin)).containsExactly("00000001", "00000002", "00000003");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void cancelledInBetweenItLeavesNothingBehind() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(401, CHALLENGE),
                            ScriptedOrigin.later(Duration.ofSeconds(60), answer(200)));
            ClientSession session = web.session(digest(origin));
            var request = createTask(() -> statusOf(session, ClientRequest.get(origin.url("/"))));

            await(sleep(Duration.ofSeconds(1)));
            request.cancel();

            assertThatThrownBy(() -> await(request)).isInstanceOf(CancelledError.class);
        }
    }

    // --- What the server proves ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void wrongProofIsAFailure() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(401, CHALLENGE),
                            answer(
                                    200,
                                    "Authentication-Info: qop=auth, rspauth=\"" + "0".repeat(32)
                                            + "\""));

            ClientException failure =
                    failureOf(web.session(digest(origin)), ClientRequest.get(origin.url("/a")));

            assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION);
            assertThat(failure)
                    .hasMessage("GET http://192.0.2.1/a: expected the server to prove in"
                            + " Authentication-Info that it knows the password, but its proof is"
                            + " wrong");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void rightProofIsNone() throws Exception {
        Script proving = arrival -> {
            var answer = DigestVerifier.parameters(arrival.field("Authorization"));
            String secret = md5("Mufasa:lions:Circle of Life");
            String proof = md5(String.join(
                    ":",
                    secret,
                    answer.get("nonce"),
                    answer.get("nc"),
                    answer.get("cnonce"),
                    "auth",
                    md5(":" + arrival.target())));
            arrival.respond(200, "Authentication-Info: qop=auth, rspauth=\"" + proof + "\"");
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(401, CHALLENGE), proving);

            assertThat(statusOf(web.session(digest(origin)), ClientRequest.get(origin.url("/a"))))
                    .isEqualTo(200);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void nextNonceIsUsedNext() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(401, CHALLENGE),
                            answer(200, "Authentication-Info: nextnonce=\"n7\""),
                            answer(200));
            ClientSession session = web.session(digest(origin));

            int _ = statusOf(session, ClientRequest.get(origin.url("/")));
            int _ = statusOf(session, ClientRequest.get(origin.url("/")));

            assertThat(nonces(origin)).containsExactly("none", "n1", "n7");
            assertThat(counts(origin)).containsExactly("00000001", "00000001");
        }
    }

    // --- Secrets, mistakes ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void nothingSaysWhoIsAsking() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(401, CHALLENGE), answer(200));
            DigestAuthentication digest = digest(origin);
            ClientSession session = web.session(digest);

            try (ClientResponse response = await(session.get(origin.url("/")))) {
                assertThat(digest + " " + session + " " + response + " " + response.request())
                        .contains("<DigestAuthentication [http://192.0.2.1]>")
                        .doesNotContain("Mufasa", "Circle", "n1");
            }
        }
    }

    @Test
    void refusesControlCharacters() {
        assertThatThrownBy(() -> DigestAuthentication.of("http://a", new Login("a\r\n", "secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a user and a password without control characters");
    }

    // --- For use in tests ---

    private static DigestAuthentication digest(ScriptedOrigin origin) {
        return DigestAuthentication.of(origin.url(""), MUFASA);
    }

    /// Returns the nonces that one request is answered with, and its status.
    private static List<String> statuses(Script... scripts) throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(scripts);
            int status = statusOf(web.session(digest(origin)), ClientRequest.get(origin.url("/")));
            List<String> all = new ArrayList<>(nonces(origin));
            all.add("" + status);
            return all;
        }
    }

    private static List<String> nonces(ScriptedOrigin origin) {
        return origin.arrivals().stream()
                .map(arrival -> DigestVerifier.parameters(arrival.field("Authorization"))
                        .getOrDefault("nonce", "none"))
                .toList();
    }

    /// Returns the nonce counts of those requests that have one.
    private static List<String> counts(ScriptedOrigin origin) {
        return origin.arrivals().stream()
                .map(arrival -> DigestVerifier.parameters(arrival.field("Authorization"))
                        .getOrDefault("nc", ""))
                .filter(count -> !count.isEmpty())
                .toList();
    }

    private static List<Coroutine<Integer>> many(
            int count, ClientSession session, ScriptedOrigin origin) {
        List<Coroutine<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String url = origin.url("/" + i);
            all.add(() -> statusOf(session, ClientRequest.get(url)));
        }
        return all;
    }

    private static String md5(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5")
                        .digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
