package spindle;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/// The real poller, watched: counts how often the loop polls, and says when it begins to wait.
final class CountingPoller implements Poller {
    private final Poller poller;
    private final CountDownLatch waits = new CountDownLatch(1);
    private int polls;

    CountingPoller() throws IOException {
        poller = new SelectorPoller();
    }

    /// Returns how often the loop has polled.
    int polls() {
        return polls;
    }

    /// Returns a latch that opens when the loop is about to wait for the first time.
    CountDownLatch waits() {
        return waits;
    }

    @Override
    public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
        polls++;
        if (timeoutNanos != 0) {
            waits.countDown();
        }
        poller.poll(timeoutNanos, ready);
    }

    @Override
    public void wakeUp() {
        poller.wakeUp();
    }

    @Override
    public void restoreInterrupt() {
        poller.restoreInterrupt();
    }

    @Override
    public void addReader(SelectableChannel channel, Handle handle) throws IOException {
        poller.addReader(channel, handle);
    }

    @Override
    public void forget(SelectableChannel channel) throws IOException {
        poller.forget(channel);
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        return poller.removeReader(channel);
    }

    @Override
    public void addWriter(SelectableChannel channel, Handle handle) throws IOException {
        poller.addWriter(channel, handle);
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        return poller.removeWriter(channel);
    }

    @Override
    public List<Handle> watching() {
        return poller.watching();
    }

    @Override
    public void close() throws IOException {
        poller.close();
    }
}
