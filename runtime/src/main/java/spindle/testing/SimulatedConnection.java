package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.net.Transport;

import java.net.SocketAddress;

/// One connection of a [SimulatedNetwork], for the test that wants to do something to it.
///
/// Its two ends are transports like any other; this is the cable between them. Used on the loop's
/// thread alone.
public final class SimulatedConnection {
    /// What happens to it after some bytes.
    private enum Fault {
        RESET,
        CUT
    }

    // fixed at construction
    private final SimulatedNetwork network;
    private final SimulatedSocket client;
    private final SimulatedSocket server;
    private final Wire toServer;
    private final Wire toClient;

    // changes while running
    private boolean cut;
    private boolean partitioned;
    private long bytes;
    private @Nullable Fault fault;
    private long bytesBeforeFault;

    SimulatedConnection(SimulatedNetwork network, SimulatedSocket client, SimulatedSocket server) {
        this.network = network;
        this.client = client;
        this.server = server;
        this.toServer = new Wire(network, this, client, server);
        this.toClient = new Wire(network, this, server, client);
        client.join(this, toClient, toServer);
        server.join(this, toServer, toClient);
    }

    SimulatedSocket client() {
        return client;
    }

    SimulatedSocket server() {
        return server;
    }

    /// Returns the address of the end that has connected.
    public SocketAddress clientAddress() {
        return client.localAddress();
    }

    /// Returns the address that it has connected to.
    public SocketAddress serverAddress() {
        return client.remoteAddress();
    }

    /// Returns whether one of its ends has not been closed yet.
    public boolean isOpen() {
        return !client.isClosed() || !server.isClosed();
    }

    /// Returns how many bytes its ends have sent so far, both together.
    public long bytes() {
        return bytes;
    }

    // --- Doing something to it ---

    /// Resets it: both ends fail, as soon as they have read what has arrived. What is on its way is
    /// lost.
    public void reset() {
        stop();
        client.fail(SimulatedSocket.Break.RESET);
        server.fail(SimulatedSocket.Break.RESET);
    }

    /// Resets it when its ends have sent so many bytes from now on, both together. These arrive,
    /// if there is room for them. Replaces what was to happen after some bytes before.
    public void resetAfter(long count) {
        setFault(Fault.RESET, count);
    }

    /// Cuts it, both ways: nothing arrives any more, and nobody is told. So an end whose peer has
    /// vanished is half-open: it notices nothing, until it has had something to send for
    /// [NetworkConditions#silenceTimeout()].
    public void cut() {
        if (!cut) {
            cut = true;
            cutChanged();
        }
    }

    /// Cuts it when its ends have sent so many bytes from now on, both together. These arrive.
    /// Replaces what was to happen after some bytes before.
    public void cutAfter(long count) {
        setFault(Fault.CUT, count);
    }

    /// Puts it together again. What was on its way arrives: a system sends again what nobody has
    /// confirmed. Does not heal what [SimulatedNetwork#partition] has separated.
    public void heal() {
        if (cut) {
            cut = false;
            cutChanged();
        }
    }

    /// Returns whether nothing gets through, because it was cut or its hosts were separated.
    public boolean isCut() {
        return cut || partitioned;
    }

    void setPartitioned(boolean separated) {
        if (partitioned != separated) {
            partitioned = separated;
            cutChanged();
        }
    }

    private void cutChanged() {
        toServer.cutChanged();
        toClient.cutChanged();
    }

    // --- After some bytes ---

    private void setFault(Fault kind, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "expected a number of bytes of at least 0 but got " + count);
        }
        fault = kind;
        bytesBeforeFault = count;
        failIfDue(toServer);
    }

    /// Counts bytes that are being sent, and returns how many of them come before a fault.
    int countUpToFault(int count) {
        bytes += count;
        if (fault == null) {
            return count;
        }
        int before = (int) Math.min(count, bytesBeforeFault);
        bytesBeforeFault -= before;
        return before;
    }

    /// Fails, behind what was sent on both ways, if enough was sent.
    void failIfDue(Wire sending) {
        if (fault == null || bytesBeforeFault > 0) {
            return;
        }
        Fault due = fault;
        fault = null;
        switch (due) {
            case RESET -> {
                toServer.sendReset();
                toClient.sendReset();
            }
            case CUT -> sending.sendCut();
        }
    }

    // --- Ending ---

    /// Called when one of the ends was closed.
    void endClosed() {
        if (!isOpen()) {
            stop();
            network.closed(this);
        }
    }

    /// Has nothing happen to it any more.
    void stop() {
        toServer.clear();
        toClient.clear();
    }

    /// Returns whether neither end has been closed, nor is about to be.
    boolean isLeftOpen() {
        return isLeftOpen(client) && isLeftOpen(server);
    }

    private static boolean isLeftOpen(SimulatedSocket end) {
        Transport transport = end.transport();
        return !end.isClosed() && (transport == null || !transport.isClosing());
    }

    /// Closes what is open of it.
    void close() {
        client.close();
        server.close();
    }

    /// Returns whether a transport is one of its ends, or lies over one.
    boolean hasEnd(Transport transport) {
        return client.isUnder(transport) || server.isUnder(transport);
    }

    /// Returns a form such as
    /// `<SimulatedConnection cut /127.0.0.1:32768 -> /127.0.0.1:80 bytes=12>`.
    @Override
    public String toString() {
        String state = isCut() ? "cut" : isOpen() ? "open" : "closed";
        return "<SimulatedConnection " + state + " " + clientAddress() + " -> " + serverAddress()
                + " bytes=" + bytes + ">";
    }
}
