package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Results that come from other threads, and results for them.
@OnBothEngines
class FutureBridgeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    FutureBridgeTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- From a stage ---

    @Test
    void stageThatAnotherThreadCompletesIsAwaited() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();

        String value = loops.run(() -> {
            Thread.ofVirtual().start(() -> stage.complete("value"));
            return await(Future.from(stage));
        });

        assertThat(value).isEqualTo("value");
    }

    @Test
    void stageMayHaveCompletedBeforeAndItsValueMayBeNull() throws Exception {
        loops.run(() -> {
            assertThat(await(Future.from(CompletableFuture.completedFuture("value"))))
                    .isEqualTo("value");
            assertThat(await(Future.from(CompletableFuture.<String>completedFuture(null))))
                    .isNull();
        });
    }

    @Test
    void failureComesWithoutItsWrapper() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            var dependent = CompletableFuture.failedFuture(failure).thenApply(value -> value);
            assertThatThrownBy(() -> await(Future.from(dependent))).isSameAs(failure);
            var wrapped = CompletableFuture.failedFuture(new CompletionException(failure));
            assertThatThrownBy(() -> await(Future.from(wrapped))).isSameAs(failure);
            var bare = new CompletionException("no cause", null);
            assertThatThrownBy(() -> await(Future.from(CompletableFuture.failedFuture(bare))))
                    .isSameAs(bare);
        });
    }

    @Test
    void cancelledStageCancelsTheFuture() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stage.cancel(true);

        loops.run(() -> {
            Future<String> future = Future.from(stage);
            assertThatThrownBy(() -> await(future)).isInstanceOf(CancelledError.class);
            assertThat(future.isCancelled()).isTrue();
            Future<String> dependent = Future.from(stage.thenApply(value -> value));
            assertThatThrownBy(() -> await(dependent)).isInstanceOf(CancelledError.class);
            assertThat(dependent.isCancelled()).isTrue();
        });
    }

    @Test
    void cancellingWhoAwaitsTheFutureCancelsTheStage() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();

        loops.run(() -> {
            Task<String> task = createTask(() -> await(Future.from(stage)));
            yieldNow();
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(stage).isCancelled();
    }

    @Test
    void stageThatCannotBeCancelledIsLeftAlone() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();

        loops.run(() -> {
            Future<String> future = Future.from(stage.minimalCompletionStage());
            future.cancel();
            yieldNow();
            stage.complete("too late");
            yieldNow();
            assertThat(future.isCancelled()).isTrue();
        });
    }

    @Test
    void stageThatCompletesAfterItsLoopWasClosedIsForgotten() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();

        loops.run(() -> {
            Future<String> forgotten = Future.from(stage);
            assertThat(forgotten.isDone()).isFalse();
        });

        assertThat(stage.complete("too late")).isTrue();
    }

    @Test
    void failureOfAStageThatNobodyAwaitsIsReported() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Future<Object> future = Future.from(CompletableFuture.failedFuture(failure));
            await(sleep(SECOND));
            assertThat(future.isDone()).isTrue();
        });

        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
    }

    @Test
    void fromOutsideALoopSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Future.from(new CompletableFuture<>()))
                .withMessage(
                        "Future.from was called outside a running loop: call it in a coroutine");
    }

    /// On a clock that jumps, another thread would else never be in time.
    @Test
    void timeoutOfAStageWaitsALittleForTheOtherThread() throws Exception {
        loops.run(() -> {
            CompletableFuture<String> never = new CompletableFuture<>();
            assertThatThrownBy(() -> await(failAfter(SECOND, () -> await(Future.from(never)))))
                    .isInstanceOf(TimeoutException.class);
            assertThat(never).isCancelled();
        });
    }

    // --- For another thread ---

    @Test
    void resultsAreThereForOtherThreads() throws Exception {
        IOException failure = new IOException("failure");
        EventLoop loop = loops.open();
        Task<String> good = loop.createTask(() -> "good");
        Task<String> bad = loop.createTask(() -> {
            throw failure;
        });
        Task<String> gone = loop.createTask(() -> "gone");
        gone.cancel();
        Task<String> none = loop.createTask(() -> null);
        var futures = List.of(
                good.toCompletableFuture(),
                bad.toCompletableFuture(),
                gone.toCompletableFuture(),
                none.toCompletableFuture());

        TestLoops.runFor(SECOND, loop);

        assertThat(futures.get(0)).isCompletedWithValue("good");
        assertThatThrownBy(futures.get(1)::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(failure);
        assertThat(futures.get(2)).isCancelled();
        assertThat(futures.get(3)).isCompletedWithValue(null);
    }

    @Test
    void otherThreadThatCancelsCancelsTheTask() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> await(sleep(Duration.ofDays(1))));
            CompletableFuture<?> forOthers = task.toCompletableFuture();
            Thread.ofVirtual().start(() -> forOthers.cancel(true)).join();

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("its CompletableFuture was cancelled by another thread");
        });
    }

    /// What the refusal of another loop's future tells people to do.
    @Test
    void futureOfALoopInAnotherThreadIsAwaitedThroughTwoBridges() throws Exception {
        CompletableFuture<Future<String>> handedOver = new CompletableFuture<>();
        CompletableFuture<?> finished = new CompletableFuture<>();
        Thread other = Thread.ofPlatform().start(() -> runOtherLoop(handedOver, finished));

        String result = loops.run(() -> {
            Future<String> foreign = await(Future.from(handedOver));
            return await(Future.from(foreign.toCompletableFuture()));
        });
        finished.complete(null);
        other.join();

        assertThat(result).isEqualTo("value");
    }

    private static void runOtherLoop(
            CompletableFuture<Future<String>> handedOver, CompletableFuture<?> finished) {
        try (EventLoop loop = EventLoop.open()) {
            handedOver.complete(loop.createTask(sleep(Duration.ofMillis(1), "value")));
            loop.runUntilComplete(() -> await(Future.from(finished)));
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void bridgeThatAnotherThreadAsksForTooLateFails() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        loop.close();
        CompletableFuture<CompletableFuture<String>> asked = new CompletableFuture<>();

        Thread.ofVirtual()
                .start(() -> asked.complete(future.toCompletableFuture()))
                .join();

        assertThatClosed(asked.get(1, TimeUnit.SECONDS));
    }

    @Test
    void loopThatClosesFailsWhatIsLeft() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        CompletableFuture<String> before = future.toCompletableFuture();

        loop.close();

        assertThatClosed(before);
        assertThatClosed(future.toCompletableFuture());
    }

    private static void assertThatClosed(CompletableFuture<?> result) {
        assertThatThrownBy(() -> result.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the event loop was closed before the result was there");
    }

    // --- runCoroutineThreadsafe ---

    @Test
    void otherThreadRunsACoroutineAndWaitsForIt() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> good = askedByAnotherThread(loop, () -> {
                await(sleep(SECOND));
                return "value";
            });
            Future<String> bad = askedByAnotherThread(loop, () -> {
                throw failure;
            });

            assertThat(await(good)).isEqualTo("value");
            assertThatThrownBy(() -> await(bad)).isSameAs(failure);
        });
    }

    @Test
    void coroutineThatIsCancelledBeforeItStartsNeverRuns() throws Exception {
        Recorder recorder = new Recorder();

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Thread.ofVirtual()
                    .start(() -> {
                        var result = loop.runCoroutineThreadsafe(() -> {
                            recorder.record("ran");
                            return null;
                        });
                        result.cancel(true);
                    })
                    .join();
            await(sleep(SECOND));
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void cancelledCoroutineIsACancellationForTheOtherThread() throws Exception {
        loops.run(() -> {
            CompletableFuture<Object> result =
                    EventLoop.current().runCoroutineThreadsafe(() -> await(sleep(SECOND)));
            yieldNow();
            yieldNow();
            EventLoop.current().allTasks().getLast().cancel("enough");
            await(sleep(SECOND));

            assertThatThrownBy(result::join).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void whatKeepsTheTaskFromBeingMadeFailsTheResult() {
        EventLoop loop = loops.open(loops.builder().inherit(new Inheritance() {
            @Override
            public <T> Coroutine<T> bequeath(Coroutine<T> coroutine) {
                throw new IllegalStateException("cannot inherit");
            }
        }));
        CompletableFuture<String> result = loop.runCoroutineThreadsafe(() -> "not reached");

        TestLoops.runFor(SECOND, loop);

        assertThatThrownBy(() -> result.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("cannot inherit");
    }

    @Test
    void closedLoopFailsWhatOtherThreadsWaitFor() {
        EventLoop loop = loops.open();
        CompletableFuture<String> result = loop.runCoroutineThreadsafe(() -> "never started");

        loop.close();

        assertThatClosed(result);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.runCoroutineThreadsafe(() -> "too late"))
                .withMessage("the event loop is closed: open another one");
    }

    private static <T> Future<T> askedByAnotherThread(EventLoop loop, Coroutine<T> coroutine)
            throws InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    var _ = loop.runCoroutineThreadsafe(coroutine)
                            .whenComplete((value, failure) -> {
                                if (failure == null) {
                                    answer.complete(value);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            });
                })
                .join();
        return Future.from(answer);
    }
}
