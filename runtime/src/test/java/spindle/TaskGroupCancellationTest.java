package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.waitAll;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// Cancellations of the task that has opened a group, alone and at the same time as failures:
/// nothing
/// is lost, and requests are counted exactly.
@OnBothEngines
class TaskGroupCancellationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskGroupCancellationTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- From outside ---

    @Test
    void cancellationDuringJoinCancelsTheTasksAndIsThrownWhenTheyHaveEnded() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (TaskGroup group = TaskGroup.open()) {
                    group.createTask(() -> cleanUpFor(SECOND));
                    group.join();
                }
            });
            yieldNow();
            yieldNow();

            owner.cancel("enough");

            assertThatThrownBy(() -> await(owner))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
            assertThat(recorder.events())
                    .containsExactly(
                            "the task that waits for its group was cancelled"
                                    + " (cancelled by task 'Task-2')",
                            "cleaned up");
            assertThat(owner.cancelling()).isEqualTo(1);
        });
    }

    @Test
    void cancellationOfTheBodyCancelsTheTasks() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (TaskGroup group = TaskGroup.open()) {
                    group.createTask(() -> cleanUpFor(SECOND));
                    await(sleep(LONG));
                }
            });
            yieldNow();
            yieldNow();

            owner.cancel("enough");

            assertThatThrownBy(() -> await(owner))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
            assertThat(recorder.events())
                    .containsExactly(
                            "its group was left without join" + " (cancelled by task 'Task-2')",
                            "cleaned up");
        });
    }

    @Test
    void furtherCancellationsDoNotInterruptTheWaitForTheTasks() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (TaskGroup group = TaskGroup.open()) {
                    group.createTask(() -> cleanUpFor(SECOND));
                    group.join();
                }
            });
            yieldNow();
            yieldNow();

            for (String reason : new String[] {"first", "second", "third"}) {
                owner.cancel(reason);
                await(sleep(Duration.ofMillis(1)));
            }

            assertThatThrownBy(() -> await(owner)).hasMessage("third (cancelled by task 'Task-1')");
            assertThat(recorder.events()).contains("cleaned up");
            assertThat(owner.cancelling()).isEqualTo(3);
        });
    }

    /// asyncio does so since 3.13.
    @Test
    void failureWhileItIsCancelledWinsAndTheCancellationIsThrownByTheNextAwait() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(() -> {
                            try (TaskGroup group = TaskGroup.open()) {
                                group.createTask(this::failToCleanUp);
                                group.join();
                            }
                        })
                        .withMessage("in a task group: java.io.IOException: cannot clean up");
                recorder.record(currentTask().cancelling());
                await(sleep(LONG));
            });
            yieldNow();
            yieldNow();

            owner.cancel("enough");

            assertThatThrownBy(() -> await(owner))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
            assertThat(recorder.events()).containsExactly(1);
            assertThat(owner.cancelling()).isEqualTo(1);
        });
    }

    // --- At the same time as a failure ---

    @Test
    void failureInTheTurnAfterACancellationOfTheBodyIsNotLost() throws Exception {
        Task<?> owner = cancelAndFail(true, () -> await(sleep(LONG)));

        assertThat(owner.isCancelled()).isTrue();
        assertThat(loops.reports().takeOnly().exception())
                .hasMessage("in a task group: java.io.IOException: no luck");
    }

    @Test
    void failureInTheTurnBeforeACancellationOfTheBodyIsNotLost() throws Exception {
        Task<?> owner = cancelAndFail(false, () -> await(sleep(LONG)));

        assertThat(owner.isCancelled()).isTrue();
        assertThat(loops.reports().takeOnly().exception())
                .hasMessage("in a task group: java.io.IOException: no luck");
    }

    /// Has the group hear of a failure in the same turn in which its owner is cancelled.
    private Task<?> cancelAndFail(boolean cancelFirst, Coroutine.Action body) throws Exception {
        return loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<Object> trigger = loop.createFuture();
            Task<?> owner = createTask(() -> {
                try (TaskGroup group = TaskGroup.open()) {
                    group.createTask(() -> {
                        await(trigger);
                        throw new IOException("no luck");
                    });
                    body.run();
                }
            });
            yieldNow();
            yieldNow();
            trigger.setResult("now");
            yieldNow(); // The task fails,
            if (cancelFirst) {
                owner.cancel("enough"); // and its group hears of it after this,
            } else {
                loop.callSoon(() -> owner.cancel("enough")); // or before this.
            }
            await(waitAll(List.of(owner)));
            assertThat(owner.outcome()).isNotInstanceOf(Outcome.Success.class);
            return owner;
        });
    }

    @Test
    void cancellationWhileTheGroupIsClosedAfterItsFailureWasThrownIsHeardOfNext() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(() -> {
                            try (TaskGroup group = TaskGroup.open()) {
                                group.createTask(() -> cleanUpFor(SECOND));
                                group.createTask(failing());
                                await(sleep(LONG));
                            }
                        })
                        .withMessage("in a task group: java.io.IOException: no luck");
                recorder.record("left");
                await(sleep(LONG));
            });
            await(sleep(Duration.ofMillis(500)));

            owner.cancel("enough");

            assertThatThrownBy(() -> await(owner))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
        });

        assertThat(recorder.events())
                .containsExactly("a task of its group failed", "cleaned up", "left");
    }

    /// As a timeout in the body does. Otherwise the body would wait for what nobody brings any
    /// more.
    @Test
    void bodyThatTakesACancellationBackHearsOfTheFailureNext() throws Exception {
        for (boolean cancelFirst : new boolean[] {true, false}) {
            Task<?> owner = cancelAndFail(cancelFirst, () -> {
                swallowACancellation();
                currentTask().uncancel();
                await(EventLoop.current().createFuture("what never comes"));
            });

            assertThat(owner.exception())
                    .hasMessage("in a task group: java.io.IOException: no luck");
        }
    }

    @Test
    void requestThatWasOpenBeforeIsLeftAlone() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                swallowACancellation();
                assertThatExceptionOfType(TaskGroupException.class).isThrownBy(() -> {
                    try (TaskGroup group = TaskGroup.open()) {
                        group.createTask(failing());
                        group.join();
                    }
                });
                recorder.record(currentTask().cancelling());
                await(sleep(SECOND));
            });
            yieldNow();
            owner.cancel();
            await(owner);
        });

        assertThat(recorder.events()).containsExactly(1);
    }

    @Test
    void timeoutAroundTheGroupTimesOut() throws Exception {
        loops.run(() -> {
            Coroutine.Action grouped = () -> {
                try (TaskGroup group = TaskGroup.open()) {
                    group.createTask(() -> cleanUpFor(SECOND));
                    group.join();
                }
            };
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, grouped)));
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).contains("cleaned up");
    }

    @Test
    void failureOfTheGroupWhileAMapIsClosedInItsBodyIsThrown() throws Exception {
        loops.run(() -> assertThatExceptionOfType(TaskGroupException.class)
                .isThrownBy(() -> {
                    try (TaskGroup group = TaskGroup.open()) {
                        group.createTask(() -> {
                            await(sleep(SECOND));
                            throw new IOException("no luck");
                        });
                        try (var map = Async.map(List.of(1), 1, _ -> () -> {
                            cleanUpFor(SECOND.multipliedBy(2));
                            return "not reached";
                        })) {
                            assertThatExceptionOfType(TimeoutException.class)
                                    .isThrownBy(() ->
                                            await(failAfter(Duration.ofMillis(1), map.next())));
                        }
                    }
                })
                .withMessage("in a task group: java.io.IOException: no luck"));

        assertThat(recorder.events()).contains("cleaned up");
    }

    private static Coroutine<Object> failing() {
        return () -> {
            throw new IOException("no luck");
        };
    }

    private void cleanUpFor(Duration duration) throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError cancelled) {
            recorder.record(String.valueOf(cancelled.getMessage()));
            await(sleep(duration));
            recorder.record("cleaned up");
            throw cancelled;
        }
    }

    private void failToCleanUp() throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError cancelled) {
            throw new IOException("cannot clean up", cancelled);
        }
    }

    private static void swallowACancellation() throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError swallowed) {
            return;
        }
        throw new AssertionError("nobody cancelled");
    }
}
