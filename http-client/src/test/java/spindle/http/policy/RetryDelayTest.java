package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;
import static spindle.http.ScriptedOrigin.later;
import static spindle.http.ScriptedOrigin.reset;
import static spindle.http.policy.Requests.failureOf;
import static spindle.http.policy.Requests.statusOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.CancelledError;
import spindle.Task;
import spindle.http.ClientException;
import spindle.http.ClientException.Kind;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientSession;
import spindle.http.ScriptedOrigin;
import spindle.http.SimulatedWeb;
import spindle.testing.LoopTest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/// How long [Retry] waits, and what ends the waiting.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryDelayTest {
    private static final InstantSource WALL_CLOCK =
            InstantSource.fixed(Instant.parse("1994-11-06T08:49:37Z"));

    // --- Chance ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void boundDoublesUpToTheLongest() throws Exception {
        ManualRandom random = new ManualRandom(1);
        Retry retry = retry(8, random).withDelays(Duration.ofMillis(100), Duration.ofSeconds(2));

        assertThat(gaps(retry)).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void chanceMayCutItToNothing() throws Exception {
        ManualRandom random = new ManualRandom(0);

        assertThat(gaps(retry(4, random))).containsExactly(0L, 0L, 0L);
        assertThat(random.mostMillis()).containsExactly(100L, 200L, 400L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void chanceDecidesInBetween() throws Exception {
        assertThat(gaps(retry(4, new ManualRandom(0.3)))).containsExactly(30L, 60L, 120L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void noDelayIsNoDelay() throws Exception {
        Retry retry = retry(3, new ManualRandom(1)).withDelays(Duration.ZERO, Duration.ZERO);

        assertThat(gaps(retry)).containsExactly(0L, 0L);
    }

    /// 2 to the power of how many attempts there are has more than 64 bits soon.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void boundStaysAtTheLongestHoweverManyAttemptsThereAre() throws Exception {
        Retry retry = retry(100, new ManualRandom(1))
                .withDelays(Duration.ofNanos(1), Duration.ofMillis(7));

        assertThat(gaps(retry)).hasSize(99).endsWith(7L, 7L).allMatch(gap -> gap <= 7);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void delaysBeyondAllBoundsAreCenturies() throws Exception {
        Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
        Retry retry = retry(2, new ManualRandom(1)).withDelays(eternity, eternity);

        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503));
            assertThat(statusOf(web.session(retry), ClientRequest.get(origin.url("/"))))
                    .as("the status, without waiting beyond the total timeout")
                    .isEqualTo(503);
        }
    }

    @Test
    void refusesDelaysOutOfOrder() {
        Retry retry = Retry.upTo(3);

        assertThatThrownBy(() -> retry.withDelays(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("expected 0 <= first <= longest but they are PT2S and PT1S");
        assertThatThrownBy(() -> retry.withDelays(Duration.ofNanos(-1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNoAttempts() {
        assertThatThrownBy(() -> Retry.upTo(0))
                .hasMessage("expected at least 1 attempt, which is the first one, but got 0");
    }

    // --- Retry-After ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void waitsAsLongAsTheServerSays() throws Exception {
        for (String value : List.of(
                "7",
                "Sun, 06 Nov 1994 08:49:44 GMT",
                "Sunday, 06-Nov-94 08:49:44 GMT",
                "Sun Nov  6 08:49:44 1994")) {
            assertThat(gaps(retry(2, new ManualRandom(1)), "Retry-After: " + value))
                    .as(value)
                    .containsExactly(7000L);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void dateInThePastIsNow() throws Exception {
        Retry retry = retry(2, new ManualRandom(1));

        assertThat(gaps(retry, "Retry-After: Sun, 06 Nov 1994 08:49:36 GMT")).containsExactly(0L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void nonsenseIsNoDelayOfTheServers() throws Exception {
        Retry retry = retry(2, new ManualRandom(1));

        assertThat(gaps(retry, "Retry-After: -5")).containsExactly(100L);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void serverThatWantsMoreThanTheLongestDelayIsLeftAlone() throws Exception {
        Retry retry = retry(3, new ManualRandom(1));

        assertThat(gaps(retry, "Retry-After: 30")).containsExactly(30_000L, 30_000L);
        assertThat(gaps(retry, "Retry-After: 31")).isEmpty();
    }

    // --- What ends the waiting ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void doesNotWaitForWhatWouldComeAfterTheTotal() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503, "Retry-After: 10"));
            ClientSession session = session(web, retry(9, new ManualRandom(1)), 25);

            assertThat(statusOf(session, ClientRequest.get(origin.url("/")))).isEqualTo(503);
            assertThat(origin.times()).containsExactly(0L, 10_000L, 20_000L);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(20));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void failureIsThrownAtOnceIfThereIsNoTimeForAnother() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(reset());
            Retry retry = retry(9, new ManualRandom(1))
                    .withDelays(Duration.ofSeconds(4), Duration.ofSeconds(60));
            ClientSession session = session(web, retry, 10);

            ClientException failure = failureOf(session, ClientRequest.get(origin.url("/")));

            assertThat(failure.kind()).isEqualTo(Kind.RESET);
            assertThat(failure.getSuppressed()).hasSize(1);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(4));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void attemptsShareTheTotal() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(later(Duration.ofSeconds(4), answer(503)));
            Retry retry = retry(9, new ManualRandom(0));
            ClientSession session = session(web, retry, 10);

            ClientException failure = failureOf(session, ClientRequest.get(origin.url("/")));

            assertThat(failure)
                    .isInstanceOfSatisfying(
                            ClientException.Timeout.class,
                            timeout -> assertThat(timeout.isTotal()).isTrue())
                    .hasMessageContaining("while waiting for the head of the response");
            assertThat(failure.getSuppressed()).as("earlier ones").hasSize(2);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void cancelledWhileItWaitsItIsOver() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503, "Retry-After: 10"));
            ClientSession session = web.session(retry(3, new ManualRandom(1)));
            Task<Integer> request =
                    createTask(() -> statusOf(session, ClientRequest.get(origin.url("/"))));

            await(sleep(Duration.ofSeconds(5)));
            request.cancel();

            assertThatThrownBy(() -> await(request)).isInstanceOf(CancelledError.class);
            assertThat(web.now()).isEqualTo(Duration.ofSeconds(5));
            assertThat(session.connectionsInUse()).isZero();
            assertThat(origin.arrivals()).hasSize(1);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void connectionIsFreeWhileItWaits() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(503, "Retry-After: 10"), answer(200));
            ClientSession session = web.session(retry(3, new ManualRandom(1)));
            Task<Integer> request =
                    createTask(() -> statusOf(session, ClientRequest.get(origin.url("/"))));

            await(sleep(Duration.ofSeconds(5)));

            assertThat(session.connectionsInUse()).isZero();
            assertThat(await(request)).isEqualTo(200);
        }
    }

    // --- For use in tests ---

    private static Retry retry(int attempts, ManualRandom random) {
        return Retry.upTo(attempts)
                .withBudget(RetryBudget.unlimited())
                .withSources(random, WALL_CLOCK);
    }

    private static ClientSession session(SimulatedWeb web, Retry retry, int totalSeconds) {
        return web.session(ClientOptions.defaults()
                .withTotalTimeout(Duration.ofSeconds(totalSeconds))
                .withMiddleware(retry));
    }

    /// Returns how many milliseconds there are between the attempts of a request that is always
    /// refused.
    private static List<Long> gaps(Retry retry, String... fields) throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(503, fields));
            int _ = statusOf(web.session(retry), ClientRequest.get(origin.url("/")));
            List<Long> times = origin.times();
            return IntStream.range(1, times.size())
                    .mapToObj(i -> times.get(i) - times.get(i - 1))
                    .toList();
        }
    }
}
