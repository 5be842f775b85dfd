package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CancelledError;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Outcome;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A datagram socket that one can await.
///
/// ```java
/// try (var endpoint = DatagramEndpoint.open(DatagramOptions.boundTo(address))) {
///     for (Datagram datagram : awaitEach(endpoint)) {
///         await(endpoint.send(datagram.data(), datagram.address()));
///     }
/// }
/// ```
///
/// What arrives while nobody receives is kept, up to a number of datagrams; what arrives then is
/// dropped, as the system does when its own room is full, and counted ([#dropped()]).
///
/// Any number of tasks may send, and receive: who waits longest is first. A receive that is
/// cancelled takes no datagram away.
///
/// UDP over IPv4 and IPv6. There is none over Unix domain sockets: the JDK has them for streams
/// alone.
public final class DatagramEndpoint implements AsyncIterator<Datagram>, AutoCloseable {
    private static final int USUAL_CAPACITY = 256;

    // fixed at construction
    private final EventLoop loop = EventLoop.current();
    private final int capacity;
    private final Callbacks callbacks = new Callbacks();

    // changes while running
    private @Nullable DatagramTransport transport;

    /// What nobody has received yet: datagrams, and failures among them.
    private final Deque<Outcome<Datagram>> arrived = new ArrayDeque<>();

    /// Empty: no more will come.
    private final Deque<Future<Optional<Outcome<Datagram>>>> receivers = new ArrayDeque<>();

    private long dropped;

    /// The datagram that the system has not taken yet; all others wait for it.
    private @Nullable Flight flight;

    private boolean writingPaused;

    /// Those who wait until the flight is over, or the socket closed.
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>();

    private boolean closing;
    private boolean over;

    /// What broke the socket.
    private @Nullable Exception failure;

    private DatagramEndpoint(int capacity) {
        this.capacity = capacity;
    }

    /// Opens an endpoint on the machine's sockets that keeps up to 256 datagrams. Close it.
    ///
    /// @throws IOException if the address cannot be had
    /// @throws IllegalStateException outside a running loop
    public static DatagramEndpoint open(DatagramOptions options) throws IOException {
        return open(Network.current(), options, USUAL_CAPACITY);
    }

    /// Opens an endpoint on a network.
    ///
    /// @param capacity how many datagrams it keeps for those who will receive; each can have 64
    ///     KiB
    /// @throws IOException if the address cannot be had
    public static DatagramEndpoint open(Network network, DatagramOptions options, int capacity)
            throws IOException {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "expected room for at least 1 datagram but it is " + capacity);
        }
        DatagramEndpoint endpoint = new DatagramEndpoint(capacity);
        network.openDatagram(options, () -> endpoint.callbacks);
        return endpoint;
    }

    private DatagramTransport transport() {
        return Objects.requireNonNull(transport, "the network has not introduced the transport");
    }

    // --- Receiving ---

    /// Returns a coroutine that receives a datagram. Suspends the calling task, unless one has
    /// arrived. Cancelled, it has taken none.
    ///
    /// It fails with an [IOException] if the endpoint is closed, or is while waiting; and, once
    /// for each, with what the system says went wrong, such as a
    /// [java.net.PortUnreachableException] from the peer that the endpoint is connected to: it
    /// may be tried again.
    @CheckReturnValue
    public Coroutine<Datagram> receive() {
        return () -> next().run().orElseThrow(this::closed);
    }

    /// Returns a coroutine that receives as [#receive()] does; its result is empty once the
    /// endpoint is closed. Suspends the calling task. Cancelled, it has taken no datagram.
    @Override
    @CheckReturnValue
    public Coroutine<Optional<Datagram>> next() {
        return () -> {
            Optional<Outcome<Datagram>> taken = take();
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            return switch (taken.get()) {
                case Outcome.Success<Datagram>(Datagram datagram) -> Optional.of(datagram);
                case Outcome.Failure<Datagram>(Exception thrown) -> throw thrown;
                case Outcome<Datagram> other -> throw new IllegalStateException("got " + other);
            };
        };
    }

    private Optional<Outcome<Datagram>> take() throws Exception {
        if (!arrived.isEmpty()) {
            return Optional.of(arrived.remove());
        }
        if (over || closing) {
            return end();
        }
        Future<Optional<Outcome<Datagram>>> turn = loop.createFuture(this);
        receivers.add(turn);
        try {
            return Async.await(turn);
        } catch (CancelledError givenUp) {
            receivers.remove(turn);
            if (turn.isDone() && !turn.isCancelled()) {
                turn.result().ifPresent(this::giveBack);
            }
            throw givenUp;
        }
    }

    private Optional<Outcome<Datagram>> end() {
        return failure == null ? Optional.empty() : Optional.of(new Outcome.Failure<>(failure));
    }

    private void offer(Outcome<Datagram> arrival) {
        if (handToReceiver(arrival)) {
            return;
        }
        if (arrived.size() < capacity) {
            arrived.add(arrival);
        } else {
            dropped++;
        }
    }

    /// Passes on what a receiver had in hand when it was cancelled: it came before the others.
    private void giveBack(Outcome<Datagram> arrival) {
        if (!handToReceiver(arrival) && !closing) {
            arrived.addFirst(arrival);
        }
    }

    private boolean handToReceiver(Outcome<Datagram> arrival) {
        for (var turn = receivers.poll(); turn != null; turn = receivers.poll()) {
            if (!turn.isDone()) {
                turn.setResult(Optional.of(arrival));
                return true;
            }
        }
        return false;
    }

    private void endReceivers() {
        for (var turn = receivers.poll(); turn != null; turn = receivers.poll()) {
            if (!turn.isDone()) {
                turn.setResult(end());
            }
        }
    }

    /// Returns how many datagrams have arrived and wait to be received.
    public int waiting() {
        return arrived.size();
    }

    /// Returns how many datagrams found no room here, since nobody received fast enough. What
    /// the system has dropped before is not among them.
    public long dropped() {
        return dropped;
    }

    // --- Sending ---

    /// Returns a coroutine that sends the rest of `data` as one datagram and ends when the system
    /// has taken it. Suspends the calling task while the system has no room. It says nothing
    /// about whether it arrives. Cancelled, it may or may not have been sent.
    ///
    /// It fails with an [IOException] if the system refuses it or the endpoint is closed.
    ///
    /// @throws IllegalArgumentException if the address is not one that can be sent to, or there
    ///     is more data than a datagram can hold: see [DatagramTransport#send]
    @CheckReturnValue
    public Coroutine<@Nullable Void> send(ByteBuffer data, SocketAddress address) {
        return () -> sendBy(() -> transport().send(data, address));
    }

    /// Returns a coroutine that sends to the peer that the endpoint is connected to, as
    /// [#send(ByteBuffer, SocketAddress)].
    ///
    /// @throws IllegalStateException if it is connected to none
    @CheckReturnValue
    public Coroutine<@Nullable Void> send(ByteBuffer data) {
        return () -> sendBy(() -> transport().send(data));
    }

    /// One datagram that was given to the transport.
    private static final class Flight {
        @Nullable
        Exception failure;
    }

    private @Nullable Void sendBy(Runnable sending) throws Exception {
        while (flight != null) {
            awaitChange();
        }
        if (closing || over) {
            throw closed();
        }
        Flight mine = new Flight();
        flight = mine;
        try {
            sending.run();
        } finally {
            if (!writingPaused) {
                land();
            }
        }
        while (flight == mine) {
            awaitChange();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        return null;
    }

    private void land() {
        flight = null;
        wakeWaiters();
    }

    private void awaitChange() throws Exception {
        Future<@Nullable Void> change = loop.createFuture(this);
        waiters.add(change);
        try {
            Async.await(change);
        } finally {
            waiters.remove(change);
        }
    }

    private void wakeWaiters() {
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
        waiters.clear();
    }

    // --- Closing, asking ---

    private IOException closed() {
        IOException closed = new IOException("the datagram endpoint is closed: " + this);
        if (failure != null) {
            closed.initCause(failure);
        }
        return closed;
    }

    /// Closes the endpoint: what is being sent is sent, what has arrived is dropped, whoever
    /// receives is told. Closing twice does nothing.
    @Override
    public void close() {
        closing = true;
        arrived.clear();
        endReceivers();
        transport().close();
    }

    /// Returns a coroutine that waits until the socket is closed and the system has its port
    /// back. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitClosed() {
        return () -> {
            while (!over) {
                awaitChange();
            }
            return null;
        };
    }

    /// Returns the address of this end.
    public InetSocketAddress localAddress() {
        return transport().localAddress();
    }

    /// Returns the address of the peer that it is connected to; null if it is to none.
    public @Nullable InetSocketAddress remoteAddress() {
        return transport().remoteAddress();
    }

    /// Returns what has gone through so far.
    public DatagramCounters counters() {
        return transport().counters();
    }

    /// Returns a form such as `<DatagramEndpoint 127.0.0.1:53 waiting=3 dropped=0>`.
    @Override
    public String toString() {
        InetSocketAddress peer = remoteAddress();
        return "<DatagramEndpoint " + (over ? "closed " : closing ? "closing " : "")
                + Addresses.describe(localAddress())
                + (peer == null ? "" : " -> " + Addresses.describe(peer)) + " waiting="
                + arrived.size() + " dropped=" + dropped + ">";
    }

    /// What the transport calls.
    private final class Callbacks implements DatagramProtocol {
        @Override
        public void connectionMade(DatagramTransport made) {
            transport = made;
            made.setWriteBufferLimits(0, 0); // So that resumeWriting says: it is sent.
        }

        @Override
        public void datagramReceived(ByteBuffer data, InetSocketAddress sender) {
            ByteBuffer copy = ByteBuffer.allocate(data.remaining());
            copy.put(data).flip();
            offer(new Outcome.Success<>(new Datagram(copy, sender)));
        }

        @Override
        public void errorReceived(IOException error) {
            if (flight != null) {
                flight.failure = error;
            } else {
                offer(new Outcome.Failure<>(error));
            }
        }

        @Override
        public void connectionLost(@Nullable Exception lost) {
            failure = lost;
            over = true;
            if (flight != null) {
                flight.failure = closed();
            }
            if (!loop.isClosed()) {
                endReceivers();
                land();
            }
        }

        @Override
        public void pauseWriting() {
            writingPaused = true;
        }

        @Override
        public void resumeWriting() {
            writingPaused = false;
            land();
        }
    }
}
