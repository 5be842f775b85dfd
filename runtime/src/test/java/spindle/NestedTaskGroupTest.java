package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;

/// Groups within groups, of one task: each hears of its own failures, and none is lost.
@OnBothEngines
class NestedTaskGroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    NestedTaskGroupTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void failureOfAnOuterGroupEndsTheJoinOfAnInnerOne() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup outer = TaskGroup.open()) {
                            outer.createTask(failing());
                            try (TaskGroup inner = TaskGroup.open()) {
                                inner.createTask(() -> cleanUpFor(SECOND));
                                inner.join();
                            }
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: no luck");
            await(sleep(LONG));
        });

        assertThat(recorder.events())
                .containsExactly(
                        "the task that waits for its group was interrupted by an outer group"
                                + " (cancelled by task 'Task-1')",
                        "cleaned up");
    }

    @Test
    void whatAnInnerGroupFailsWithMeanwhileJoinsTheFailureOfTheOuterOne() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup outer = TaskGroup.open()) {
                            outer.createTask(failing());
                            try (TaskGroup inner = TaskGroup.open()) {
                                inner.createTask(this::failToCleanUp);
                                inner.join();
                            }
                        }
                    })
                    .withMessage("2 failures in a task group: java.io.IOException: no luck; "
                            + "spindle.TaskGroupException: "
                            + "in a task group: java.io.IOException: cannot clean up");
            await(sleep(LONG));
        });
    }

    @Test
    void failuresOfBothGroupsInOneTurnAreBothThrown() throws Exception {
        loops.run(() -> {
            TaskGroupException thrown = null;
            try (TaskGroup outer = TaskGroup.open()) {
                outer.createTask(failing());
                try (TaskGroup inner = TaskGroup.open()) {
                    inner.createTask(failing());
                    await(sleep(LONG));
                } finally {
                    recorder.record("inner left");
                }
            } catch (TaskGroupException failure) {
                thrown = failure;
            }
            assertThat(thrown).hasMessage("in a task group: java.io.IOException: no luck");
            assertThat(thrown.getSuppressed())
                    .singleElement()
                    .isInstanceOf(TaskGroupException.class);
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("inner left");
    }

    @Test
    void failureOfAnInnerGroupIsTheOuterBodysFailure() throws Exception {
        loops.run(() -> {
            assertThatExceptionOfType(TaskGroupException.class)
                    .isThrownBy(() -> {
                        try (TaskGroup outer = TaskGroup.open()) {
                            outer.createTask(() -> cleanUpFor(SECOND));
                            try (TaskGroup inner = TaskGroup.open()) {
                                inner.createTask(failing());
                                inner.join();
                            }
                        }
                    })
                    .withMessage("in a task group: java.io.IOException: no luck");
        });

        assertThat(recorder.events())
                .containsExactly(
                        "its group was left without join (cancelled by task 'Task-1')",
                        "cleaned up");
    }

    /// asyncio's test_nested_groups_both_cancelled.
    @Test
    void cancellationOfNestedGroupsIsCountedOnce() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (TaskGroup outer = TaskGroup.open()) {
                    outer.createTask(this::failToCleanUp);
                    try (TaskGroup inner = TaskGroup.open()) {
                        inner.createTask(this::failToCleanUp);
                        inner.join();
                    } finally {
                        recorder.record("inner " + currentTask().cancelling());
                    }
                } catch (TaskGroupException failure) {
                    recorder.record("outer " + currentTask().cancelling());
                    assertThat(failure.exceptions()).hasSize(1);
                    assertThat(failure.getSuppressed()).hasSize(1);
                }
                recorder.record("uncancelled " + currentTask().uncancel());
                await(sleep(LONG));
            });
            await(sleep(SECOND));
            owner.cancel();
            await(owner);
        });

        assertThat(recorder.events()).containsExactly("inner 1", "outer 1", "uncancelled 0");
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
}
