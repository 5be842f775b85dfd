package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// A coroutine that blocks instead of awaiting stalls its loop, and only that: the loop waits for
/// exactly this coroutine, and other threads go on.
@OnBothEngines
class BlockingCoroutineTest {
    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;
    private final Recorder recorder = new Recorder();

    BlockingCoroutineTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    // --- The loop stalls ---

    @Test
    void blockedCoroutineStallsTheLoop() throws Exception {
        loops.run(() -> {
            CountDownLatch released = new CountDownLatch(1);
            EventLoop.current().callSoon(recorder.recording("callback"));
            Task<?> other = createTask(() -> recorder.record("other task"));
            Thread releasing = Thread.ofPlatform().start(released::countDown);

            recorder.record("blocks");
            released.await();
            recorder.record("goes on");
            await(other);
            releasing.join();
        });

        assertThat(recorder.events())
                .containsExactly("blocks", "goes on", "callback", "other task");
    }

    @Test
    void sleepingThreadStallsTheLoop() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Thread.sleep(1);
            recorder.record("slept");
            yieldNow();
        });

        assertThat(recorder.events()).containsExactly("slept", "callback");
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // Not relied upon: it is to have no effect.
    void threadThatYieldsDoesNotYieldToTheLoop() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            for (int i = 0; i < 100; i++) {
                Thread.yield();
            }
            recorder.record("yielded");
            yieldNow();
        });

        assertThat(recorder.events()).containsExactly("yielded", "callback");
    }

    @Test
    void contendedLockStallsTheLoop() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            ReentrantLock lock = new ReentrantLock();
            CountDownLatch locked = new CountDownLatch(1);
            Thread holder = Thread.ofPlatform().start(() -> {
                lock.lock();
                try {
                    locked.countDown();
                    while (!lock.hasQueuedThreads()) {
                        Thread.onSpinWait();
                    }
                } finally {
                    lock.unlock();
                }
            });
            locked.await();

            lock.lock();
            try {
                recorder.record("locked");
            } finally {
                lock.unlock();
            }
            yieldNow();
            holder.join();
        });

        assertThat(recorder.events()).containsExactly("locked", "callback");
    }

    @Test
    void contendedMonitorStallsTheLoop() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Object monitor = new Object();
            AtomicBoolean signalled = new AtomicBoolean();
            Thread signalling = Thread.ofPlatform().unstarted(() -> {
                synchronized (monitor) {
                    signalled.set(true);
                    monitor.notifyAll();
                }
            });

            synchronized (monitor) {
                signalling.start();
                while (!signalled.get()) {
                    monitor.wait();
                }
            }
            recorder.record("signalled");
            yieldNow();
            signalling.join();
        });

        assertThat(recorder.events()).containsExactly("signalled", "callback");
    }

    @Test
    void coroutineMayAwaitWhileItHoldsAMonitor() throws Exception {
        loops.run(() -> {
            synchronized (recorder) {
                yieldNow();
                await(sleep(Duration.ofSeconds(1)));
            }
            recorder.record("left");
        });

        assertThat(recorder.events()).containsExactly("left");
    }

    @Test
    void parkedCoroutineWaitsForItsOwnUnpark() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Thread self = Thread.currentThread();
            AtomicBoolean unparked = new AtomicBoolean();
            Thread other = Thread.ofPlatform().start(() -> {
                unparked.set(true);
                LockSupport.unpark(self);
            });

            while (!unparked.get()) {
                LockSupport.park(this);
            }
            recorder.record("unparked");
            yieldNow();
            other.join();
        });

        assertThat(recorder.events()).containsExactly("unparked", "callback");
    }

    @Test
    void coroutineMayBlockAndAwaitInTurns() throws Exception {
        loops.run(() -> {
            Task<?> blocking = createTask(() -> {
                for (int i = 0; i < 20; i++) {
                    Thread.ofVirtual().start(() -> {}).join();
                    yieldNow();
                }
                recorder.record("blocking");
            });
            Task<?> awaiting = createTask(() -> {
                for (int i = 0; i < 10; i++) {
                    yieldNow();
                }
                recorder.record("awaiting");
            });
            await(blocking);
            await(awaiting);
        });

        assertThat(recorder.events()).containsExactly("awaiting", "blocking");
    }

    @Test
    void interruptOfTheLoopsCallerMeanwhileIsThereAfterTheRun() throws Exception {
        assumeTrue(
                engine == CoroutineEngine.HANDOFF,
                "a thread that carries a coroutine loses its interrupts to the JDK");
        Thread caller = Thread.currentThread();

        loops.run(() -> {
            CountDownLatch released = new CountDownLatch(1);
            Thread interrupting = Thread.ofPlatform().start(() -> {
                caller.interrupt();
                released.countDown();
            });
            released.await();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            recorder.record("goes on");
            yieldNow();
            interrupting.join();
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(recorder.events()).containsExactly("goes on");
    }

    // --- Other threads go on ---

    @Test
    void virtualThreadOfACoroutineRunsWhileTheLoopIsBlocked() throws Exception {
        loops.run(() -> runsWhileTheLoopIsBlocked(Thread.ofVirtual()));
    }

    @Test
    void platformThreadOfACoroutineRunsWhileTheLoopIsBlocked() throws Exception {
        loops.run(() -> runsWhileTheLoopIsBlocked(Thread.ofPlatform()));
    }

    /// It parks and goes on while the coroutine, whose join blocks the loop, waits for it.
    private static void runsWhileTheLoopIsBlocked(Thread.Builder builder) throws Exception {
        AtomicInteger steps = new AtomicInteger();
        Thread thread = builder.start(() -> {
            for (int i = 0; i < 10; i++) {
                LockSupport.parkNanos(1_000);
                steps.incrementAndGet();
            }
        });

        thread.join();

        assertThat(steps).hasValue(10);
    }

    @Test
    void virtualThreadOfACoroutineRunsWhileTheLoopWaits() throws Exception {
        loops.run(() -> runsWhileTheLoopWaits(Thread.ofVirtual()));
    }

    @Test
    void platformThreadOfACoroutineRunsWhileTheLoopWaits() throws Exception {
        loops.run(() -> runsWhileTheLoopWaits(Thread.ofPlatform()));
    }

    private static void runsWhileTheLoopWaits(Thread.Builder builder) throws Exception {
        EventLoop loop = EventLoop.current();
        Future<Boolean> done = loop.createFuture();
        Thread thread = builder.start(() -> {
            for (int i = 0; i < 10; i++) {
                LockSupport.parkNanos(1_000);
            }
            boolean virtual = Thread.currentThread().isVirtual();
            loop.callSoonThreadsafe(() -> done.setResult(virtual));
        });

        assertThat(await(done)).isEqualTo(thread.isVirtual());
        thread.join();
    }

    @Test
    void threadsThatVirtualThreadsOfACoroutineStartRunToo() throws Exception {
        loops.run(() -> {
            AtomicInteger ran = new AtomicInteger();
            Thread parent = Thread.ofVirtual().start(() -> {
                Thread[] children = new Thread[20];
                for (int i = 0; i < children.length; i++) {
                    children[i] = Thread.ofVirtual().start(ran::incrementAndGet);
                }
                for (Thread child : children) {
                    joinQuietly(child);
                }
            });

            parent.join();

            assertThat(ran).hasValue(20);
        });
    }

    /// It outlives the loop whose coroutine it inherited its scheduler from.
    @Test
    void virtualThreadOfACoroutineOutlivesTheLoop() throws Exception {
        CountDownLatch loopClosed = new CountDownLatch(1);
        Thread[] thread = new Thread[1];

        loops.run(() -> {
            thread[0] = Thread.ofVirtual().start(() -> {
                try {
                    loopClosed.await();
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
        });
        loopClosed.countDown();

        assertThat(thread[0].join(Duration.ofSeconds(5))).isTrue();
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
