package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;

/// Tasks that belong together, opened as a resource: when it is left, none of them is left. How
/// it takes failures is in [TaskGroupFailureTest], cancellations in
/// [TaskGroupCancellationTest].
@OnBothEngines
class TaskGroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskGroupTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- All goes well ---

    @Test
    void joinWaitsForAllTasks() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<String> slow = group.createTask("slow", () -> {
                    await(sleep(SECOND));
                    return "slow";
                });
                Task<String> fast = group.createTask(() -> "fast");

                group.join();

                assertThat(slow.result()).isEqualTo("slow");
                assertThat(fast.result()).isEqualTo("fast");
                assertThat(slow.name()).isEqualTo("slow");
            }
        });
    }

    @Test
    void joinOfNoTasksDoesNotYield() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            try (TaskGroup group = TaskGroup.open()) {
                group.join();
                recorder.record("joined");
            }
            recorder.record("closed");
            yieldNow();
        });

        assertThat(recorder.events()).containsExactly("joined", "closed", "callback");
    }

    @Test
    void tasksMayCreateTasksWhileTheGroupIsJoined() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(() -> {
                    await(sleep(SECOND));
                    group.createTask("grandchild", () -> {
                        await(sleep(SECOND));
                        recorder.record("grandchild");
                    });
                });
                group.join();
                recorder.record("joined");
            }
        });

        assertThat(recorder.events()).containsExactly("grandchild", "joined");
    }

    @Test
    void groupMayBeUsedAndJoinedAgainUntilItIsClosed() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(() -> recorder.record("first"));
                group.join();
                group.createTask(() -> recorder.record("second"));
                group.join();
            }
        });

        assertThat(recorder.events()).containsExactly("first", "second");
    }

    @Test
    void leavingWithoutJoinCancelsTheTasksAndWaitsForThem() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(() -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError cancelled) {
                        recorder.record(String.valueOf(cancelled.getMessage()));
                        await(sleep(SECOND));
                        recorder.record("cleaned up");
                        throw cancelled;
                    }
                });
                yieldNow();
            }
            recorder.record("closed");
            assertThat(EventLoop.current().allTasks()).containsExactly(currentTask());
        });

        assertThat(recorder.events())
                .containsExactly(
                        "its group was left without join (cancelled by task 'Task-1')",
                        "cleaned up",
                        "closed");
    }

    @Test
    void cancellingTheGroupEndsItsTasksAndJoinReturns() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<?> task = group.createTask(sleep(LONG));
                EventLoop.current().callLater(SECOND, group::cancel);

                group.join();

                assertThat(task.isCancelled()).isTrue();
                assertThatThrownBy(() -> await(task)).hasMessage("its group was cancelled");
            }
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    // --- Refused ---

    @Test
    void groupTakesNoMoreTasksOnceATaskHasFailed() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(failing(new IOException("no luck")));
                assertThatExceptionOfType(TaskGroupException.class).isThrownBy(group::join);

                assertThatIllegalStateException()
                        .isThrownBy(() -> group.createTask(() -> recorder.record("ran")))
                        .withMessage("the task group takes no more tasks: one of its tasks has"
                                + " failed, or it was cancelled:"
                                + " <TaskGroup of 'Task-1' tasks=0 stopping>");
            }
            yieldNow();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void closedGroupTakesNoTasks() throws Exception {
        loops.run(() -> {
            TaskGroup group = TaskGroup.open();
            group.close();
            group.close();

            assertThatIllegalStateException()
                    .isThrownBy(() -> group.createTask(() -> recorder.record("ran")))
                    .withMessage("the task group takes no more tasks: it is closed:"
                            + " <TaskGroup of 'Task-1' tasks=0 closed>");
            assertThatIllegalStateException()
                    .isThrownBy(() -> await(group.start(_ -> recorder.record("ran"))));
            yieldNow();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void onlyTheTaskThatOpenedItMayJoinOrClose() throws Exception {
        loops.run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask("other", () -> {
                    assertThatIllegalStateException()
                            .isThrownBy(group::join)
                            .withMessage("only the task that opened a group can join it:"
                                    + " expected Task-1 but was called by other");
                    assertThatIllegalStateException()
                            .isThrownBy(group::close)
                            .withMessage("only the task that opened a group can close it:"
                                    + " expected Task-1 but was called by other");
                });
                group.join();
            }
        });
    }

    @Test
    void outsideATaskItCannotBeOpened() {
        assertThatIllegalStateException()
                .isThrownBy(TaskGroup::open)
                .withMessage("a task group was called outside a task: start the coroutine with"
                        + " Async.run(...), or with createTask(...) in a running loop");
    }

    private static Coroutine<Object> failing(Exception failure) {
        return () -> {
            throw failure;
        };
    }
}
