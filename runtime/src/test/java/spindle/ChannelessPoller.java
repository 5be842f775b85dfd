package spindle;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A poller without channels: a loop that waits is woken by another thread or never. It waits for
/// that in real time, but not for long: a lost wake-up fails the test instead of hanging it.
class ChannelessPoller implements Poller {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Semaphore wakeUps = new Semaphore(0);
    private int polls;
    private boolean interrupted;

    /// Returns how often the loop has polled.
    int polls() {
        return polls;
    }

    @Override
    public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
        polls++;
        boolean woken = wakeUps.drainPermits() > 0;
        if (!woken && timeoutNanos > 0) {
            waitForWakeUp(timeoutNanos);
        }
    }

    private void waitForWakeUp(long timeoutNanos) {
        try {
            boolean woken = wakeUps.tryAcquire(
                    Math.min(timeoutNanos, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS);
            if (!woken && timeoutNanos > LONGEST_WAIT_NANOS) {
                throw new IllegalStateException(
                        "the loop waits and nobody wakes it: a lost wake-up?");
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
