package spindle.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// Datagrams that wait until the system takes them, the oldest first.
final class DatagramQueue {
    /// What each counts beyond its data, so that empty ones cannot pile up unnoticed: as much as
    /// a UDP header.
    private static final int HEADER_BYTES = 8;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long size;

    /// One datagram.
    record Entry(ByteBuffer data, InetSocketAddress address) {}

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Returns how many bytes wait, with headers.
    long size() {
        return size;
    }

    /// Adds a copy of the rest of `data`, which is the caller's again afterwards.
    void add(ByteBuffer data, InetSocketAddress address) {
        size += data.remaining() + HEADER_BYTES;
        ByteBuffer copy = ByteBuffer.allocate(data.remaining());
        copy.put(data).flip();
        entries.add(new Entry(copy, address));
    }

    Entry first() {
        return entries.element();
    }

    void removeFirst() {
        size -= entries.remove().data().limit() + HEADER_BYTES;
    }

    void clear() {
        entries.clear();
        size = 0;
    }
}
