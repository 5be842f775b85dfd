package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Many coroutines, deep ones, and threads that meddle with their threads.
@OnBothEngines
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoroutineStressTest {
    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;

    CoroutineStressTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    // --- Meddling threads ---

    @Test
    void foreignUnparksNeitherResumeACoroutineEarlyNorLoseAWakeUp() throws Exception {
        awaitManyTimesDuring(LockSupport::unpark);
    }

    /// A stack trace of a suspended virtual thread is taken by making it unrunnable for a moment.
    @Test
    void stackTracesNeitherResumeACoroutineEarlyNorLoseAWakeUp() throws Exception {
        awaitManyTimesDuring(Thread::getStackTrace);
    }

    @Test
    void interruptsNeitherResumeACoroutineEarlyNorLoseAWakeUp() throws Exception {
        awaitManyTimesDuring(Thread::interrupt);
    }

    @Test
    void meddlingWithACoroutineThatBlocksLosesNoWakeUpEither() throws Exception {
        loops.run(() -> {
            List<Thread> threads = new ArrayList<>();
            Task<Integer> task = createTask(() -> {
                threads.add(Thread.currentThread());
                AtomicInteger ran = new AtomicInteger();
                for (int i = 0; i < 2_000; i++) {
                    Thread.ofVirtual().start(ran::incrementAndGet).join();
                    yieldNow();
                }
                return ran.get();
            });
            yieldNow();

            int ran = whileMeddling(threads, Thread::getStackTrace, () -> await(task));

            assertThat(ran).isEqualTo(2_000);
        });
    }

    /// Three coroutines await thousands of futures each, which are done some turns later. An await
    /// that ended early would find its future pending, and throw.
    private void awaitManyTimesDuring(Consumer<Thread> meddling) throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            AtomicInteger meddled = new AtomicInteger();
            List<Task<Integer>> tasks = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                tasks.add(createTask(() -> {
                    threads.add(Thread.currentThread());
                    int missing = 0;
                    for (int i = 0; i < 10_000 || meddled.get() < 1_000; i++) {
                        Future<Integer> future = loop.createFuture();
                        afterTurns(loop, i % 3, () -> future.setResult(1));
                        missing += 1 - await(future);
                        yieldNow();
                    }
                    return missing;
                }));
            }
            yieldNow();
            Consumer<Thread> countedMeddling = thread -> {
                meddling.accept(thread);
                meddled.incrementAndGet();
            };

            List<Integer> missing =
                    whileMeddling(threads, countedMeddling, () -> await(Async.gather(tasks)));

            assertThat(missing).containsExactly(0, 0, 0);
        });
    }

    private static void afterTurns(EventLoop loop, int turns, Runnable action) {
        loop.callSoon(() -> {
            if (turns == 0) {
                action.run();
            } else {
                afterTurns(loop, turns - 1, action);
            }
        });
    }

    private static <T> T whileMeddling(
            List<Thread> threads, Consumer<Thread> meddling, Coroutine<T> coroutine)
            throws Exception {
        List<Thread> started = List.copyOf(threads);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> meddlers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            meddlers.add(Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    started.forEach(meddling);
                }
            }));
        }
        try {
            return await(coroutine);
        } finally {
            done.set(true);
            for (Thread meddler : meddlers) {
                meddler.join();
            }
        }
    }

    // --- Many and deep ---

    @Test
    void hundredThousandTasksSuspendAtTheSameTime() throws Exception {
        int count = 100_000;
        int sum = loops.run(() -> {
            List<Task<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                tasks.add(createTask(() -> {
                    await(sleep(Duration.ofSeconds(1)));
                    return 1;
                }));
            }
            yieldNow();
            assertThat(EventLoop.current().allTasks()).hasSize(count + 1);
            return await(Async.gather(tasks)).stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        });

        assertThat(sum).isEqualTo(count);
    }

    @Test
    void coroutinesThatAwaitCoroutinesMayBeNestedDeeply() throws Exception {
        int depth = loops.run(() -> await(nested(1_000)));

        assertThat(depth).isEqualTo(1_000);
    }

    private static Coroutine<Integer> nested(int depth) {
        return () -> {
            yieldNow();
            return depth == 0 ? 0 : 1 + await(nested(depth - 1));
        };
    }

    /// Each loop that waits in its selector holds a thread of the JDK's scheduler, on the handoff.
    @Test
    void manyLoopsRunAtTheSameTime() throws Exception {
        int count = 20;
        CountDownLatch allRun = new CountDownLatch(count);
        Set<EventLoop> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().start(() -> runALoopWithOthers(allRun, seen)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(seen).hasSize(count);
    }

    /// Waits until all loops run, then yields, sleeps and calls other threads in turns.
    private void runALoopWithOthers(CountDownLatch allRun, Set<EventLoop> seen) {
        Coroutine.Action main = () -> {
            allRun.countDown();
            await(Async.runBlocking(() -> {
                allRun.await();
                return null;
            }));
            EventLoop loop = EventLoop.current();
            for (int i = 0; i < 20; i++) {
                yieldNow();
                await(sleep(Duration.ofNanos(1)));
                assertThat(await(Async.runBlocking(() -> "called"))).isEqualTo("called");
                assertThat(EventLoop.current()).isSameAs(loop);
            }
            seen.add(loop);
        };
        assertThatCode(() -> Async.run(EventLoop.builder().engine(engine), main.asCoroutine()))
                .doesNotThrowAnyException();
    }

    @Test
    void tasksThatAwaitTasksMayBeChainedDeeplyAndAreCancelledAllTheWayDown() throws Exception {
        loops.run(() -> {
            Future<String> end = EventLoop.current().createFuture();
            Task<String> task = createTask(() -> await(end));
            List<Task<String>> chain = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                Task<String> inner = task;
                task = createTask(() -> await(inner));
                chain.add(task);
            }
            yieldNow();

            task.cancel();

            assertThat(end.isCancelled()).isTrue();
            await(sleep(Duration.ofSeconds(1)));
            assertThat(chain).allMatch(Task::isCancelled);
        });
    }
}
