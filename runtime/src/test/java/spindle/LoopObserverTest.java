package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;

/// What observers of a loop are told, when, and what becomes of those that fail.
@OnBothEngines
class LoopObserverTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();
    private Handle stop;

    LoopObserverTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private EventLoop open(LoopObserver... observers) {
        EventLoop.Builder builder = loops.builder();
        for (LoopObserver observer : observers) {
            builder.observer(observer);
        }
        return loops.open(builder);
    }

    /// Records all that it is told.
    private final class Recording implements LoopObserver {
        private final String prefix;

        Recording(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void beforePoll(long timeoutNanos) {
            recorder.record(prefix + "poll "
                    + (timeoutNanos == Long.MAX_VALUE ? "without limit" : timeoutNanos));
        }

        @Override
        public void afterPoll(int readyCount) {
            recorder.record(prefix + "polled " + readyCount);
        }

        @Override
        public void beforeCallback(Handle handle) {
            recorder.record(prefix + "call " + handle);
        }

        @Override
        public void afterCallback(Handle handle, long nanos) {
            recorder.record(prefix + "called, took " + nanos);
        }

        @Override
        public void taskCreated(Task<?> task) {
            recorder.record(prefix + "created " + task.name());
        }

        @Override
        public void beforeStep(Task<?> task) {
            recorder.record(prefix + "step of " + task.name());
        }

        @Override
        public void afterStep(Task<?> task) {
            recorder.record(
                    prefix + "stepped " + task.name() + (task.isDone() ? ", which is done" : ""));
        }

        @Override
        public void taskEnded(Task<?> task) {
            recorder.record(prefix + "ended " + task.name()
                    + (task.isDone() ? "" : ", which will be done"));
        }
    }

    // --- What they are told ---

    @Test
    void hearsOfATaskFromItsCreationToItsEnd() {
        EventLoop loop = open(new Recording(""));
        Task<?> task = loop.createTask("worker", () -> {
            yieldNow();
            return null;
        });
        recorder.record("runs");

        TestLoops.runTurn(loop);
        TestLoops.runTurn(loop);

        assertThat(task.isDone()).isTrue();
        assertThat(recorder.events())
                .containsExactly(
                        "created worker",
                        "runs",
                        "call <Handle step of task 'worker'>",
                        "step of worker",
                        "stepped worker",
                        "called, took 0",
                        "call <Handle step of task 'worker'>",
                        "step of worker",
                        "ended worker, which will be done",
                        "stepped worker, which is done",
                        "called, took 0");
    }

    @Test
    void hearsOfAnEagerTaskWithinTheStepOfItsCreator() {
        EventLoop loop = open(new Recording(""));
        Task<?> creator = loop.createTask("creator", () -> {
            Task<?> eager = loop.createEagerTask("eager", () -> null);
            assertThat(eager.isDone()).isTrue();
            return null;
        });

        TestLoops.runTurn(loop);

        assertThat(creator.isDone()).isTrue();
        assertThat(recorder.events().stream().filter(event -> !event.toString().contains("call")))
                .containsExactly(
                        "created creator",
                        "step of creator",
                        "created eager",
                        "stepped creator",
                        "step of eager",
                        "ended eager, which will be done",
                        "stepped eager, which is done",
                        "step of creator",
                        "ended creator, which will be done",
                        "stepped creator, which is done");
    }

    @Test
    void hearsHowLongTheLoopMayWaitAtMost() {
        EventLoop loop = loops.open(loops.builder()
                .poller(new ChannelessPoller() {
                    @Override
                    public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
                        ready.add(stop);
                        ready.add(stop);
                    }
                })
                .observer(new Recording("")));
        stop = new Handle(loop::stop, Context.EMPTY, null);
        loop.runForever();

        assertThat(recorder.events()).startsWith("poll without limit", "polled 2");
    }

    @Test
    void hearsThatAStoppedLoopOnlyLooks() {
        EventLoop loop = open(new Recording(""));

        TestLoops.runTurn(loop);

        assertThat(recorder.events()).containsExactly("poll 0", "polled 0");
    }

    @Test
    void hearsHowLongACallbackTookByTheLoopsClock() {
        EventLoop loop = open(new Recording(""));
        loop.callSoon(() -> loops.clock().advance(Duration.ofMillis(3)));

        TestLoops.runTurn(loop);

        assertThat(recorder.events())
                .containsExactly("call <Handle LoopObserverTest lambda>", "called, took 3000000");
    }

    @Test
    void hearsOfACallbackThatFails() {
        EventLoop loop = open(new Recording(""));
        loop.callSoon(() -> {
            throw new IllegalStateException("bad callback");
        });

        TestLoops.runTurn(loop);

        assertThat(recorder.events())
                .containsExactly("call <Handle LoopObserverTest lambda>", "called, took 0");
        assertThat(loops.reports().takeOnly().message()).isEqualTo("exception in callback");
    }

    @Test
    void everyOneIsToldInTheOrderInWhichTheyWereAdded() {
        EventLoop loop = open(new Recording("first: "), new Recording("second: "));

        TestLoops.runTurn(loop);

        assertThat(recorder.events())
                .containsExactly(
                        "first: poll 0", "second: poll 0", "first: polled 0", "second: polled 0");
    }

    // --- Those that fail ---

    /// The calls of an observer, each by itself.
    enum Hook {
        BEFORE_POLL,
        AFTER_POLL,
        BEFORE_CALLBACK,
        AFTER_CALLBACK,
        TASK_CREATED,
        BEFORE_STEP,
        AFTER_STEP,
        TASK_ENDED
    }

    /// Fails in one of its methods, and says how often it was called there.
    private static final class Failing implements LoopObserver {
        private final Hook hook;
        private final Throwable failure;
        private int calls;

        Failing(Hook hook, Throwable failure) {
            this.hook = hook;
            this.failure = failure;
        }

        private void failIn(Hook called) {
            if (called == hook) {
                calls++;
                throw Future.<RuntimeException>sneaky(failure);
            }
        }

        @Override
        public void beforePoll(long timeoutNanos) {
            failIn(Hook.BEFORE_POLL);
        }

        @Override
        public void afterPoll(int readyCount) {
            failIn(Hook.AFTER_POLL);
        }

        @Override
        public void beforeCallback(Handle handle) {
            failIn(Hook.BEFORE_CALLBACK);
        }

        @Override
        public void afterCallback(Handle handle, long nanos) {
            failIn(Hook.AFTER_CALLBACK);
        }

        @Override
        public void taskCreated(Task<?> task) {
            failIn(Hook.TASK_CREATED);
        }

        @Override
        public void beforeStep(Task<?> task) {
            failIn(Hook.BEFORE_STEP);
        }

        @Override
        public void afterStep(Task<?> task) {
            failIn(Hook.AFTER_STEP);
        }

        @Override
        public void taskEnded(Task<?> task) {
            failIn(Hook.TASK_ENDED);
        }
    }

    /// Does everything that an observer hears of, twice.
    private Coroutine<Object> busyMain() {
        return () -> {
            for (int i = 0; i < 2; i++) {
                await(createTask(() -> await(sleep(Duration.ofSeconds(1)))));
            }
            recorder.record("main's end");
            return null;
        };
    }

    @ParameterizedTest
    @EnumSource
    void thatFailsIsReportedOnceAndNotCalledAnyMore(Hook hook) throws Exception {
        IllegalStateException failure = new IllegalStateException("observer's");
        Failing failing = new Failing(hook, failure);

        Async.run(loops.builder().observer(failing), busyMain());

        assertThat(failing.calls).isEqualTo(1);
        assertThat(recorder.events()).containsExactly("main's end");
        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message())
                .isEqualTo("an observer of the loop failed and is not called any more");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).isSameAs(failing);
    }

    @Test
    void thatFailsDoesNotKeepTheOthersFromBeingTold() {
        EventLoop loop = open(
                new Recording("first: "),
                new Failing(Hook.BEFORE_POLL, new AssertionError("observer's")),
                new Recording("third: "));

        TestLoops.runTurn(loop);

        assertThat(recorder.events())
                .containsExactly(
                        "first: poll 0", "third: poll 0", "first: polled 0", "third: polled 0");
        assertThat(loops.reports().takeOnly().exception()).hasMessage("observer's");
    }

    /// A step that is skipped, or a task that is forgotten, would hang the shutdown.
    @ParameterizedTest
    @EnumSource
    void fatalErrorOfOneEndsTheRunAndEveryTaskCleansUp(Hook hook) {
        InternalError fatal = new InternalError("broken");
        EventLoop.Builder builder = loops.builder().observer(new Failing(hook, fatal));

        assertThatThrownBy(() -> Async.run(builder, () -> {
                    List<Task<Object>> tasks =
                            List.of(createTask(busyMain()), createTask(busyMain()));
                    try {
                        await(sleep(Duration.ofHours(1)));
                    } finally {
                        recorder.record("cleaned up after " + tasks.size());
                    }
                }))
                .isSameAs(fatal);

        assertThat(loops.reports().takeAll()).isEmpty();
    }
}
