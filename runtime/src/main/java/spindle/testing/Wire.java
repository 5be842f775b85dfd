package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.TimerHandle;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// One direction of a simulated connection: what one end has sent and the other has not read.
///
/// ```
/// send -> in flight -> arrived -> read
/// ```
///
/// Bytes arrive in order, when their time has come and the reader's buffer has room. All of them
/// together are at most what both buffers hold: that is what holds a sender up. That the reader
/// has made room is known to the sender at once; on a real network, it too would travel.
final class Wire {
    /// What travels together where bytes take time: an Ethernet frame's worth.
    private static final int FRAME_BYTES = 1460;

    // fixed at construction
    private final SimulatedNetwork network;
    private final EventLoop loop;
    private final SimulatedConnection connection;
    private final SimulatedSocket writer;
    private final SimulatedSocket reader;
    private final int receiveBuffer;
    private final int capacity;

    // changes while running
    private final Deque<Segment> inFlight = new ArrayDeque<>();
    private final Deque<ByteBuffer> arrived = new ArrayDeque<>();
    private long inFlightBytes;
    private long arrivedBytes;
    private boolean ended;

    /// When the last byte sent has left, and when it will be there.
    private long lastLeaves;
    private long lastArrives;

    /// Nothing arrives before this: when a cut was healed, everything is sent once more.
    private long notBefore;

    private @Nullable TimerHandle arrival;
    private @Nullable TimerHandle givingUp;

    Wire(
            SimulatedNetwork network,
            SimulatedConnection connection,
            SimulatedSocket writer,
            SimulatedSocket reader) {
        this.network = network;
        this.loop = network.loop();
        this.connection = connection;
        this.writer = writer;
        this.reader = reader;
        this.receiveBuffer = reader.receiveBuffer();
        this.capacity = receiveBuffer + writer.sendBuffer();
        this.lastLeaves = loop.time();
        this.lastArrives = lastLeaves;
        this.notBefore = lastLeaves;
    }

    // --- The writer's end ---

    /// Returns how many bytes it takes now.
    int room() {
        return (int) Math.max(0, capacity - inFlightBytes - arrivedBytes);
    }

    /// Sends a copy of as many bytes as there is room for, and returns how many.
    int send(ByteBuffer data) {
        int count = Math.min(room(), data.remaining());
        int beforeFault = connection.countUpToFault(count);
        append(data, beforeFault);
        connection.failIfDue(this);
        append(data, count - beforeFault);
        deliver();
        return count;
    }

    private void append(ByteBuffer data, int count) {
        int rest = count;
        while (rest > 0) {
            int size =
                    network.conditions().bytesPerSecond() == 0 ? rest : Math.min(rest, FRAME_BYTES);
            ByteBuffer copy = ByteBuffer.allocate(size);
            copy.put(0, data, data.position(), size);
            data.position(data.position() + size);
            add(Kind.DATA, copy);
            inFlightBytes += size;
            rest -= size;
        }
    }

    /// Says that nothing more will be sent.
    void sendEnd() {
        add(Kind.END, EMPTY);
        deliver();
    }

    /// Has the connection break, for the reader, behind what was sent.
    void sendReset() {
        add(Kind.RESET, EMPTY);
        deliver();
    }

    /// Has the connection cut as soon as what was sent is there.
    void sendCut() {
        add(Kind.CUT, EMPTY);
        deliver();
    }

    /// Drops what is still in the writer's buffer: it breaks, or ends in disorder.
    void dropUnsent() {
        deliver(); // What is due now is not in that buffer any more, unless there is no room for
        // it.
        long now = loop.time();
        inFlight.removeIf(segment ->
                segment.kind().isWritten() && (segment.leaves() > now || dueAt(segment) <= now));
        inFlightBytes = inFlight.stream()
                .mapToLong(segment -> segment.bytes().remaining())
                .sum();
    }

    private void add(Kind kind, ByteBuffer bytes) {
        NetworkConditions conditions = network.conditions();
        long now = loop.time();
        lastLeaves = Math.max(now, lastLeaves) + sendingNanos(bytes.remaining(), conditions);
        lastArrives = Math.max(lastArrives, lastLeaves + network.travelNanos());
        inFlight.add(new Segment(kind, bytes, lastLeaves, lastArrives));
    }

    private static long sendingNanos(int bytes, NetworkConditions conditions) {
        return conditions.bytesPerSecond() == 0
                ? 0
                : (long) (bytes * 1e9 / conditions.bytesPerSecond());
    }

    // --- On the way ---

    /// Lets arrive what can, and sees to it that this is called again when more can.
    private void deliver() {
        cancelArrival();
        boolean more = true;
        while (more && !inFlight.isEmpty() && !connection.isCut()) {
            long wait = dueAt(inFlight.element()) - loop.time();
            if (wait > 0) {
                arrival = loop.callAt(dueAt(inFlight.element()), this::deliver);
            }
            more = wait <= 0 && fits(inFlight.element());
            if (more) {
                arrive(inFlight.remove());
            }
        }
        giveUpInTime();
        reader.check();
    }

    private long dueAt(Segment segment) {
        return Math.max(segment.arrives(), notBefore);
    }

    private boolean fits(Segment segment) {
        return arrivedBytes == 0
                || reader.isClosed()
                || reader.isBroken()
                || arrivedBytes + segment.bytes().remaining() <= receiveBuffer;
    }

    private void arrive(Segment segment) {
        int size = segment.bytes().remaining();
        inFlightBytes -= size;
        switch (segment.kind()) {
            case DATA -> {
                if (reader.isClosed()) {
                    reader.answerWithReset();
                } else if (!reader.isBroken()) {
                    arrived.add(segment.bytes());
                    arrivedBytes += size;
                }
            }
            case END -> ended = true;
            case RESET -> reader.fail(SimulatedSocket.Break.RESET);
            case CUT -> connection.cut();
        }
    }

    /// Called when the connection was cut, or put together again.
    void cutChanged() {
        if (!connection.isCut()) {
            notBefore = loop.time() + network.travelNanos();
            cancelGivingUp();
        }
        deliver();
    }

    /// A system that gets no answer sends again and again, but not for ever.
    private void giveUpInTime() {
        if (!connection.isCut() || inFlight.isEmpty() || writer.isClosed()) {
            cancelGivingUp();
        } else if (givingUp == null) {
            givingUp = loop.callLater(network.conditions().silenceTimeout(), () -> {
                givingUp = null;
                writer.fail(SimulatedSocket.Break.TIMED_OUT);
            });
        }
    }

    private void cancelArrival() {
        if (arrival != null) {
            arrival.cancel();
            arrival = null;
        }
    }

    private void cancelGivingUp() {
        if (givingUp != null) {
            givingUp.cancel();
            givingUp = null;
        }
    }

    // --- The reader's end ---

    boolean hasArrived() {
        return arrivedBytes > 0;
    }

    /// Returns whether everything was read and the writer has said that nothing more comes.
    boolean isAtEnd() {
        return ended && arrivedBytes == 0;
    }

    /// Moves some of what has arrived, which must be something, to `target`, and returns how much.
    int read(ByteBuffer target) {
        int available = (int) Math.min(arrivedBytes, target.remaining());
        int count = network.conditions().reads().choose(available, network.random());
        int rest = count;
        while (rest > 0) {
            ByteBuffer first = arrived.element();
            int size = Math.min(rest, first.remaining());
            target.put(target.position(), first, first.position(), size);
            target.position(target.position() + size);
            first.position(first.position() + size);
            rest -= size;
            if (!first.hasRemaining()) {
                arrived.remove();
            }
        }
        arrivedBytes -= count;
        deliver();
        writer.check();
        return count;
    }

    /// Drops what is on its way: nobody is there any more to send it, or to read it.
    void clear() {
        cancelArrival();
        cancelGivingUp();
        inFlight.clear();
        inFlightBytes = 0;
    }

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private enum Kind {
        DATA,
        END,
        RESET,
        CUT;

        /// Returns whether it comes from the writer, and not from something between the ends.
        boolean isWritten() {
            return this == DATA || this == END;
        }
    }

    /// What travels together.
    ///
    /// @param leaves when all of it has left the writer's buffer
    /// @param arrives when it is at the reader's
    private record Segment(Kind kind, ByteBuffer bytes, long leaves, long arrives) {}
}
