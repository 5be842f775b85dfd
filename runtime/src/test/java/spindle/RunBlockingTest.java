package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/// Blocking work on other threads.
@OnBothEngines
class RunBlockingTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    RunBlockingTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void givesTheResultOfTheCall() throws Exception {
        String result = loops.run(() -> await(runBlocking(() -> "result")));
        Object nothing = loops.run(() -> await(runBlocking(() -> null)));

        assertThat(result).isEqualTo("result");
        assertThat(nothing).isNull();
    }

    @Test
    void throwsTheVeryThrowableOfTheCall() throws Exception {
        IOException checked = new IOException("checked");
        AssertionError error = new AssertionError("error");
        IllegalStateException illegalState = new IllegalStateException("the call's own");

        loops.run(() -> {
            assertThatThrownBy(() -> await(runBlocking(() -> {
                        throw checked;
                    })))
                    .isSameAs(checked);
            assertThatThrownBy(() -> await(runBlocking(() -> {
                        throw error;
                    })))
                    .isSameAs(error);
            assertThatThrownBy(() -> await(runBlocking(() -> {
                        throw illegalState;
                    })))
                    .isSameAs(illegalState);
        });
    }

    @Test
    void runsOnAVirtualThreadOfItsOwn() throws Exception {
        loops.run(() -> {
            Thread thread = await(runBlocking(Thread::currentThread));

            assertThat(thread.isVirtual()).isTrue();
            assertThat(thread).isNotSameAs(Thread.currentThread());
        });
    }

    @Test
    void loopGoesOnMeanwhile() throws Exception {
        loops.run(() -> {
            CountDownLatch released = new CountDownLatch(1);
            Task<String> blocking = createTask(() -> await(runBlocking(() -> {
                released.await();
                return "released";
            })));
            yieldNow();
            yieldNow();

            // Only the loop, by going on, lets the call end.
            EventLoop.current().callSoon(released::countDown);

            assertThat(await(blocking)).isEqualTo("released");
        });
    }

    @Test
    void doesNothingUntilItIsAwaited() throws Exception {
        loops.run(() -> {
            Coroutine<String> call = runBlocking(() -> "called");
            yieldNow();

            assertThat(call).isNotNull();
            assertThat(await(call)).isEqualTo("called");
            assertThat(await(call)).isEqualTo("called");
        });
    }

    @Test
    void manyRunAtTheSameTime() throws Exception {
        int count = 200;
        List<Integer> results = loops.run(() -> {
            CountDownLatch all = new CountDownLatch(count);
            List<Coroutine<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                calls.add(runBlocking(() -> {
                    all.countDown();
                    all.await();
                    return number;
                }));
            }
            return await(Async.gather(calls));
        });

        assertThat(results).hasSize(count).isSorted();
    }

    // --- Cancelling ---

    @Test
    void cancellingInterruptsTheThreadAndDoesNotWaitForIt() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> started = loop.createFuture();
            Task<?> task = createTask(() -> await(runBlocking(() -> {
                loop.callSoonThreadsafe(() -> started.setResult("started"));
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException expected) {
                    interrupted.countDown();
                    mayEnd.await();
                }
                return null;
            })));
            await(started);

            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
            interrupted.await();
            mayEnd.countDown();
        });
    }

    @Test
    void callThatFailsAfterItWasCancelledIsNotReported() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);

        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> started = loop.createFuture();
            Task<?> task = createTask(() -> await(runBlocking(() -> {
                loop.callSoonThreadsafe(() -> started.setResult("started"));
                try {
                    new CountDownLatch(1).await();
                    return "never";
                } finally {
                    ended.countDown();
                }
            })));
            await(started);
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            ended.await();
            yieldNow();
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void callThatEndsInTheTurnOfItsCancellationIsDropped() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> await(runBlocking(Runnable::run, () -> "ended")));
            EventLoop.current().callSoon(task::cancel);

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            yieldNow();
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void callThatOutlivesItsLoopIsDropped() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicReference<Thread> thread = new AtomicReference<>();

        try (Runner runner = Runner.open(loops.builder(), Duration.ofMillis(10))) {
            runner.run(() -> {
                CountDownLatch started = new CountDownLatch(1);
                Task<?> task = createTask(() -> await(runBlocking(() -> {
                    thread.set(Thread.currentThread());
                    started.countDown();
                    awaitUninterruptibly(mayEnd);
                    return "too late";
                })));
                yieldNow();
                started.await();
                assertThat(task.isDone()).isFalse();
            });
        }
        mayEnd.countDown();
        thread.get().join();

        assertThat(loops.reports().takeOnly().message())
                .startsWith("blocking calls did not end within PT0.01S");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException ignored) {
                open = latch.getCount() == 0;
            }
        }
    }

    // --- On an executor of the caller's ---

    @Test
    void runsOnTheExecutorThatItIsGiven() throws Exception {
        loops.run(() -> {
            String thread = await(runBlocking(
                    task -> Thread.ofPlatform().name("mine").start(task),
                    () -> Thread.currentThread().getName()));

            assertThat(thread).isEqualTo("mine");
        });
    }

    @Test
    void callThatHasNotStartedIsTakenBack() throws Exception {
        List<Runnable> queue = new ArrayList<>();

        loops.run(() -> {
            Task<?> task = createTask(() -> await(runBlocking(queue::add, () -> {
                recorder.record("ran");
                return null;
            })));
            yieldNow();

            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            queue.forEach(Runnable::run);
        });

        assertThat(queue).hasSize(1);
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void executorThatRefusesTheCallFailsIt() throws Exception {
        loops.run(() -> assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> await(runBlocking(
                        _ -> {
                            throw new RejectedExecutionException("full");
                        },
                        () -> "never"))));
    }

    @Test
    void executorMayRunTheCallAtOnce() throws Exception {
        assertThat(loops.<String>run(() -> await(runBlocking(Runnable::run, () -> "inline"))))
                .isEqualTo("inline");
    }

    @Test
    void outsideATaskItSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> runBlocking(() -> "never").run())
                .withMessageContaining("runBlocking was called outside a task");
    }
}
