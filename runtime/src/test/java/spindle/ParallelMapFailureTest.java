package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.map;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What becomes of a map when an element, the function or the source fails.
@OnBothEngines
class ParallelMapFailureTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private final IOException failure = new IOException("failure");

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    ParallelMapFailureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void firstFailureCancelsTheOthersAndIsThrownWhenTheyHaveEnded() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() ->
                            await(map(List.of(5, 0, 3), 3, this::failingAtZero).toList()))
                    .isSameAs(failure);
            assertThat(recorder.events()).containsExactly("cleaned up 5", "cleaned up 3");
        });
    }

    @Test
    void failureCancelsTheOthersAtOnceThoughTheConsumerIsBusy() throws Exception {
        loops.run(() -> {
            try (var map = map(Arrays.asList(1, 5, 0, 7, 8, 9), 3, this::failingAtZero)) {
                assertThat(await(map.next())).contains(1);
                await(sleep(SECOND.multipliedBy(100)));

                assertThat(recorder.events()).containsExactly("cleaned up 5", "cleaned up 7");
                assertThatThrownBy(() -> await(map.next())).isSameAs(failure);
            }
        });
    }

    /// In one of these turns the failing task has ended, and its map has not been told yet.
    @Test
    void failureThatComesWithTheStepOfTheConsumerIsTheFailure() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            for (int turns = 0; turns < 6; turns++) {
                int turnsBetween = turns;
                Future<Integer> first = loop.createFuture();
                Future<Integer> second = loop.createFuture();
                loop.callLater(SECOND, () -> {
                    first.setResult(1);
                    failAfter(turnsBetween, loop, second);
                });
                try (var map = map(List.of(first, second), 2, future -> () -> await(future))) {
                    assertThatThrownBy(() -> {
                                await(map.next());
                                await(map.next());
                            })
                            .isSameAs(failure);
                }
            }
        });
    }

    private void failAfter(int turns, EventLoop loop, Future<?> future) {
        loop.callSoon(
                turns > 0
                        ? () -> failAfter(turns - 1, loop, future)
                        : () -> future.setException(failure));
    }

    @Test
    void functionThatThrowsAtOnceFailsTheMap() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(map(List.of(1, 2), 1, _ -> {
                                throw new IllegalStateException("no coroutine");
                            })
                            .toList()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no coroutine");
        });
    }

    @Test
    void functionThatThrowsAtOnceIsOneOutcomeAmongOthers() throws Exception {
        IllegalStateException thrown = new IllegalStateException("no coroutine");

        loops.run(() -> {
            List<Outcome<Integer>> outcomes = await(map(List.of(1, 2, 3), 1, (Integer i) -> {
                        if (i == 2) {
                            throw thrown;
                        }
                        return (Coroutine<Integer>) () -> i;
                    })
                    .toOutcomes());

            assertThat(outcomes)
                    .containsExactly(
                            new Outcome.Success<>(1),
                            new Outcome.Failure<>(thrown),
                            new Outcome.Success<>(3));
        });
    }

    @Test
    void outcomesHaveAllFailuresInOrder() throws Exception {
        loops.run(() -> {
            assertThat(await(map(List.of(2, 0, 1), 3, this::failingAtZero).toOutcomes()))
                    .containsExactly(
                            new Outcome.Success<>(2),
                            new Outcome.Failure<>(failure),
                            new Outcome.Success<>(1));
        });
    }

    @Test
    void outcomesThatNobodyTakesAnyMoreAreNotReported() throws Exception {
        loops.run(() -> {
            try (var map = map(List.of(1, 0, 0), 3, this::failingAtZero)) {
                AsyncIterator<Outcome<Integer>> outcomes = map.outcomes();
                assertThat(await(outcomes.next())).isPresent();
            }
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void sourceThatFailsMidwayFailsTheMap() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() ->
                            await(map(failingAfter(2), 2, this::failingAtZero).toList()))
                    .isSameAs(failure);
            assertThat(recorder.events()).containsExactly("cleaned up 2");
        });
    }

    @Test
    void sourceThatFailsMidwayStillGivesTheOutcomesOfWhatItGave() throws Exception {
        loops.run(() -> {
            AsyncIterator<Outcome<Integer>> outcomes =
                    map(failingAfter(2), 2, this::failingAtZero).outcomes();

            assertThat(await(outcomes.next())).contains(new Outcome.Success<>(1));
            assertThat(await(outcomes.next())).contains(new Outcome.Success<>(2));
            assertThatThrownBy(() -> await(outcomes.next())).isSameAs(failure);
        });
    }

    @Test
    void sourceThatIsCancelledFromElsewhereIsNoEnd() throws Exception {
        loops.run(() -> {
            AsyncIterator<Integer> cancelled = () -> () -> {
                throw new CancelledError("its connection was lost");
            };

            assertThatThrownBy(
                            () -> await(map(cancelled, 2, this::failingAtZero).toList()))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("its connection was lost");
        });
    }

    @Test
    void elementThatIsCancelledFromElsewhereFailsTheMap() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(map(List.of(1), 1, _ -> (Coroutine<Integer>) () -> {
                                throw new CancelledError("gone");
                            })
                            .toList()))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("gone");
        });
    }

    @Test
    void elementThatIsNullIsNamedAsTheFault() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(
                            () -> await(map(Arrays.asList((Integer) null), 1, this::failingAtZero)
                                    .toList()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("the source has an element that is null");
        });
    }

    @Test
    void sourceThatCanBeClosedIsClosedOnce() throws Exception {
        loops.run(() -> {
            ClosableSource source = new ClosableSource();

            assertThatThrownBy(() -> await(map(source, 2, _ -> failingAtZero(0)).toList()))
                    .isSameAs(failure);

            assertThat(source.closed).isEqualTo(1);
        });
    }

    @Test
    void interruptionByATaskGroupLeavesNothingRunning() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> {
                        try (var group = TaskGroup.open()) {
                            group.createTask(() -> {
                                await(sleep(SECOND));
                                throw failure;
                            });
                            await(map(List.of(5, 6), 2, this::failingAtZero).toList());
                        }
                    })
                    .isInstanceOf(TaskGroupException.class)
                    .hasCause(failure);
            assertThat(EventLoop.current().allTasks()).hasSize(1);
            assertThat(recorder.events()).containsExactly("cleaned up 5", "cleaned up 6");
        });
    }

    private Coroutine<Integer> failingAtZero(int seconds) {
        return () -> {
            try {
                await(sleep(SECOND.multipliedBy(seconds)));
            } catch (CancelledError cancelled) {
                await(sleep(SECOND));
                recorder.record("cleaned up " + seconds);
                throw cancelled;
            }
            if (seconds == 0) {
                await(sleep(Duration.ofMillis(1500)));
                throw failure;
            }
            return seconds;
        };
    }

    /// Numbers from 1; fails when it is asked for one more.
    private AsyncIterator<Integer> failingAfter(int count) {
        int[] last = {0};
        return () -> () -> {
            if (last[0] == count) {
                throw failure;
            }
            return Optional.of(++last[0]);
        };
    }

    private static final class ClosableSource implements AsyncIterator<Integer>, AutoCloseable {
        private int closed;

        @Override
        public Coroutine<Optional<Integer>> next() {
            return () -> Optional.of(1);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
