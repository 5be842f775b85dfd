package spindle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A poller on the JDK's [Selector].
///
/// Facts about the selector, and what follows from them:
///
/// - `select(0)` blocks for ever: a look without waiting is `selectNow()`.
/// - It counts in milliseconds: waits are rounded up, and the loop looks at the clock again
///   afterwards.
/// - A cancelled key stays registered until the next select, and registering the channel again
///   before fails. So we never cancel a key to stop watching: we set its interest to nothing.
///   Closing the channel ends the key, and the next poll, one turn away at most, gives the
///   descriptor back to the system.
/// - An interrupted thread cannot wait in `select` at all: it would return at once, over and
///   over. So we take the interrupt away and give it back when the poller closes or the loop
///   returns ([#restoreInterrupt()]).
///
/// Next: [CancelledError].
final class SelectorPoller implements Poller {
    /// The finest wait that the selector can make. Rounded down to it instead of up, a timer
    /// 0.4 ms away would make the loop spin until then.
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    // fixed at construction
    private final Selector selector;
    private final Consumer<SelectionKey> addReady =
            this::addReady; // made once: an idle loop allocates nothing

    // changes while running
    private Queue<Handle> ready = new ArrayDeque<>();

    /// True from an interrupt of the polling thread until [#restoreInterrupt()].
    private boolean interrupted;

    SelectorPoller() throws IOException {
        this.selector = Selector.open();
    }

    @Override
    public void poll(long timeoutNanos, Queue<Handle> ready) throws IOException {
        this.ready = ready;
        if (timeoutNanos == 0) {
            selector.selectNow(addReady);
        } else if (timeoutNanos == Long.MAX_VALUE) {
            selector.select(addReady);
        } else {
            selector.select(addReady, Math.ceilDiv(timeoutNanos, GRAIN_NANOS));
        }
        if (timeoutNanos != 0 && Thread.interrupted()) {
            interrupted = true;
        }
    }

    private void addReady(SelectionKey key) {
        Watch watch = (Watch) key.attachment();
        int readyOps;
        try {
            readyOps = key.readyOps();
        } catch (CancelledKeyException closed) {
            return; // Closed by another thread just now: its handles have nothing more to see.
        }
        if (watch.forgetCancelled()) {
            narrowInterest(key, watch, key.channel());
        }
        if (watch.reader != null && (readyOps & Watch.READING) != 0) {
            ready.add(watch.reader);
        }
        if (watch.writer != null && (readyOps & Watch.WRITING) != 0) {
            ready.add(watch.writer);
        }
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void restoreInterrupt() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    // --- Watching channels ---

    @Override
    public void addReader(SelectableChannel channel, Handle handle) throws IOException {
        SelectionKey key = keyOf(channel);
        Watch watch = (Watch) key.attachment();
        if (watch.reader != null) {
            watch.reader.cancel();
        }
        watch.reader = handle;
        key.interestOps(watch.interest(channel));
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !(key.attachment() instanceof Watch watch) || watch.reader == null) {
            return false;
        }
        watch.reader.cancel();
        watch.reader = null;
        narrowInterest(key, watch, channel);
        return true;
    }

    @Override
    public void addWriter(SelectableChannel channel, Handle handle) throws IOException {
        SelectionKey key = keyOf(channel);
        Watch watch = (Watch) key.attachment();
        if (watch.writer != null) {
            watch.writer.cancel();
        }
        watch.writer = handle;
        key.interestOps(watch.interest(channel));
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !(key.attachment() instanceof Watch watch) || watch.writer == null) {
            return false;
        }
        watch.writer.cancel();
        watch.writer = null;
        narrowInterest(key, watch, channel);
        return true;
    }

    private SelectionKey keyOf(SelectableChannel channel) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        return key != null ? key : channel.register(selector, 0, new Watch());
    }

    private static void narrowInterest(SelectionKey key, Watch watch, SelectableChannel channel) {
        if (key.isValid()) {
            key.interestOps(watch.interest(channel));
        }
    }

    @Override
    public void forget(SelectableChannel channel) throws IOException {
        removeReader(channel);
        removeWriter(channel);
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
            key.cancel();
            selector.selectNow(_ -> {}); // What is ready stays ready: the next poll sees it again.
        }
    }

    @Override
    public List<Handle> watching() {
        List<Handle> handles = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof Watch watch) {
                watch.addTo(handles);
            }
        }
        return handles;
    }

    @Override
    public void close() throws IOException {
        restoreInterrupt();
        selector.close();
    }

    /// Who waits for one channel.
    private static final class Watch {
        /// To a reader a new connection is something to read, to a writer a finished connect is
        /// room to write.
        static final int READING = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

        static final int WRITING = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

        @Nullable
        Handle reader;

        @Nullable
        Handle writer;

        void addTo(List<Handle> handles) {
            forgetCancelled();
            if (reader != null) {
                handles.add(reader);
            }
            if (writer != null) {
                handles.add(writer);
            }
        }

        /// Forgets handles that were cancelled by themselves: still watched, they would make
        /// the loop spin. Returns whether there were any.
        boolean forgetCancelled() {
            boolean any = false;
            if (reader != null && reader.isCancelled()) {
                reader = null;
                any = true;
            }
            if (writer != null && writer.isCancelled()) {
                writer = null;
                any = true;
            }
            return any;
        }

        /// OP_CONNECT must go as soon as the connection is made, or the selector spins on it.
        int interest(SelectableChannel channel) {
            int ops = 0;
            if (reader != null) {
                ops |= channel.validOps() & READING;
            }
            if (writer != null) {
                boolean connecting =
                        channel instanceof SocketChannel socket && socket.isConnectionPending();
                ops |= connecting
                        ? SelectionKey.OP_CONNECT
                        : channel.validOps() & SelectionKey.OP_WRITE;
            }
            return ops;
        }
    }
}
