package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// How a coroutine waits: for what, from where, and what it gets.
@OnBothEngines
class AwaitTest {
    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;
    private final Recorder recorder = new Recorder();

    AwaitTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    // --- Futures ---

    @Test
    void awaitReturnsTheResultOfAFuture() throws Exception {
        String result = loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            loop.callLater(Duration.ofSeconds(1), () -> future.setResult("result"));
            return await(future);
        });

        assertThat(result).isEqualTo("result");
    }

    @Test
    void awaitThrowsTheVeryExceptionOfAFuture() throws Exception {
        IOException failure = new IOException("checked");
        AssertionError error = new AssertionError("error");

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> failing = loop.createFuture();
            loop.callSoon(() -> failing.setException(failure));
            Future<String> failed = loop.createFuture();
            failed.setException(error);

            assertThatThrownBy(() -> await(failing)).isSameAs(failure);
            assertThatThrownBy(() -> await(failed)).isSameAs(error);
        });
    }

    @Test
    void awaitOfACancelledFutureThrowsButDoesNotCancelTheTask() throws Exception {
        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            EventLoop.current().callSoon(() -> future.cancel("not any more"));

            assertThatThrownBy(() -> await(future))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("not any more");
            assertThat(Async.currentTask().cancelling()).isZero();
            await(sleep(Duration.ofSeconds(1)));
        });
    }

    @Test
    void awaitOfADoneFutureDoesNotYield() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> done = loop.createFuture();
            done.setResult("done");
            loop.callSoon(recorder.recording("callback"));

            await(done);
            recorder.record("after await");
            yieldNow();
            recorder.record("after yieldNow");
        });

        assertThat(recorder.events()).containsExactly("after await", "callback", "after yieldNow");
    }

    @Test
    void awaitingTasksGoOnInTheOrderInWhichTheyCame() throws Exception {
        loops.run(() -> {
            Future<Integer> future = EventLoop.current().createFuture();
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                tasks.add(createTask(() -> recorder.record(number + await(future))));
            }
            yieldNow();
            future.setResult(10);
            for (Task<?> task : tasks) {
                await(task);
            }
        });

        assertThat(recorder.events()).containsExactly(10, 11, 12, 13);
    }

    @Test
    void awaitOfATaskReturnsItsResult() throws Exception {
        String result = loops.run(() -> {
            Task<String> task = createTask(() -> {
                await(sleep(Duration.ofSeconds(1)));
                return "task's";
            });
            return await(task);
        });

        assertThat(result).isEqualTo("task's");
    }

    // --- Coroutines ---

    @Test
    void awaitOfACoroutineRunsItInTheSameTaskWithoutYielding() throws Exception {
        loops.run(() -> {
            Task<?> caller = Async.currentTask();
            EventLoop.current().callSoon(recorder.recording("callback"));

            Task<?> callee = await(() -> Async.currentTask());
            recorder.record("after await");

            assertThat(callee).isSameAs(caller);
        });

        assertThat(recorder.events()).startsWith("after await");
    }

    @Test
    void awaitOfACoroutineThrowsTheVeryException() throws Exception {
        IOException failure = new IOException("checked");

        loops.run(() -> {
            Coroutine<String> failing = () -> {
                await(sleep(Duration.ofSeconds(1)));
                throw failure;
            };

            assertThatThrownBy(() -> await(failing)).isSameAs(failure);
        });
    }

    @Test
    void coroutineDoesNothingUntilItIsAwaitedAndMayBeAwaitedAgain() throws Exception {
        loops.run(() -> {
            Coroutine<String> coroutine = () -> {
                recorder.record("ran");
                return "result";
            };
            recorder.record("created");

            assertThat(await(coroutine)).isEqualTo("result");
            assertThat(await(coroutine)).isEqualTo("result");
        });

        assertThat(recorder.events()).containsExactly("created", "ran", "ran");
    }

    // --- Refused ---

    @Test
    void taskCannotAwaitItself() throws Exception {
        loops.run(() -> {
            Task<?> self = Async.currentTask();

            assertThatIllegalStateException()
                    .isThrownBy(() -> await(self))
                    .withMessageContaining("cannot await itself");
            await(sleep(Duration.ofSeconds(1)));
        });
    }

    @Test
    void futureOfAnotherLoopIsRefusedAndTheTaskGoesOn() throws Exception {
        Future<String> foreign = loops.open().createFuture();

        loops.run(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> await(foreign))
                    .withMessageContaining("belongs to another one")
                    .withMessageContaining("toCompletableFuture");
            await(sleep(Duration.ofSeconds(1)));
            recorder.record("went on");
        });

        assertThat(recorder.events()).containsExactly("went on");
    }

    @Test
    void awaitOutsideATaskSaysSoAndNamesTheRemedy() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();

        assertThatIllegalStateException()
                .isThrownBy(() -> await(future))
                .withMessageContaining("await was called outside a task")
                .withMessageContaining("Async.run")
                .withMessageContaining("createTask");
        assertThatIllegalStateException()
                .isThrownBy(() -> await(sleep(Duration.ZERO)))
                .withMessageContaining("await was called outside a task");
        assertThatIllegalStateException()
                .isThrownBy(Async::yieldNow)
                .withMessageContaining("yieldNow was called outside a task");
    }

    @Test
    void awaitInACallbackIsOutsideATask() throws Exception {
        loops.run(() -> {
            Future<Throwable> thrown = EventLoop.current().createFuture();
            EventLoop.current()
                    .callSoon(() -> thrown.setResult(catchThrowable(() -> await(thrown))));

            assertThat(await(thrown))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("outside a task");
        });
    }

    @Test
    void awaitInAThreadThatACoroutineStartedIsOutsideATask() throws Exception {
        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            AtomicReference<Throwable> thrown = new AtomicReference<>();

            Thread.ofVirtual()
                    .start(() -> thrown.set(catchThrowable(() -> await(future))))
                    .join();

            assertThat(thrown.get())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("outside a task");
        });
    }

    // --- Where the stack cannot be parked ---

    @Test
    void awaitInAClassInitialiserIsRefusedAndTheTaskGoesOn() throws Exception {
        assumeTrue(engine == CoroutineEngine.LOOP_CARRIED, "the handoff can park any stack");

        String result = loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            InClassInitialiser.run(
                    () -> recorder.record(catchThrowable(() -> await(future)).getMessage()));
            InClassInitialiser.run(
                    () -> recorder.record(catchThrowable(Async::yieldNow).getMessage()));
            loop.callLater(Duration.ofSeconds(1), () -> future.setResult("result"));
            yieldNow();
            return await(future);
        });

        assertThat(result).isEqualTo("result");
        assertThat(recorder.events())
                .hasSize(2)
                .allSatisfy(message -> assertThat(message)
                        .asString()
                        .contains("cannot suspend here")
                        .contains("class initialiser")
                        .contains("Async.runBlocking"));
    }

    @Test
    void awaitOfADoneFutureInAClassInitialiserReturnsAtOnce() throws Exception {
        loops.run(() -> {
            Future<String> done = EventLoop.current().createFuture();
            done.setResult("done");

            InClassInitialiser.run(() -> recorder.record(await(done)));
        });

        assertThat(recorder.events()).containsExactly("done");
    }

    @Test
    void awaitInAClassInitialiserWorksOnTheHandoff() throws Exception {
        assumeTrue(engine == CoroutineEngine.HANDOFF, "the loop's own thread cannot be parked");

        loops.run(() -> InClassInitialiser.run(() -> {
            await(sleep(Duration.ofSeconds(1)));
            yieldNow();
            recorder.record("went on");
        }));

        assertThat(recorder.events()).containsExactly("went on");
    }

    /// The refused await had passed the request on to its future, whose wake-up then resumed the
    /// task out of the next await; and nobody had thrown the request.
    @Test
    void refusedAwaitOfACancelledTaskLeavesTheRequestForTheNextOne() throws Exception {
        assumeTrue(engine == CoroutineEngine.LOOP_CARRIED, "the handoff can park any stack");

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> later = loop.createFuture();
            Task<String> task = createTask(() -> {
                Async.currentTask().cancel("enough");
                InClassInitialiser.run(() -> recorder.record(
                        catchThrowable(() -> await(loop.createFuture())).getClass()));
                return await(later);
            });

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("enough");
            assertThat(later.isCancelled()).isTrue();
        });

        assertThat(recorder.events()).containsExactly(IllegalStateException.class);
    }

    @Test
    void wakeUpOfARefusedAwaitDoesNotEndALaterOne() throws Exception {
        assumeTrue(engine == CoroutineEngine.LOOP_CARRIED, "the handoff can park any stack");

        String result = loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> later = loop.createFuture();
            Task<String> task = createTask(() -> {
                Async.currentTask().cancel();
                InClassInitialiser.run(() -> recorder.record(
                        catchThrowable(() -> await(loop.createFuture())).getClass()));
                Async.currentTask().uncancel();
                loop.callLater(Duration.ofSeconds(1), () -> later.setResult("later"));
                return await(later);
            });
            return await(task);
        });

        assertThat(result).isEqualTo("later");
    }
}
