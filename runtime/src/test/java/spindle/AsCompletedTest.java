package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.asCompleted;
import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// Futures in the order of their ends, and sequences in a `for` loop.
@OnBothEngines
class AsCompletedTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    AsCompletedTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void futuresComeInTheOrderInWhichTheyEnd() throws Exception {
        loops.run(() -> {
            for (Future<Integer> task : asCompletedOf(after(3), after(1), after(2))) {
                recorder.record(await(task));
            }
        });

        assertThat(recorder.events()).containsExactly(1, 2, 3);
    }

    @Test
    void futuresAreTheVeryOnesThatWereGiven() throws Exception {
        loops.run(() -> {
            Task<Integer> task = after(1);

            for (Future<Integer> completed : asCompletedOf(task)) {
                assertThat(completed).isSameAs(task);
            }
        });
    }

    @Test
    void whatIsDoneAlreadyComesFirstAndAtOnce() throws Exception {
        loops.run(() -> {
            Task<Integer> slow = after(2);
            Task<Integer> done = after(1);
            await(done);
            EventLoop.current().callSoon(recorder.recording("another turn"));

            AsyncIterator<Future<Integer>> completed = asCompleted(List.of(slow, done));

            assertThat(await(completed.next())).contains(done);
            assertThat(recorder.events()).isEmpty();
            assertThat(await(completed.next())).contains(slow);
        });
    }

    @Test
    void futureThatIsNamedTwiceComesOnce() throws Exception {
        loops.run(() -> {
            Task<Integer> task = after(1);

            assertThat(asCompletedOf(task, task)).containsExactly(task);
        });
    }

    @Test
    void nothingEndsAtOnceAndStaysEnded() throws Exception {
        loops.run(() -> {
            AsyncIterator<Future<Integer>> nothing = asCompleted(List.<Future<Integer>>of());

            assertThat(await(nothing.next())).isEmpty();
            assertThat(await(nothing.next())).isEmpty();
        });
    }

    @Test
    void failedAndCancelledFuturesComeToo() throws Exception {
        loops.run(() -> {
            Task<Integer> cancelled = after(9);
            Task<Integer> failed = createTask(() -> {
                await(sleep(SECOND));
                throw new IOException("failed");
            });
            cancelled.cancel();

            assertThat(asCompletedOf(failed, cancelled)).containsExactly(cancelled, failed);
            assertThat(failed.exception()).isInstanceOf(IOException.class);
        });
    }

    @Test
    void timeoutGivesTheWalkUpAndLeavesTheOthersRunning() throws Exception {
        loops.run(() -> {
            Task<Integer> slow = after(9);
            assertThatThrownBy(() -> await(failAfter(SECOND.multipliedBy(2), () -> {
                        for (Future<Integer> task : asCompletedOf(slow, after(1))) {
                            recorder.record(await(task));
                        }
                    })))
                    .isInstanceOf(TimeoutException.class);

            assertThat(slow.cancelling()).isZero();
            assertThat(await(slow)).isEqualTo(9);
        });

        assertThat(recorder.events()).containsExactly(1);
    }

    @Test
    void stepThatIsCancelledTakesNoFutureAway() throws Exception {
        loops.run(() -> {
            Task<Integer> task = after(1);
            AsyncIterator<Future<Integer>> completed = asCompleted(List.of(task));
            Task<?> stepping = createTask(() -> await(completed.next()));
            yieldNow();
            stepping.cancel();
            assertThatThrownBy(() -> await(stepping)).isInstanceOf(CancelledError.class);

            assertThat(await(completed.next())).contains(task);
        });
    }

    @Test
    void secondTaskThatWaitsForTheNextIsTurnedAway() throws Exception {
        loops.run(() -> {
            AsyncIterator<Future<Integer>> completed = asCompleted(List.of(after(1)));
            Task<Optional<Future<Integer>>> first = createTask(completed.next());
            yieldNow();

            assertThatIllegalStateException()
                    .isThrownBy(() -> await(completed.next()))
                    .withMessage("another task waits for the next future already: "
                            + "let one task take them in turn");
            assertThat(await(first)).isPresent();
        });
    }

    // --- awaitEach ---

    @Test
    void loopOverASequenceThrowsItsFailureAsItIs() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            AsyncIterator<Integer> failing = () -> () -> {
                throw failure;
            };

            assertThatThrownBy(() -> awaitEach(failing).iterator().hasNext()).isSameAs(failure);
        });
    }

    @Test
    void askingTwiceWhetherThereIsANextTakesOneElement() throws Exception {
        loops.run(() -> {
            int[] count = {0};
            AsyncIterator<Integer> counting =
                    () -> () -> ++count[0] > 2 ? Optional.empty() : Optional.of(count[0]);
            Iterator<Integer> elements = awaitEach(counting).iterator();

            assertThat(elements.hasNext()).isTrue();
            assertThat(elements.hasNext()).isTrue();
            assertThat(elements.next()).isEqualTo(1);
            assertThat(elements.next()).isEqualTo(2);
            assertThat(elements.hasNext()).isFalse();
            assertThatThrownBy(elements::next)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("the sequence has ended");
        });
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    private static Iterable<Future<Integer>> asCompletedOf(Task<Integer>... tasks) {
        return awaitEach(asCompleted(List.of(tasks)));
    }

    private static Task<Integer> after(int seconds) {
        return createTask(() -> {
            await(sleep(SECOND.multipliedBy(seconds)));
            return seconds;
        });
    }
}
