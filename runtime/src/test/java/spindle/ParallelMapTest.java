package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.map;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

@OnBothEngines
class ParallelMapTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();
    private int atWork;
    private int mostAtWork;
    private int taken;

    ParallelMapTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Results ---

    @Test
    void resultsComeInTheOrderOfTheSource() throws Exception {
        loops.run(() -> {
            assertThat(await(map(List.of(3, 1, 2), 3, this::afterSeconds).toList()))
                    .containsExactly(3, 1, 2);
        });
    }

    @Test
    void resultsComeAsTheyAreThereIfThatIsAskedFor() throws Exception {
        loops.run(() -> {
            ParallelMap<Integer, Integer> map = map(List.of(3, 1, 2), 3, this::afterSeconds);

            assertThat(await(map.byCompletion().toList())).containsExactly(1, 2, 3);
        });
    }

    @Test
    void nullIsAResultOfAList() throws Exception {
        loops.run(() -> {
            assertThat(await(map(List.of(1), 1, _ -> () -> null).toList()))
                    .isEqualTo(Arrays.asList((Object) null));
            assertThatThrownBy(() -> await(map(List.of(1), 1, _ -> () -> null).next()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("the function's result is null: use toList()");
        });
    }

    @Test
    void emptySourceHasNoResults() throws Exception {
        loops.run(() -> {
            assertThat(await(map(List.<Integer>of(), 2, this::afterSeconds).toList()))
                    .isEmpty();
        });
    }

    @Test
    void endStaysTheEnd() throws Exception {
        loops.run(() -> {
            ParallelMap<Integer, Integer> map = map(List.of(1), 1, this::afterSeconds);

            assertThat(await(map.next())).contains(1);
            assertThat(await(map.next())).isEmpty();
            assertThat(await(map.next())).isEmpty();
        });
    }

    @Test
    void everySuspendingSequenceCanBeASource() throws Exception {
        loops.run(() -> {
            try (var inner = map(List.of(1, 2, 3), 2, this::afterSeconds);
                    var outer = map(inner, 2, this::afterSeconds)) {
                List<Integer> results = new ArrayList<>();
                awaitEach(outer).forEach(results::add);
                assertThat(results).containsExactly(1, 2, 3);
            }
        });
    }

    // --- Bounds ---

    @Test
    void noMoreThanTheLimitAreAtWork() throws Exception {
        loops.run(() -> {
            await(map(numbers(20), 3, _ -> afterSeconds(1)).toList());
            assertThat(mostAtWork).isEqualTo(3);
            assertThat(Duration.ofNanos(loops.clock().nanoTime()))
                    .isEqualTo(SECOND.multipliedBy(7));
        });
    }

    @Test
    void limitOfOneIsOneAfterTheOther() throws Exception {
        loops.run(() -> {
            await(map(numbers(4), 1, _ -> afterSeconds(1)).toList());
            assertThat(mostAtWork).isEqualTo(1);
        });
    }

    @Test
    void limitThatIsNoneDoesNotHang() throws Exception {
        loops.run(() -> {
            assertThat(await(map(numbers(5), Integer.MAX_VALUE, this::afterSeconds)
                            .toList()))
                    .hasSize(5);
        });
    }

    @Test
    void limitBelowOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map(List.of(1), 0, this::afterSeconds))
                .withMessage("limit must be at least 1, was 0");
    }

    @Test
    void nothingHappensBeforeTheFirstResultIsAskedFor() throws Exception {
        loops.run(() -> {
            ParallelMap<Integer, Integer> map = map(counted(endless()), 2, this::afterSeconds);
            await(sleep(SECOND));
            assertThat(taken).isZero();
            map.close();
        });
    }

    @Test
    void slowConsumerSlowsAnEndlessSourceDown() throws Exception {
        loops.run(() -> {
            try (var map = map(counted(endless()), 3, _ -> afterSeconds(1))) {
                assertThat(await(map.next())).contains(1);
                await(sleep(SECOND.multipliedBy(100)));

                assertThat(taken).as("taken from the source").isLessThanOrEqualTo(1 + 2 * 3 + 1);
                assertThat(map).hasToString("<ParallelMap running=0 untaken=6>");
                assertThat(await(map.next())).contains(1);
            }
        });
    }

    @Test
    void mapWorksInALoopWithEagerTasks() throws Exception {
        EventLoop loop = loops.open(loops.builder().eagerTasks(true));

        List<Integer> results = loop.runUntilComplete(
                map(numbers(10), 2, (Integer i) -> (Coroutine<Integer>) () -> i).toList());

        assertThat(results).hasSize(10);
    }

    // --- Stopping early ---

    @Test
    void consumerThatStopsEarlyStopsEverything() throws Exception {
        loops.run(() -> {
            try (var map = map(counted(endless()), 3, this::cleaningUp)) {
                for (int first : awaitEach(map)) {
                    assertThat(first).isEqualTo(1);
                    break;
                }
            }
            int before = taken;
            assertThat(atWork).isZero();
            await(sleep(SECOND.multipliedBy(100)));
            assertThat(taken).isEqualTo(before);
        });
    }

    @Test
    void closedMapHasNoMoreResults() throws Exception {
        loops.run(() -> {
            ParallelMap<Integer, Integer> map = map(List.of(1, 2), 2, this::afterSeconds);
            await(map.next());
            map.close();
            map.close();

            assertThat(await(map.next())).isEmpty();
        });
    }

    @Test
    void cancelledConsumerWaitsForWhatItStops() throws Exception {
        loops.run(() -> {
            Task<?> consumer = createTask(map(endless(), 3, this::cleaningUp).toList());
            await(sleep(Duration.ofMillis(100)));

            consumer.cancel();

            assertThatThrownBy(() -> await(consumer)).isInstanceOf(CancelledError.class);
            assertThat(atWork).isZero();
        });
    }

    @Test
    void cancelledStepTakesNoResultAway() throws Exception {
        loops.run(() -> {
            try (var map = map(List.of(1, 2), 1, this::afterSeconds)) {
                Task<?> step = createTask(map.next());
                yieldNow();
                step.cancel();
                assertThatThrownBy(() -> await(step)).isInstanceOf(CancelledError.class);

                assertThat(await(map.next())).contains(1);
            }
        });
    }

    @Test
    void secondConsumerIsTurnedAway() throws Exception {
        loops.run(() -> {
            try (var map = map(List.of(1), 1, this::afterSeconds)) {
                Task<Optional<Integer>> first = createTask(map.next());
                yieldNow();

                assertThatIllegalStateException()
                        .isThrownBy(() -> await(map.next()))
                        .withMessage("another task waits for the next result already: "
                                + "a map has one consumer");
                assertThat(await(first)).contains(1);
            }
        });
    }

    @Test
    void howResultsComeIsSaidBeforehand() throws Exception {
        loops.run(() -> {
            try (var map = map(List.of(1), 1, this::afterSeconds)) {
                await(map.next());

                assertThatIllegalStateException()
                        .isThrownBy(map::byCompletion)
                        .withMessage("say how results are to come before asking for one");
                assertThatIllegalStateException().isThrownBy(map::outcomes);
            }
        });
    }

    @Test
    void closingAMapClosesTheMapThatIsItsSource() throws Exception {
        loops.run(() -> {
            try (var map = map(map(endless(), 2, this::cleaningUp), 2, this::cleaningUp)) {
                await(map.next());
            }
            assertThat(atWork).isZero();
            assertThat(EventLoop.current().allTasks()).hasSize(1);
        });
    }

    // --- Helpers ---

    private Coroutine<Integer> afterSeconds(int seconds) {
        return () -> {
            atWork++;
            mostAtWork = Math.max(mostAtWork, atWork);
            await(sleep(SECOND.multipliedBy(seconds)));
            atWork--;
            return seconds;
        };
    }

    private Coroutine<Integer> cleaningUp(int number) {
        return () -> {
            atWork++;
            try {
                await(sleep(SECOND));
                return number;
            } finally {
                yieldNow();
                atWork--;
                recorder.record(number);
            }
        };
    }

    private static List<Integer> numbers(int count) {
        return IntStream.rangeClosed(1, count).boxed().toList();
    }

    @SuppressWarnings("UnnecessaryLambda") // A source has a name here.
    private static Iterable<Integer> endless() {
        return () -> IntStream.iterate(1, i -> i).iterator();
    }

    private Iterable<Integer> counted(Iterable<Integer> source) {
        return () -> {
            Iterator<Integer> elements = source.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Integer next() {
                    taken++;
                    return elements.next();
                }
            };
        };
    }
}
