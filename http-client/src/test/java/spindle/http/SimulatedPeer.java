package spindle.http;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.net.ListenOptions;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;
import spindle.testing.NetworkConditions;
import spindle.testing.SimulatedNetwork;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// One connection of a server in a simulated network: for each request it plays a script, in which
/// hours take no time.
final class SimulatedPeer implements Protocol {
    static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.1", 80);
    static final String URL = "http://192.0.2.1/";

    /// What to do about one request, in a task of its own, which ends with the connection.
    interface Script {
        void play(SimulatedPeer peer) throws Exception;
    }

    /// A test with a server in a network.
    interface Body {
        void run(SimulatedNetwork network, ClientSession session) throws Exception;
    }

    // fixed at construction
    private final Script script;

    // changes while running
    private final StringBuilder received = new StringBuilder();
    private @Nullable Transport transport;
    private @Nullable Task<?> playing;

    /// Present while the transport has enough to send.
    private @Nullable Future<@Nullable Void> drained;

    private SimulatedPeer(Script script) {
        this.script = script;
    }

    /// Runs a test, in its loop: within a network where that server listens, on ports 80 and 443.
    static void run(ClientOptions options, Script script, Body test) throws Exception {
        SimulatedNetwork network = SimulatedNetwork.open(NetworkConditions.ideal(), 0);
        InetSocketAddress secure = new InetSocketAddress(ADDRESS.getAddress(), 443);
        Server server = network.listen(
                List.of(ADDRESS, secure),
                ListenOptions.defaults(),
                () -> new SimulatedPeer(script));
        try (server;
                ClientSession session = ClientSession.open(options.withNetwork(network))) {
            test.run(network, session);
            server.abortClients();
        }
        while (!network.connections().isEmpty()) {
            Async.yieldNow();
        }
    }

    @Override
    public void connectionMade(Transport made) {
        transport = made;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        received.append(StandardCharsets.ISO_8859_1.decode(data));
        int end = received.indexOf("\r\n\r\n");
        if (end >= 0 && (playing == null || playing.isDone())) {
            received.delete(0, end + 4);
            playing = EventLoop.current().createTask(() -> script.play(this));
        }
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        if (playing != null) {
            playing.cancel();
        }
    }

    @Override
    public void pauseWriting() {
        drained = EventLoop.current().createFuture();
    }

    @Override
    public void resumeWriting() {
        if (drained != null) {
            drained.setResult(null);
            drained = null;
        }
    }

    // --- For scripts ---

    Transport transport() {
        if (transport == null) {
            throw new IllegalStateException("not connected yet");
        }
        return transport;
    }

    void send(String bytes) {
        transport().write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// Sends as much as the client takes in, and waits for it. Suspends the calling task.
    void sendPatiently(byte[] bytes) throws Exception {
        transport().write(ByteBuffer.wrap(bytes));
        if (drained != null) {
            await(drained);
        }
    }

    /// Says nothing for so long. Suspends the calling task.
    void pause(Duration duration) throws Exception {
        await(Async.sleep(duration));
    }
}
