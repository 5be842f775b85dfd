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

/// A group of which a task, or the body, fails: the others are cancelled, and everything that
/// has failed is thrown together, once.
@OnBothEngines
class TaskGroupFailureTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskGroupFailureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void joinThrowsWhatATaskFailedWith() throws Exception {
        IOException failure = new IOException("no luck");

        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(failing(failure));
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(group::join)
                        .withMessage("in a task group: java.io.IOException: no luck")
                        .withCause(failure)
                        .satisfies(
                                thrown -> assertThat(thrown.exceptions()).containsExactly(failure));
            }
        });
    }

    @Test
    void failuresOfSeveralTasksArriveTogetherInTheirOrder() throws Exception {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        IOException whileCleaningUp = new IOException("while cleaning up");

        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(failing(first));
                group.createTask(failing(second));
                group.createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError cancelled) {
                        await(sleep(SECOND));
                        throw whileCleaningUp;
                    }
                });
                group.join();
            } catch (TaskGroupException thrown) {
                assertThat(thrown)
                        .hasMessage("3 failures in a task group: java.io.IOException: first; "
                                + "java.io.IOException: second; "
                                + "java.io.IOException: while cleaning up")
                        .hasCause(first);
                assertThat(thrown.exceptions()).containsExactly(first, second, whileCleaningUp);
                assertThat(thrown.getSuppressed()).containsExactly(second, whileCleaningUp);
                recorder.record("thrown");
            }
        });

        assertThat(recorder.events()).containsExactly("thrown");
    }

    @Test
    void failureCancelsTheOtherTasksAndIsThrownWhenTheyHaveEnded() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(failing(new IOException("no luck")));
                group.createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError cancelled) {
                        recorder.record(String.valueOf(cancelled.getMessage()));
                        await(sleep(SECOND));
                        recorder.record("cleaned up");
                    }
                });
                group.join();
            } catch (TaskGroupException expected) {
                recorder.record("thrown");
            }
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG)); // Nothing of it is left that would interrupt this.
        });

        assertThat(recorder.events())
                .containsExactly("a task of its group failed", "cleaned up", "thrown");
    }

    @Test
    void failureInterruptsWhateverTheBodyAwaits() throws Exception {
        loops.run(() -> {
            Future<Object> awaited = EventLoop.current().createFuture();
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            group.createTask(failing(new IOException("no luck")));
                            await(awaited);
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: no luck")
                    .satisfies(thrown -> assertThat(thrown.getSuppressed()).isEmpty());
            assertThat(awaited.isCancelled()).isTrue();
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void failureThatTheBodyHasCaughtIsNotThrownByClose() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(failing(new IOException("no luck")));
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(() -> await(sleep(LONG)));
                await(sleep(SECOND)); // Thrown once.
            }
            recorder.record("closed");
        });

        assertThat(recorder.events()).containsExactly("closed");
    }

    @Test
    void failureThatTheBodyHasNotHeardOfIsThrownByClose() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            group.createTask(() -> {
                                try {
                                    await(sleep(LONG));
                                } finally {
                                    throwIo("cannot clean up");
                                }
                            });
                            yieldNow();
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: cannot clean up");
            await(sleep(LONG));
        });
    }

    /// It waits for a task that refuses to be cancelled, so the interruption has come to
    /// nothing when the body ends.
    @Test
    void failureThatWasAboutToInterruptABodyThatEndsIsThrownByClose() throws Exception {
        loops.run(() -> {
            Task<?> stubborn = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError refused) {
                    await(sleep(SECOND));
                }
            });
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            group.createTask(failing(new IOException("no luck")));
                            group.createTask(() -> cleanUpFor(SECOND.multipliedBy(5)));
                            await(stubborn);
                            recorder.record("left");
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: no luck");
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("left", "cleaned up");
    }

    @Test
    void failureOfTheBodyCancelsTheTasksAndSuppressesWhatTheyFailWith() throws Exception {
        IOException failure = new IOException("body");

        loops.run(() -> {
            assertThatThrownBy(() -> {
                        try (TaskGroup group = TaskGroup.open()) {
                            group.createTask(() -> {
                                try {
                                    await(sleep(LONG));
                                } finally {
                                    throwIo("cannot clean up");
                                }
                            });
                            yieldNow();
                            throw failure;
                        }
                    })
                    .isSameAs(failure);
            assertThat(failure.getSuppressed()).hasSize(1);
            assertThat(failure.getSuppressed()[0])
                    .hasMessage("in a task group: java.io.IOException: cannot clean up");
        });
    }

    @Test
    void taskThatIsCancelledFromElsewhereIsNoFailure() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<?> cancelled = group.createTask(sleep(LONG));
                Task<String> other = group.createTask(() -> {
                    await(sleep(SECOND));
                    return "undisturbed";
                });
                EventLoop.current().callSoon(cancelled::cancel);
                group.join();
                assertThat(cancelled.isCancelled()).isTrue();
                assertThat(other.result()).isEqualTo("undisturbed");
            }
        });
    }

    @Test
    void virtualMachineErrorOfATaskPropagatesOutOfTheRun() {
        EventLoop loop = loops.open();
        OutOfMemoryError fatal = new OutOfMemoryError("simulated");
        Task<?> main = loop.createTask(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask((Coroutine<Object>) () -> {
                    throw fatal;
                });
                group.join();
            }
            return null;
        });

        assertThatThrownBy(loop::runForever).isSameAs(fatal);
        TestLoops.runFor(SECOND, loop);

        assertThat(main.exception()).isInstanceOf(TaskGroupException.class).hasCause(fatal);
    }

    private static Coroutine<Object> failing(Exception failure) {
        return () -> {
            throw failure;
        };
    }

    private static void throwIo(String message) throws IOException {
        throw new IOException(message);
    }

    private void cleanUpFor(Duration duration) throws Exception {
        try {
            await(sleep(LONG));
        } finally {
            await(sleep(duration));
            recorder.record("cleaned up");
        }
    }
}
