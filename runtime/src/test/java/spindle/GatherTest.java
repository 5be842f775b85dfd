package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

@OnBothEngines
class GatherTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    GatherTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Results ---

    @Test
    void givesTheResultsInTheOrderOfItsArguments() throws Exception {
        List<String> results = loops.run(() ->
                await(gather(afterSeconds(3, "a"), afterSeconds(1, "b"), afterSeconds(2, "c"))));

        assertThat(results).containsExactly("a", "b", "c");
        assertThat(Duration.ofNanos(loops.clock().nanoTime())).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void takesCoroutinesTasksAndFuturesAlike() throws Exception {
        List<Object> results = loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> pending = loop.createFuture();
            Future<Integer> done = loop.createFuture();
            done.setResult(2);
            Task<String> task = createTask(() -> await(afterSeconds(1, "task")));
            loop.callSoon(() -> pending.setResult("future"));

            return await(gather(List.of(afterSeconds(2, "coroutine"), task, pending, done)));
        });

        assertThat(results).containsExactly("coroutine", "task", "future", 2);
    }

    @Test
    void ofNothingIsDoneAtOnce() throws Exception {
        loops.run(() -> {
            Future<List<String>> nothing = gather();

            assertThat(nothing.isDone()).isTrue();
            assertThat(await(nothing)).isEmpty();
            assertThat(nothing.cancel()).isFalse();
        });
    }

    @Test
    void resultsMayBeNull() throws Exception {
        List<String> results =
                loops.run(() -> await(gather(afterSeconds(1, null), afterSeconds(1, "value"))));

        assertThat(results).containsExactly(null, "value");
    }

    @Test
    void futureThatIsNamedTwiceCountsTwice() throws Exception {
        List<String> results = loops.run(() -> {
            Task<String> task = createTask(() -> await(afterSeconds(1, "task")));
            return await(gather(task, task));
        });

        assertThat(results).containsExactly("task", "task");
    }

    @Test
    void runsItsCoroutinesConcurrentlyAndWithoutBeingAwaited() throws Exception {
        loops.run(() -> {
            Future<List<String>> gathering = gather(afterSeconds(1, "a"), afterSeconds(1, "b"));
            await(sleep(Duration.ofSeconds(2)));

            assertThat(gathering.isDone()).isTrue();
            assertThat(await(gathering)).containsExactly("a", "b");
        });
    }

    @Test
    void outsideARunningLoopSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> gather(afterSeconds(1, "a")))
                .withMessageContaining("no event loop is running");
    }

    // --- Failures ---

    @Test
    void firstFailureIsItsOwnAndTheOthersGoOn() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Task<String> sibling = createTask(() -> {
                await(sleep(Duration.ofSeconds(1)));
                recorder.record("sibling finished");
                return "sibling";
            });

            assertThatThrownBy(() -> await(gather(failing(failure), sibling))).isSameAs(failure);
            assertThat(sibling.isDone()).isFalse();
            await(sibling);
        });

        assertThat(recorder.events()).containsExactly("sibling finished");
    }

    @Test
    void laterFailuresAreDropped() throws Exception {
        IOException failure = new IOException("first");

        loops.run(() -> {
            Coroutine<String> later = () -> {
                await(sleep(Duration.ofSeconds(1)));
                throw new IOException("second");
            };

            assertThatThrownBy(() -> await(gather(later, failing(failure)))).isSameAs(failure);
            await(sleep(Duration.ofSeconds(2)));
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void failureThatNobodyAwaitsIsReportedOnce() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Future<List<String>> gathering = gather(failing(failure));
            await(sleep(Duration.ofSeconds(1)));
            assertThat(gathering.isDone()).isTrue();
        });

        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
    }

    @Test
    void childThatHasFailedBeforeFailsIt() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Future<String> failed = EventLoop.current().createFuture();
            failed.setException(failure);

            assertThatThrownBy(() -> await(gather(failed))).isSameAs(failure);
        });
    }

    // --- Cancelling ---

    @Test
    void childThatIsCancelledFailsItButDoesNotCancelIt() throws Exception {
        loops.run(() -> {
            Task<?> child = createTask(() -> await(sleep(LONG)));
            Future<List<Object>> gathering = gather(child);
            yieldNow();

            child.cancel();

            assertThatThrownBy(() -> await(gathering)).isInstanceOf(CancelledError.class);
            assertThat(gathering.isCancelled()).isFalse();
            assertThat(gathering.isDone()).isTrue();
            assertThat(Async.currentTask().cancelling()).isZero();
        });
    }

    @Test
    void cancellingItCancelsItsChildrenAndWaitsForThem() throws Exception {
        loops.run(() -> {
            Coroutine<?> child = () -> {
                try {
                    return await(sleep(LONG));
                } finally {
                    await(sleep(Duration.ofSeconds(1)));
                    recorder.record("cleaned up");
                }
            };
            Future<List<Object>> gathering = gather(child, child);
            yieldNow();

            assertThat(gathering.cancel("enough")).isTrue();
            assertThat(gathering.isDone()).isFalse();

            assertThatThrownBy(() -> await(gathering))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("enough (cancelled by task ");
            assertThat(recorder.events()).containsExactly("cleaned up", "cleaned up");
            assertThat(gathering.cancel()).isFalse();
        });
    }

    @Test
    void cancellingTheTaskThatAwaitsItCancelsItsChildren() throws Exception {
        loops.run(() -> {
            Task<?> child = createTask(() -> await(sleep(LONG)));
            Future<String> future = EventLoop.current().createFuture();
            Task<?> task = createTask(() -> await(gather(List.of(child, future))));
            yieldNow();

            task.cancel();

            assertThat(future.isCancelled()).isTrue();
            assertThat(child.cancelling()).isEqualTo(1);
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(child.isCancelled()).isTrue();
        });
    }

    @Test
    void cancellingItAfterAFailureDoesNothing() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Task<String> sibling = createTask(() -> await(afterSeconds(1, "sibling")));
            Future<List<String>> gathering = gather(failing(failure), sibling);
            assertThatThrownBy(() -> await(gathering)).isSameAs(failure);

            assertThat(gathering.cancel()).isFalse();

            assertThat(await(sibling)).isEqualTo("sibling");
        });
    }

    @Test
    void childrenThatFailWhileTheyAreCancelledAreNotReported() throws Exception {
        loops.run(() -> {
            Coroutine<?> child = () -> {
                try {
                    return await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw new IOException("cannot clean up");
                }
            };
            Future<List<Object>> gathering = gather(child);
            yieldNow();

            gathering.cancel();

            assertThatThrownBy(() -> await(gathering)).isInstanceOf(CancelledError.class);
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    private static <T> Coroutine<T> afterSeconds(int seconds, T result) {
        return () -> {
            await(sleep(Duration.ofSeconds(seconds)));
            return result;
        };
    }

    private static Coroutine<String> failing(Exception failure) {
        return () -> {
            throw failure;
        };
    }
}
