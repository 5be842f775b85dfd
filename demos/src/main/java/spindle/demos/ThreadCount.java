package spindle.demos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures how many threads a piece of work has at one time, at the most, the caller's included.
///
/// - A **platform thread** counts if it was started after the count was: by the work, or by the
///   JDK to carry the work's virtual threads. The JVM knows how many there were at the most.
/// - The JDK's **housekeeping** does not count: a few threads, kept apart in a group of their own,
///   that the first virtual thread brings with it. They wait for what wakes others and run nothing.
/// - A **virtual thread** counts while it is inside the work: the JVM does not count these, so the
///   work says so.
/// - A **coroutine** does not count. Spindle's are virtual threads to a debugger, but none of them
///   is run by the JDK's scheduler: the loop's own thread carries them, one at a time. Where the
///   JVM does not let it, the scheduler's carriers count as above.
final class ThreadCount {
    private static final ThreadMXBean JVM = ManagementFactory.getThreadMXBean();
    private static final String HOUSEKEEPING_GROUP = "InnocuousThreadGroup";
    private static final int SETTLED_LOOKS = 5;
    private static final int MOST_LOOKS = 100;

    // fixed at construction
    private final int platformThreadsBefore;
    private final long housekeepingBefore;

    // changes while running
    private final AtomicInteger virtualThreads = new AtomicInteger();
    private final AtomicInteger mostVirtualThreads = new AtomicInteger();

    private ThreadCount(int platformThreadsBefore) {
        this.platformThreadsBefore = platformThreadsBefore;
        this.housekeepingBefore = housekeeping();
    }

    /// Starts a count, as soon as threads of earlier work that are about to end have ended.
    static ThreadCount start() throws InterruptedException {
        int count = JVM.getThreadCount();
        int looks = 0;
        for (int same = 0; same < SETTLED_LOOKS && looks < MOST_LOOKS; looks++) {
            Thread.sleep(2);
            int now = JVM.getThreadCount();
            same = now == count ? same + 1 : 0;
            count = now;
        }
        JVM.resetPeakThreadCount();
        return new ThreadCount(count);
    }

    private static long housekeeping() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getThreadGroup)
                .filter(group -> group != null && group.getName().equals(HOUSEKEEPING_GROUP))
                .count();
    }

    /// Counts the calling virtual thread while `work` runs. **Threadsafe.**
    void countVirtual(Runnable work) {
        mostVirtualThreads.accumulateAndGet(virtualThreads.incrementAndGet(), Math::max);
        try {
            work.run();
        } finally {
            virtualThreads.decrementAndGet();
        }
    }

    /// Returns the most threads that there were at one time since the count was started.
    int most() {
        int platformThreads = JVM.getPeakThreadCount() - platformThreadsBefore;
        int housekeeping = Math.toIntExact(housekeeping() - housekeepingBefore);
        return 1 + platformThreads - housekeeping + mostVirtualThreads.get();
    }
}
