package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.management.ManagementFactory;
import java.util.Queue;

/// What the loop itself costs in memory: nothing while it idles, next to nothing per callback.
///
/// Measured on a platform thread, since the JVM doesn't count what virtual ones allocate.
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @RegisterExtension
    final TestLoops loops = new TestLoops(CoroutineEngine.LOOP_CARRIED);

    @BeforeEach
    void needsTheCounter() {
        assumeTrue(THREADS.isThreadAllocatedMemoryEnabled(), "the JVM counts allocated bytes");
    }

    @Test
    void idleTurnAllocatesNothing() {
        IdlePoller poller = new IdlePoller();
        EventLoop loop = loops.open(loops.builder().poller(poller));
        poller.stopAfterTheMeasurement(loop);

        loop.runForever();

        assertThat(poller.allocated()).isLessThan(MEASURED / 100);
    }

    @Test
    void tripThroughTheReadyQueueAllocatesItsHandleAndLittleElse() {
        EventLoop loop = loops.open();
        Trip trip = new Trip(loop);
        loop.callSoon(trip);

        loop.runForever();

        assertThat(trip.allocated() / MEASURED).isLessThan(64);
    }

    /// Returns at once from every wait, as if the loop had been woken for nothing, and measures
    /// what the turns allocate.
    private static final class IdlePoller extends ChannelessPoller {
        private EventLoop loop;
        private int turns;
        private long before;
        private long after;

        void stopAfterTheMeasurement(EventLoop loop) {
            this.loop = loop;
        }

        long allocated() {
            return after - before;
        }

        @Override
        public void poll(long timeoutNanos, Queue<Handle> ready) {
            turns++;
            if (turns == WARM_UP) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            } else if (turns == WARM_UP + MEASURED) {
                after = THREADS.getCurrentThreadAllocatedBytes();
                loop.stop();
            }
        }
    }

    /// A callback that schedules itself, and measures what its trips allocate.
    private static final class Trip implements Runnable {
        private final EventLoop loop;
        private int trips;
        private long before;
        private long after;

        Trip(EventLoop loop) {
            this.loop = loop;
        }

        long allocated() {
            return after - before;
        }

        @Override
        public void run() {
            trips++;
            if (trips == WARM_UP) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            } else if (trips == WARM_UP + MEASURED) {
                after = THREADS.getCurrentThreadAllocatedBytes();
                loop.stop();
            }
            loop.callSoon(this);
        }
    }
}
