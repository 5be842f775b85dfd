package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.ScriptedOrigin.later;

import org.junit.jupiter.api.Timeout;

import spindle.CancelledError;
import spindle.Task;
import spindle.testing.LoopTest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The total timeout holds what middlewares wait for as well as what attempts do.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MiddlewareTimeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static final Middleware SLOW_BEFORE = (request, next) -> {
        await(sleep(HOUR));
        return next.send(request);
    };

    private static final Middleware SLOW_AFTER = (request, next) -> {
        try (ClientResponse _ = next.send(request)) {
            await(sleep(HOUR));
        }
        throw new AssertionError("nobody waits for so long");
    };

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void middlewareThatWaitsIsEndedByTheTotal() throws Exception {
        for (Middleware slow : List.of(SLOW_BEFORE, SLOW_AFTER)) {
            try (SimulatedWeb web = SimulatedWeb.open()) {
                ClientException.Timeout failure = timeoutOf(web, answer(200), slow);

                assertThat(failure.isTotal()).isTrue();
                assertThat(failure)
                        .hasMessageStartingWith("GET http://192.0.2.1/: the time was up while a"
                                + " middleware was at work: the timeout total is 10 s");
                assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
            }
        }
    }

    /// It knows best what it was busy with.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void attemptReportsItsOwnEnd() throws Exception {
        Middleware waiting = (request, next) -> {
            await(sleep(Duration.ofSeconds(4)));
            return next.send(request);
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientException.Timeout failure = timeoutOf(web, later(HOUR, answer(200)), waiting);

            assertThat(failure.phase()).isEqualTo(Phase.FIRST_BYTE);
            assertThat(failure.isTotal()).isTrue();
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void middlewareThatGoesOnAfterTheTotalIsEndedAtOnce() throws Exception {
        Middleware stubborn = (request, next) -> {
            try {
                return next.send(request);
            } catch (ClientException timeUp) {
                await(sleep(HOUR));
                return next.send(request);
            }
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientException.Timeout failure = timeoutOf(web, later(HOUR, answer(200)), stubborn);

            assertThat(failure).hasMessageContaining("while a middleware was at work");
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    /// The total goes on until the body is complete.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bodyIsHeldToWhatTheMiddlewareHasLeft() throws Exception {
        Middleware waiting = (request, next) -> {
            await(sleep(Duration.ofSeconds(4)));
            return next.send(request);
        };
        ScriptedOrigin.Script half = arrival -> {
            arrival.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await(sleep(HOUR));
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientException.Timeout failure = timeoutOf(web, half, waiting);

            assertThat(failure.phase()).isEqualTo(Phase.BODY);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void severalAttemptsAtATimeAreHeldToTheTotalTogether() throws Exception {
        Middleware both = (request, next) -> await(gather(() -> next.send(request), () -> {
                    await(sleep(Duration.ofSeconds(1)));
                    return next.send(request);
                }))
                .getFirst();
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientException.Timeout failure = timeoutOf(web, later(HOUR, answer(200)), both);

            assertThat(failure.isTotal()).isTrue();
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    /// The time stands still for the slower one as well.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void firstOfSeveralAttemptsMayEndLongBeforeTheLast() throws Exception {
        Middleware both = (request, next) -> {
            List<ClientResponse> responses =
                    await(gather(() -> next.send(request), () -> next.send(request)));
            responses.getFirst().close();
            return responses.getLast();
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(200), later(Duration.ofSeconds(9), answer(200)));
            ClientSession session = web.session(options(both));

            ClientResponse response = closed(await(session.get(origin.url("/"))));

            assertThat(response.status()).isEqualTo(200);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(9));
        }
    }

    /// They once shared one clock, and each told the phases of both.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void eachOfSeveralAttemptsAtATimeHasItsOwnTimings() throws Exception {
        List<Timings> timings = new ArrayList<>();
        Middleware both = (request, next) -> {
            List<ClientResponse> responses = await(gather(() -> next.send(request), () -> {
                await(sleep(Duration.ofSeconds(1)));
                return next.send(request);
            }));
            responses.forEach(response -> timings.add(closed(response).timings()));
            return responses.getLast();
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            later(Duration.ofSeconds(4), answer(200)),
                            later(Duration.ofSeconds(6), answer(200)));
            ClientSession session = web.session(options(both));

            ClientResponse _ = closed(await(session.get(origin.url("/"))));

            assertThat(timings)
                    .extracting(Timings::firstByte)
                    .containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(6));
            assertThat(timings).extracting(Timings::attempts).containsExactly(1, 2);
            assertThat(timings).extracting(Timings::poolWait).containsOnly(Duration.ZERO);
        }
    }

    /// Those of the next one once ran on in them.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void timingsOfARedirectStayItsOwn() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            later(Duration.ofSeconds(1), answer(302, "Location: /next")),
                            later(Duration.ofSeconds(2), answer(200)));
            ClientSession session = web.session(ClientOptions.defaults());

            ClientResponse response = closed(await(session.get(origin.url("/"))));

            assertThat(response.history().getFirst().timings().firstByte())
                    .isEqualTo(Duration.ofSeconds(1));
            assertThat(response.timings().firstByte()).isEqualTo(Duration.ofSeconds(2));
            assertThat(response.timings().total()).isEqualTo(Duration.ofSeconds(3));
            assertThat(response.timings().attempts()).isEqualTo(2);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void cancellingIsNoTimeout() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(options(SLOW_BEFORE));
            Task<ClientResponse> request = createTask(session.get(origin.url("/")));

            await(sleep(Duration.ofSeconds(1)));
            request.cancel();

            assertThatThrownBy(() -> await(request)).isInstanceOf(CancelledError.class);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void eachHopHasWhatIsLeft() throws Exception {
        List<Duration> left = new ArrayList<>();
        Middleware asking = (request, next) -> {
            left.add(next.timeLeft().orElseThrow());
            await(sleep(Duration.ofSeconds(3)));
            left.add(next.timeLeft().orElseThrow());
            return next.send(request);
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(302, "Location: /next"), answer(200));
            ClientSession session = web.session(options(asking));

            ClientResponse _ = closed(await(session.get(origin.url("/"))));

            assertThat(left)
                    .containsExactly(
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(7),
                            Duration.ofSeconds(7),
                            Duration.ofSeconds(4));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void withoutATotalThereIsNoEnd() throws Exception {
        List<Optional<Duration>> left = new ArrayList<>();
        Middleware waiting = (request, next) -> {
            left.add(next.timeLeft());
            await(sleep(Duration.ofDays(1)));
            return next.send(request);
        };
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(options(waiting).withTimeout(ClientTimeout.none()));

            ClientResponse _ = closed(await(session.get(origin.url("/"))));

            assertThat(left).containsExactly(Optional.empty());
        }
    }

    // --- For use in tests ---

    private static ClientOptions options(Middleware middleware) {
        return ClientOptions.defaults()
                .withTotalTimeout(Duration.ofSeconds(10))
                .withMiddleware(middleware);
    }

    private static ClientException.Timeout timeoutOf(
            SimulatedWeb web, ScriptedOrigin.Script script, Middleware middleware)
            throws Exception {
        ScriptedOrigin origin = web.origin("192.0.2.1").then(script);
        ClientSession session = web.session(options(middleware));
        ClientException.Timeout failure =
                catchThrowableOfType(ClientException.Timeout.class, () -> {
                    try (ClientResponse response = await(session.get(origin.url("/")))) {
                        await(response.read());
                    }
                });
        assertThat(failure).as("failure").isNotNull();
        return failure;
    }

    private static ClientResponse closed(ClientResponse response) {
        response.close();
        return response;
    }
}
