package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Cancelling is a request: when it is thrown, what it reaches, what becomes of the task. How
/// requests are counted is in [CancelRequestsTest].
@OnBothEngines
class TaskCancellationTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskCancellationTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- When it is thrown ---

    /// The request would go round for ever.
    @Test
    void tasksThatWaitForEachOtherCanBeCancelled() throws Exception {
        loops.run(() -> {
            List<Task<Object>> circle = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int next = (i + 1) % 3;
                circle.add(createTask(() -> await(circle.get(next))));
            }
            yieldNow();

            circle.get(1).cancel("enough");
            for (Task<Object> task : circle) {
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            }

            assertThat(circle).extracting(Task::cancelling).containsExactly(1, 1, 1);
        });
    }

    @Test
    void taskThatIsCancelledBeforeItsFirstStepNeverRuns() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> recorder.record("ran"));

            assertThat(task.cancel("too late")).isTrue();
            assertThat(task.isDone()).isFalse();

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("too late (cancelled by task ");
            assertThat(task.isCancelled()).isTrue();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void awaitThatTheTaskIsInThrows() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                assertThatExceptionOfType(CancelledError.class)
                        .isThrownBy(() -> await(sleep(LONG)))
                        .withMessageStartingWith("enough (cancelled by task ");
                recorder.record("thrown");
            });
            yieldNow();

            task.cancel("enough");
            assertThat(recorder.events()).isEmpty();
            await(task);
        });

        assertThat(recorder.events()).containsExactly("thrown");
    }

    @Test
    void yieldNowThatTheTaskIsInThrows() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                yieldNow();
                recorder.record("went on");
            });
            yieldNow();

            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void catchingExceptionsDoesNotSwallowIt() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                    return "slept";
                } catch (Exception swallowed) {
                    return "swallowed";
                }
            });
            yieldNow();

            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
        });
    }

    @Test
    void cancellingADoneTaskDoesNothing() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask(() -> "result");
            await(task);

            assertThat(task.cancel()).isFalse();
            assertThat(task.isCancelled()).isFalse();
            assertThat(task.cancelling()).isZero();
            assertThat(await(task)).isEqualTo("result");
        });
    }

    // --- What it reaches ---

    @Test
    void whatTheTaskAwaitsIsCancelledAtOnceAllTheWayDown() throws Exception {
        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            Task<String> inner = createTask(() -> await(future));
            Task<String> middle = createTask(() -> await(inner));
            Task<String> outer = createTask(() -> await(middle));
            yieldNow();

            outer.cancel("from above");

            assertThat(future.isCancelled()).isTrue();
            assertThat(inner.cancelling()).isEqualTo(1);
            assertThat(middle.cancelling()).isEqualTo(1);
            assertThat(inner.isDone() || middle.isDone() || outer.isDone()).isFalse();
            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setResult("late"));
            assertThatThrownBy(() -> await(outer))
                    .hasMessageStartingWith("from above (cancelled by task ");
            assertThat(inner.isCancelled() && middle.isCancelled() && outer.isCancelled())
                    .isTrue();
        });
    }

    /// The value stays in the future, and is lost to the task, as in asyncio.
    @Test
    void resultThatCameInTheSameTurnIsLostToTheTask() throws Exception {
        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            Task<String> task = createTask(() -> await(future));
            yieldNow();

            future.setResult("hello");
            assertThat(task.cancel()).isTrue();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(future.result()).isEqualTo("hello");
        });
    }

    /// As in asyncio, whose task takes it and then throws the cancellation instead.
    @Test
    void failureThatCameInTheSameTurnIsLostToTheTaskAndNotReported() throws Exception {
        IOException failure = new IOException("lost");

        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            Task<String> task = createTask(() -> await(future));
            yieldNow();

            future.setException(failure);
            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void taskThatWaitsForATaskThatRefusesGetsItsResult() throws Exception {
        loops.run(() -> {
            Task<String> stubborn = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError refused) {
                    await(sleep(Duration.ofSeconds(1)));
                }
                return "stubborn";
            });
            Task<String> task = createTask(() -> await(stubborn));
            yieldNow();

            task.cancel();

            assertThat(await(task)).isEqualTo("stubborn");
            assertThat(task.isCancelled()).isFalse();
        });
    }

    // --- Refusing, cleaning up ---

    @Test
    void taskThatCatchesItGoesOnAndMayAwaitAgain() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError swallowed) {
                    recorder.record("swallowed");
                }
                await(sleep(Duration.ofSeconds(1)));
                return "went on";
            });
            yieldNow();

            task.cancel();

            assertThat(await(task)).isEqualTo("went on");
            assertThat(task.isCancelled()).isFalse();
            assertThat(task.cancelling()).isEqualTo(1);
        });
    }

    @Test
    void cleaningUpMayAwait() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                } finally {
                    await(sleep(Duration.ofSeconds(1)));
                    recorder.record("cleaned up");
                }
            });
            yieldNow();

            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(recorder.events()).containsExactly("cleaned up");
        });
    }

    @Test
    void secondRequestInterruptsTheCleaningUp() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                } finally {
                    await(sleep(LONG));
                    recorder.record("cleaned up");
                }
            });
            yieldNow();
            task.cancel("first");
            yieldNow();

            task.cancel("second");

            assertThatThrownBy(() -> await(task))
                    .hasMessageStartingWith("second (cancelled by task ");
            assertThat(recorder.events()).isEmpty();
        });
    }

    @Test
    void failureOfTheCleaningUpIsTheTasksFailure() throws Exception {
        IOException failure = new IOException("cannot clean up");

        loops.run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw failure;
                }
            });
            yieldNow();

            task.cancel();

            assertThatThrownBy(() -> await(task)).isSameAs(failure);
            assertThat(task.isCancelled()).isFalse();
        });
    }

    // --- Cancelling oneself ---

    @Test
    void taskThatCancelsItselfAndReturnsIsCancelled() throws Exception {
        loops.run(() -> {
            Task<Integer> task = createTask(() -> {
                currentTask().cancel();
                return 12;
            });

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
        });
    }

    @Test
    void taskThatCancelsItselfAndFailsHasFailed() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Task<Integer> task = createTask((Coroutine<Integer>) () -> {
                currentTask().cancel();
                throw failure;
            });

            assertThatThrownBy(() -> await(task)).isSameAs(failure);
            assertThat(task.isCancelled()).isFalse();
        });
    }

    @Test
    void taskThatCancelsItselfIsThrownOutOfItsNextSuspension() throws Exception {
        loops.run(() -> {
            Future<String> done = EventLoop.current().createFuture();
            done.setResult("done");
            Future<String> pending = EventLoop.current().createFuture();

            currentTask().cancel("myself");
            assertThat(await(done)).isEqualTo("done");
            assertThatThrownBy(() -> await(pending))
                    .hasMessageStartingWith("myself (cancelled by task ");

            assertThat(pending.isCancelled()).isTrue();
            currentTask().uncancel();
            await(sleep(Duration.ofSeconds(1)));
        });
    }

    @Test
    void coroutineThatThrowsACancelledErrorOfItsOwnEndsCancelled() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask((Coroutine<String>) () -> {
                throw new CancelledError("my own");
            });

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("my own");
            assertThat(task.isCancelled()).isTrue();
            assertThat(task.cancelling()).isZero();
        });
    }
}
