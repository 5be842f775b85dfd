package spindle.http.simulation;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.moveOnAfter;
import static spindle.Async.sleep;
import static spindle.Async.waitAll;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.http.ClientOptions;
import spindle.http.ClientSession;
import spindle.http.Middleware;
import spindle.http.PoolOptions;
import spindle.http.ResponseLimits;
import spindle.http.policy.Retry;
import spindle.http.policy.RetryBudget;
import spindle.net.Protocol;
import spindle.net.Resolver;
import spindle.net.Server;
import spindle.testing.NetworkConditions;
import spindle.testing.NetworkFaults;
import spindle.testing.ReadSizes;
import spindle.testing.SimulatedConnection;
import spindle.testing.SimulatedNetwork;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a [Simulation] takes place in, and its course: faults, then their end, then nothing left.
final class World {
    private static final List<String> HOSTS = List.of("a.test", "b.test", "c.test");
    private static final int MEBIBYTE = 1024 * 1024;

    /// How long servers lie, in the loop's time, and how long things may take afterwards.
    private static final Duration FAULTS = Duration.ofSeconds(90);
    private static final Duration LIVENESS = Duration.ofMinutes(3);

    /// Enough for whatever is on its way.
    private static final Duration REST = Duration.ofSeconds(30);

    // fixed at construction
    private final Dice dice;
    private final boolean calm;
    private final Sabotage sabotage;
    private final EventLoop loop = EventLoop.current();
    private final SimulatedNetwork network;
    private final boolean retries;
    private final Ledger ledger;
    private final LyingServer server;
    private final List<Server> listeners = new ArrayList<>();
    private final List<ClientProgram> programs = new ArrayList<>();
    private final List<Task<@Nullable Void>> tasks = new ArrayList<>();
    private final ClientSession session;

    // changes while running
    private boolean closedEarly;

    /// @param calm whether nothing goes wrong
    World(Dice dice, Trace trace, boolean calm, Sabotage sabotage) throws IOException {
        this.dice = dice;
        this.calm = calm;
        this.sabotage = sabotage;
        this.retries = dice.oneIn(3);
        NetworkConditions conditions = conditions();
        this.network = SimulatedNetwork.open(loop, conditions, dice.seed());
        this.ledger = new Ledger(loop, trace, conditions, retries);
        this.server = new LyingServer(loop, network, ledger, dice.fork(), HOSTS, sabotage);
        for (String host : HOSTS) {
            listeners.add(network.listen(new InetSocketAddress(address(host), 80), server::accept));
        }
        network.ignoreConnects(new InetSocketAddress(address("lost.test"), 80));
        this.session = ClientSession.open(options());
    }

    Ledger ledger() {
        return ledger;
    }

    // --- What it is like ---

    private NetworkConditions conditions() {
        Duration latency = dice.pick(
                Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(40), Duration.ofMillis(400));
        NetworkConditions conditions = NetworkConditions.ideal()
                .withLatency(latency)
                .withJitter(dice.oneIn(2) ? Duration.ZERO : latency)
                .withReads(dice.pick(ReadSizes.WHOLE, ReadSizes.RANDOM, ReadSizes.RANDOM))
                .withConnectTimeout(Duration.ofSeconds(10))
                .withSilenceTimeout(Duration.ofSeconds(20));
        if (dice.oneIn(4)) {
            conditions = conditions.withBytesPerSecond(dice.pick(20_000, 1_000_000));
        }
        if (dice.oneIn(4) && latency.toMillis() < 100) {
            conditions = conditions.withBuffers(500 + dice.size(64_000), 500 + dice.size(64_000));
        }
        return calm || dice.oneIn(2) ? conditions : conditions.withFaults(faults());
    }

    private NetworkFaults faults() {
        return NetworkFaults.none()
                .withRefusedConnects(0.1)
                .withLostConnects(0.1)
                .withResets(0.1)
                .withCuts(0.1)
                .withWithinBytes(1 + dice.size(1 << 17));
    }

    private static InetAddress address(String host) {
        return InetAddress.ofLiteral("192.0.2." + (int) host.charAt(0));
    }

    private ClientOptions options() {
        ClientOptions options = ClientOptions.defaults()
                .withNetwork(network)
                .withResolver(resolver())
                .withLimits(ResponseLimits.defaults()
                        .withMaxBodyBytes(MEBIBYTE / 2)
                        .withMaxDecodedBytes(4 * MEBIBYTE))
                .withPool(new PoolOptions(
                        dice.pick(0, 1, 2, 100),
                        dice.pick(0, 1, 2),
                        dice.pick(0, 1, 1000, 1000),
                        Duration.ofSeconds(dice.between(1, 20))))
                .withMaxRedirects(dice.pick(0, 2, 10));
        if (dice.oneIn(3)) {
            options = options.withListener(event -> ledger.note(event.getClass().getSimpleName()
                    + " " + event.request().url().path()));
        }
        if (retries) {
            options = options.withMiddleware(Retry.upTo(dice.between(2, 4))
                    .withSources(new Random(dice.seed()), InstantSource.fixed(Instant.EPOCH))
                    .withBudget(dice.oneIn(2) ? RetryBudget.unlimited() : RetryBudget.standard()));
        }
        return switch (sabotage) {
            case OVERTIME -> options.withMiddleware(late(Duration.ofSeconds(100)));
            case HANG -> options.withMiddleware(late(Duration.ofDays(1)));
            case UNTYPED_ERROR ->
                options.withMiddleware((_, _) -> {
                    throw new IOException("no type in particular");
                });
            default -> options;
        };
    }

    private static Middleware late(Duration time) {
        return (request, next) -> {
            await(sleep(time));
            return next.send(request);
        };
    }

    private Resolver resolver() {
        Dice own = dice.fork();
        return host -> () -> {
            if (!calm && own.oneIn(5)) {
                await(sleep(own.upTo(Duration.ofSeconds(2))));
            }
            if (host.equals("unknown.test")) {
                throw new UnknownHostException(host);
            }
            return own.oneIn(4)
                    ? List.of(address("dead.test"), address(host))
                    : List.of(address(host));
        };
    }

    // --- What happens in it ---

    void run() throws Exception {
        if (calm) {
            server.beHonest();
        }
        int count = dice.between(1, 14);
        for (int id = 0; id < count; id++) {
            start(id);
        }
        if (!calm && dice.oneIn(8)) {
            tasks.add(createTask("close", this::closeEarly));
        }
        var _ = await(waitAll(FAULTS, tasks));
        endFaults();
        var _ = await(waitAll(LIVENESS, tasks));
        for (Task<@Nullable Void> task : tasks) {
            if (!task.isDone()) {
                ledger.violation("nothing more ended " + task + " in " + session + ", "
                        + network.connections());
                task.cancel();
            }
        }
        var _ = await(waitAll(tasks));
        checkPrograms();
        finish();
    }

    private void start(int id) {
        boolean bad = !calm && dice.oneIn(10);
        String host = bad ? dice.pick("unknown.test", "dead.test", "lost.test") : dice.pick(HOSTS);
        ClientProgram program =
                new ClientProgram(id, dice.fork(), loop, ledger, session, host, calm);
        programs.add(program);
        Task<@Nullable Void> task = createTask("request " + id, program::run);
        tasks.add(task);
        if (!calm && dice.oneIn(4)) {
            var timer = loop.callLater(dice.upTo(Duration.ofSeconds(12)), () -> {
                program.expectCancel();
                task.cancel();
            });
            task.addDoneCallback(_ -> timer.cancel());
        }
    }

    private void closeEarly() throws Exception {
        await(sleep(dice.upTo(Duration.ofSeconds(10))));
        closedEarly = true;
        programs.forEach(ClientProgram::expectClosedSession);
        close();
    }

    private void close() {
        ledger.note("the session closes");
        long begin = loop.time();
        session.close();
        if (loop.time() > begin + Duration.ofSeconds(1).toNanos()) {
            ledger.violation("closing the session took " + Duration.ofNanos(loop.time() - begin));
        }
    }

    private void endFaults() throws Exception {
        ledger.note("all faults end");
        network.setConditions(network.conditions().withFaults(NetworkFaults.none()));
        network.connections().forEach(SimulatedConnection::heal);
        network.allowConnects(new InetSocketAddress(address("lost.test"), 80));
        server.beHonest();
        server.endAll();
    }

    private void checkPrograms() {
        for (ClientProgram program : programs) {
            if (calm && !program.hasSucceeded()) {
                ledger.violation("request " + program.id() + " failed though all was well");
            }
        }
    }

    // --- What is left of it ---

    private void finish() throws Exception {
        await(sleep(REST));
        if (!closedEarly) {
            probe();
        }
        sabotageTheEnd();
        if (session.connectionsInUse() != 0) {
            ledger.violation("slots were not given back: " + session);
        }
        close();
        await(sleep(REST));
        network.connections().forEach(SimulatedConnection::heal);
        server.connections().forEach(LyingConnection::listen);
        await(sleep(REST));
        for (LyingConnection connection : server.connections()) {
            if (!connection.hasClientLeft()) {
                ledger.violation("the client has left connection " + connection.number() + " open");
            }
        }
        server.endAll();
        await(sleep(REST));
        for (SimulatedConnection connection : network.connections()) {
            ledger.violation("left open: " + connection);
        }
        listeners.forEach(Server::close);
    }

    /// The next requests get their own answers, from whichever server.
    private void probe() throws Exception {
        for (String host : HOSTS) {
            int id = programs.size();
            ClientProgram program =
                    new ClientProgram(id, dice.fork(), loop, ledger, session, host, true);
            programs.add(program);
            boolean _ = await(moveOnAfter(LIVENESS, program::run));
            if (!program.hasSucceeded()) {
                ledger.violation("after all that, " + host + " could not be asked any more");
            }
        }
    }

    private void sabotageTheEnd() throws Exception {
        switch (sabotage) {
            case OPEN_CONNECTION ->
                await(network.connect(
                        listeners.getFirst().localAddress(), () -> new Protocol() {}));
            case RUNNING_TASK -> {
                Task<?> _ = createTask("left", sleep(Duration.ofDays(1)));
            }
            case TIMER -> loop.callLater(Duration.ofDays(1), () -> {});
            case HELD_SLOT -> {
                network.ignoreConnects(new InetSocketAddress(address("lost.test"), 80));
                Task<?> _ = createTask("held", session.get("http://lost.test/"));
                await(sleep(Duration.ofSeconds(5)));
            }
            case THROWING_CALLBACK ->
                loop.callSoon(() -> {
                    throw new IllegalStateException("sabotage");
                });
            case CHANCE -> ledger.note("now it is " + System.nanoTime());
            default -> {}
        }
    }

    /// Returns whether a report is about what a program did, not the client.
    boolean allows(ExceptionHandler.Context report) {
        return switch (report.message().split(":", 2)[0]) {
            case "a response was never closed nor read to its end" ->
                closedEarly || programs.stream().anyMatch(ClientProgram::mayForget);
            case "the body of a request failed after its response was complete" ->
                programs.stream().anyMatch(ClientProgram::hasBrokenBody);
            default -> false;
        };
    }
}
