package spindle;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A poller without channels that never waits for time: it moves the clock to the next deadline
/// instead, so that sleeping for a day costs nothing.
///
/// A loop without timers is woken by another thread or never. It waits for that in real time, but
/// not for long: a lost wake-up fails the test instead of hanging it.
class AutoJumpPoller implements Poller {
    private static final long LONGEST_REAL_WAIT_SECONDS = 5;

    private final ManualClock clock;
    private final Semaphore wakeUps = new Semaphore(0);
    private int polls;
    private boolean interrupted;

    AutoJumpPoller(ManualClock clock) {
        this.clock = clock;
    }

    /// Returns how often the loop has polled.
    int polls() {
        return polls;
    }

    @Override
    public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
        polls++;
        boolean woken = wakeUps.drainPermits() > 0;
        if (woken || timeoutNanos == 0) {
            return;
        }
        if (timeoutNanos == Long.MAX_VALUE) {
            waitForWakeUp();
        } else {
            clock.advanceNanos(timeoutNanos);
        }
    }

    private void waitForWakeUp() {
        try {
            if (!wakeUps.tryAcquire(LONGEST_REAL_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the loop waits, without a timer, and nobody wakes it: a lost wake-up?");
            }
        } catch (InterruptedException _) {
            interrupted = true;
        }
    }

    @Override
    public void restoreInterrupt() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wakeUp() {
        wakeUps.release();
    }

    @Override
    public void addReader(SelectableChannel channel, Handle handle) {
        throw new UnsupportedOperationException("channels need TestLoops.openReal()");
    }

    @Override
    public void forget(SelectableChannel channel) {
        throw new UnsupportedOperationException("channels need TestLoops.openReal()");
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        throw new UnsupportedOperationException("channels need TestLoops.openReal()");
    }

    @Override
    public void addWriter(SelectableChannel channel, Handle handle) {
        throw new UnsupportedOperationException("channels need TestLoops.openReal()");
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        throw new UnsupportedOperationException("channels need TestLoops.openReal()");
    }

    @Override
    public List<Handle> watching() {
        return List.of();
    }

    @Override
    public void close() throws IOException {
        // Holds nothing that could be released.
    }
}
