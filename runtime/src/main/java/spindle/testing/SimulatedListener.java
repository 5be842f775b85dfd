package spindle.testing;

import spindle.EventLoop;
import spindle.net.ListenOptions;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One listening socket of a [SimulatedServer], with the connections that wait to be accepted. As
/// with TCP these are connected already, and may be written to.
final class SimulatedListener {
    /// How many connections one readiness may bring in.
    private static final int ACCEPTS_PER_EVENT = 1024;

    // fixed at construction
    private final SocketAddress localAddress;
    private final ListenOptions options;
    private final Consumer<SimulatedSocket> accepted;
    private final BooleanSupplier mayAccept;
    private final Readiness acceptable;

    // changes while running
    private final Deque<SimulatedSocket> backlog = new ArrayDeque<>();
    private boolean closed;

    SimulatedListener(
            EventLoop loop,
            SocketAddress localAddress,
            ListenOptions options,
            Consumer<SimulatedSocket> accepted,
            BooleanSupplier mayAccept) {
        this.localAddress = localAddress;
        this.options = options;
        this.accepted = accepted;
        this.mayAccept = mayAccept;
        this.acceptable = new Readiness(loop, () -> !backlog.isEmpty());
    }

    SocketAddress localAddress() {
        return localAddress;
    }

    ListenOptions options() {
        return options;
    }

    // --- Whoever connects ---

    boolean hasRoom() {
        return backlog.size() < options.backlog();
    }

    void add(SimulatedSocket connection) {
        backlog.add(connection);
        acceptable.check();
    }

    // --- Accepting ---

    /// Starts to accept, or goes on.
    void resume() {
        if (!closed) {
            acceptable.watch(this::acceptReady);
        }
    }

    private void acceptReady() {
        for (int i = 0; i < ACCEPTS_PER_EVENT && !backlog.isEmpty(); i++) {
            if (!mayAccept.getAsBoolean()) {
                acceptable.unwatch();
                return;
            }
            accepted.accept(backlog.remove());
        }
    }

    /// Stops listening. Who waits to be accepted gets a reset.
    void close() {
        closed = true;
        acceptable.unwatch();
        for (SimulatedSocket waiting : List.copyOf(backlog)) {
            waiting.answerWithReset();
            waiting.close();
        }
        backlog.clear();
    }

    /// Returns whether it and another one at the same address are in each other's way.
    boolean excludes(ListenOptions other) {
        return !options.reusePort() || !other.reusePort();
    }
}
