package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.runBlocking;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.Future;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/// A server of this library, and the connections that a test makes to it: by plain blocking
/// sockets, or by its own client. For use in a loop.
public final class Connections<S extends RecordingProtocol> implements AutoCloseable {
    private final Network network;
    private final Server server;
    private final Deque<S> accepted = new ArrayDeque<>();
    private @Nullable Future<@Nullable Void> arrival;

    private Connections(Network network, SocketAddress address, Supplier<S> protocols)
            throws IOException {
        this.network = network;
        server = network.listen(address, () -> {
            S protocol = protocols.get();
            accepted.add(protocol);
            if (arrival != null && !arrival.isDone()) {
                arrival.setResult(null);
            }
            return protocol;
        });
    }

    public static <S extends RecordingProtocol> Connections<S> over(
            Network network, SocketAddress address, Supplier<S> protocols) throws IOException {
        return new Connections<>(network, address, protocols);
    }

    public static <S extends RecordingProtocol> Connections<S> over(
            Network network, Supplier<S> protocols) throws IOException {
        return new Connections<>(network, LoopRun.anyPort(), protocols);
    }

    static <S extends RecordingProtocol> Connections<S> to(Supplier<S> protocols)
            throws IOException {
        return over(LoopRun.network(), protocols);
    }

    static Connections<RecordingProtocol> toRecording() throws IOException {
        return to(RecordingProtocol::new);
    }

    public Server server() {
        return server;
    }

    public InetSocketAddress address() {
        return LoopRun.addressOf(server);
    }

    /// Connects a plain socket and waits until the server has it.
    Pair<Socket, S> plain() throws Exception {
        return plain(new Socket());
    }

    Pair<Socket, S> plain(Socket socket) throws Exception {
        await(runBlocking(() -> {
            socket.connect(address(), 5000);
            return null;
        }));
        return new Pair<>(socket, nextAccepted());
    }

    /// Connects a client of this library and waits until the server has it.
    public <C extends RecordingProtocol> Pair<C, S> own(Supplier<C> protocols) throws Exception {
        C client = await(network.connect(server.localAddress(), protocols));
        return new Pair<>(client, nextAccepted());
    }

    /// Waits for a connection that somebody makes.
    public S nextAccepted() throws Exception {
        while (accepted.isEmpty()) {
            arrival = EventLoop.current().createFuture();
            await(arrival);
        }
        S protocol = accepted.remove();
        await(protocol.untilEvent("connectionMade"));
        assertThat(protocol.events).startsWith("connectionMade");
        return protocol;
    }

    @Override
    public void close() {
        server.close();
        server.abortClients();
    }

    /// The two ends of one connection.
    public record Pair<C, S>(C client, S server) {}
}
