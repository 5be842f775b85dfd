package spindle.demos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A server that answers whatever it is asked with what the test wants, and closes.
final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;

    /// What it does once a request has arrived.
    interface Script {
        void play(OutputStream out) throws Exception;
    }

    ScriptedPeer(Script script) throws IOException {
        this.script = script;
        this.listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    static ScriptedPeer answering(String bytes) throws IOException {
        return new ScriptedPeer(out -> out.write(bytes.getBytes(ISO_8859_1)));
    }

    /// Says nothing until the peer leaves.
    static ScriptedPeer hanging() throws IOException {
        return new ScriptedPeer(_ -> Thread.sleep(60_000));
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            int count = client.getInputStream().read(new byte[8192]);
            if (count > 0) {
                script.play(client.getOutputStream());
            }
        } catch (Exception clientLeft) {
            return;
        }
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /// Returns a URL where nobody listens.
    static String refusingUrl() {
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return "http://127.0.0.1:" + once.getLocalPort() + "/";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
