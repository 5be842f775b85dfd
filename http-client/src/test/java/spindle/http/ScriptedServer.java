package spindle.http;

import org.jspecify.annotations.Nullable;

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
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

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

    /// Makes the server's side of TLS out of a plain socket; null for a plain server.
    private final @Nullable TlsSide tls;

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    // changes while running
    private volatile Script greeting = _ -> {};
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private ScriptedServer(EventLoop loop, InetAddress address, @Nullable TlsSide tls)
            throws IOException {
        this.loop = loop;
        this.tls = tls;
        this.listener = new ServerSocket(0, 1000, address);
        on("/probe", peer -> peer.respond(peer.query()));
        start("scripted-server", this::accept);
    }

    /// Starts a server for the clients of the calling loop.
    static ScriptedServer open() throws IOException {
        return openAt(InetAddress.getLoopbackAddress());
    }

    /// Starts a server at another address of this machine.
    static ScriptedServer openAt(InetAddress address) throws IOException {
        return new ScriptedServer(EventLoop.current(), address, null);
    }

    /// Starts a server of that kind that speaks TLS, as `127.0.0.1` and `localhost`.
    static ScriptedServer openTls() throws IOException {
        return openTls(_ -> {}, "127.0.0.1", "localhost");
    }

    /// Starts a server that speaks TLS.
    ///
    /// @param change what is to be different from the JDK's defaults
    /// @param names what its certificate says
    static ScriptedServer openTls(Consumer<SSLParameters> change, String... names)
            throws IOException {
        SSLContext context = Certificates.context(names);
        return new ScriptedServer(
                EventLoop.current(),
                InetAddress.getLoopbackAddress(),
                new TlsSide(context, change));
    }

    private record TlsSide(SSLContext context, Consumer<SSLParameters> change) {
        SSLSocket over(Socket socket) throws IOException {
            SSLSocket secure = (SSLSocket)
                    context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            secure.setUseClientMode(false);
            SSLParameters parameters = secure.getSSLParameters();
            change.accept(parameters);
            secure.setSSLParameters(parameters);
            return secure;
        }
    }

    /// Sets the script of a path.
    ScriptedServer on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /// Sets what is done about each connection before it has asked for anything.
    ScriptedServer onConnect(Script script) {
        greeting = script;
        return this;
    }

    String url(String pathAndQuery) {
        return url("127.0.0.1", pathAndQuery);
    }

    /// Returns a URL with another name for the server.
    String url(String host, String pathAndQuery) {
        return (tls == null ? "http://" : "https://") + host + ":" + port() + pathAndQuery;
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
                Socket spoken = tls == null ? socket : tls.over(socket);
                Conversation peer =
                        new Conversation(socket, spoken, connections.incrementAndGet(), loop);
                start("scripted-connection", () -> converse(peer));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void converse(Conversation peer) {
        try {
            greeting.play(peer);
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
