package spindle.http.simulation;

import spindle.EventLoop;
import spindle.net.Protocol;
import spindle.testing.SimulatedNetwork;

import java.util.ArrayList;
import java.util.List;

/// All servers of a simulation: they lie, or not, about every request, as the dice fall.
final class LyingServer {
    // fixed at construction
    private final EventLoop loop;
    private final SimulatedNetwork network;
    private final Ledger ledger;
    private final Dice dice;
    private final List<String> hosts;
    private final Sabotage sabotage;

    // changes while running
    private final List<LyingConnection> connections = new ArrayList<>();
    private boolean honest;
    private int lastId;

    LyingServer(
            EventLoop loop,
            SimulatedNetwork network,
            Ledger ledger,
            Dice dice,
            List<String> hosts,
            Sabotage sabotage) {
        this.loop = loop;
        this.network = network;
        this.ledger = ledger;
        this.dice = dice;
        this.hosts = hosts;
        this.sabotage = sabotage;
    }

    Protocol accept() {
        LyingConnection connection =
                new LyingConnection(this, loop, network, ledger, connections.size(), dice.fork());
        connections.add(connection);
        return connection;
    }

    /// Has every request from now on get an honest answer at once.
    void beHonest() {
        honest = true;
    }

    /// Ends every connection, in one way or the other.
    void endAll() {
        List.copyOf(connections).forEach(LyingConnection::giveUp);
    }

    List<LyingConnection> connections() {
        return connections;
    }

    List<Step> script(LyingConnection peer, ArrivingRequest request, Dice own) {
        Scripts scripts = new Scripts(own, ledger, this);
        return honest ? scripts.calm(peer, request) : scripts.any(peer, request);
    }

    /// Returns what is done about a connection before any request has come.
    List<Step> greeting(LyingConnection peer, Dice own) {
        return honest || !own.oneIn(25) ? List.of() : new Scripts(own, ledger, this).unasked(peer);
    }

    String anyHost(Dice own) {
        return own.pick(hosts);
    }

    /// Returns whose answer it says it sends.
    int claimedId(int id) {
        int claimed = sabotage == Sabotage.SWAPPED_ANSWERS && id != 0 ? lastId : id;
        lastId = id;
        return claimed;
    }

    /// Returns whether what it says of a body is not true.
    boolean spoils() {
        return sabotage == Sabotage.WRONG_BODIES;
    }
}
