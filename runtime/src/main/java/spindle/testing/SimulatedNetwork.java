package spindle.testing;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/// A network in memory, for tests: its connections behave as those of real sockets do, and as badly
/// as a test wants.
///
/// ```java
/// SimulatedNetwork network = SimulatedNetwork.open(
///         NetworkConditions.ideal()
///                 .withLatency(Duration.ofMillis(40))
///                 .withReads(ReadSizes.RANDOM),
///         seed);
/// Server server = network.listen(new InetSocketAddress("192.0.2.1", 80), Echo::new);
/// Client client = await(network.connect(server.localAddress(), Client::new));
/// network.connection(client.transport()).cutAfter(100);
/// ```
///
/// Everything happens on the loop's clock: on an [AutoJumpClock], a transfer that takes an hour
/// takes none. Everything that is left to chance follows from the seed: the same program on such a
/// clock sees the same bytes at the same times again.
///
/// There is one machine with all addresses there are: whatever is listened on can be connected to,
/// and who connects comes from the loopback address, unless its options say otherwise. Tests that
/// need several machines, to separate them, take each from [#host(InetAddress)].
///
/// Where it differs from Linux: news that a reader has made room takes no time, and an end that
/// closes with input unread resets the connection at once.
///
/// It is closed with the loop, and reports to the loop's exception handler what is still open then:
/// connections that neither end has closed, and servers. Used on the loop's thread alone.
///
/// Next: [SimulatedConnection].
public final class SimulatedNetwork implements Network {
    private static final int READ_BUFFER_BYTES = 256 * 1024;

    /// What happens to connects to one address.
    private enum Knocks {
        REFUSED,
        IGNORED
    }

    // fixed at construction
    private final EventLoop loop;
    private final Random random;
    private final SimulatedAddresses addresses = new SimulatedAddresses();

    /// As on a real network, a protocol has the bytes only during `dataReceived`.
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);

    // changes while running
    private NetworkConditions conditions;
    private final Set<SimulatedConnection> connections = new LinkedHashSet<>();
    private final Set<SimulatedTransport> transports = new LinkedHashSet<>();
    private final Set<SimulatedServer> servers = new LinkedHashSet<>();
    private final Map<SocketAddress, Knocks> knocks = new HashMap<>();
    private final Set<Set<InetAddress>> partitions = new HashSet<>();

    private SimulatedNetwork(EventLoop loop, NetworkConditions conditions, long seed) {
        this.loop = loop;
        this.conditions = conditions;
        this.random = new Random(seed);
    }

    // --- Opening ---

    /// Opens a network without latency, limits and faults for the loop that is calling.
    public static SimulatedNetwork open() {
        return open(NetworkConditions.ideal(), 0);
    }

    /// Opens a network for the loop that is calling.
    ///
    /// @param seed decides what is left to chance
    public static SimulatedNetwork open(NetworkConditions conditions, long seed) {
        return open(EventLoop.current(), conditions, seed);
    }

    /// Opens a network for a loop. One loop can have several: they know nothing of each other.
    ///
    /// @param seed decides what is left to chance
    public static SimulatedNetwork open(EventLoop loop, NetworkConditions conditions, long seed) {
        SimulatedNetwork network = new SimulatedNetwork(loop, conditions, seed);
        loop.resource(SimulatedNetworks.class, _ -> new SimulatedNetworks()).add(network);
        return network;
    }

    // --- The network ---

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return () -> {
            SimulatedSocket socket = new SimulatedConnect(this, address, options).run();
            try {
                P protocol = protocols.get();
                new SimulatedTransport(this, socket, protocol, null).start();
                return protocol;
            } catch (Throwable failure) {
                socket.close();
                throw failure;
            }
        };
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        SimulatedServer server = SimulatedServer.open(this, addresses, options, protocols);
        servers.add(server);
        return server;
    }

    /// Returns this network as one machine in it sees it. What connects through it comes from that
    /// machine's address; what listens on the wildcard address listens on that one.
    public Network host(InetAddress address) {
        return new SimulatedHost(this, address);
    }

    // --- What it is like ---

    /// Returns what the network is like.
    public NetworkConditions conditions() {
        return conditions;
    }

    /// Changes what the network is like, for what is sent and connected from now on.
    public void setConditions(NetworkConditions changed) {
        conditions = changed;
    }

    /// Has connects to an address refused, though somebody may listen there.
    public void refuseConnects(SocketAddress address) {
        knocks.put(address, Knocks.REFUSED);
    }

    /// Has connects to an address hang, as if their packets were lost on the way: until
    /// [NetworkConditions#connectTimeout()].
    public void ignoreConnects(SocketAddress address) {
        knocks.put(address, Knocks.IGNORED);
    }

    /// Undoes [#refuseConnects] and [#ignoreConnects]. A connect that hangs gets through when it
    /// tries again: 1 s, 2 s, 4 s and so on after the time before.
    public void allowConnects(SocketAddress address) {
        knocks.remove(address);
    }

    /// Separates two machines: connections between them are cut, connects hang.
    public void partition(InetAddress one, InetAddress other) {
        partitions.add(Set.of(one, other));
        connections.forEach(this::separateOrJoin);
    }

    /// Undoes [#partition].
    public void heal(InetAddress one, InetAddress other) {
        partitions.remove(Set.of(one, other));
        connections.forEach(this::separateOrJoin);
    }

    private void separateOrJoin(SimulatedConnection connection) {
        connection.setPartitioned(
                areSeparated(connection.clientAddress(), connection.serverAddress()));
    }

    private boolean areSeparated(SocketAddress one, SocketAddress other) {
        InetAddress first = SimulatedAddresses.host(one);
        InetAddress second = SimulatedAddresses.host(other);
        return first != null
                && second != null
                && !first.equals(second)
                && partitions.contains(Set.of(first, second));
    }

    // --- What goes on in it ---

    /// Returns the connections that at least one end has not closed yet, the oldest first.
    public List<SimulatedConnection> connections() {
        return List.copyOf(connections);
    }

    /// Returns the connection that a transport is an end of, be it of this network or one over it,
    /// such as TLS.
    ///
    /// @throws IllegalArgumentException if it is over, or not one of this network's
    public SimulatedConnection connection(Transport transport) {
        for (SimulatedConnection connection : connections) {
            if (connection.hasEnd(transport)) {
                return connection;
            }
        }
        throw new IllegalArgumentException(
                "expected a transport of a connection of this network but got " + transport);
    }

    /// Returns the servers that listen, the oldest first.
    public List<Server> servers() {
        return List.copyOf(servers);
    }

    // --- For its parts ---

    EventLoop loop() {
        return loop;
    }

    Random random() {
        return random;
    }

    SimulatedAddresses addresses() {
        return addresses;
    }

    /// Returns the shared buffer, empty.
    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /// Returns how long something that is sent now travels.
    long travelNanos() {
        long jitter = conditions.jitter().toNanos();
        return conditions.latency().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter + 1));
    }

    /// What comes back to a client that knocks.
    sealed interface Answer {
        /// Somebody is there.
        record Accepted(SimulatedSocket socket) implements Answer {}

        /// Nobody is there.
        record Refused() implements Answer {}

        /// Nothing comes back.
        record None() implements Answer {}
    }

    /// Tries to connect, now.
    Answer knock(SocketAddress from, SocketAddress to, ConnectOptions options) {
        NetworkFaults faults = conditions.faults();
        if (areSeparated(from, to) || knocks.get(to) == Knocks.IGNORED) {
            return new Answer.None();
        }
        List<SimulatedListener> listening = addresses.listenersAt(to);
        if (listening.isEmpty()
                || knocks.get(to) == Knocks.REFUSED
                || happens(faults.refusedConnects())) {
            return new Answer.Refused();
        }
        SimulatedListener listener = listening.size() == 1
                ? listening.getFirst()
                : listening.get(random.nextInt(listening.size()));
        if (!listener.hasRoom()) {
            return new Answer.None();
        }
        return new Answer.Accepted(join(from, to, options, listener));
    }

    private SimulatedSocket join(
            SocketAddress from,
            SocketAddress to,
            ConnectOptions options,
            SimulatedListener listener) {
        SimulatedSocket client = new SimulatedSocket(loop, conditions, options.socket(), from, to);
        SimulatedSocket server =
                new SimulatedSocket(loop, conditions, listener.options().socket(), to, from);
        SimulatedConnection connection = new SimulatedConnection(this, client, server);
        connections.add(connection);
        if (happens(conditions.faults().resets())) {
            connection.resetAfter(random.nextLong(conditions.faults().withinBytes()));
        } else if (happens(conditions.faults().cuts())) {
            connection.cutAfter(random.nextLong(conditions.faults().withinBytes()));
        }
        listener.add(server);
        return client;
    }

    /// Returns, by chance, whether something happens whose share is this.
    boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    // --- Keeping count ---

    void opened(SimulatedTransport transport) {
        transports.add(transport);
    }

    void closed(SimulatedTransport transport) {
        transports.remove(transport);
    }

    void closed(SimulatedServer server) {
        servers.remove(server);
    }

    void closed(SimulatedConnection connection) {
        connections.remove(connection);
        addresses.release(connection.clientAddress());
    }

    /// Closes everything that is still open, and reports what nobody has closed. The loop has
    /// stopped for good, so protocols are told at once.
    void close() {
        report(
                "servers still listened when their loop was closed, close them first",
                List.copyOf(servers));
        report(
                "connections were still open when their loop was closed, close one of their ends first",
                connections.stream().filter(SimulatedConnection::isLeftOpen).toList());
        List.copyOf(servers).forEach(SimulatedServer::close);
        List.copyOf(transports).forEach(SimulatedTransport::closeWithLoop);
        List.copyOf(connections).forEach(SimulatedConnection::close);
    }

    private void report(String message, List<?> left) {
        if (!left.isEmpty()) {
            loop.callExceptionHandler(new ExceptionHandler.Context(message, null, left));
        }
    }

    /// Returns a form such as `<SimulatedNetwork connections=2 servers=1>`.
    @Override
    public String toString() {
        return "<SimulatedNetwork connections=" + connections.size() + " servers=" + servers.size()
                + ">";
    }
}
