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

/// Starting a task in a group and waiting until it says that it is ready: trio's `start()`.
@OnBothEngines
class TaskGroupStartTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskGroupStartTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void givesWhatTheTaskSaysAndLetsItGoOn() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                int port = await(group.<Integer>start(readiness -> {
                    await(sleep(SECOND));
                    readiness.started(8080);
                    await(sleep(SECOND));
                    recorder.record("served");
                }));
                recorder.record(port);
                group.join();
            }
        });

        assertThat(recorder.events()).containsExactly(8080, "served");
    }

    @Test
    void nothingStartsUntilItIsAwaited() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Coroutine<String> start = group.start(readiness -> {
                    recorder.record("started");
                    readiness.started("ready");
                });
                yieldNow();
                assertThat(recorder.events()).isEmpty();

                await(start);
                await(start);
                group.join();
            }
        });

        assertThat(recorder.events()).containsExactly("started", "started");
    }

    @Test
    void failureBeforeItIsReadyIsThrownAndNoFailureOfTheGroup() throws Exception {
        IOException failure = new IOException("address in use");

        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<?> other = group.createTask(sleep(SECOND));
                assertThatThrownBy(() -> await(group.start(_ -> {
                            await(sleep(Duration.ofMillis(1)));
                            throw failure;
                        })))
                        .isSameAs(failure);
                assertThat(other.isDone()).isFalse();
                group.join();
                assertThat(other.isCancelled()).isFalse();
            }
        });
    }

    @Test
    void taskThatEndsWithoutBeingReadyFailsTheStart() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> await(group.start(_ -> {})))
                        .withMessageStartingWith("expected the task to call started() but it"
                                + " ended without: <Task finished result=null name='Task-2'");
                group.join();
            }
        });
    }

    @Test
    void taskThatIsCancelledBeforeItIsReadyCancelsTheStart() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                assertThatThrownBy(() -> await(group.start(_ -> {
                            currentTask().cancel("gave up");
                            yieldNow();
                        })))
                        .isInstanceOf(CancelledError.class)
                        .hasMessage("gave up (cancelled by task 'Task-2')");
                assertThat(currentTask().cancelling()).isZero();
                group.join();
            }
        });
    }

    @Test
    void failureAfterItIsReadyIsTheGroups() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            recorder.record(await(group.start(readiness -> {
                                readiness.started("ready");
                                throw new IOException("no luck");
                            })));
                            group.join();
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: no luck");
        });

        // As with every failure of a task, the body hears of it at its next await at the
        // earliest.
        assertThat(recorder.events()).isSubsetOf("ready");
    }

    @Test
    void sayingItTwiceIsAMistake() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                await(group.start(readiness -> {
                    readiness.started("ready");
                    assertThatExceptionOfType(InvalidStateException.class)
                            .isThrownBy(() -> readiness.started("again"));
                }));
                group.join();
            }
        });
    }

    @Test
    void cancellingTheStartCancelsTheTask() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (TaskGroup group = TaskGroup.open()) {
                    await(group.<String>start(readiness -> {
                        try {
                            await(sleep(LONG));
                        } finally {
                            readiness.started("too late, and nobody minds");
                            recorder.record("cleaned up");
                        }
                    }));
                } finally {
                    recorder.record("left");
                }
            });
            await(sleep(SECOND));

            owner.cancel("enough");

            assertThatThrownBy(() -> await(owner)).hasMessageStartingWith("enough");
        });

        assertThat(recorder.events()).containsExactly("cleaned up", "left");
    }

    @Test
    void failureWhileItIsGivenUpIsTheGroups() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            assertThatExceptionOfType(TimeoutException.class)
                                    .isThrownBy(() -> await(
                                            failAfter(SECOND, group.start(_ -> failToCleanUp()))));
                            group.join();
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: cannot clean up");
        });
    }

    @Test
    void failureOfAnotherTaskEndsTheStart() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            group.createTask(() -> {
                                await(sleep(SECOND));
                                throw new IOException("no luck");
                            });
                            await(group.start(_ -> failToCleanUp()));
                        }
                    })
                    .withMessage("2 failures in a task group: java.io.IOException: no luck; "
                            + "java.io.IOException: cannot clean up");
            await(sleep(LONG));
        });
    }

    /// Otherwise it would run on in the inner group while the outer one ends.
    @Test
    void failureOfAnOuterGroupGivesUpTheStartInAnInnerOne() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class).isThrownBy(() -> {
                try (TaskGroup inner = TaskGroup.open()) {
                    try (TaskGroup outer = TaskGroup.open()) {
                        outer.createTask(() -> {
                            await(sleep(SECOND));
                            throw new IOException("no luck");
                        });
                        await(inner.start(_ -> {
                            try {
                                await(sleep(LONG));
                            } finally {
                                recorder.record("given up");
                            }
                        }));
                    } finally {
                        await(sleep(SECOND));
                        recorder.record("outer left");
                    }
                }
            });
        });

        assertThat(recorder.events()).containsExactly("given up", "outer left");
    }

    @Test
    void outsideATaskItSaysSo() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Future<Object> asked = EventLoop.current().createFuture();
                EventLoop.current().callSoon(() -> {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> group.start(_ -> {}).run())
                            .withMessageStartingWith(
                                    "the start of a task was called outside a task");
                    asked.setResult("asked");
                });
                await(asked);
            }
        });
    }

    private static void failToCleanUp() throws Exception {
        try {
            await(sleep(LONG));
        } catch (CancelledError cancelled) {
            throw new IOException("cannot clean up", cancelled);
        }
    }
}
