package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.allTasks;
import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.ensureFuture;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How a task runs its coroutine and how it ends.
@OnBothEngines
class TaskTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Steps ---

    @Test
    void firstStepIsScheduledAndNotRunAtOnce() {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask(() -> {
            recorder.record("first step");
            return "result";
        });
        recorder.record("created");

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("created", "first step");
        assertThat(task.isDone()).isTrue();
    }

    @Test
    void tasksTakeTheirFirstStepsInTheOrderOfTheirCreationAmongOtherCallbacks() {
        EventLoop loop = loops.open();
        Task<?> first = loop.createTask(recording("first"));
        loop.callSoon(recorder.recording("callback"));
        Task<?> second = loop.createTask(recording("second"));

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("first", "callback", "second");
        assertThat(first.isDone() && second.isDone()).isTrue();
    }

    @Test
    void nothingElseOfTheLoopRunsBetweenTwoAwaits() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Task<?> other = createTask(() -> recorder.record("other task"));
            recorder.record("a");
            recorder.record("b");
            yieldNow();
            recorder.record("c");
            await(other);
        });

        assertThat(recorder.events()).containsExactly("a", "b", "callback", "other task", "c");
    }

    @Test
    void yieldNowTakesTurnsWithOtherTasks() throws Exception {
        loops.run(() -> {
            Task<?> a = createTask(() -> countTo(3, "a"));
            Task<?> b = createTask(() -> countTo(3, "b"));
            await(a);
            await(b);
        });

        assertThat(recorder.events()).containsExactly("a1", "b1", "a2", "b2", "a3", "b3");
    }

    private void countTo(int end, String name) {
        for (int i = 1; i <= end; i++) {
            recorder.record(name + i);
            yieldNow();
        }
    }

    // --- Endings ---

    @Test
    void resultIsWhatTheCoroutineReturns() throws Exception {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask(() -> "result");
        Task<String> nothing = loop.createTask(() -> null);

        runTurn(loop);

        assertThat(task.result()).isEqualTo("result");
        assertThat(task.exception()).isNull();
        assertThat(nothing.isDone()).isTrue();
        assertThat(nothing.result()).isNull();
    }

    @Test
    void failureIsTheVeryThrowableOfTheCoroutine() {
        EventLoop loop = loops.open();
        IOException checked = new IOException("checked");
        AssertionError error = new AssertionError("error");
        Task<String> first = loop.createTask(() -> {
            throw checked;
        });
        Task<String> second = loop.createTask(() -> {
            throw error;
        });

        runTurn(loop);

        assertThatThrownBy(first::result).isSameAs(checked);
        assertThat(second.exception()).isSameAs(error);
    }

    @Test
    void failureOfOneTaskDoesNotTouchTheOthers() throws Exception {
        loops.run(() -> {
            Task<String> failing = createTask(() -> {
                throw new IOException("failure");
            });
            Task<String> other = createTask(() -> {
                await(sleep(Duration.ofSeconds(1)));
                return "result";
            });

            assertThat(await(other)).isEqualTo("result");
            assertThat(failing.exception()).hasMessage("failure");
        });
    }

    @Test
    void virtualMachineErrorIsTheTasksFailureAndPropagatesOutOfTheRun() {
        EventLoop loop = loops.open();
        InternalError fatal = new InternalError("broken");
        Task<String> task = loop.createTask(() -> {
            throw fatal;
        });

        assertThatThrownBy(() -> runTurn(loop)).isSameAs(fatal);
        assertThat(task.exception()).isSameAs(fatal);
        assertThat(loop.allTasks()).isEmpty();
    }

    @Test
    void virtualMachineErrorAfterASuspensionPropagatesToo() {
        EventLoop loop = loops.open();
        InternalError fatal = new InternalError("broken");
        Task<String> task = loop.createTask(() -> {
            await(sleep(Duration.ofSeconds(1)));
            throw fatal;
        });

        assertThatThrownBy(loop::runForever).isSameAs(fatal);
        assertThat(task.exception()).isSameAs(fatal);
    }

    @Test
    void outcomeComesFromTheCoroutineAlone() {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask(() -> "result");

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> task.setResult("another"))
                .withMessageContaining("a task's result comes from its coroutine");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> task.setException(new IOException("failure")))
                .withMessageContaining("a task's failure comes from its coroutine");
        runTurn(loop);

        assertThat(task.isDone()).isTrue();
    }

    @Test
    void doneCallbacksOfATaskRunInATurnAfterItsEnd() {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask(() -> "result");
        task.addDoneCallback(done -> recorder.record(done.isDone()));

        runTurn(loop);
        assertThat(recorder.events()).isEmpty();

        runTurn(loop);
        assertThat(recorder.events()).containsExactly(true);
    }

    // --- Names ---

    @Test
    void tasksAreNumbered() {
        EventLoop loop = loops.open();
        Task<String> first = loop.createTask(() -> "first");
        Task<String> second = loop.createTask(() -> "second");

        runTurn(loop);

        assertThat(first.name()).isEqualTo("Task-1");
        assertThat(second.name()).isEqualTo("Task-2");
    }

    @Test
    void taskMayBeNamed() throws Exception {
        loops.run(() -> {
            Task<String> named = createTask("fetch", () -> currentTask().name());
            assertThat(named.name()).isEqualTo("fetch");
            assertThat(await(named)).isEqualTo("fetch");

            named.setName("fetched");
            assertThat(named.name()).isEqualTo("fetched");
        });
    }

    // --- The loop's tasks ---

    @Test
    void currentTaskIsTheOneWhoseCoroutineRuns() throws Exception {
        loops.run(() -> {
            Task<?> main = currentTask();
            Task<Task<?>> other = createTask(() -> currentTask());

            assertThat(await(other)).isSameAs(other);
            assertThat(currentTask()).isSameAs(main);
            assertThat(EventLoop.current().currentTask()).isSameAs(main);
        });
    }

    @Test
    void callbackHasNoCurrentTask() throws Exception {
        EventLoop loop = loops.open();
        loop.callSoon(() -> recorder.record(loop.currentTask() == null));

        loop.runUntilComplete(() -> {
            yieldNow();
            return null;
        });

        assertThat(recorder.events()).containsExactly(true);
        assertThat(loop.currentTask()).isNull();
    }

    @Test
    void allTasksAreTheUnfinishedOnesInTheOrderOfTheirCreation() throws Exception {
        loops.run(() -> {
            Task<?> main = currentTask();
            Task<?> first = createTask(() -> await(sleep(Duration.ofSeconds(1))));
            Task<?> second = createTask(() -> await(sleep(Duration.ofSeconds(3))));
            Task<?> third = createTask(() -> await(sleep(Duration.ofSeconds(2))));
            EventLoop loop = EventLoop.current();
            assertThat(loop.allTasks()).isEqualTo(List.of(main, first, second, third));
            assertThat(allTasks()).isEqualTo(loop.allTasks());

            await(third);
            assertThat(loop.allTasks()).isEqualTo(List.of(main, second));

            await(second);
            assertThat(loop.allTasks()).isEqualTo(List.of(main));
        });
    }

    @Test
    void futureOfACoroutineIsATaskAndOfAFutureItself() throws Exception {
        loops.run(() -> {
            Future<String> future = ensureFuture(Coroutine.named("get", () -> "value"));
            assertThat(future).isInstanceOf(Task.class);
            assertThat(ensureFuture(future)).isSameAs(future);
            assertThat(await(future)).isEqualTo("value");
        });
    }

    /// asyncio holds its tasks by weak references, and loses some (cpython#91887).
    @Test
    void taskThatNobodyElseRefersToIsNotLostAsGarbage() throws Exception {
        EventLoop loop = loops.open();
        createAndForget(loop);
        runTurn(loop);

        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(1);
        }

        assertThat(loop.allTasks()).hasSize(1);
        loop.allTasks().getFirst().cancel();
        runTurn(loop);
        assertThat(loop.allTasks()).isEmpty();
        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    private void createAndForget(EventLoop loop) {
        Task<String> forgotten = loop.createTask(() -> {
            try {
                return await(loop.createFuture());
            } finally {
                recorder.record("cleaned up");
            }
        });
        assertThat(forgotten.isDone()).isFalse();
    }

    private Coroutine<String> recording(String event) {
        return () -> {
            recorder.record(event);
            return event;
        };
    }
}
