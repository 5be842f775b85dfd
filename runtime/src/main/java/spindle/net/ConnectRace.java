package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.EventLoop;
import spindle.Future;
import spindle.TaskGroup;
import spindle.TimerHandle;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// One race of attempts to connect to the addresses of a host: RFC 8305, section 5.
///
/// Each attempt is a task of one group. The race is decided the moment a network asks for the
/// protocol of a connection: the first gets one, and the group is cancelled; whoever asks later
/// gets a stand-in that closes the connection. So the supplier of protocols is called once, and
/// none of its protocols hears of a connection that lost.
final class ConnectRace<P extends Protocol> {
    // fixed at construction
    private final EventLoop loop = EventLoop.current();
    private final Network network;
    private final HostConnectOptions options;
    private final Supplier<P> protocols;

    // changes while running
    private final List<ConnectFailedException.Attempt> failures = new ArrayList<>();

    /// What the body of the group waits for between two attempts: that one of them fails.
    private @Nullable Future<@Nullable Void> nextTurn;

    private boolean decided;
    private @Nullable P winner;
    private @Nullable Transport transport;

    /// What is no matter of one address, such as a supplier of protocols that failed.
    private @Nullable Throwable fatal;

    ConnectRace(Network network, HostConnectOptions options, Supplier<P> protocols) {
        this.network = network;
        this.options = options;
        this.protocols = protocols;
    }

    /// Returns the protocol of the first connection, or null if there was none. Suspends the
    /// calling task until every attempt has ended.
    @Nullable
    P run(List<InetSocketAddress> addresses) throws Exception {
        try {
            Async.await(TaskGroup.run(group -> {
                startAll(group, addresses);
                return null;
            }));
            throwIfFatal();
            return winner;
        } catch (Throwable givenUp) {
            if (transport != null) {
                transport.abort(); // Cancelled when the race was won, but not yet over.
            }
            throw givenUp;
        }
    }

    private void throwIfFatal() throws Exception {
        switch (fatal) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IOException(fatal);
        }
    }

    List<ConnectFailedException.Attempt> failures() {
        return failures;
    }

    // --- Starting attempts ---

    private void startAll(TaskGroup group, List<InetSocketAddress> addresses) throws Exception {
        for (int i = 0; i < addresses.size(); i++) {
            InetSocketAddress address = addresses.get(i);
            String name = "connect to " + Addresses.describe(address);
            group.createTask(name, () -> attempt(group, address));
            if (i < addresses.size() - 1) {
                awaitNextTurn();
            }
        }
    }

    /// Waits until an attempt has failed, or the last one was alone for long enough.
    private void awaitNextTurn() throws Exception {
        Future<@Nullable Void> turn = loop.createFuture("the next address's turn");
        nextTurn = turn;
        TimerHandle timer = options.attemptDelay() == null
                ? null
                : loop.callLater(options.attemptDelay(), this::startNext);
        try {
            Async.await(turn);
        } finally {
            nextTurn = null;
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    private void startNext() {
        if (nextTurn != null && !nextTurn.isDone()) {
            nextTurn.setResult(null);
        }
    }

    // --- One attempt ---

    private void attempt(TaskGroup group, InetSocketAddress address) {
        Claim claim = new Claim();
        try {
            Async.await(network.connect(address, options.forAddress(address.getAddress()), claim));
        } catch (CancelledError cancelled) {
            throw cancelled;
        } catch (Throwable failure) {
            if (failure instanceof IOException ofThisAddress && !claim.won) {
                failures.add(new ConnectFailedException.Attempt(address, ofThisAddress));
                startNext();
                return;
            }
            fatal = failure;
        }
        group.cancel("the race to connect is decided");
    }

    /// What a network asks when the connection of one attempt is there.
    private final class Claim implements Supplier<Protocol> {
        boolean won;

        @Override
        public Protocol get() {
            if (decided) {
                return new Latecomer();
            }
            decided = true;
            won = true;
            P protocol = protocols.get();
            winner = protocol;
            return new Introduction(protocol);
        }
    }

    /// Learns the transport, which this race must close if it is cancelled now, and hands it to
    /// the protocol.
    private final class Introduction implements Protocol {
        private final P protocol;

        Introduction(P protocol) {
            this.protocol = protocol;
        }

        @Override
        public void connectionMade(Transport transport) {
            ConnectRace.this.transport = transport;
            transport.setProtocol(protocol);
            protocol.connectionMade(transport);
        }
    }

    /// What becomes of a connection that comes in second.
    private static final class Latecomer implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            transport.abort();
        }
    }
}
