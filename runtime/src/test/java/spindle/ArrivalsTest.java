package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Where threads meet: no wake-up is lost, and none is made in vain.
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArrivalsTest {
    private final SpinningPoller poller = new SpinningPoller();
    private final Arrivals arrivals = new Arrivals(poller);
    private final Queue<Handle> ready = new ArrayDeque<>();

    @Test
    void movesWhatHasArrivedInItsOrder() {
        Handle first = newHandle();
        Handle second = newHandle();
        arrivals.add(first);
        arrivals.add(second);

        arrivals.moveTo(ready);
        arrivals.moveTo(ready);

        assertThat(ready).containsExactly(first, second);
    }

    @Test
    void wakesNobodyWhileTheLoopRuns() {
        arrivals.add(newHandle());

        assertThat(poller.wakeUps).hasValue(0);
    }

    @Test
    void wakesTheLoopOnceWhileItWaits() {
        assertThat(arrivals.beginWaiting()).isFalse();

        arrivals.add(newHandle());
        arrivals.add(newHandle());

        assertThat(poller.wakeUps).hasValue(1);
    }

    @Test
    void loopNeedNotWaitIfSomethingHasArrived() {
        arrivals.add(newHandle());

        assertThat(arrivals.beginWaiting()).isTrue();
    }

    @Test
    void wakesNobodyAfterTheWait() {
        assertThat(arrivals.beginWaiting()).isFalse();
        arrivals.endWaiting();

        arrivals.add(newHandle());

        assertThat(poller.wakeUps).hasValue(0);
    }

    @Test
    void clearForgetsWhatHasArrived() {
        arrivals.add(newHandle());

        arrivals.clear();
        arrivals.moveTo(ready);

        assertThat(ready).isEmpty();
    }

    /// A loop that waits, spinning so that the two threads meet at every possible moment, and a
    /// producer that adds the next handle once the last has arrived, for a second.
    @Test
    void losesNoWakeUpWhicheverThreadIsFirst() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger total = new AtomicInteger(Integer.MAX_VALUE);
        Thread producer = Thread.ofPlatform().daemon().start(() -> {
            for (int added = 0; added < total.get(); added++) {
                while (arrived.get() < added) {
                    Thread.onSpinWait();
                }
                if (System.nanoTime() - end > 0) {
                    total.set(added + 1);
                }
                arrivals.add(newHandle());
            }
        });

        while (arrived.get() < total.get()) {
            if (!arrivals.beginWaiting()) {
                assertThat(poller.waitForWakeUp()).as("woken").isTrue();
            }
            arrivals.endWaiting();
            arrivals.moveTo(ready);
            arrived.addAndGet(ready.size());
            ready.clear();
        }

        producer.join();
        assertThat(arrived).hasValue(total.get());
    }

    private static Handle newHandle() {
        return new Handle(() -> {}, Context.EMPTY, null);
    }

    /// As much of a poller as arrivals need: it can be woken.
    private static final class SpinningPoller extends ChannelessPoller {
        private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(3);

        final AtomicInteger wakeUps = new AtomicInteger();

        @Override
        public void wakeUp() {
            wakeUps.incrementAndGet();
        }

        /// Returns false if nobody wakes the caller for a long time.
        boolean waitForWakeUp() {
            long start = System.nanoTime();
            while (wakeUps.getAndSet(0) == 0) {
                if (System.nanoTime() - start > LONGEST_WAIT_NANOS) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        }
    }
}
