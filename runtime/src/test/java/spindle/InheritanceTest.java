package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// What tasks take over from the threads of those who create them, if a loop is told to.
@OnBothEngines
class InheritanceTest {
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();
    private final ThreadLocalMdc mdc = new ThreadLocalMdc();

    InheritanceTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void installMdc() throws ReflectiveOperationException {
        mdc.install();
    }

    @AfterEach
    void uninstallMdc() throws ReflectiveOperationException {
        mdc.uninstall();
    }

    // --- Scoped values ---

    @Test
    void taskRunsWithItsCreatorsBindingAcrossItsAwaits() throws Exception {
        runScoped(() -> {
            Task<String> task = bound(
                    "ann",
                    () -> createTask(() -> {
                        await(sleep(Duration.ofMillis(1)));
                        return SCOPED.get();
                    }));
            Task<String> eager = bound(
                    "bob",
                    () -> createEagerTask(() -> {
                        yieldNow();
                        return SCOPED.get();
                    }));
            assertThat(await(gather(task, eager))).containsExactly("ann", "bob");
            assertThat(SCOPED.isBound()).isFalse();
        });
    }

    @Test
    void bindingIsPassedOnFromTaskToTask() throws Exception {
        runScoped(() -> {
            Task<String> outer = bound(
                    "ann",
                    () -> createTask(() -> {
                        yieldNow();
                        return await(createTask(() -> SCOPED.get()));
                    }));
            assertThat(await(outer)).isEqualTo("ann");
        });
    }

    @Test
    void withoutABindingThereIsNothingToTakeOver() throws Exception {
        runScoped(() -> {
            Task<Boolean> task = createTask(() -> SCOPED.isBound());
            assertThat(await(task)).isFalse();
        });
    }

    @Test
    void bindingOfTheThreadThatRunsTheLoopIsTheMainTasks() throws Exception {
        bound("thread", () -> {
            runScoped(() -> recorder.record(SCOPED.get()));
            return null;
        });

        assertThat(recorder.events()).containsExactly("thread");
    }

    @Test
    void blockingCallRunsWithTheBinding() throws Exception {
        runScoped(() -> assertThat(bound("ann", () -> await(runBlocking(() -> SCOPED.get()))))
                .isEqualTo("ann"));
    }

    /// A callback is not within the call that schedules it.
    @Test
    void callbackHasNoBinding() throws Exception {
        runScoped(() -> {
            bound(
                    "ann",
                    () -> EventLoop.current().callSoon(() -> recorder.record(SCOPED.isBound())));
            yieldNow();
        });

        assertThat(recorder.events()).containsExactly(false);
    }

    @Test
    void withoutInheritanceATaskHasNoBinding() throws Exception {
        loops.run(() -> {
            Task<Boolean> task = bound("ann", () -> createTask(() -> SCOPED.isBound()));
            assertThat(await(task)).isFalse();
        });
    }

    @Test
    void taskShowsItsOwnCoroutineAndNotWhatBindsIt() throws Exception {
        runScoped(() -> {
            Task<String> task =
                    bound("ann", () -> createTask(Coroutine.named("fetch", () -> "fetched")));
            assertThat(task.toString()).contains("coro=<fetch()");
            await(task);
        });
    }

    // --- The logging context ---

    @Test
    void taskBeginsWithACopyOfItsCreatorsLoggingContext() throws Exception {
        runWithMdc(() -> {
            MDC.put("user", "ann");
            Task<String> task = createTask(() -> {
                String inherited = MDC.get("user");
                MDC.put("user", "task");
                await(sleep(Duration.ofMillis(1)));
                return inherited + ", " + MDC.get("user");
            });
            MDC.put("user", "bob");
            assertThat(await(task)).isEqualTo("ann, task");
            assertThat(MDC.get("user")).isEqualTo("bob");
        });
    }

    @Test
    void loggingContextsOfTasksDoNotMix() throws Exception {
        runWithMdc(() -> {
            Task<String> ann = createTask(() -> putAndGet("ann"));
            Task<String> bob = createTask(() -> putAndGet("bob"));
            assertThat(await(gather(ann, bob))).containsExactly("ann", "bob");
            assertThat(MDC.get("user")).isNull();
        });
    }

    private static String putAndGet(String user) throws Exception {
        MDC.put("user", user);
        await(sleep(Duration.ofMillis(1)));
        return MDC.get("user");
    }

    @Test
    void blockingCallHasTheLoggingContextAndLeavesItsThreadAsItWas() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            executor.submit(() -> MDC.put("user", "thread")).get(10, TimeUnit.SECONDS);
            runWithMdc(() -> {
                MDC.put("user", "ann");
                MDC.put("request", "7");
                assertThat(await(runBlocking(executor, () -> MDC.get("user")))).isEqualTo("ann");
            });
            executor.submit(() -> {
                        recorder.record(MDC.get("user"));
                        recorder.record(MDC.get("request") == null);
                    })
                    .get(10, TimeUnit.SECONDS);
        }

        assertThat(recorder.events()).containsExactly("thread", true);
    }

    @Test
    void callOnAThreadWithoutALoggingContextLeavesItWithout() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            runWithMdc(() -> {
                MDC.put("user", "ann");
                assertThat(await(runBlocking(executor, () -> MDC.get("user")))).isEqualTo("ann");
            });
            executor.submit(() -> recorder.record(MDC.get("user") == null))
                    .get(10, TimeUnit.SECONDS);
        }

        assertThat(recorder.events()).containsExactly(true);
    }

    @Test
    void withoutInheritanceATaskHasAnEmptyLoggingContext() throws Exception {
        loops.run(() -> {
            MDC.put("user", "ann");
            Task<Boolean> task = createTask(() -> MDC.get("user") == null);
            assertThat(await(task)).isTrue();
        });
    }

    // --- Several ---

    @Test
    void allThatAreGivenAreTakenOver() throws Exception {
        EventLoop.Builder builder =
                loops.builder().inherit(Inheritance.mdc()).inherit(Inheritance.of(SCOPED));
        Async.run(builder, () -> {
            MDC.put("user", "ann");
            Task<String> task =
                    bound("scoped", () -> createTask(() -> MDC.get("user") + SCOPED.get()));
            assertThat(await(task)).isEqualTo("annscoped");
        });
    }

    private void runScoped(Coroutine.Action main) throws Exception {
        Async.run(loops.builder().inherit(Inheritance.of(SCOPED)), main);
    }

    private void runWithMdc(Coroutine.Action main) throws Exception {
        Async.run(loops.builder().inherit(Inheritance.mdc()), main);
    }

    private static <R> R bound(String value, ScopedValue.CallableOp<R, Exception> code)
            throws Exception {
        return ScopedValue.where(SCOPED, value).call(code);
    }
}
