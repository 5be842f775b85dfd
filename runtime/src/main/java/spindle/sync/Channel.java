package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Future;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Hands items from tasks that send to tasks that receive, and knows when either side has gone.
///
/// ```java
/// Channel<String> channel = Channel.buffered(10);
/// createTask(() -> {
///     try (Sender<String> lines = channel.sender()) {
///         await(lines.send("first"));
///     }                                            // the last one closed: the iteration ends
/// });
/// try (Receiver<String> lines = channel.receiver()) {
///     for (String line : awaitEach(lines)) {
///         …
///     }
/// }
/// ```
///
/// That is the difference to a [Queue]: each end is closed by the one who uses it, and each can
/// be copied for another one. When the last [Sender] is closed and all is received, iteration
/// ends; when the last [Receiver] is closed, what is still buffered is dropped and sending fails.
///
/// A rendezvous channel has no buffer: a `send` waits until there is somebody to receive. Its
/// item is then that receiver's; should that one be cancelled in the same turn, the item waits
/// for the next.
///
/// Fair on both sides. No item is lost or comes twice, whatever is cancelled when; [Sender#send]
/// and [Receiver#receive] say what a cancelled one has done.
///
/// For the tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [ChannelEnd].
public final class Channel<T> {
    // fixed at construction
    private final int capacity;
    private final Sender<T> sender;
    private final Receiver<T> receiver;
    private final LoopBinding loop = new LoopBinding(this);
    private final Line senders = new Line(loop, this::hasRoomFor);
    private final Line receivers = new Line(loop, this::hasItemsFor);

    // changes while running

    /// What was sent and not received yet. Without a buffer: what a receiver is on its way to
    /// take.
    private final ArrayDeque<T> buffer = new ArrayDeque<>();

    /// The items of the sends that wait, by their turns, so that they can be taken without waking
    /// anybody first.
    private final Map<Future<Boolean>, T> offers = new HashMap<>();

    private int openSenders;
    private int openReceivers;
    private int peakBufferUsed;

    private Channel(int capacity) {
        this.capacity = capacity;
        this.sender = new Sender<>(this);
        this.receiver = new Receiver<>(this);
    }

    /// Returns a channel without a buffer.
    public static <T> Channel<T> rendezvous() {
        return new Channel<>(0);
    }

    /// Returns a channel that makes those who send wait when `capacity` items are in it.
    ///
    /// @param capacity at least 1
    public static <T> Channel<T> buffered(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity
                    + ": for a channel without a buffer use rendezvous()");
        }
        return new Channel<>(capacity);
    }

    /// Returns the first sending end; copy it for another sender.
    public Sender<T> sender() {
        return sender;
    }

    /// Returns the first receiving end; copy it for another receiver.
    public Receiver<T> receiver() {
        return receiver;
    }

    // --- Sending ---

    void send(Sender<T> end, T item) throws Exception {
        checkReceived();
        if (senders.isOpen()) {
            add(item);
            return;
        }
        Future<Boolean> turn = senders.join(end);
        offers.put(turn, item);
        boolean taken;
        try {
            end.waitFor(senders, turn);
        } finally {
            taken = offers.remove(turn) == null;
        }
        if (taken) {
            return;
        }
        if (end.isClosed() || openReceivers == 0) {
            senders.letThrough(); // What was promised here is the next one's.
        }
        end.checkOpen();
        checkReceived();
        add(item);
    }

    boolean trySend(T item) {
        checkReceived();
        if (!senders.isOpen()) {
            return false;
        }
        add(item);
        return true;
    }

    private void add(T item) {
        buffer.add(item);
        receivers.letThrough();
        peakBufferUsed = Math.max(peakBufferUsed, bufferUsed());
    }

    /// A receiver that waits, or is on the way, is as good as a place in the buffer. When none is
    /// open, those who wait all get through, to be told.
    private boolean hasRoomFor(int tasks) {
        int tooMany = buffer.size() + tasks - capacity - receivers.promised();
        return openReceivers == 0 || tooMany <= 0 || receivers.hasWaiting(tooMany);
    }

    private void checkReceived() {
        if (openReceivers == 0) {
            throw new BrokenChannelException(
                    "all receivers are closed, nobody would take the item: " + this);
        }
    }

    // --- Receiving ---

    /// Returns the next item, or null at the end of the channel.
    @Nullable
    T receive(Receiver<T> end) throws Exception {
        T item = tryReceive();
        if (item != null || hasEnded()) {
            return item;
        }
        Future<Boolean> turn = receivers.join(end);
        senders.letThrough();
        end.waitFor(receivers, turn);
        item = buffer.poll();
        if (item == null) {
            end.checkOpen();
        }
        return item;
    }

    /// Returns an item that is there and that nobody else has a claim on, or null.
    @Nullable
    T tryReceive() {
        loop.check();
        if (!receivers.isEmpty()) {
            return null;
        }
        T item = buffer.poll();
        if (item == null) {
            return takeFromSender();
        }
        senders.letThrough();
        return item;
    }

    /// Takes the item of the send that has waited longest, and that is over then; unless another
    /// send is on its way, which was before it.
    private @Nullable T takeFromSender() {
        Future<Boolean> turn = senders.promised() > 0 ? null : senders.serveNext();
        return turn == null ? null : offers.remove(turn);
    }

    /// When no sender is open, those who wait all get through: the first find what is left, the
    /// others find nothing.
    private boolean hasItemsFor(int tasks) {
        return openSenders == 0 || tasks <= buffer.size();
    }

    /// Returns whether all senders are closed, and all that they sent was received.
    boolean hasEnded() {
        return openSenders == 0 && buffer.isEmpty();
    }

    // --- Opening and closing ends ---

    void senderOpened() {
        openSenders++;
    }

    void receiverOpened() {
        openReceivers++;
    }

    void checkLoop() {
        loop.check();
    }

    void senderClosed() {
        openSenders--;
        receivers.letThrough();
    }

    /// What nobody can receive any more is dropped; a receiver on its way still gets its item.
    void receiverClosed() {
        openReceivers--;
        while (openReceivers == 0 && buffer.size() > receivers.promised()) {
            buffer.removeLast();
        }
        senders.letThrough();
    }

    // --- Asking ---

    /// Returns how things stand now.
    public Statistics statistics() {
        return new Statistics(
                capacity,
                bufferUsed(),
                peakBufferUsed,
                openSenders,
                openReceivers,
                senders.size(),
                receivers.size());
    }

    /// What a receiver is on its way to take is not buffered but handed over.
    private int bufferUsed() {
        return Math.max(0, buffer.size() - receivers.promised());
    }

    /// Returns a form such as `<Channel buffered=3/10 senders=1 receivers=2 sending=4>`.
    @Override
    public String toString() {
        return "<Channel buffered=" + bufferUsed() + "/" + capacity + " senders=" + openSenders
                + " receivers=" + openReceivers
                + senders.describe("sending")
                + receivers.describe("receiving")
                + ">";
    }

    /// How things stand at a channel at one moment.
    ///
    /// @param capacity how many items the buffer holds
    /// @param bufferUsed how many it holds now
    /// @param peakBufferUsed how many it has held at most
    /// @param openSenders how many sending ends are open
    /// @param openReceivers how many receiving ends are open
    /// @param waitingToSend how many tasks wait to send
    /// @param waitingToReceive how many tasks wait to receive
    public record Statistics(
            int capacity,
            int bufferUsed,
            int peakBufferUsed,
            int openSenders,
            int openReceivers,
            int waitingToSend,
            int waitingToReceive) {}
}
