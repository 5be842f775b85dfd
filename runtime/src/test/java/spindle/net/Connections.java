package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.runBlocking;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/// A server of this library, and the connections that a test makes to it: by plain blocking
/// sockets, or by its own client. For use in a loop.
final class Connections<S extends RecordingProtocol> implements AutoCloseable {
    private final Server server;
    private final Deque<S> accepted = new ArrayDeque<>();

    private Connections(Supplier<S> protocols) throws IOException {
        server = LoopRun.network().listen(LoopRun.anyPort(), () -> {
            S protocol = protocols.get();
            accepted.add(protocol);
            return protocol;
        });
    }

    static <S extends RecordingProtocol> Connections<S> to(Supplier<S> protocols)
            throws IOException {
        return new Connections<>(protocols);
    }

    static Connections<RecordingProtocol> toRecording() throws IOException {
        return to(RecordingProtocol::new);
    }

    Server server() {
        return server;
    }

    InetSocketAddress address() {
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
    <C extends RecordingProtocol> Pair<C, S> own(Supplier<C> protocols) throws Exception {
        C client = await(LoopRun.network().connect(address(), protocols));
        return new Pair<>(client, nextAccepted());
    }

    private S nextAccepted() throws Exception {
        await(LoopRun.until(() -> !accepted.isEmpty()));
        S protocol = accepted.remove();
        assertThat(protocol.events).startsWith("connectionMade");
        return protocol;
    }

    @Override
    public void close() {
        server.close();
        server.abortClients();
    }

    /// The two ends of one connection.
    record Pair<C, S>(C client, S server) {}
}
