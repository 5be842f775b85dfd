package spindle;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// A poller whose channels are ready when a test says so, whatever they are: even such as no
/// selector would take.
public final class HandFedPoller extends ChannelessPoller {
    private final Map<SelectableChannel, Handle> readers = new HashMap<>();
    private final Map<SelectableChannel, Handle> writers = new HashMap<>();
    private final Deque<Handle> ready = new ArrayDeque<>();

    /// Has a loop poll here.
    public EventLoop.Builder in(EventLoop.Builder builder) {
        return builder.poller(this);
    }

    /// Makes a channel readable, once. Call it on the loop's thread.
    public void readable(SelectableChannel channel) {
        ready.add(readers.get(channel));
    }

    /// Makes a channel writable, once. Call it on the loop's thread.
    public void writable(SelectableChannel channel) {
        ready.add(writers.get(channel));
    }

    /// Returns whether somebody waits for room to write to a channel.
    public boolean isAwaitingRoom(SelectableChannel channel) {
        return writers.containsKey(channel);
    }

    @Override
    public void poll(long timeoutNanos, Queue<Handle> handles) throws IOException {
        super.poll(ready.isEmpty() ? timeoutNanos : 0, handles);
        handles.addAll(ready);
        ready.clear();
    }

    @Override
    public void addReader(SelectableChannel channel, Handle handle) {
        readers.put(channel, handle);
    }

    @Override
    public void addWriter(SelectableChannel channel, Handle handle) {
        writers.put(channel, handle);
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        return readers.remove(channel) != null;
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        return writers.remove(channel) != null;
    }

    @Override
    public void forget(SelectableChannel channel) {
        readers.remove(channel);
        writers.remove(channel);
    }

    @Override
    public List<Handle> watching() {
        List<Handle> all = new ArrayList<>(readers.values());
        all.addAll(writers.values());
        return all;
    }
}
