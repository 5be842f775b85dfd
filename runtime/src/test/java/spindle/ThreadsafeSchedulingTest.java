package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// The one door for other threads, on the real selector.
@OnBothEngines
class ThreadsafeSchedulingTest {
    @RegisterExtension
    final TestLoops loops;

    ThreadsafeSchedulingTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void wakesALoopThatWaits() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        Thread other = Thread.ofPlatform().start(() -> {
            awaitQuietly(poller.waits());
            loop.callSoonThreadsafe(loop::stop);
        });

        loop.runForever();

        other.join();
        assertThat(poller.polls()).isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsScheduledBeforeTheRunRunsInTheFirstTurn() {
        EventLoop loop = loops.openReal();
        Recorder recorder = new Recorder();

        loop.callSoonThreadsafe(recorder.recording("threadsafe"));
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("threadsafe");
    }

    /// Each round finds the loop waiting, or about to: a wake-up that is lost hangs the test.
    @Test
    void losesNoWakeUp() throws Exception {
        int rounds = 5_000;
        EventLoop loop = loops.openReal();
        Semaphore ran = new Semaphore(0);
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                loop.callSoonThreadsafe(ran::release);
                ran.acquireUninterruptibly();
            }
            loop.callSoonThreadsafe(loop::stop);
        });

        loop.runForever();

        other.join();
        assertThat(ran.availablePermits()).isZero();
    }

    @Test
    void losesNothingFromManyThreadsAndKeepsTheOrderOfEach() throws Exception {
        int threads = 4;
        int each = 20_000;
        EventLoop loop = loops.openReal();
        List<List<Integer>> arrived = new ArrayList<>();
        AtomicInteger left = new AtomicInteger(threads * each);
        List<Thread> producers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            List<Integer> own = new ArrayList<>();
            arrived.add(own);
            producers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    loop.callSoonThreadsafe(() -> {
                        own.add(number);
                        if (left.decrementAndGet() == 0) {
                            loop.stop();
                        }
                    });
                }
            }));
        }

        loop.runForever();

        for (Thread producer : producers) {
            producer.join();
        }
        assertThat(arrived).allSatisfy(own -> assertThat(own).hasSize(each).isSorted());
    }

    @Test
    void handleThatIsCancelledBeforeTheTurnNeverRuns() {
        EventLoop loop = loops.openReal();
        Recorder recorder = new Recorder();
        Handle handle = loop.callSoonThreadsafe(recorder.recording("cancelled"));

        handle.cancel();
        handle.cancel();
        runTurn(loop);

        assertThat(handle.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void cancellingAHandleThatRanDoesNothing() {
        EventLoop loop = loops.openReal();
        Recorder recorder = new Recorder();
        Handle handle = loop.callSoonThreadsafe(recorder.recording("ran"));
        runTurn(loop);

        handle.cancel();
        runTurn(loop);

        assertThat(handle.isCancelled()).isFalse();
        assertThat(recorder.events()).containsExactly("ran");
    }

    /// Another thread cancels while the loop comes to the handle: one of the two wins, never both,
    /// never neither.
    @Test
    void handleEitherRunsOnceOrIsCancelled() throws Exception {
        int rounds = 20_000;
        EventLoop loop = loops.openReal();
        List<AtomicInteger> runs = new ArrayList<>();
        List<Handle> handles = new ArrayList<>();
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                AtomicInteger ran = new AtomicInteger();
                Handle handle = loop.callSoonThreadsafe(ran::incrementAndGet);
                if (i % 3 == 0) {
                    Thread.onSpinWait();
                }
                handle.cancel();
                runs.add(ran);
                handles.add(handle);
            }
            loop.callSoonThreadsafe(loop::stop);
        });

        loop.runForever();

        other.join();
        for (int i = 0; i < rounds; i++) {
            int expectedRuns = handles.get(i).isCancelled() ? 0 : 1;
            assertThat(runs.get(i)).as("runs of handle %d", i).hasValue(expectedRuns);
        }
    }

    @Test
    void callbackThatFailsIsReportedWithItsHandle() {
        EventLoop loop = loops.openReal();
        IllegalStateException failure = new IllegalStateException("bad callback");
        Handle handle = loop.callSoonThreadsafe(() -> {
            throw failure;
        });

        runTurn(loop);

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).isSameAs(handle);
    }

    @Test
    void otherThreadsLearnThatTheLoopIsClosed() throws Exception {
        EventLoop loop = loops.openReal();
        CountDownLatch hammering = new CountDownLatch(1);
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        AtomicBoolean stuck = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            try {
                while (System.nanoTime() < end) {
                    loop.callSoonThreadsafe(() -> {});
                    hammering.countDown();
                }
                stuck.set(true);
            } catch (Throwable closed) {
                refusal.set(closed);
            }
        });
        hammering.await();
        runTurn(loop);

        loop.close();

        other.join();
        assertThat(stuck).isFalse();
        assertThat(refusal.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the event loop is closed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
