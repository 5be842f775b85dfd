package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// A runner runs one main coroutine after another in the same loop. How it ends what they leave
/// behind is in [RunnerCloseTest].
@OnBothEngines
class RunnerTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    RunnerTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private Runner open() {
        return Runner.open(loops.builder());
    }

    // --- Several runs ---

    @Test
    void runsOneMainAfterTheOtherInOneLoop() throws Exception {
        try (Runner runner = open()) {
            EventLoop first = runner.run(EventLoop::current);
            EventLoop second = runner.run(EventLoop::current);

            assertThat(first).isSameAs(runner.loop());
            assertThat(second).isSameAs(runner.loop());
        }
    }

    @Test
    void taskThatAMainLeavesBehindGoesOnWithTheNext() throws Exception {
        try (Runner runner = open()) {
            Task<String> left = runner.run(() -> createTask(() -> {
                await(sleep(Duration.ofSeconds(1)));
                recorder.record("left behind");
                return "result";
            }));
            runner.run(() -> {
                recorder.record("second main");
                await(sleep(Duration.ofSeconds(2)));
            });

            assertThat(left.result()).isEqualTo("result");
        }
        assertThat(recorder.events()).containsExactly("second main", "left behind");
    }

    @Test
    void nothingRunsBetweenTwoRuns() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                EventLoop.current().callSoon(recorder.recording("callback"));
            });
            recorder.record("between");
            runner.run(Async::yieldNow);
        }
        assertThat(recorder.events()).containsExactly("callback", "between");
    }

    @Test
    void mainThatFailsLeavesTheRunnerUsable() throws Exception {
        IOException failure = new IOException("first main's");
        try (Runner runner = open()) {
            assertThatThrownBy(() -> runner.run((Coroutine<String>) () -> {
                        throw failure;
                    }))
                    .isSameAs(failure);

            assertThat(runner.<String>run(() -> "second main's")).isEqualTo("second main's");
        }
    }

    // --- Task-locals ---

    private static final TaskLocal<String> USER = TaskLocal.withDefault("user", "nobody");

    @Test
    @SuppressWarnings("resource") // Set for good.
    void whatAMainSetsIsStillSetInTheNext() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                USER.set("ann");
                yieldNow();
            });

            assertThat(runner.<String>run(USER::get)).isEqualTo("ann");
        }
    }

    @Test
    @SuppressWarnings("resource") // Set for good.
    void whatAMainSetsIsStillSetWhenItHasFailed() throws Exception {
        try (Runner runner = open()) {
            assertThatThrownBy(() -> runner.run(() -> {
                        USER.set("ann");
                        throw new IOException("failure");
                    }))
                    .hasMessage("failure");

            assertThat(runner.<String>run(USER::get)).isEqualTo("ann");
        }
    }

    @Test
    @SuppressWarnings("resource") // Set for good.
    void whatAMainSetsIsNotSetOutside() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                USER.set("ann");
            });

            assertThat(USER.get()).isEqualTo("nobody");
            assertThat(loops.<String>run(USER::get)).isEqualTo("nobody");
        }
    }

    @Test
    void valueOfTheThreadThatOpensItIsAMainsFirst() throws Exception {
        try (var _ = USER.set("opener");
                Runner runner = open()) {
            assertThat(runner.<String>run(USER::get)).isEqualTo("opener");
        }
    }

    // --- What it refuses ---

    @Test
    void refusesToOpenInACoroutine() throws Exception {
        loops.run(() -> assertThatIllegalStateException()
                .isThrownBy(this::open)
                .withMessage("an event loop is running in this thread already: await the"
                        + " coroutine, or createTask it, instead of calling run"));
    }

    /// A task that was made before the refusal would run all the same.
    @Test
    void mainThatIsRefusedSinceItsRunnerRunsNeverRuns() throws Exception {
        try (Runner runner = open()) {
            runner.run(() -> {
                assertThatIllegalStateException()
                        .isThrownBy(() -> runner.run(recorder.recording("nested")::run))
                        .withMessage("expected a loop at rest but this one is running:"
                                + " await, don't run it again");
                yieldNow();
                yieldNow();
            });
        }
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void mainThatIsRefusedSinceAnotherLoopRunsNeverRuns() throws Exception {
        EventLoop other = loops.open();
        try (Runner runner = open()) {
            other.callSoon(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> runner.run(recorder.recording("nested")::run)));
            TestLoops.runTurn(other);

            runner.run(() -> {
                yieldNow();
                yieldNow();
            });
        }
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void refusesToRunOnceClosed() {
        Runner runner = open();
        runner.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> runner.run(() -> "never runs"))
                .withMessage("the event loop is closed: open another one");
    }

    // --- Mains that are cancelled ---

    @Test
    void mainThatCancelsItselfIsCancelled() {
        try (Runner runner = open()) {
            assertThatThrownBy(() -> runner.run(() -> {
                        EventLoop.current().currentTask().cancel("enough");
                        yieldNow();
                    }))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
        }
    }

    @Test
    void mainThatItsChildCancelsCleansUpAndIsCancelled() {
        try (Runner runner = open()) {
            assertThatThrownBy(() -> runner.run(() -> {
                        Task<?> main = EventLoop.current().currentTask();
                        Task<?> child = createTask("child", () -> main.cancel());
                        try {
                            await(sleep(Duration.ofHours(1)));
                        } finally {
                            recorder.record("child is done: " + child.isDone());
                            yieldNow();
                        }
                    }))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("cancelled by task 'child'");
        }
        assertThat(recorder.events()).containsExactly("child is done: true");
    }

    @Test
    void mainThatRefusesItsCancellationReturns() throws Exception {
        try (Runner runner = open()) {
            String result = runner.run(() -> {
                EventLoop.current().currentTask().cancel();
                try {
                    yieldNow();
                } catch (CancelledError refused) {
                    recorder.record("refused");
                }
                return "result";
            });

            assertThat(result).isEqualTo("result");
        }
        assertThat(recorder.events()).containsExactly("refused");
    }

    @Test
    void keyboardInterruptOfAMainIsThrownAsItIs() {
        KeyboardInterrupt interrupt = new KeyboardInterrupt(new CancelledError("Ctrl-C"));
        try (Runner runner = open()) {
            assertThatThrownBy(() -> runner.run(() -> {
                        throw interrupt;
                    }))
                    .isSameAs(interrupt)
                    .hasMessage("interrupted by Ctrl-C");
        }
        assertThat(loops.reports().takeAll()).isEmpty();
    }

    // --- Threads ---

    @Test
    void refusesToBeRunByAnotherThreadThanTheOneThatOpenedIt() throws Exception {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        try (Runner runner = open()) {
            Thread.ofPlatform()
                    .start(() -> refusal.set(catchThrowable(() -> runner.run(() -> "never"))))
                    .join();
        }

        assertThat(refusal.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use callSoonThreadsafe from other threads");
    }

    /// The JVM's main thread alone has Ctrl-C: the tests run in others.
    @Test
    void inAnotherThreadThanTheMainOneCtrlCIsLeftAlone() throws Exception {
        Object during;
        Object after;
        try (Runner runner = open()) {
            during = runner.run(RunnerTest::handlerOfCtrlC);
            after = handlerOfCtrlC();
        }

        assertThat(during).asString().doesNotContain("spindle");
        assertThat(during.getClass()).isEqualTo(after.getClass());
    }

    /// Returns the handler that is installed: one can only ask by installing another.
    private static Object handlerOfCtrlC() throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = signalType.getConstructor(String.class).newInstance("INT");
        Method handle = signalType.getMethod("handle", signalType, handlerType);
        Object jvms = handlerType.getField("SIG_DFL").get(null);
        Object before = handle.invoke(null, signal, jvms);
        handle.invoke(null, signal, before);
        return before;
    }
}
