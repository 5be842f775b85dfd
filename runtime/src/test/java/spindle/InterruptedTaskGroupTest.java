package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;

/// Several things that stop the owner of a group at the same time.
@OnBothEngines
class InterruptedTaskGroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    InterruptedTaskGroupTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void failureInTheOuterGroupEndsTheInnerOneThatIsJoined() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> {
                        try (var outer = TaskGroup.open()) {
                            outer.createTask(failingAfter(SECOND, "outer"));
                            try (var inner = TaskGroup.open()) {
                                inner.createTask(this::cleanUp);
                                inner.join();
                            }
                            outer.join();
                        }
                    })
                    .isInstanceOf(TaskGroupException.class)
                    .hasMessage("in a task group: java.io.IOException: outer");
            assertThat(recorder.events()).containsExactly("cleaned up");
            assertThat(EventLoop.current().allTasks()).hasSize(1);
        });
    }

    /// `Self-suppression not permitted`, it said.
    @Test
    void cancellationWhileAFailureIsOnItsWayIsHeardAfterIt() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                try (var group = TaskGroup.open()) {
                    group.createTask(this::cleanUp);
                    group.createTask(failingAfter(SECOND, "failure"));
                    await(sleep(SECOND.multipliedBy(9)));
                } catch (TaskGroupException failed) {
                    recorder.record(failed.getMessage());
                }
                await(sleep(SECOND));
                recorder.record("not reached");
            });
            await(sleep(Duration.ofMillis(1500)));

            owner.cancel();

            assertThatThrownBy(() -> await(owner)).isInstanceOf(CancelledError.class);
        });

        assertThat(recorder.events())
                .containsExactly("cleaned up", "in a task group: java.io.IOException: failure");
    }

    @Test
    void bodyThatCancelsItsGroupAndReturnsIsNotCancelled() throws Exception {
        loops.run(() -> {
            String value = await(TaskGroup.run(group -> {
                group.createTask(this::cleanUp);
                yieldNow();
                group.cancel();
                return "value";
            }));

            assertThat(value).isEqualTo("value");
        });
    }

    @Test
    void groupThatIsOpenedByATaskThatWasJustCancelledDoesNotSwallowThat() throws Exception {
        loops.run(() -> {
            Task<?> owner = createTask(() -> {
                Async.currentTask().cancel();
                await(TaskGroup.run(group -> {
                    group.createTask(failingAfter(Duration.ZERO, "failure"));
                    await(sleep(SECOND));
                    return null;
                }));
            });

            assertThatThrownBy(() -> await(owner)).isInstanceOf(CancelledError.class);
        });
    }

    private void cleanUp() throws Exception {
        try {
            await(sleep(SECOND.multipliedBy(9)));
        } finally {
            await(sleep(SECOND));
            recorder.record("cleaned up");
        }
    }

    private static Coroutine.Action failingAfter(Duration time, String message) {
        return () -> {
            await(sleep(time));
            throw new IOException(message);
        };
    }
}
