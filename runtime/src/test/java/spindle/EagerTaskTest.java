package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Tasks whose first step runs where they are created.
@OnBothEngines
class EagerTaskTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    EagerTaskTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Where they start ---

    @Test
    void coroutinesTaskRunsToItsFirstSuspensionBeforeItsCreatorGoesOn() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Task<?> task = createEagerTask(() -> {
                recorder.record("first step");
                yieldNow();
                recorder.record("second step");
                return "result";
            });
            recorder.record("created");
            assertThat(await(task)).isEqualTo("result");
        });

        assertThat(recorder.events())
                .containsExactly("first step", "created", "callback", "second step");
    }

    @Test
    void callbacksTaskRunsToItsFirstSuspensionBeforeTheCallbackGoesOn() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            Task<?> task = loop.createEagerTask(() -> {
                recorder.record("first step of " + currentTask().name());
                yieldNow();
                recorder.record("second step");
                return "result";
            });
            recorder.record("created, done " + task.isDone());
            recorder.record(loop.currentTask() == null);
        });

        runTurn(loop);
        assertThat(recorder.events())
                .containsExactly("first step of Task-1", "created, done false", true);
        runTurn(loop);
        assertThat(recorder.events()).endsWith("second step");
    }

    @Test
    void taskOfALoopAtRestStartsInTheNextTurn() {
        EventLoop loop = loops.open();
        Task<?> task = loop.createEagerTask(() -> {
            recorder.record("first step");
            return "result";
        });
        recorder.record("created");

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("created", "first step");
        assertThat(task.isDone()).isTrue();
    }

    @Test
    void taskWhoseCreatorCannotSuspendStartsInTheNextTurn() throws Exception {
        loops.run(() -> {
            Task<?>[] task = new Task<?>[1];
            InClassInitialiser.run(() -> {
                task[0] = createEagerTask(() -> {
                    recorder.record("first step");
                    return "result";
                });
                recorder.record("created, done " + task[0].isDone());
            });
            await(task[0]);
        });

        assertThat(recorder.events()).contains("first step");
    }

    @Test
    void nestedTasksStartInnermostFirst() throws Exception {
        loops.run(() -> {
            Task<?> main = currentTask();
            Task<?> outer = createEagerTask(() -> {
                recorder.record("outer begins");
                Task<?> inner = createEagerTask(() -> {
                    recorder.record("inner in " + currentTask().name());
                    yieldNow();
                    recorder.record("inner goes on");
                    return "inner";
                });
                recorder.record("outer in " + currentTask().name());
                return await(inner);
            });
            assertThat(currentTask()).isSameAs(main);
            recorder.record("main");
            assertThat(await(outer)).isEqualTo("inner");
        });

        assertThat(recorder.events())
                .containsExactly(
                        "outer begins",
                        "inner in Task-3",
                        "outer in Task-2",
                        "main",
                        "inner goes on");
    }

    @Test
    void aThousandNestedOnesStart() throws Exception {
        loops.run(() -> assertThat(await(nest(1000))).isEqualTo(1000));
    }

    private static Task<Integer> nest(int depth) {
        return createEagerTask(() -> depth == 0 ? 0 : 1 + await(nest(depth - 1)));
    }

    @Test
    void taskIsAmongTheLoopsDuringItsFirstStepAndHasItsName() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Task<?> main = currentTask();
            Task<?> task = loop.createEagerTask("eager", () -> {
                assertThat(loop.allTasks()).containsExactly(main, currentTask());
                assertThat(Thread.currentThread().getName()).isEqualTo("eager");
                return currentTask().name();
            });
            assertThat(task.result()).isEqualTo("eager");
            assertThat(loop.allTasks()).containsExactly(main);
        });
    }

    // --- How the first step ends ---

    @Test
    void taskThatDoesNotSuspendIsDoneAtOnceAndItsCallbacksAreStillScheduled() throws Exception {
        loops.run(() -> {
            Task<String> task = createEagerTask(() -> "at once");
            assertThat(task.isDone()).isTrue();
            task.addDoneCallback(_ -> recorder.record("callback"));
            recorder.record("added");
            assertThat(await(task)).isEqualTo("at once");
            recorder.record("awaited without yielding");
            yieldNow();
        });

        assertThat(recorder.events())
                .containsExactly("added", "awaited without yielding", "callback");
    }

    @Test
    void gatheringOfTasksThatAreDoneIsDone() throws Exception {
        loops.run(() -> {
            Future<List<String>> gathering =
                    gather(createEagerTask(() -> "a"), createEagerTask(() -> "b"));
            assertThat(gathering.isDone()).isTrue();
            assertThat(await(gathering)).containsExactly("a", "b");
        });
    }

    @Test
    void gatheringOfATaskThatHasFailedHasFailed() throws Exception {
        IOException failure = new IOException("no luck");

        loops.run(() -> {
            Task<Object> other = createTask(() -> await(sleep(LONG)));
            Future<List<Object>> gathering = gather(List.of(other, createEagerTask(() -> {
                throw failure;
            })));
            assertThatThrownBy(() -> await(gathering)).isSameAs(failure);
            other.cancel();
        });
    }

    @Test
    void failureOfTheFirstStepIsTheTasks() throws Exception {
        IOException failure = new IOException("no luck");

        loops.run(() -> {
            Task<Object> task = createEagerTask(() -> {
                throw failure;
            });
            recorder.record("creator goes on");
            assertThatThrownBy(() -> await(task)).isSameAs(failure);
        });

        assertThat(recorder.events()).containsExactly("creator goes on");
    }

    @Test
    void failureOfTheFirstStepThatNobodyAsksForIsReported() throws Exception {
        loops.run(() -> {
            Task<Object> task = createEagerTask(() -> {
                throw new IOException("no luck");
            });
            assertThat(task.isDone()).isTrue();
        });

        assertThat(loops.reports().takeOnly().message())
                .startsWith("task exception was never retrieved");
    }

    @Test
    void virtualMachineErrorOfTheFirstStepPropagatesOutOfTheRun() {
        EventLoop loop = loops.open();
        OutOfMemoryError fatal = new OutOfMemoryError("simulated");
        loop.callSoon(() -> {
            Task<Object> task = loop.createEagerTask(() -> {
                throw fatal;
            });
            recorder.record("not reached: " + task);
        });

        assertThatThrownBy(loop::runForever).isSameAs(fatal);
        loop.close();
        assertThat(loops.reports().takeAll()).as("reported a second time").isEmpty();
        assertThat(recorder.events()).isEmpty();
    }

    // --- Cancelling ---

    @Test
    void taskThatWasStartedCleansUpWhenItIsCancelled() throws Exception {
        loops.run(() -> {
            Task<Object> task = createEagerTask(() -> {
                try {
                    return await(sleep(LONG));
                } finally {
                    recorder.record("cleaned up");
                }
            });
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void taskThatCancelsItselfInItsFirstStepEndsCancelled() throws Exception {
        loops.run(() -> {
            Task<Object> task = createEagerTask(() -> {
                currentTask().cancel("myself");
                return "lost";
            });
            assertThat(task.isCancelled()).isTrue();
            assertThatThrownBy(() -> await(task)).hasMessage("myself (cancelled by task 'Task-2')");
        });
    }

    @Test
    void taskMayCancelItsCreatorInItsFirstStep() throws Exception {
        loops.run(() -> {
            Task<?> creator = createTask(() -> {
                Task<?> me = currentTask();
                Task<?> task = createEagerTask(() -> me.cancel("by my own task"));
                assertThat(task.isDone()).isTrue();
                recorder.record("goes on to its next await");
                yieldNow();
                recorder.record("not reached");
            });
            assertThatThrownBy(() -> await(creator))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("by my own task (cancelled by task 'Task-3')");
        });

        assertThat(recorder.events()).containsExactly("goes on to its next await");
    }

    /// It would run on in a group that is over (cpython#155418).
    @Test
    void taskThatCancelsItsGroupInItsFirstStepIsCancelledToo() throws Exception {
        EventLoop.Builder builder = loops.builder().eagerTasks(true);
        Async.run(builder, () -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<?> task = group.createTask(() -> {
                    group.cancel("that will do");
                    await(EventLoop.current().createFuture("what never comes"));
                });
                group.join();
                assertThat(task.isCancelled()).isTrue();
            }
        });
    }

    @Test
    void taskThatFailsInItsFirstStepFailsItsGroup() throws Exception {
        EventLoop.Builder builder = loops.builder().eagerTasks(true);
        Async.run(
                builder,
                () -> assertThatThrownBy(() -> {
                            try (TaskGroup group = TaskGroup.open()) {
                                Task<?> task = group.createTask(() -> {
                                    throw new IOException("no luck");
                                });
                                recorder.record(task.isDone());
                                await(sleep(LONG));
                            }
                        })
                        .hasMessage("in a task group: java.io.IOException: no luck"));

        assertThat(recorder.events()).containsExactly(true);
    }

    // --- Task-locals ---

    @Test
    void firstStepHasACopyOfItsCreatorsTaskLocals() throws Exception {
        TaskLocal<String> local = TaskLocal.withDefault("local", "default");
        loops.run(() -> {
            local.set("creator");
            Task<String> task = createEagerTask(() -> {
                recorder.record(local.get());
                local.set("task");
                yieldNow();
                return local.get();
            });
            recorder.record(local.get());
            local.set("creator, later");
            recorder.record(await(task));
            recorder.record(local.get());
        });

        assertThat(recorder.events())
                .containsExactly("creator", "creator", "task", "creator, later");
    }

    @Test
    void callbackThatCreatesATaskKeepsItsTaskLocals() {
        TaskLocal<String> local = TaskLocal.withDefault("local", "default");
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            local.set("callback");
            Task<?> task = loop.createEagerTask(() -> {
                recorder.record(local.get());
                local.set("task");
                return "done";
            });
            recorder.record(task.isDone() + " " + local.get());
        });

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("callback", "true callback");
    }

    // --- A loop of eager tasks ---

    @Test
    void loopMayStartAllItsTasksEagerly() throws Exception {
        Async.run(loops.builder().eagerTasks(true), () -> {
            Task<?> task = createTask("named", () -> recorder.record("first step"));
            recorder.record("created");
            assertThat(task.isDone()).isTrue();
            assertThat(task.name()).isEqualTo("named");
        });

        assertThat(recorder.events()).containsExactly("first step", "created");
    }

    @Test
    void awaitOfItselfIsRefusedInTheFirstStepToo() throws Exception {
        loops.run(() -> {
            Task<Object> task = createEagerTask(() -> await(currentTask()));
            assertThatIllegalStateException()
                    .isThrownBy(() -> await(task))
                    .withMessageStartingWith("a task cannot await itself: it would wait for ever:");
        });
    }
}
