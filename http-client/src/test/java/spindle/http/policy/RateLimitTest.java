package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.waitAll;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.policy.Requests.failureOf;
import static spindle.http.policy.Requests.statusOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Task;
import spindle.http.Arrival;
import spindle.http.ClientException;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientSession;
import spindle.http.ClientTimeout;
import spindle.http.PoolOptions;
import spindle.http.ScriptedOrigin;
import spindle.http.SimulatedWeb;
import spindle.testing.LoopTest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RateLimitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    // --- The rate ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void sendsTheBurstAtOnceAndTheRestEvenly() throws Exception {
        assertThat(times(RateLimit.perHost(4, SECOND), 8))
                .containsExactly(0L, 0L, 0L, 0L, 250L, 500L, 750L, 1000L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void burstCanBeSmaller() throws Exception {
        assertThat(times(RateLimit.perHost(4, SECOND, 1), 4)).containsExactly(0L, 250L, 500L, 750L);
        assertThat(times(RateLimit.perHost(4, SECOND, 2), 4)).containsExactly(0L, 0L, 250L, 500L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void burstComesBackWithRest() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(RateLimit.perHost(2, SECOND));

            send(session, origin, 3);
            await(sleep(Duration.ofMillis(500)));
            send(session, origin, 2);
            await(sleep(Duration.ofSeconds(60)));
            send(session, origin, 3);

            assertThat(origin.times())
                    .containsExactly(0L, 0L, 500L, 1000L, 1500L, 61_500L, 61_500L, 62_000L);
        }
    }

    /// A third of a second is no whole number of nanoseconds: three of what is cut off come before
    /// the second is over.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void isNeverFasterThanItSays() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));

            send(web.session(RateLimit.perHost(3, SECOND, 1)), origin, 4);

            assertThat(origin.arrivals().getLast().at()).isGreaterThanOrEqualTo(SECOND);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void everyOriginHasItsOwn() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin one = web.origin("192.0.2.1").then(answer(200));
            ScriptedOrigin other = web.origin("192.0.2.2").then(answer(200));
            ClientSession session = web.session(RateLimit.perHost(1, SECOND));

            await(gather(List.of(sending(session, one, 2), sending(session, other, 2))));

            assertThat(one.times()).containsExactly(0L, 1000L);
            assertThat(other.times()).containsExactly(0L, 1000L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void everyAttemptInsideOfARetryCounts() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503));
            Retry retry = Retry.upTo(3).withDelays(Duration.ZERO, Duration.ZERO);

            int _ = statusOf(
                    web.session(retry, RateLimit.perHost(1, SECOND)),
                    ClientRequest.get(origin.url("/")));

            assertThat(origin.times()).containsExactly(0L, 1000L, 2000L);
        }
    }

    // --- The line ---

    @LoopTest(
            engines = {LOOP_CARRIED, HANDOFF},
            seeds = 20)
    void whoeverComesFirstGoesFirst() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(RateLimit.perHost(10, SECOND, 1));
            List<Task<Integer>> tasks = new ArrayList<>();

            for (int i = 0; i < 10; i++) {
                String url = origin.url("/" + i);
                tasks.add(createTask(() -> statusOf(session, ClientRequest.get(url))));
                await(sleep(Duration.ofMillis(1)));
            }
            await(gather(tasks));

            assertThat(origin.arrivals())
                    .extracting(Arrival::target)
                    .containsExactly("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9");
        }
    }

    /// Those behind one that leaves move up: its place is not lost.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void cancelledOneGivesItsPlaceToThoseBehindIt() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(RateLimit.perHost(1, SECOND));
            List<Task<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String url = origin.url("/" + i);
                tasks.add(createTask(() -> statusOf(session, ClientRequest.get(url))));
            }

            await(sleep(Duration.ofMillis(1500)));
            tasks.get(2).cancel();
            tasks.get(4).cancel();
            await(gather(List.of(tasks.get(3), tasks.get(5))));

            assertThat(origin.arrivals())
                    .extracting(Arrival::target)
                    .containsExactly("/0", "/1", "/3", "/5");
            assertThat(origin.times()).containsExactly(0L, 1000L, 2000L, 3000L);
            assertThat(tasks.get(2).isCancelled() && tasks.get(4).isCancelled()).isTrue();
        }
    }

    /// Whatever happens, those that are left go out one after the other, as fast as they may.
    @LoopTest(
            engines = {LOOP_CARRIED, HANDOFF},
            seeds = 50)
    void cancelledAtAnyMomentNobodyWaitsInVain() throws Exception {
        Random random = new Random(EventLoop.current().hashCode());
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(RateLimit.perHost(10, SECOND, 1));
            List<Task<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                tasks.add(createTask(() -> statusOf(session, ClientRequest.get(origin.url("/")))));
            }
            List<Task<Integer>> shuffled = new ArrayList<>(tasks);
            Collections.shuffle(shuffled, random);

            for (Task<Integer> task : shuffled.subList(0, 10)) {
                await(sleep(
                        Duration.ofMillis(100L * random.nextInt(2)))); // As a turn comes, often.
                task.cancel();
            }
            var _ = await(waitAll(tasks));

            List<Long> times = origin.times();
            for (int i = 1; i < times.size(); i++) {
                assertThat(times.get(i) - times.get(i - 1)).as("%s", times).isEqualTo(100);
            }
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void waitingCountsTowardsTheTotal() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(ClientOptions.defaults()
                    .withTotalTimeout(Duration.ofSeconds(5))
                    .withMiddleware(RateLimit.perHost(1, Duration.ofSeconds(20))));
            send(session, origin, 1);

            ClientException failure = failureOf(session, ClientRequest.get(origin.url("/")));

            assertThat(failure)
                    .isInstanceOf(ClientException.Timeout.class)
                    .hasMessageStartingWith("GET http://192.0.2.1/: the time was up while a"
                            + " middleware was at work: the timeout total is 5 s");
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(5));
            assertThat(origin.arrivals()).hasSize(1);
        }
    }

    // --- Pauses ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void originThatAsksForItIsLeftAlone() throws Exception {
        for (int status : List.of(429, 503)) {
            try (SimulatedWeb web = SimulatedWeb.open()) {
                ScriptedOrigin origin = web.origin("192.0.2.1")
                        .then(answer(status, "Retry-After: 10"), answer(200));
                RateLimit limit = RateLimit.perHost(4, SECOND).withPauses(Duration.ofMinutes(1));
                ClientSession session = web.session(limit);

                send(session, origin, 1);
                send(session, origin, 3);

                assertThat(origin.times())
                        .as("evenly afterwards")
                        .containsExactly(0L, 10_000L, 10_250L, 10_500L);
            }
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void thoseThatWaitAlreadyWaitOn() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(answer(200), answer(429, "Retry-After: 10"), answer(200));
            ClientSession session =
                    web.session(RateLimit.perHost(1, SECOND).withPauses(Duration.ofMinutes(1)));

            await(gather(List.of(
                    sending(session, origin, 1),
                    sending(session, origin, 1),
                    sending(session, origin, 1))));

            assertThat(origin.times()).containsExactly(0L, 1000L, 11_000L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void pauseIsTheOriginsOwn() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin tired = web.origin("192.0.2.1").then(answer(503, "Retry-After: 10"));
            ScriptedOrigin fresh = web.origin("192.0.2.2").then(answer(200));
            ClientSession session =
                    web.session(RateLimit.perHost(4, SECOND).withPauses(Duration.ofMinutes(1)));

            send(session, tired, 1);
            send(session, fresh, 1);

            assertThat(fresh.times()).containsExactly(0L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void pausesByDatesAndNoLongerThanItMay() throws Exception {
        InstantSource clock = InstantSource.fixed(Instant.parse("1994-11-06T08:49:37Z"));
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1")
                    .then(
                            answer(503, "Retry-After: Sun Nov  6 08:49:44 1994"),
                            answer(503, "Retry-After: 999999999999"),
                            answer(503, "Retry-After: tomorrow"),
                            answer(404, "Retry-After: 10"),
                            answer(200));
            ClientSession session = web.session(RateLimit.perHost(1, Duration.ofMillis(1))
                    .withPauses(Duration.ofSeconds(20))
                    .withWallClock(clock));

            send(session, origin, 5);

            assertThat(origin.times()).containsExactly(0L, 7000L, 27_000L, 27_001L, 27_002L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void unlessToldToNobodyPauses() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503, "Retry-After: 10"));

            send(web.session(RateLimit.perHost(2, SECOND)), origin, 2);

            assertThat(origin.times()).containsExactly(0L, 0L);
        }
    }

    /// What one waits for, the others do too; and the one that was told so comes again behind them.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void retryAndPausesGoTogether() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(429, "Retry-After: 10"), answer(200));
            ClientSession session = web.session(
                    Retry.upTo(3),
                    RateLimit.perHost(2, SECOND, 1).withPauses(Duration.ofMinutes(1)));

            List<Integer> statuses = await(gather(
                    () -> statusOf(session, ClientRequest.get(origin.url("/a"))),
                    () -> statusOf(session, ClientRequest.get(origin.url("/b")))));

            assertThat(statuses).containsExactly(200, 200);
            assertThat(origin.times()).containsExactly(0L, 10_000L, 10_500L);
        }
    }

    // --- Memory, mistakes ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void originsAtRestAreForgotten() throws Exception {
        RateLimit limit = RateLimit.perHost(10, SECOND);
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ClientSession session = web.session(limit, (_, _) -> {
                throw new ClientException.Protocol(ClientException.Kind.LIMIT, "no", null);
            });
            for (int i = 0; i < 3000; i++) {
                ClientException _ =
                        failureOf(session, ClientRequest.get("http://h" + i + ".test/"));
                if (i % 100 == 0) {
                    await(sleep(SECOND));
                }
            }

            assertThat(limit.remembered()).isLessThanOrEqualTo(1000);
        }
    }

    /// One that is not at rest must not be forgotten: it would begin with a burst again.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void originsThatAreBusyAreNot() throws Exception {
        RateLimit limit = RateLimit.perHost(1, Duration.ofHours(1));
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(limit, (request, next) -> {
                if (request.url().host().equals("192.0.2.1")) {
                    return next.send(request);
                }
                throw new ClientException.Protocol(ClientException.Kind.LIMIT, "no", null);
            });
            ClientRequest again =
                    ClientRequest.get(origin.url("/")).withTimeout(ClientTimeout.none());
            int _ = statusOf(session, again);
            for (int i = 0; i < 3000; i++) {
                ClientException _ =
                        failureOf(session, ClientRequest.get("http://h" + i + ".test/"));
            }

            int _ = statusOf(session, again);

            assertThat(origin.times()).containsExactly(0L, 3_600_000L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void hugeTimesAndBurstsDoNotOverflow() throws Exception {
        Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);

        assertThat(times(RateLimit.perHost(1, eternity, 2), 2)).containsExactly(0L, 0L);
        assertThat(times(RateLimit.perHost(1, Duration.ofDays(1), Integer.MAX_VALUE), 3))
                .containsExactly(0L, 0L, 0L);
        assertThat(times(RateLimit.perHost(Integer.MAX_VALUE, Duration.ofNanos(1)), 3))
                .containsExactly(0L, 0L, 0L);
    }

    @ParameterizedTest
    @CsvSource({"0, PT1S, 1", "-1, PT1S, 1", "1, PT0S, 1", "1, PT-1S, 1", "1, PT1S, 0"})
    void refusesWhatIsNoRate(int requests, Duration time, int burst) {
        assertThatThrownBy(() -> RateLimit.perHost(requests, time, burst))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(requests + " in " + time + " in bursts of " + burst);
    }

    @Test
    void refusesPausesThatAreNone() {
        RateLimit limit = RateLimit.perHost(1, SECOND);

        assertThatThrownBy(() -> limit.withPauses(Duration.ZERO))
                .hasMessage("expected a longest pause that is positive but it is PT0S");
    }

    // --- For use in tests ---

    /// Returns when so many requests arrive that are made at once, in milliseconds.
    private static List<Long> times(RateLimit limit, int requests) throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(200));
            ClientSession session = web.session(ClientOptions.defaults()
                    .withPool(PoolOptions.defaults().withLimitPerHost(0))
                    .withMiddleware(limit));
            send(session, origin, requests);
            return origin.times();
        }
    }

    private static void send(ClientSession session, ScriptedOrigin origin, int requests)
            throws Exception {
        Coroutine<Integer> request = () -> statusOf(session, ClientRequest.get(origin.url("/")));
        List<Integer> _ = await(gather(Collections.nCopies(requests, request)));
    }

    private static Coroutine<Integer> sending(
            ClientSession session, ScriptedOrigin origin, int requests) {
        return () -> {
            send(session, origin, requests);
            return requests;
        };
    }
}
