package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.testing.Testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

@OnBothEngines
class CachingResolverTest {
    private static final Duration LOOKUP = Duration.ofMillis(100);

    private final CoroutineEngine engine;
    private final List<String> asked = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private List<InetAddress> addresses = addresses("192.0.2.1");
    private Exception failure;

    CachingResolverTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    private static List<InetAddress> addresses(String... literals) {
        return List.of(literals).stream().map(InetAddress::ofLiteral).toList();
    }

    /// Takes a tenth of a second for each name.
    private Coroutine<List<InetAddress>> lookUp(String host) {
        return () -> {
            asked.add(host);
            boolean done = false;
            try {
                await(sleep(LOOKUP));
                done = true;
            } finally {
                given.add(done ? "answer" : "given up");
            }
            if (failure != null) {
                throw failure;
            }
            return addresses;
        };
    }

    private CachingResolver cache() {
        return CachingResolver.over(this::lookUp);
    }

    private CachingResolver cache(ResolverCacheOptions options) {
        return CachingResolver.over(this::lookUp, options);
    }

    // --- Remembering ---

    @Test
    void anAnswerCountsForTenSecondsAndNotLonger() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            assertThat(await(cache.resolve("a"))).isEqualTo(addresses);
            await(sleep(Duration.ofNanos(9_999_999_999L)));
            await(cache.resolve("a"));
            assertThat(asked).hasSize(1);
            await(sleep(Duration.ofNanos(1)));
            await(cache.resolve("a"));

            assertThat(asked).hasSize(2);
        });
    }

    @Test
    void aRememberedAnswerIsGivenWithoutSuspending() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            await(cache.resolve("a"));
            boolean[] otherRan = new boolean[1];
            EventLoop.current().callSoon(() -> otherRan[0] = true);
            await(cache.resolve("A"));

            assertThat(otherRan[0]).isFalse();
            yieldNow();
        });
    }

    @Test
    void zeroTimeToLiveRemembersNothing() throws Exception {
        run(() -> {
            CachingResolver cache =
                    cache(ResolverCacheOptions.defaults().withTimeToLive(Duration.ZERO));
            await(cache.resolve("a"));
            await(cache.resolve("a"));

            assertThat(asked).hasSize(2);
            assertThat(cache).hasToString("<CachingResolver hosts=0 queries=0>");
        });
    }

    @Test
    void aFailureIsNotRemembered() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            failure = new UnknownHostException("a: nobody knows");
            assertThatThrownBy(() -> await(cache.resolve("a")))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("a: nobody knows");
            failure = null;

            assertThat(await(cache.resolve("a"))).isEqualTo(addresses);
        });
    }

    @Test
    void aFailureIsRememberedForAsLongAsIsSaid() throws Exception {
        run(() -> {
            CachingResolver cache = cache(
                    ResolverCacheOptions.defaults().withNegativeTimeToLive(Duration.ofSeconds(1)));
            failure = new UnknownHostException("a: nobody knows");
            assertThatThrownBy(() -> await(cache.resolve("a"))).hasMessage("a: nobody knows");
            assertThatThrownBy(() -> await(cache.resolve("a"))).hasMessage("a: nobody knows");
            assertThat(asked).hasSize(1);
            await(sleep(Duration.ofSeconds(1)));
            assertThatThrownBy(() -> await(cache.resolve("a"))).hasMessage("a: nobody knows");

            assertThat(asked).hasSize(2);
        });
    }

    @Test
    void aFailureOfAnotherKindIsPassedOnAsItIsAndNeverRemembered() throws Exception {
        run(() -> {
            CachingResolver cache = cache(
                    ResolverCacheOptions.defaults().withNegativeTimeToLive(Duration.ofDays(1)));
            failure = new IOException("the server of names is on fire");
            assertThatThrownBy(() -> await(cache.resolve("a"))).isSameAs(failure);
            assertThatThrownBy(() -> await(cache.resolve("a"))).isSameAs(failure);

            assertThat(asked).hasSize(2);
        });
    }

    @Test
    void anEmptyAnswerIsAFailure() throws Exception {
        run(() -> {
            addresses = List.of();

            assertThatThrownBy(() -> await(cache().resolve("a")))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("a: the resolver has no address for it");
        });
    }

    @Test
    void theOldestAnswerGoesWhenThereAreTooMany() throws Exception {
        run(() -> {
            CachingResolver cache = cache(ResolverCacheOptions.defaults().withMaxHosts(2));
            for (String host : List.of("a", "b", "c", "b", "c", "a")) {
                await(cache.resolve(host));
            }

            assertThat(asked).containsExactly("a", "b", "c", "a");
            assertThat(cache).hasToString("<CachingResolver hosts=2 queries=0>");
        });
    }

    @Test
    void aNameCanBeForgottenAndSoCanAll() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            await(cache.resolve("a"));
            await(cache.resolve("b"));
            cache.clear("A");
            await(cache.resolve("b"));
            await(cache.resolve("a"));
            assertThat(asked).containsExactly("a", "b", "a");
            cache.clear();
            await(cache.resolve("b"));

            assertThat(asked).containsExactly("a", "b", "a", "b");
        });
    }

    @Test
    void whatIsForgottenDuringItsQueryIsAskedAnew() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            Task<List<InetAddress>> before = createTask(cache.resolve("a"));
            await(sleep(Duration.ofMillis(50)));
            cache.clear("a");
            addresses = addresses("192.0.2.2");
            await(before);
            await(cache.resolve("a"));

            assertThat(asked).hasSize(2);
        });
    }

    // --- Rotation ---

    @Test
    void addressesGoRoundWithinTheirFamilyAndFamiliesKeepTheirPlaces() throws Exception {
        run(() -> {
            addresses = addresses("::1", "192.0.2.1", "::2", "192.0.2.2", "192.0.2.3");
            CachingResolver cache = cache();

            assertThat(await(cache.resolve("a"))).isEqualTo(addresses);
            assertThat(await(cache.resolve("a")))
                    .isEqualTo(addresses("::2", "192.0.2.2", "::1", "192.0.2.3", "192.0.2.1"));
            assertThat(await(cache.resolve("a")))
                    .isEqualTo(addresses("::1", "192.0.2.3", "::2", "192.0.2.1", "192.0.2.2"));
        });
    }

    // --- One query for all ---

    @Test
    void questionsForOneNameShareOneQuery() throws Exception {
        run(() -> {
            addresses = addresses("192.0.2.1", "192.0.2.2");
            CachingResolver cache = cache();
            var answers = await(gather(cache.resolve("a"), cache.resolve("A"), cache.resolve("a")));

            assertThat(asked).containsExactly("a");
            assertThat(answers)
                    .containsExactly(
                            addresses,
                            addresses("192.0.2.2", "192.0.2.1"),
                            addresses("192.0.2.1", "192.0.2.2"));
        });
    }

    @Test
    void aFailureIsEverybodysWhoWaits() throws Exception {
        run(() -> {
            failure = new UnknownHostException("a: nobody knows");
            CachingResolver cache = cache();
            Task<List<InetAddress>> one = createTask(cache.resolve("a"));
            Task<List<InetAddress>> two = createTask(cache.resolve("a"));

            assertThatThrownBy(() -> await(one)).hasMessage("a: nobody knows");
            assertThatThrownBy(() -> await(two)).hasMessage("a: nobody knows");
            assertThat(asked).hasSize(1);
        });
    }

    @Test
    void whoGivesUpWaitingHarmsNobody() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            Task<List<InetAddress>> impatient = createTask(cache.resolve("a"));
            Task<List<InetAddress>> patient = createTask(cache.resolve("a"));
            await(sleep(Duration.ofMillis(50)));
            impatient.cancel();

            assertThatThrownBy(() -> await(impatient)).isInstanceOf(CancelledError.class);
            assertThat(await(patient)).isEqualTo(addresses);
            assertThat(given).containsExactly("answer");
        });
    }

    @Test
    void theLastToGiveUpCancelsTheQueryAndTheNextAsksAnew() throws Exception {
        run(() -> {
            CachingResolver cache = cache();
            Task<List<InetAddress>> one = createTask(cache.resolve("a"));
            Task<List<InetAddress>> two = createTask(cache.resolve("a"));
            await(sleep(Duration.ofMillis(50)));
            one.cancel();
            two.cancel();
            assertThatThrownBy(() -> await(two)).isInstanceOf(CancelledError.class);

            assertThat(given).containsExactly("given up");
            assertThat(EventLoop.current().allTasks()).hasSize(1);
            assertThat(await(cache.resolve("a"))).isEqualTo(addresses);
            assertThat(asked).hasSize(2);
        });
    }

    @Test
    void whateverIsCancelledWhenEverybodyElseHasAnAnswer() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Testing.run(EventLoop.builder().engine(engine).seed(seed), () -> {
                CachingResolver cache = cache(ResolverCacheOptions.defaults()
                        .withTimeToLive(Duration.ofMillis(random.nextInt(200))));
                List<Task<List<InetAddress>>> tasks = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    Duration delay = Duration.ofMillis(50L * random.nextInt(6));
                    String host = random.nextBoolean() ? "a" : "b";
                    tasks.add(createTask(() -> {
                        await(sleep(delay));
                        return await(cache.resolve(host));
                    }));
                }
                List<Task<List<InetAddress>>> cancelled = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    await(sleep(Duration.ofMillis(25L * random.nextInt(4))));
                    Task<List<InetAddress>> victim = tasks.get(random.nextInt(tasks.size()));
                    if (victim.cancel()) {
                        cancelled.add(victim);
                    }
                }
                for (Task<List<InetAddress>> task : tasks) {
                    if (cancelled.contains(task)) {
                        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                    } else {
                        assertThat(await(task)).isEqualTo(addresses);
                    }
                }
                assertThat(cache.toString()).endsWith("queries=0>");
            });
        }
    }

    // --- What it does not ask for ---

    @Test
    void anAddressIsItsOwnAnswer() throws Exception {
        run(() -> {
            assertThat(await(cache().resolve("[::1]"))).isEqualTo(addresses("::1"));
            assertThat(await(cache().resolve("192.0.2.7"))).isEqualTo(addresses("192.0.2.7"));
            assertThat(asked).isEmpty();
        });
    }

    @Test
    void theUsersOfALoopShareOne() throws Exception {
        run(() -> {
            assertThat(Resolver.current())
                    .isInstanceOf(CachingResolver.class)
                    .isSameAs(Resolver.of(EventLoop.current()));
        });
    }

    @Test
    void itIsForOneLoop() throws Exception {
        CachingResolver[] cache = new CachingResolver[1];
        run(() -> cache[0] = cache());

        run(() -> assertThatThrownBy(() -> await(cache[0].resolve("a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected to be asked in the loop in which it was made but was asked in "
                                + "another one: <CachingResolver hosts=0 queries=0>"));
    }
}
