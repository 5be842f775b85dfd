package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.ScriptedOrigin.hangUp;
import static spindle.http.ScriptedOrigin.reset;
import static spindle.http.policy.Requests.failureOf;
import static spindle.http.policy.Requests.statusOf;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

import spindle.http.Arrival;
import spindle.http.ClientException;
import spindle.http.ClientException.Kind;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.ClientTimeout;
import spindle.http.Middleware;
import spindle.http.ScriptedOrigin;
import spindle.http.ScriptedOrigin.Script;
import spindle.http.SimulatedWeb;
import spindle.http.body.RequestBody;
import spindle.testing.LoopTest;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What [Retry] sends again, and what not.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryTest {
    private static final Retry THRICE = Retry.upTo(3).withBudget(RetryBudget.unlimited());

    // --- Statuses ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void sendsAgainAfterStatusesThatPass() throws Exception {
        for (int status : List.of(429, 502, 503, 504)) {
            try (SimulatedWeb web = SimulatedWeb.open()) {
                ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(status), answer(200));

                assertThat(statusOf(web.session(THRICE), ClientRequest.get(origin.url("/"))))
                        .isEqualTo(200);
                assertThat(origin.arrivals()).as("requests").hasSize(2);
            }
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void returnsOtherStatusesAsTheyAre() throws Exception {
        for (int status : List.of(200, 204, 304, 400, 401, 404, 408, 500, 501, 505)) {
            assertThat(attempts(THRICE, ClientRequest.get("/"), answer(status)))
                    .as("%s", status)
                    .isEqualTo(1);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void statusesCanBeOthers() throws Exception {
        Retry retry = THRICE.withStatuses(Set.of(500));

        assertThat(attempts(retry, ClientRequest.get("/"), answer(500))).isEqualTo(3);
        assertThat(attempts(retry, ClientRequest.get("/"), answer(503, "Retry-After: 0")))
                .isEqualTo(1);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void returnsTheLastAnswerWhenAttemptsRunOut() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(502), answer(503), answer(504));
            ClientSession session = web.session(THRICE);

            try (ClientResponse response = await(session.get(origin.url("/")))) {
                assertThat(response.status()).isEqualTo(504);
                assertThat(await(response.text())).isEqualTo("504");
            }
            assertThat(origin.arrivals()).hasSize(3);
        }
    }

    /// Those that are given up are read to their end, so one connection is enough.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void discardedAnswersGiveTheirConnectionBack() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(503), answer(503), answer(200));

            int _ = statusOf(web.session(THRICE), ClientRequest.get(origin.url("/")));

            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerThatNeverEndsIsNotReadToItsEnd() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            arrival -> arrival.send(
                                    "HTTP/1.1 503 No\r\nContent-Length: 1000000\r\n\r\nand then"),
                            answer(200));

            assertThat(statusOf(web.session(THRICE), ClientRequest.get(origin.url("/"))))
                    .isEqualTo(200);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    // --- Methods ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void idempotentMethodsAreSentAgain() throws Exception {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")) {
            ClientRequest request = ClientRequest.of(method, "/");

            assertThat(attempts(THRICE, request, answer(503))).as(method).isEqualTo(3);
            assertThat(attempts(THRICE, request, hangUp())).as(method).isEqualTo(3);
            assertThat(attempts(THRICE, request, reset())).as(method).isEqualTo(3);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void otherMethodsAreNotSentAgainIfTheyMayHaveArrived() throws Exception {
        for (String method : List.of("POST", "PATCH", "get", "BREW")) {
            ClientRequest request = ClientRequest.of(method, "/");

            assertThat(attempts(THRICE, request, answer(503))).as(method).isEqualTo(1);
            assertThat(attempts(THRICE, request, answer(502, "Retry-After: 0")))
                    .as(method)
                    .isEqualTo(1);
            assertThat(attempts(THRICE, request, hangUp())).as(method).isEqualTo(1);
            assertThat(attempts(THRICE, request, reset())).as(method).isEqualTo(1);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void everyMethodIsSentAgainIfTheServerSaysWhen() throws Exception {
        ClientRequest request = ClientRequest.post("/").withBody(RequestBody.text("again"));

        assertThat(attempts(THRICE, request, answer(503, "Retry-After: 1"))).isEqualTo(3);
        assertThat(attempts(THRICE, request, answer(429, "Retry-After: 1"))).isEqualTo(3);
        assertThat(attempts(THRICE, request, answer(503, "Retry-After: whenever")))
                .isEqualTo(1);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void requestsWithAKeyCanBeTakenForIdempotent() throws Exception {
        Retry retry =
                THRICE.withRepeatable(request -> request.headers().contains("Idempotency-Key"));
        ClientRequest plain = ClientRequest.post("/");

        assertThat(attempts(retry, plain, reset())).isEqualTo(1);
        assertThat(attempts(retry, plain.withHeader("Idempotency-Key", "1"), reset()))
                .isEqualTo(3);
        assertThat(attempts(retry, ClientRequest.get("/"), reset())).as("GET").isEqualTo(3);
    }

    // --- Failures ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void whatWasNotSentIsSentAgainWhateverItIs() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(THRICE, allowConnectsAtThe(3, web, origin));
            web.network().refuseConnects(origin.address());

            assertThat(statusOf(session, ClientRequest.post(origin.url("/")))).isEqualTo(200);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void timeoutBeforeSendingIsAnotherChanceForEveryMethod() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(ClientOptions.defaults()
                    .withTimeout(ClientTimeout.none().withConnect(Duration.ofMillis(500)))
                    .withMiddleware(THRICE)
                    .withMiddleware(allowConnectsAtThe(3, web, origin)));
            web.network().ignoreConnects(origin.address());

            assertThat(statusOf(session, ClientRequest.post(origin.url("/")))).isEqualTo(200);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void timeoutOfTheAnswerIsAnotherChanceForIdempotentMethods() throws Exception {
        ClientRequest get = ClientRequest.get("/")
                .withTimeout(ClientTimeout.none().withFirstByte(Duration.ofSeconds(1)));
        Script silence = ScriptedOrigin.later(Duration.ofHours(1), answer(200));

        assertThat(attempts(THRICE, get, silence)).isEqualTo(3);
        assertThat(attempts(THRICE, get.withMethod("POST"), silence)).isEqualTo(1);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerThatBreaksOffInItsHeadIsAskedForAgain() throws Exception {
        Script half = arrival -> {
            arrival.send("HTTP/1.1 200 OK\r\nContent-");
            arrival.close();
        };

        assertThat(attempts(THRICE, ClientRequest.get("/"), half)).isEqualTo(3);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerThatBreaksOffInItsBodyIsTheReadersAffair() throws Exception {
        Script half = arrival -> {
            arrival.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
            arrival.close();
        };

        assertThat(attempts(THRICE, ClientRequest.get("/"), half)).isEqualTo(1);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void answerThatIsNoHttpIsNotAskedForAgain() throws Exception {
        Script nonsense = arrival -> arrival.send("220 smtp.example ESMTP\r\n\r\n");

        assertThat(attempts(THRICE, ClientRequest.get("/"), nonsense)).isEqualTo(1);
    }

    /// The next handshake shows the same certificate.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void wrongCertificateIsFinal() throws Exception {
        Exception wrong = new CertificateException("expired");

        assertThat(attemptsAtFailure(new ClientException.Protocol(Kind.TLS, "no", wrong)))
                .isEqualTo(1);
        assertThat(attemptsAtFailure(new ClientException.Protocol(Kind.TLS, "cut off", null)))
                .isEqualTo(3);
    }

    /// The same object cannot suppress itself.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void failureThatIsThrownAgainAndAgainComesThrough() throws Exception {
        ClientException same = new ClientException.Protocol(Kind.RESET, "over", null);

        assertThat(attemptsAtFailure(same)).isEqualTo(3);
        assertThat(same.getSuppressed()).isEmpty();
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void everyKindOfFailureIsSentAgainOrNot() throws Exception {
        List<Kind> again = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (attemptsAtFailure(new ClientException.Protocol(kind, "no", null)) > 1) {
                again.add(kind);
            }
        }

        assertThat(again)
                .containsExactly(
                        Kind.RESOLVE,
                        Kind.REFUSED,
                        Kind.CONNECT,
                        Kind.TLS,
                        Kind.PROXY,
                        Kind.RESET,
                        Kind.DISCONNECTED,
                        Kind.TRUNCATED);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void lastFailureRemembersTheOnesBeforeIt() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(503, "Connection: close"), hangUp(), reset());
            ClientSession session = web.session(THRICE);

            ClientException failure = failureOf(session, ClientRequest.get(origin.url("/")));

            assertThat(failure.kind()).isEqualTo(Kind.RESET);
            assertThat(failure.getSuppressed())
                    .extracting(earlier -> ((ClientException) earlier).kind())
                    .containsExactly(Kind.STATUS, Kind.DISCONNECTED);
            assertThat(failure.getSuppressed()[0].getMessage())
                    .isEqualTo("GET http://192.0.2.1/: the server answered 503 As Told");
        }
    }

    // --- Bodies ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bodyIsSentWholeEachTime() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503), reset(), answer(200));
            ClientRequest put =
                    ClientRequest.put(origin.url("/")).withBody(RequestBody.text("all of it"));

            assertThat(statusOf(web.session(THRICE), put)).isEqualTo(200);
            for (var arrival : origin.arrivals()) {
                assertThat(arrival.body()).isEqualTo("all of it");
            }
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bodyThatIsSpentIsNotSentAgain() throws Exception {
        assertThat(attempts(THRICE, ClientRequest.put("/").withBody(stream()), answer(503)))
                .isEqualTo(1);
        assertThat(attempts(THRICE, ClientRequest.put("/").withBody(stream()), reset()))
                .isEqualTo(1);
    }

    /// It can be known that nothing of it was sent: nothing of it was asked for.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void streamSurvivesAConnectionThatWasRefused() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(THRICE, allowConnectsAtThe(2, web, origin));
            web.network().refuseConnects(origin.address());
            ClientRequest post = ClientRequest.post(origin.url("/")).withBody(stream());

            assertThat(statusOf(session, post)).isEqualTo(200);
            assertThat(origin.arrivals().getFirst().body()).isEqualTo("once only");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void streamThatTheServerDidNotWantYetIsSentToTheNextOne() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(503, "Retry-After: 1"), arrival -> {
                        String _ = arrival.body();
                        arrival.respond(200);
                    });
            ClientRequest post =
                    ClientRequest.post(origin.url("/")).withBody(stream()).withExpectContinue();

            assertThat(statusOf(web.session(THRICE), post)).isEqualTo(200);
            assertThat(origin.arrivals().get(1).body()).isEqualTo("once only");
        }
    }

    // --- Redirects, budget ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void eachHopHasItsOwnAttempts() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(503),
                            answer(503),
                            answer(302, "Location: /b"),
                            answer(503),
                            answer(503),
                            answer(200));

            assertThat(statusOf(web.session(THRICE), ClientRequest.get(origin.url("/a"))))
                    .isEqualTo(200);
            assertThat(origin.arrivals())
                    .extracting(Arrival::target)
                    .containsExactly("/a", "/a", "/a", "/b", "/b", "/b");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void requestsShareTheBudget() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503));
            ClientSession session = web.session(THRICE.withBudget(RetryBudget.of(0.5, 0)));

            for (int i = 0; i < 10; i++) {
                int _ = statusOf(session, ClientRequest.get(origin.url("/" + i)));
            }

            assertThat(origin.arrivals()).hasSize(10 + 5);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void withoutBudgetTheFirstFailureIsTheLast() throws Exception {
        assertThat(attempts(
                        THRICE.withBudget(RetryBudget.of(0, 0)), ClientRequest.get("/"), reset()))
                .isEqualTo(1);
    }

    // --- For use in tests ---

    /// Returns how often a request is sent that always meets the same.
    private static int attempts(Retry retry, ClientRequest request, Script script)
            throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(script);
            ClientSession session = web.session(
                    ClientOptions.defaults().withBaseUrl(origin.url("/")).withMiddleware(retry));
            ClientResponse _ = answerTo(session, request);
            return origin.arrivals().size();
        }
    }

    /// Returns the answer, closed; null if there is none.
    private static @Nullable ClientResponse answerTo(ClientSession session, ClientRequest request)
            throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            return response;
        } catch (ClientException failure) {
            return null;
        }
    }

    private static int attemptsAtFailure(ClientException failure) throws Exception {
        List<ClientRequest> sent = new ArrayList<>();
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientSession session = web.session(THRICE, (request, _) -> {
                sent.add(request);
                throw failure;
            });
            assertThat(failureOf(session, ClientRequest.get("http://192.0.2.1/")))
                    .isSameAs(failure);
        }
        return sent.size();
    }

    /// Lets connects through from the so-and-so-manieth attempt on.
    private static Middleware allowConnectsAtThe(
            int attempt, SimulatedWeb web, ScriptedOrigin origin) {
        List<ClientRequest> seen = new ArrayList<>();
        return (request, next) -> {
            seen.add(request);
            if (seen.size() == attempt) {
                web.network().allowConnects(origin.address());
            }
            return next.send(request);
        };
    }

    private static RequestBody stream() {
        return Requests.stream("once only");
    }
}
