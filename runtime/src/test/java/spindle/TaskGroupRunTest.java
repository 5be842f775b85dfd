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

/// A group with a body of its own: asyncio's `async with TaskGroup()`, and its `cancel()`.
@OnBothEngines
class TaskGroupRunTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskGroupRunTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void resultIsTheBodysWhenTheTasksHaveEnded() throws Exception {
        loops.run(() -> {
            String result = await(TaskGroup.run(group -> {
                group.createTask(() -> {
                    await(sleep(SECOND));
                    recorder.record("task");
                });
                recorder.record("body");
                return "result";
            }));
            recorder.record("left");

            assertThat(result).isEqualTo("result");
        });

        assertThat(recorder.events()).containsExactly("body", "task", "left");
    }

    @Test
    void nothingRunsUntilItIsAwaited() throws Exception {
        loops.run(() -> {
            Coroutine<?> grouped = TaskGroup.run(_ -> {
                recorder.record("body");
                return "result";
            });
            yieldNow();
            assertThat(recorder.events()).isEmpty();

            await(grouped);
            await(grouped);
        });

        assertThat(recorder.events()).containsExactly("body", "body");
    }

    // --- Failures ---

    @Test
    void bodyOfAFailedGroupFindsACancelledError() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> await(TaskGroup.run(group -> {
                        group.createTask(failing("no luck"));
                        return recordCancellation();
                    })))
                    .withMessage("in a task group: java.io.IOException: no luck");
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("a task of its group failed");
    }

    @Test
    void failureOfTheBodyCancelsTheTasksAndIsOneOfTheFailures() throws Exception {
        IOException failure = new IOException("body");

        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> await(TaskGroup.run(group -> {
                        group.createTask(this::failToCleanUp);
                        yieldNow();
                        throw failure;
                    })))
                    .withCause(failure)
                    .withMessage("2 failures in a task group: java.io.IOException: body; "
                            + "java.io.IOException: cannot clean up");
            await(sleep(LONG));
        });
    }

    @Test
    void whatTheBodyFailsWithWhileItIsCancelledIsOneOfTheFailures() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> await(TaskGroup.run(group -> {
                        group.createTask(failing("no luck"));
                        failToCleanUp();
                        return "not reached";
                    })))
                    .withMessage("2 failures in a task group: java.io.IOException: no luck; "
                            + "java.io.IOException: cannot clean up");
        });
    }

    @Test
    void bodyThatSwallowsTheCancellationOfAFailedGroupDoesNotHideTheFailure() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> await(TaskGroup.run(group -> {
                        group.createTask(failing("no luck"));
                        try {
                            await(sleep(LONG));
                        } catch (CancelledError swallowed) {
                            await(sleep(SECOND));
                        }
                        return "went on";
                    })));
        });
    }

    @Test
    void virtualMachineErrorOfTheBodyPropagates() {
        OutOfMemoryError fatal = new OutOfMemoryError("simulated");

        assertThatThrownBy(() -> loops.run(() -> await(TaskGroup.run(_ -> {
                    throw fatal;
                }))))
                .isSameAs(fatal);
    }

    /// The body had swallowed it before the failure: it is not to come up again.
    @Test
    void requestThatTheBodyHasSwallowedDoesNotComeBackAfterItsFailure() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(() -> await(TaskGroup.run(group -> {
                            group.createTask(() -> {
                                try {
                                    await(sleep(LONG));
                                } finally {
                                    await(sleep(SECOND));
                                }
                            });
                            recordCancellation();
                            throw new IOException("body");
                        })));
                await(sleep(SECOND));
                recorder.record("went on");
            });
            await(sleep(SECOND));
            owner.cancel("swallowed");
            await(owner);
        });

        assertThat(recorder.events())
                .containsExactly("swallowed (cancelled by task 'Task-1')", "went on");
    }

    // --- Leaving early ---

    @Test
    void cancellingTheGroupEndsItsTasksAndItsBodyWithoutAnError() throws Exception {
        loops.run(() -> {
            String result = await(TaskGroup.<String>run(group -> {
                Task<?> task = group.createTask(sleep(LONG));
                task.addDoneCallback(_ -> recorder.record("task ended"));
                EventLoop.current().callLater(SECOND, () -> group.cancel("that will do"));
                recordCancellation();
                await(sleep(LONG));
                return "swallowed";
            }));
            // Thrown once: a body that goes on is not stopped again.
            assertThat(result).isEqualTo("swallowed");
            assertThat(currentTask().cancelling()).isZero();
        });

        assertThat(recorder.events()).contains("task ended", "that will do");
    }

    @Test
    void resultOfACancelledGroupIsNull() throws Exception {
        loops.run(() -> {
            String result = await(TaskGroup.<String>run(group -> {
                group.createTask(() -> {
                    await(sleep(SECOND));
                    group.cancel();
                    group.cancel("twice");
                });
                await(sleep(LONG));
                return "not reached";
            }));

            assertThat(result).isNull();
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void bodyThatCancelsItsGroupGoesOnToItsNextAwait() throws Exception {
        loops.run(() -> {
            assertThat(await(TaskGroup.<String>run(group -> {
                        group.cancel();
                        recorder.record("before the await");
                        yieldNow();
                        return "not reached";
                    })))
                    .isNull();
            assertThat(await(TaskGroup.<String>run(group -> {
                        group.createTask(() -> recorder.record("never ran"));
                        group.cancel();
                        return "without an await";
                    })))
                    .isEqualTo("without an await");
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("before the await");
    }

    @Test
    void cancellingAGroupThatIsClosedDoesNothing() throws Exception {
        loops.run(() -> {
            TaskGroup[] groups = new TaskGroup[1];
            await(TaskGroup.run(group -> {
                groups[0] = group;
                return "left";
            }));

            groups[0].cancel();

            await(sleep(LONG));
        });
    }

    @Test
    void failureOfATaskWhileTheGroupIsCancelledIsThrown() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> await(TaskGroup.run(group -> {
                        group.createTask(this::failToCleanUp);
                        yieldNow();
                        group.cancel();
                        await(sleep(LONG));
                        return "not reached";
                    })))
                    .withMessage("in a task group: java.io.IOException: cannot clean up");
        });
    }

    // --- Its own cancellation and foreign ones ---

    @Test
    void foreignCancellationCancelsTheTasksAndStaysOne() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> await(TaskGroup.run(group -> {
                Task<?> task = group.createTask(sleep(LONG));
                task.addDoneCallback(_ -> recorder.record(task.isCancelled()));
                return recordCancellation();
            })));
            yieldNow();
            yieldNow();
            owner.cancel("foreign");

            assertThat(await(owner)).isNotNull();
            assertThat(owner.cancelling()).isEqualTo(1);
        });

        assertThat(recorder.events()).contains("foreign (cancelled by task 'Task-1')");
    }

    /// asyncio's own `cancel()` swallowed the foreign one (cpython#155433).
    @Test
    void foreignCancellationInTheTurnOfItsOwnIsNotSwallowed() throws Exception {
        for (boolean ownFirst : new boolean[] {true, false}) {
            loops.run(() -> {
                TaskGroup[] groups = new TaskGroup[1];
                Task<?> owner = createTask(() -> await(TaskGroup.run(group -> {
                    groups[0] = group;
                    await(sleep(LONG));
                    return "not reached";
                })));
                yieldNow();
                if (ownFirst) {
                    groups[0].cancel("own");
                    owner.cancel("foreign");
                } else {
                    owner.cancel("foreign");
                    groups[0].cancel("own");
                }

                assertThatThrownBy(() -> await(owner))
                        .isInstanceOf(CancelledError.class)
                        .hasMessageStartingWith("foreign");
                assertThat(owner.cancelling()).isEqualTo(1);
            });
        }
    }

    @Test
    void timeoutAroundTheGroupInTheTurnOfItsOwnCancellationTimesOut() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(failAfter(SECOND, TaskGroup.run(group -> {
                        EventLoop.current().callLater(SECOND, group::cancel);
                        await(sleep(LONG));
                        return "not reached";
                    }))));
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void cancellationOfAnOuterGroupPassesThroughAnInnerOne() throws Exception {
        loops.run(() -> {
            assertThat(await(TaskGroup.<String>run(outer -> {
                        EventLoop.current().callLater(SECOND, () -> outer.cancel("outer"));
                        return await(TaskGroup.run(inner -> {
                            Task<?> task = inner.createTask(sleep(LONG));
                            task.addDoneCallback(_ -> recorder.record(task.isCancelled()));
                            return "waits for its task";
                        }));
                    })))
                    .isNull();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly(true);
    }

    @Test
    void outsideATaskItSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskGroup.run(_ -> "body").run())
                .withMessageStartingWith("a task group was called outside a task");
    }

    /// Waits until it is cancelled, records why and swallows it.
    private String recordCancellation() throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError cancelled) {
            recorder.record(String.valueOf(cancelled.getMessage()));
            return "cancelled";
        }
        throw new AssertionError("nobody cancelled");
    }

    private static Coroutine<Object> failing(String message) {
        return () -> {
            throw new IOException(message);
        };
    }

    private void failToCleanUp() throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError cancelled) {
            throw new IOException("cannot clean up", cancelled);
        }
    }
}
