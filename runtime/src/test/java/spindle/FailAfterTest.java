package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Limits on time, and how they tell their own cancellation from a foreign one.
@OnBothEngines
class FailAfterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    FailAfterTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- In time ---

    @Test
    void coroutineThatEndsInTimeGivesItsResult() throws Exception {
        loops.run(() -> {
            String result = await(failAfter(SECOND, () -> {
                await(sleep(Duration.ofMillis(999)));
                return "in time";
            }));

            assertThat(result).isEqualTo("in time");
            await(sleep(LONG));
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    void coroutineThatFailsInTimeThrowsItsVeryException() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            assertThatThrownBy(() -> await(failAfter(SECOND, (Coroutine<String>) () -> {
                        throw failure;
                    })))
                    .isSameAs(failure);
            await(sleep(LONG));
        });
    }

    @Test
    void leavesNoTimerBehind() throws Exception {
        loops.run(() -> {
            await(failAfter(LONG, () -> "at once"));
            yieldNow();

            assertThat(EventLoop.current().toString()).contains("timers=0");
        });
    }

    @Test
    void doesNothingUntilItIsAwaitedAndCountsFromThen() throws Exception {
        loops.run(() -> {
            Coroutine<?> limited = failAfter(SECOND, sleep(Duration.ofMillis(500)));

            await(sleep(LONG));
            await(limited);
            await(limited);
        });
    }

    // --- Too late ---

    @Test
    void coroutineThatTakesTooLongIsCancelledAndTimesOut() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, sleep(LONG))))
                    .withMessage("gave up after 1000 ms")
                    .withCauseInstanceOf(CancelledError.class);
            assertThat(loop.time() - start).isEqualTo(SECOND.toNanos());
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void cleaningUpIsWaitedFor() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();
            Coroutine<?> cleaning = () -> {
                try {
                    return await(sleep(LONG));
                } finally {
                    await(sleep(SECOND));
                    recorder.record("cleaned up");
                }
            };

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, cleaning)));
            assertThat(loop.time() - start).isEqualTo(2 * SECOND.toNanos());
        });

        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void failureOfTheCleaningUpIsThrownInsteadOfTheTimeout() throws Exception {
        IOException failure = new IOException("cannot clean up");

        loops.run(() -> {
            Coroutine<?> failing = () -> {
                try {
                    return await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw failure;
                }
            };

            assertThatThrownBy(() -> await(failAfter(SECOND, failing))).isSameAs(failure);
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void coroutineThatRefusesToBeCancelledGivesItsResult() throws Exception {
        loops.run(() -> {
            String result = await(failAfter(SECOND, () -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError refused) {
                    recorder.record("refused");
                }
                return "result";
            }));

            assertThat(result).isEqualTo("result");
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("refused");
    }

    @Test
    void blockingCoroutineThatEndsTooLateGivesItsResultAndIsNotCancelledAfterwards()
            throws Exception {
        loops.run(() -> {
            String result = await(failAfter(SECOND, () -> {
                loops.clock().advance(LONG); // What a blocked thread would do.
                return "late, but there";
            }));

            assertThat(result).isEqualTo("late, but there");
            await(sleep(LONG));
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    void withoutTimeACoroutineGetsToItsFirstSuspension() throws Exception {
        loops.run(() -> {
            for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
                assertThat(await(failAfter(none, () -> "did not suspend")))
                        .isEqualTo("did not suspend");
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(failAfter(none, sleep(Duration.ZERO))));
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(failAfter(none, sleep(LONG))));
            }
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    // --- At the same time ---

    @Test
    void coroutineThatEndsInTheTurnOfItsTimeoutGivesItsResult() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            // The step that ends the coroutine is ready when the timer falls due: it runs first.
            loop.callLater(SECOND.minusNanos(1), () -> {
                future.setResult("just in time");
                loops.clock().advanceNanos(1);
            });

            assertThat(await(failAfter(SECOND, () -> await(future)))).isEqualTo("just in time");
            await(sleep(LONG));
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    /// The future's result came too late for the task, as in asyncio's G17.
    @Test
    void futureThatIsDoneInTheTurnOfTheTimeoutIsTooLate() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            loop.callLater(SECOND, () -> future.setResult("too late"));

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, () -> await(future))));
            assertThat(future.result()).isEqualTo("too late");
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    // --- Foreign cancellations ---

    @Test
    void foreignCancellationStaysOne() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> await(failAfter(LONG, sleep(LONG))));
            yieldNow();

            task.cancel("foreign");

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("foreign (cancelled by task 'Task-");
            assertThat(task.cancelling()).isEqualTo(1);
        });
    }

    @Test
    void cancelledErrorThatNobodyAskedTheTaskForStaysOne() throws Exception {
        loops.run(() -> {
            Future<String> cancelled = EventLoop.current().createFuture();
            EventLoop.current().callSoon(() -> cancelled.cancel("not any more"));

            assertThatThrownBy(() -> await(failAfter(SECOND, () -> await(cancelled))))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("not any more");
            await(sleep(LONG));
        });
    }

    @Test
    void foreignCancellationInTheTurnOfTheTimeoutWins() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Task<?> task = createTask(() -> await(failAfter(SECOND, sleep(LONG))));
            yieldNow();
            loop.callLater(SECOND, () -> task.cancel("foreign"));

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
            assertThat(task.cancelling()).isEqualTo(1);
        });
    }

    @Test
    void foreignCancellationDuringTheCleaningUpWins() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> await(failAfter(SECOND, () -> {
                try {
                    return await(sleep(LONG));
                } finally {
                    await(sleep(LONG));
                }
            })));
            await(sleep(Duration.ofSeconds(2)));

            task.cancel("foreign");

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("foreign (cancelled by task 'Task-");
        });
    }

    @Test
    void requestThatWasOpenBeforeDoesNotHideTheTimeout() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError swallowed) {
                    recorder.record(currentTask().cancelling());
                }
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(failAfter(SECOND, sleep(LONG))));
                recorder.record(currentTask().cancelling());
            });
            yieldNow();

            task.cancel();
            await(task);
        });

        assertThat(recorder.events()).containsExactly(1, 1);
    }

    // --- Nested ---

    @Test
    void innerTimeoutIsCaughtInside() throws Exception {
        loops.run(() -> {
            await(failAfter(LONG, () -> {
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(failAfter(SECOND, sleep(LONG))));
                return await(sleep(SECOND));
            }));
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    void outerTimeoutIsACancellationToTheInnerOne() throws Exception {
        loops.run(() -> {
            Coroutine<?> inner = () -> {
                try {
                    return await(failAfter(LONG, sleep(LONG)));
                } catch (CancelledError cancelled) {
                    recorder.record("inner cancelled");
                    throw cancelled;
                }
            };

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, inner)))
                    .withMessage("gave up after 1000 ms");
        });

        assertThat(recorder.events()).containsExactly("inner cancelled");
    }

    @Test
    void withEqualDeadlinesTheOuterTimeoutIsThrown() throws Exception {
        loops.run(() -> {
            Coroutine<?> inner = () -> {
                try {
                    return await(failAfter(SECOND, sleep(LONG)));
                } catch (CancelledError cancelled) {
                    recorder.record("inner cancelled");
                    throw cancelled;
                }
            };

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, inner)));
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("inner cancelled");
    }

    @Test
    void outsideATaskItSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> failAfter(SECOND, sleep(LONG)).run())
                .withMessageContaining("failAfter or another timeout was called outside a task");
    }
}
