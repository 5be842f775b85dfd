package spindle.http;

import spindle.EventLoop;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that does to each request what the script of its path says, byte for byte. It
/// stands on blocking sockets and threads of its own, and shares nothing with what it tests.
///
/// The path `/probe` answers with the request's query: so a test can ask, after whatever else
/// happened, whether the next request gets its own answer.
final class ScriptedServer implements AutoCloseable {
    /// What to do about one request.
    interface Script {
        void play(Conversation peer) throws Exception;
    }

    // fixed at construction
    private final EventLoop loop;
    private final ServerSocket listener;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    // changes while running
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private ScriptedServer(EventLoop loop) throws IOException {
        this.loop = loop;
        this.listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        on("/probe", peer -> peer.respond(peer.query()));
        start("scripted-server", this::accept);
    }

    /// Starts a server for the clients of the calling loop.
    static ScriptedServer open() throws IOException {
        return new ScriptedServer(EventLoop.current());
    }

    /// Sets the script of a path.
    ScriptedServer on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    String url(String pathAndQuery) {
        return "http://127.0.0.1:" + port() + pathAndQuery;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Returns how many connections were accepted so far.
    int connections() {
        return connections.get();
    }

    /// Returns the heads of the requests that came, in the order in which they did.
    List<String> requests() {
        return requests;
    }

    /// Returns the targets of the requests that came, in the order in which they did.
    List<String> targets() {
        return requests.stream().map(request -> request.split(" ", -1)[1]).toList();
    }

    /// Returns what scripts failed with, other than by losing their peer.
    List<Throwable> failures() {
        return failures;
    }

    // --- Serving ---

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Conversation peer = new Conversation(socket, connections.incrementAndGet(), loop);
                start("scripted-connection", () -> converse(peer));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void converse(Conversation peer) {
        try {
            while (peer.readRequest()) {
                requests.add(peer.request());
                scripts.getOrDefault(peer.path(), Conversation::reset).play(peer);
            }
        } catch (IOException lost) {
            return;
        } catch (Exception | AssertionError failure) {
            failures.add(failure);
        } finally {
            sockets.remove(peer.socket());
            peer.close();
        }
    }

    private static void start(String name, Runnable body) {
        Thread.ofPlatform().daemon().name(name).start(body);
    }

    /// Stops listening, and keeps the port from whoever else might; connections stay.
    void stopListening() throws IOException {
        listener.close();
        Socket taken = new Socket();
        taken.setReuseAddress(true);
        // The system listens until the thread that accepts has noticed.
        while (!taken.isBound()) {
            try {
                taken.bind(listener.getLocalSocketAddress());
            } catch (BindException stillListening) {
                Thread.onSpinWait();
            }
        }
        sockets.add(taken);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
