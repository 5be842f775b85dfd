package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Debug mode: who made what, who awaited it, and what took long. Off, there is nothing of it.
@OnBothEngines
class DebugModeTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    DebugModeTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private EventLoop.Builder debugging() {
        return loops.builder().debug(true);
    }

    private static String withoutLines(Object shown) {
        return shown.toString().replaceAll(":\\d+", ":LINE");
    }

    // --- Where things were made ---

    @Test
    void handleShowsWhereItWasMade() {
        EventLoop loop = loops.open(debugging());

        Handle handle = loop.callSoon(recorder.recording("event"));
        handle.cancel();

        assertThat(withoutLines(handle))
                .isEqualTo("<Handle cancelled made by"
                        + " handleShowsWhereItWasMade() at DebugModeTest.java:LINE>");
    }

    @Test
    void timerShowsWhereItWasMade() {
        EventLoop loop = loops.open(debugging());

        TimerHandle timer = loop.callLater(Duration.ofSeconds(1), () -> {});
        String shown = timer.toString();
        timer.cancel();

        assertThat(withoutLines(shown))
                .isEqualTo("<TimerHandle when=1.000s DebugModeTest lambda made by"
                        + " timerShowsWhereItWasMade() at DebugModeTest.java:LINE>");
    }

    @Test
    void futureShowsWhereItWasMade() {
        EventLoop loop = loops.open(debugging());

        assertThat(withoutLines(loop.createFuture("a reply")))
                .isEqualTo("<Future pending for=a reply made by"
                        + " futureShowsWhereItWasMade() at DebugModeTest.java:LINE>");
    }

    @Test
    void taskShowsWhereItWasMade() throws Exception {
        Async.run(debugging(), () -> {
            Task<?> task = createTask("worker", Coroutine.named("work", () -> "result"));

            assertThat(withoutLines(task))
                    .isEqualTo("<Task pending name='worker' coro=<work()> made by"
                            + " taskShowsWhereItWasMade() at DebugModeTest.java:LINE>");
        });
    }

    @Test
    void originHasTheTenInnermostFramesOutsideTheRuntime() {
        EventLoop loop = loops.open(debugging());

        Origin origin = makeDeepDown(20, loop).origin();

        assertThat(origin.frames())
                .hasSize(10)
                .allMatch(frame -> frame.getMethodName().equals("makeDeepDown"));
        assertThat(origin.toString())
                .startsWith("\n\tat spindle.DebugModeTest.makeDeepDown(DebugModeTest.java:")
                .hasLineCount(11);
    }

    private static Future<Object> makeDeepDown(int depth, EventLoop loop) {
        return depth == 0 ? loop.createFuture() : makeDeepDown(depth - 1, loop);
    }

    @Test
    void reportOfACallbackSaysWhereItWasMade() {
        EventLoop loop = loops.open(debugging());
        loop.callSoon(() -> {
            throw new IllegalStateException("bad callback");
        });

        TestLoops.runTurn(loop);

        assertThat(loops.reports().takeOnly().toString())
                .contains("\nmade here:\n\tat spindle.DebugModeTest"
                        + ".reportOfACallbackSaysWhereItWasMade(DebugModeTest.java:");
    }

    @Test
    void reportOfAFailureThatNobodyAskedForSaysWhereItsTaskWasMade() throws Exception {
        Async.run(debugging(), () -> {
            Task<?> failing = createTask(() -> {
                throw new IOException("nobody asks");
            });
            yieldNow();
            assertThat(failing.isDone()).isTrue();
        });

        assertThat(loops.reports().takeOnly().toString())
                .contains("\nmade here:\n\tat spindle.DebugModeTest.lambda$");
    }

    // --- Who awaited it ---

    private static List<String> tracesOf(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).map(Throwable::getMessage).toList();
    }

    @Test
    void failureNamesTheTasksThatItPassedInnermostFirst() {
        IOException failure = new IOException("deep down");

        assertThatThrownBy(() -> Async.run(debugging(), () -> {
                    Task<?> inner = createTask("inner", () -> {
                        throw failure;
                    });
                    await(createTask("outer", () -> await(inner)));
                }))
                .isSameAs(failure);

        assertThat(tracesOf(failure))
                .containsExactly("awaited by task 'outer', here", "awaited by task 'Task-1', here");
    }

    @Test
    void traceShowsTheLineOfTheAwait() {
        IOException failure = new IOException("deep down");

        assertThatThrownBy(() -> Async.run(debugging(), () -> awaitFailing(failure)))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitFailing"));
    }

    private static void awaitFailing(IOException failure) throws Exception {
        await(createTask(() -> {
            throw failure;
        }));
    }

    @Test
    void coroutineThatIsAwaitedInTheSameTaskAddsNoTrace() {
        IOException failure = new IOException("deep down");

        assertThatThrownBy(() -> Async.run(
                        debugging(),
                        () -> await(() -> {
                            throw failure;
                        })))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void failureThatManyTasksAwaitNamesTenOfThem() throws Exception {
        IOException failure = new IOException("shared");
        Async.run(debugging(), () -> {
            Future<Object> shared = EventLoop.current().createFuture();
            List<Task<Object>> waiting = IntStream.range(0, 20)
                    .mapToObj(i -> createTask("task-" + i, () -> await(shared)))
                    .toList();
            yieldNow();
            shared.setException(failure);
            await(Async.waitAll(waiting));
            waiting.forEach(Task::exception);
        });

        assertThat(tracesOf(failure))
                .hasSize(10)
                .first()
                .isEqualTo("awaited by task 'task-0', here");
    }

    @Test
    void failureThroughAGatheringNamesWhoAwaitedThat() {
        IOException failure = new IOException("deep down");

        assertThatThrownBy(() -> Async.run(
                        debugging(),
                        () -> await(gather(List.of(createTask(() -> {
                            throw failure;
                        }))))))
                .isSameAs(failure);

        assertThat(tracesOf(failure)).containsExactly("awaited by task 'Task-1', here");
    }

    // --- What took long ---

    private String logOf(EventLoop.Builder builder, Coroutine.Action main) {
        return CapturedLog.of(() -> {
            Throwable failure = catchThrowable(() -> Async.run(builder, main));
            assertThat(failure).isNull();
        });
    }

    private void takeTime(Duration duration) {
        loops.clock().advance(duration);
    }

    @Test
    void slowStepIsLoggedWithTheTasksNameAndItsTime() {
        String log = logOf(
                debugging(),
                () -> await(createTask("worker", () -> takeTime(Duration.ofMillis(101)))));

        assertThat(withoutLines(log.strip()))
                .contains("WARN")
                .contains("<Handle step of task 'worker' made by")
                .endsWith("> took 101 ms, and nothing else ran meanwhile:"
                        + " await what it waits for, or use runBlocking");
    }

    @Test
    void slowStepAfterAnAwaitIsLoggedWithTheTasksName() {
        String log = logOf(
                debugging(),
                () -> await(createTask("worker", () -> {
                    await(sleep(Duration.ofSeconds(1)));
                    takeTime(Duration.ofMillis(200));
                })));

        assertThat(log).contains("step of task 'worker'").contains("took 200 ms");
    }

    @Test
    void slowCallbackIsLoggedWithWhereItWasMade() {
        String log = logOf(debugging(), () -> {
            EventLoop.current().callSoon(() -> takeTime(Duration.ofSeconds(2)));
            yieldNow();
        });

        assertThat(withoutLines(log))
                .contains("<Handle DebugModeTest lambda made by"
                        + " slowCallbackIsLoggedWithWhereItWasMade() at DebugModeTest.java:LINE>"
                        + " took 2000 ms");
    }

    @Test
    void stepThatTakesTheLimitIsNotLogged() {
        String log = logOf(debugging(), () -> takeTime(Duration.ofMillis(100)));

        assertThat(log).isEmpty();
    }

    @Test
    void limitCanBeSet() {
        String log = logOf(
                debugging().slowCallback(Duration.ofSeconds(1)),
                () -> takeTime(Duration.ofSeconds(1)));
        String tooLong = logOf(
                debugging().slowCallback(Duration.ofSeconds(1)),
                () -> takeTime(Duration.ofMillis(1001)));

        assertThat(log).isEmpty();
        assertThat(tooLong).contains("took 1001 ms");
    }

    @Test
    void timeSpentAwaitingIsNotLogged() {
        String log = logOf(debugging(), () -> await(sleep(Duration.ofHours(1))));

        assertThat(log).isEmpty();
    }

    // --- On and off ---

    @Test
    void offThereIsNothingOfIt() {
        EventLoop loop = loops.open();
        Future<Object> future = loop.createFuture();
        IOException failure = new IOException("failure");
        future.setException(failure);

        String log = CapturedLog.of(() -> assertThatThrownBy(() -> loop.runUntilComplete(() -> {
                    takeTime(Duration.ofSeconds(1));
                    await(future);
                }))
                .isSameAs(failure));

        assertThat(future.origin()).isNull();
        assertThat(future.toString()).doesNotContain("made by");
        assertThat(loop.callSoon(() -> {}).toString()).doesNotContain("made by");
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void systemPropertyTurnsItOn() {
        assertThat(loops.open().isDebug()).isFalse();
        System.setProperty("spindle.debug", "true");
        try {
            assertThat(loops.open().isDebug()).isTrue();
            assertThat(loops.open(loops.builder().debug(false)).isDebug()).isFalse();
        } finally {
            System.clearProperty("spindle.debug");
        }
    }

    @Test
    void changesNoOrder() throws Exception {
        Async.run(loops.builder(), this::program);
        List<Object> without = List.copyOf(recorder.events());
        recorder.events().clear();

        Async.run(debugging(), this::program);

        assertThat(without).hasSizeGreaterThan(20);
        assertThat(recorder.events()).isEqualTo(without);
    }

    private void program() throws Exception {
        EventLoop loop = EventLoop.current();
        List<Task<Object>> tasks = IntStream.range(0, 5)
                .mapToObj(i -> createTask(() -> {
                    recorder.record("start " + i);
                    await(sleep(Duration.ofMillis(i % 3)));
                    recorder.record("slept " + i);
                    loop.callSoon(recorder.recording("callback " + i));
                    yieldNow();
                    recorder.record("end " + i);
                    return (Object) i;
                }))
                .toList();
        recorder.record(await(gather(tasks)));
    }
}
