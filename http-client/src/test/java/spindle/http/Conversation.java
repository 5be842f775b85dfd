package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import spindle.EventLoop;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;

/// One connection of a [ScriptedServer], as its scripts see it.
final class Conversation {
    private static final int PATIENCE_SECONDS = 10;

    /// More callbacks than the loop runs between two looks at its channels.
    private static final int CALLBACKS = 70;

    private final Socket socket;

    /// What is spoken on: TLS over the socket, or the socket itself.
    private final Socket spoken;

    private final int connection;
    private final EventLoop loop;
    private final InputStream input;
    private String request = "";

    Conversation(Socket socket, Socket spoken, int connection, EventLoop loop) throws IOException {
        this.socket = socket;
        this.spoken = spoken;
        this.connection = connection;
        this.loop = loop;
        this.input = new BufferedInputStream(spoken.getInputStream());
        socket.setTcpNoDelay(true);
    }

    Socket socket() {
        return socket;
    }

    /// Returns what TLS has agreed on.
    ExtendedSSLSession tls() {
        return (ExtendedSSLSession) ((SSLSocket) spoken).getSession();
    }

    /// Returns the number of the connection, counted from 1.
    int connection() {
        return connection;
    }

    // --- The request ---

    /// Reads the head of a request; returns false if there will be none.
    boolean readRequest() throws IOException {
        if (socket.isClosed()) {
            return false;
        }
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = input.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        request = head.toString();
        return true;
    }

    /// Returns the head of the request, its empty line included.
    String request() {
        return request;
    }

    /// Reads so many bytes of a body.
    byte[] readBody(int length) throws IOException {
        byte[] body = input.readNBytes(length);
        assertThat(body).as("the body of the request").hasSize(length);
        return body;
    }

    /// Reads a body in chunks, and returns it as it was framed: sizes, data, trailers.
    String readChunkedBody() throws IOException {
        StringBuilder raw = new StringBuilder();
        int size;
        do {
            String line = readLine();
            raw.append(line);
            size = Integer.parseInt(line.strip(), 16);
            raw.append(new String(input.readNBytes(size), StandardCharsets.ISO_8859_1));
            if (size > 0) {
                raw.append(readLine());
            }
        } while (size > 0);
        for (String line = readLine(); ; line = readLine()) {
            raw.append(line);
            if (line.equals("\r\n")) {
                return raw.toString();
            }
        }
    }

    /// Reads the body, however it is framed, and returns it as it was sent; nothing where there is
    /// none.
    String readBody() throws IOException {
        if (request.contains("\r\nTransfer-Encoding: chunked\r\n")) {
            return readChunkedBody();
        }
        int start = request.indexOf("\r\nContent-Length: ");
        if (start < 0) {
            return "";
        }
        int length = Integer.parseInt(request.substring(
                start + "\r\nContent-Length: ".length(), request.indexOf("\r\n", start + 2)));
        return new String(readBody(length), StandardCharsets.ISO_8859_1);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = input.read();
        while (next >= 0) {
            line.append((char) next);
            if (next == '\n') {
                return line.toString();
            }
            next = input.read();
        }
        throw new IOException("the peer ended in the middle of a line");
    }

    private String target() {
        return request.split(" ", -1)[1];
    }

    String path() {
        return target().split("\\?", -1)[0];
    }

    /// Returns what follows the question mark, or nothing.
    String query() {
        String[] parts = target().split("\\?", 2);
        return parts.length == 2 ? parts[1] : "";
    }

    // --- Answers ---

    void send(String bytes) throws IOException {
        send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        spoken.getOutputStream().write(bytes);
    }

    /// Sends a whole response with that body.
    void respond(String status, String body) throws IOException {
        send("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    void respond(String body) throws IOException {
        send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /// Answers CONNECT as a proxy does: what comes from then on goes to a port of this machine, and
    /// the other way round.
    void tunnelTo(int port) throws Exception {
        tunnelTo(port, "");
    }

    /// @param fields what the answer says besides its status
    void tunnelTo(int port, String fields) throws Exception {
        try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
            send("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
            Thread back = Thread.ofPlatform().daemon().name("scripted-tunnel").start(() -> {
                try {
                    target.getInputStream().transferTo(spoken.getOutputStream());
                    spoken.shutdownOutput();
                } catch (IOException lost) {
                    close();
                }
            });
            input.transferTo(target.getOutputStream());
            target.shutdownOutput();
            back.join();
        }
    }

    /// Sends a redirect without a body.
    void redirect(int status, String location) throws IOException {
        send("HTTP/1.1 " + status + " Elsewhere\r\nLocation: " + location
                + "\r\nContent-Length: 0\r\n\r\n");
    }

    /// Waits until the client's loop has taken whatever was sent so far.
    void letTheLoopLook() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(1);
        loop.callSoonThreadsafe(new Runnable() {
            private int left = CALLBACKS;

            @Override
            public void run() {
                if (--left > 0) {
                    loop.callSoon(this);
                } else {
                    looked.countDown();
                }
            }
        });
        await(looked);
    }

    /// Waits until a test says so.
    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    // --- Ends ---

    /// Ends the connection in good order.
    void close() {
        try {
            spoken.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Ends the connection below TLS, without the word that TLS has for it.
    void cut() throws IOException {
        socket.close();
    }

    /// Breaks the connection.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Says nothing more, drops whatever comes, and waits until the client closes the connection.
    void awaitEnd() throws IOException {
        socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        try {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            // An end as well.
        }
        socket.close();
    }

    /// Says nothing more, and waits until the client closes the connection.
    void awaitClose() throws IOException {
        socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        try {
            assertThat(input.read()).as("what the client sends").isEqualTo(-1);
        } catch (SocketException reset) {
            // An end as well.
        }
        socket.close();
    }
}
