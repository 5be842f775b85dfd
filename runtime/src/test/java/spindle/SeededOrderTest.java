package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A seed permutes the order in which ready tasks go on, the same way each time, and no other
/// order.
@OnBothEngines
class SeededOrderTest {
    @RegisterExtension
    final TestLoops loops;

    SeededOrderTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    /// A program, and where it records what it does.
    private interface Program {
        void run(Recorder recorder) throws Exception;
    }

    private List<Object> traceOf(long seed, Program program) throws Exception {
        return traceOf(loops.builder().seed(seed), program);
    }

    private static List<Object> traceOf(EventLoop.Builder builder, Program program)
            throws Exception {
        Recorder recorder = new Recorder();
        Async.run(builder, () -> program.run(recorder));
        return recorder.events();
    }

    private static void threeTasks(Recorder recorder) throws Exception {
        await(gather(IntStream.range(0, 3)
                .mapToObj(i -> createTask(() -> recorder.record(i)))
                .toList()));
    }

    /// Tasks that sleep, pass things on, cancel each other and set timers.
    private static void complexProgram(Recorder recorder) throws Exception {
        EventLoop loop = EventLoop.current();
        Future<String> baton = loop.createFuture();
        List<Task<String>> workers = IntStream.range(0, 8)
                .mapToObj(i -> createTask("worker-" + i, () -> {
                    recorder.record("start " + i);
                    await(sleep(Duration.ofMillis(i % 3)));
                    recorder.record("slept " + i);
                    loop.callSoon(recorder.recording("callback of " + i));
                    yieldNow();
                    if (!baton.isDone()) {
                        baton.setResult("baton of " + i);
                    }
                    return recorder.events().size() + await(baton);
                }))
                .toList();
        Task<?> victim = createTask(() -> await(sleep(Duration.ofHours(1))));
        createTask("canceller", () -> victim.cancel()).addDoneCallback(recorder::record);
        recorder.record(await(gather(workers)));
    }

    @Test
    void sameSeedMakesTheSameOrder() throws Exception {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(described(traceOf(seed, SeededOrderTest::complexProgram)))
                    .isEqualTo(described(traceOf(seed, SeededOrderTest::complexProgram)));
        }
    }

    private static List<String> described(List<Object> events) {
        return events.stream().map(Object::toString).toList();
    }

    @Test
    void seedsReachEveryOrderOfThreeTasks() throws Exception {
        Set<List<Object>> orders = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            orders.add(traceOf(seed, SeededOrderTest::threeTasks));
        }

        assertThat(orders).hasSize(6);
    }

    @Test
    void withoutASeedTasksGoOnInTheOrderInWhichTheyBecameReady() throws Exception {
        assertThat(traceOf(loops.builder(), SeededOrderTest::threeTasks)).containsExactly(0, 1, 2);
    }

    @Test
    void callbacksKeepTheirOrderAndTheirPlacesBetweenTheTasks() throws Exception {
        Set<List<Object>> orders = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            List<Object> trace = traceOf(seed, SeededOrderTest::tasksAndCallbacks);
            assertThat(List.of(trace.get(0), trace.get(2), trace.get(4)))
                    .containsExactly("callback 0", "callback 1", "callback 2");
            orders.add(trace);
        }

        assertThat(orders).hasSize(2);
    }

    private static void tasksAndCallbacks(Recorder recorder) throws Exception {
        EventLoop loop = EventLoop.current();
        loop.callSoon(recorder.recording("callback 0"));
        Task<?> first = createTask(() -> recorder.record("task 0"));
        loop.callSoon(recorder.recording("callback 1"));
        Task<?> second = createTask(() -> recorder.record("task 1"));
        loop.callSoon(recorder.recording("callback 2"));
        await(first);
        await(second);
    }

    @Test
    void timersKeepTheirOrder() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(traceOf(seed, SeededOrderTest::timers)).containsExactly(0, 1, 2, 3);
        }
    }

    private static void timers(Recorder recorder) throws Exception {
        for (int i = 0; i < 4; i++) {
            EventLoop.current().callLater(Duration.ofMillis(1), recorder.recording(i));
        }
        await(sleep(Duration.ofMillis(2)));
    }

    @Test
    void doneCallbacksKeepTheirOrder() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(traceOf(seed, SeededOrderTest::doneCallbacks)).containsExactly(0, 1, 2, 3);
        }
    }

    private static void doneCallbacks(Recorder recorder) {
        Future<String> future = EventLoop.current().createFuture();
        for (int i = 0; i < 4; i++) {
            int number = i;
            future.addDoneCallback(_ -> recorder.record(number));
        }
        future.setResult("done");
        yieldNow();
    }

    /// They became ready as done-callbacks of the same future, and are tasks even so.
    @Test
    void tasksThatAFutureWakesChangePlaces() throws Exception {
        Set<List<Object>> orders = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            orders.add(traceOf(seed, SeededOrderTest::wokenTasks));
        }

        assertThat(orders).hasSizeGreaterThan(1);
    }

    private static void wokenTasks(Recorder recorder) throws Exception {
        Future<String> future = EventLoop.current().createFuture();
        List<Task<Object>> waiting = IntStream.range(0, 3)
                .mapToObj(i -> createTask(() -> {
                    await(future);
                    recorder.record(i);
                    return (Object) i;
                }))
                .toList();
        yieldNow();
        future.setResult("go");
        await(gather(waiting));
    }

    @Test
    void readyTaskRunsOnceHoweverTheyAreOrdered() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            List<Object> trace = traceOf(
                    seed,
                    recorder -> await(gather(IntStream.range(0, 20)
                            .mapToObj(i -> createTask(() -> recorder.record(i)))
                            .toList())));

            assertThat(trace).hasSize(20).doesNotHaveDuplicates();
        }
    }
}
