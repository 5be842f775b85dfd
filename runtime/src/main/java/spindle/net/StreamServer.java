package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A server with a task for each connection: a server of transports, and the tasks that go with
/// them.
final class StreamServer implements Server {
    // fixed at construction
    private final EventLoop loop = EventLoop.current();
    private final Streams.Handler handler;
    private final Server server;

    // changes while running
    private final Set<Task<@Nullable Void>> handlers = new LinkedHashSet<>();

    private StreamServer(
            Network network,
            List<? extends SocketAddress> addresses,
            ListenOptions listenOptions,
            StreamOptions options,
            Streams.Handler handler)
            throws IOException {
        this.handler = handler;
        this.server = network.listen(
                addresses, listenOptions, () -> new StreamProtocol(options, this::serve));
    }

    static StreamServer start(
            Network network,
            List<? extends SocketAddress> addresses,
            ListenOptions listenOptions,
            StreamOptions options,
            Streams.Handler handler)
            throws IOException {
        return new StreamServer(network, addresses, listenOptions, options, handler);
    }

    private void serve(StreamConnection connection) {
        String name = "connection from " + connection.writer().transport().remoteAddress();
        Task<@Nullable Void> task = Async.createTask(name, () -> handle(connection));
        handlers.add(task);
        task.addDoneCallback(_ -> handlers.remove(task));
    }

    private void handle(StreamConnection connection) {
        StreamWriter writer = connection.writer();
        try {
            handler.serve(connection.reader(), writer);
            writer.close();
        } catch (CancelledError cancelled) {
            writer.abort();
            throw cancelled;
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            if (failure instanceof IOException && writer.isBroken()) {
                return; // That the peer is gone is nobody's fault here.
            }
            writer.abort();
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "the handler of a connection failed", failure, writer.transport()));
        }
    }

    @Override
    public List<SocketAddress> localAddresses() {
        return server.localAddresses();
    }

    @Override
    public int connectionCount() {
        return Math.max(server.connectionCount(), handlersLeft().size());
    }

    @Override
    public boolean isClosed() {
        return server.isClosed();
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public void closeClients() {
        server.closeClients();
    }

    @Override
    public void abortClients() {
        server.abortClients();
        List.copyOf(handlers).forEach(task -> task.cancel("its connection was aborted"));
    }

    @Override
    public Coroutine<@Nullable Void> waitClosed() {
        return () -> {
            Async.await(server.waitClosed());
            for (var left = handlersLeft(); !left.isEmpty(); left = handlersLeft()) {
                Async.await(Async.waitAll(left));
            }
            return null;
        };
    }

    private List<Task<@Nullable Void>> handlersLeft() {
        return handlers.stream().filter(task -> !task.isDone()).toList();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
