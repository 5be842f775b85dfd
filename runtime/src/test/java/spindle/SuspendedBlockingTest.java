package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/// A coroutine that blocks in a loop with [BlockingPolicy#SUSPENDS_TASK]: its task alone waits, and
/// the others go on.
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SuspendedBlockingTest {
    @RegisterExtension
    final TestLoops loops = new TestLoops(CoroutineEngine.LOOP_CARRIED);

    private final Recorder recorder = new Recorder();
    private final CountDownLatch released = new CountDownLatch(1);

    private EventLoop.Builder suspending() {
        return loops.builder().blocking(BlockingPolicy.SUSPENDS_TASK);
    }

    private void run(Coroutine.Action main) throws Exception {
        Async.run(suspending(), main);
    }

    // --- What blocks ---

    /// Blocks in a task until another task of the same loop has run.
    private void othersRunDuring(Coroutine.Action blocking, Runnable release) throws Exception {
        run(() -> {
            Task<?> blocked = createTask(() -> {
                recorder.record("blocks");
                blocking.run();
                recorder.record("goes on");
            });
            Task<?> other = createTask(() -> {
                recorder.record("other task");
                release.run();
            });
            await(other);
            await(blocked);
        });

        assertThat(recorder.events()).containsExactly("blocks", "other task", "goes on");
    }

    @Test
    void othersRunWhileATaskWaitsForALatch() throws Exception {
        othersRunDuring(released::await, released::countDown);
    }

    @Test
    void othersRunWhileATaskTakesFromAQueue() throws Exception {
        LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();

        othersRunDuring(() -> assertThat(queue.take()).isEqualTo("item"), () -> queue.add("item"));
    }

    @Test
    void othersRunWhileATaskGetsTheResultOfACompletableFuture() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();

        othersRunDuring(
                () -> assertThat(future.get()).isEqualTo("result"),
                () -> future.complete("result"));
    }

    @Test
    void othersRunWhileATaskWaitsInAMonitor() throws Exception {
        Object monitor = new Object();
        boolean[] signalled = new boolean[1];

        othersRunDuring(
                () -> {
                    synchronized (monitor) {
                        while (!signalled[0]) {
                            monitor.wait();
                        }
                    }
                },
                () -> {
                    synchronized (monitor) {
                        signalled[0] = true;
                        monitor.notifyAll();
                    }
                });
    }

    @Test
    void othersRunWhileATaskSleepsItsThread() throws Exception {
        run(() -> {
            Task<?> blocked = createTask(() -> {
                Thread.sleep(1);
                recorder.record("slept");
            });
            Task<?> other = createTask(() -> recorder.record("other task"));
            await(blocked);
            await(other);
        });

        assertThat(recorder.events()).containsExactly("other task", "slept");
    }

    @Test
    void othersRunWhileATaskWaitsForALockThatOneOfThemHolds() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        run(() -> {
            Task<?> holder = createTask(() -> {
                lock.lock();
                try {
                    yieldNow();
                    yieldNow();
                    recorder.record("holder leaves");
                } finally {
                    lock.unlock();
                }
            });
            Task<?> contender = createTask(() -> {
                recorder.record("contender blocks");
                lock.lock();
                try {
                    recorder.record("contender has it");
                } finally {
                    lock.unlock();
                }
            });
            await(holder);
            await(contender);
        });

        assertThat(recorder.events())
                .containsExactly("contender blocks", "holder leaves", "contender has it");
    }

    @Test
    void othersRunWhileATaskEntersAMonitorThatOneOfThemHolds() throws Exception {
        Object monitor = new Object();
        run(() -> {
            Task<?> holder = createTask(() -> {
                synchronized (monitor) {
                    yieldNow();
                    yieldNow();
                    recorder.record("holder leaves");
                }
            });
            Task<?> contender = createTask(() -> {
                recorder.record("contender blocks");
                synchronized (monitor) {
                    recorder.record("contender is in");
                }
            });
            await(holder);
            await(contender);
        });

        assertThat(recorder.events())
                .containsExactly("contender blocks", "holder leaves", "contender is in");
    }

    @Test
    void timersFireMeanwhile() throws Exception {
        run(() -> {
            EventLoop.current().callLater(Duration.ofMillis(1), () -> {
                recorder.record("timer");
                released.countDown();
            });
            released.await();
            recorder.record("goes on");
        });

        assertThat(recorder.events()).containsExactly("timer", "goes on");
    }

    // --- What the task finds when it goes on ---

    @Test
    void goesOnAsTheCurrentTaskWithItsTaskLocalsAndThreadLocals() throws Exception {
        TaskLocal<String> user = TaskLocal.named("user");
        ThreadLocal<String> threadLocal = new ThreadLocal<>();
        run(() -> {
            Task<?> other = createTask(() -> {
                try (var _ = user.set("other")) {
                    yieldNow();
                    released.countDown();
                }
            });
            try (var _ = user.set("ann")) {
                threadLocal.set("mine");
                Task<?> before = currentTask();
                Thread thread = Thread.currentThread();

                released.await();

                assertThat(currentTask()).isSameAs(before);
                assertThat(Thread.currentThread()).isSameAs(thread);
                assertThat(user.get()).isEqualTo("ann");
                assertThat(threadLocal.get()).isEqualTo("mine");
                assertThat(EventLoop.current().createFuture().isDone()).isFalse();
            }
            await(other);
        });
    }

    @Test
    void mayBlockAndAwaitInTurns() throws Exception {
        run(() -> {
            for (int i = 0; i < 50; i++) {
                CountDownLatch latch = new CountDownLatch(1);
                Task<?> releasing = createTask(latch::countDown);
                latch.await();
                await(releasing);
                yieldNow();
            }
            recorder.record("done");
        });

        assertThat(recorder.events()).containsExactly("done");
    }

    @Test
    void whatABlockingCallThrowsIsTheTasksFailure() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        IOException failure = new IOException("elsewhere");
        run(() -> {
            Task<String> blocked = createTask(() -> future.get());
            Task<?> other = createTask(() -> future.completeExceptionally(failure));
            assertThatThrownBy(() -> await(blocked))
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(failure);
            await(other);
        });
    }

    @Test
    void eagerTaskThatBlocksLetsItsCreatorGoOn() throws Exception {
        run(() -> {
            Task<?> eager = EventLoop.current().createEagerTask(() -> {
                released.await();
                recorder.record("eager goes on");
                return null;
            });
            recorder.record("creator goes on");
            released.countDown();
            await(eager);
        });

        assertThat(recorder.events()).containsExactly("creator goes on", "eager goes on");
    }

    // --- Cancelling ---

    @Test
    void cancellationIsHeardAtTheNextAwait() throws Exception {
        run(() -> {
            Task<?> blocked = createTask(() -> {
                released.await();
                recorder.record("went on");
                await(sleep(Duration.ofHours(1)));
            });
            yieldNow();
            blocked.cancel("enough");
            released.countDown();

            assertThatThrownBy(() -> await(blocked))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("enough (cancelled by task 'Task-1')");
        });

        assertThat(recorder.events()).containsExactly("went on");
    }

    @Test
    void mayBlockWhileItCleansUpAfterACancellation() throws Exception {
        run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    await(sleep(Duration.ofHours(1)));
                } finally {
                    recorder.record("blocks");
                    released.await();
                    recorder.record("cleaned up");
                }
            });
            yieldNow();
            task.cancel();
            yieldNow();
            yieldNow();
            recorder.record("meanwhile");
            released.countDown();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(recorder.events()).containsExactly("blocks", "meanwhile", "cleaned up");
    }

    @Test
    void interruptOfItsThreadEndsTheBlockingCall() throws Exception {
        run(() -> {
            Thread[] thread = new Thread[1];
            Task<?> blocked = createTask(() -> {
                thread[0] = Thread.currentThread();
                released.await();
            });
            yieldNow();
            thread[0].interrupt();

            assertThatThrownBy(() -> await(blocked)).isInstanceOf(InterruptedException.class);
        });
    }

    // --- At the end ---

    @Test
    void runnerThatClosesWaitsForABlockedTask() throws Exception {
        Thread releasing = Thread.ofPlatform().unstarted(released::countDown);
        run(() -> {
            Task<?> left = createTask(() -> {
                released.await();
                recorder.record("went on");
            });
            yieldNow();
            assertThat(left.isDone()).isFalse();
            EventLoop.current().callLater(Duration.ZERO, releasing::start);
        });
        releasing.join();

        assertThat(recorder.events()).containsExactly("went on");
    }

    @Test
    void taskThatIsStillBlockedWhenItsLoopClosesIsReportedAndNeverGoesOn() throws Exception {
        EventLoop loop = loops.open(suspending());
        Thread[] thread = new Thread[1];
        Task<?> blocked = loop.createTask("blocked", () -> {
            thread[0] = Thread.currentThread();
            released.await();
            recorder.record("never");
            return null;
        });
        TestLoops.runTurn(loop);

        loop.close();
        released.countDown();

        assertThat(thread[0].join(Duration.ofMillis(20))).isFalse();
        assertThat(blocked.isDone()).isFalse();
        assertThat(recorder.events()).isEmpty();
        assertThat(loops.reports().takeOnly().toString())
                .startsWith("task was still pending when its loop was closed:"
                        + " cancel and await it first: <Task pending name='blocked'");
    }

    // --- Engines ---

    @Test
    void handoffRefusesToSuspendBlockedTasks() {
        EventLoop.Builder builder = EventLoop.builder()
                .engine(CoroutineEngine.HANDOFF)
                .blocking(BlockingPolicy.SUSPENDS_TASK);

        assertThatIllegalStateException()
                .isThrownBy(builder::open)
                .withMessage("BlockingPolicy.SUSPENDS_TASK needs the engine LOOP_CARRIED but this"
                        + " loop has HANDOFF: run with --add-opens java.base/java.lang=ALL-UNNAMED"
                        + " (=spindle.runtime on the module path)");
    }
}
