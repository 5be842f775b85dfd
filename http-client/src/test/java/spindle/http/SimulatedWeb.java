package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import spindle.EventLoop;
import spindle.testing.SimulatedNetwork;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Servers and sessions in a network in memory, for tests on a clock of their own
/// ([spindle.testing.LoopTest]): whatever they wait for takes no time.
///
/// Whatever the test did, at its end no connection is in use, and no script has failed.
public final class SimulatedWeb implements AutoCloseable {
    private final SimulatedNetwork network = SimulatedNetwork.open();
    private final long startNanos = EventLoop.current().time();
    private final List<ScriptedOrigin> origins = new ArrayList<>();
    private final List<ClientSession> sessions = new ArrayList<>();

    private SimulatedWeb() {}

    /// Opens one for the loop that is calling.
    public static SimulatedWeb open() {
        return new SimulatedWeb();
    }

    public SimulatedNetwork network() {
        return network;
    }

    /// Starts a server at port 80 of an address, such as `192.0.2.1`.
    public ScriptedOrigin origin(String address) throws IOException {
        ScriptedOrigin origin = ScriptedOrigin.listen(this, network, address);
        origins.add(origin);
        return origin;
    }

    /// Opens a session in this network.
    public ClientSession session(ClientOptions options) {
        ClientSession session = ClientSession.open(options.withNetwork(network));
        sessions.add(session);
        return session;
    }

    /// Opens a session with middlewares.
    public ClientSession session(Middleware... middlewares) {
        ClientOptions options = ClientOptions.defaults();
        for (Middleware middleware : middlewares) {
            options = options.withMiddleware(middleware);
        }
        return session(options);
    }

    /// Returns how long it has been open.
    public Duration now() {
        return Duration.ofNanos(EventLoop.current().time() - startNanos);
    }

    @Override
    public void close() {
        try {
            for (ClientSession session : sessions) {
                assertThat(session.connectionsInUse()).as("connections in use").isZero();
            }
            for (ScriptedOrigin origin : origins) {
                assertThat(origin.failures()).as("failures of scripts").isEmpty();
            }
        } finally {
            sessions.forEach(ClientSession::close);
            origins.forEach(SimulatedWeb::shutDown);
        }
    }

    private static void shutDown(ScriptedOrigin origin) {
        try {
            await(origin.shutDown());
        } catch (Exception failure) {
            throw new AssertionError("a server did not end as it should", failure);
        }
    }
}
