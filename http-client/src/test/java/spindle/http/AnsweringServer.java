package spindle.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A server that gives every request without a body the same answer, with one write, and keeps
/// nothing: for tests that count.
final class AnsweringServer implements AutoCloseable {
    private static final int LONGEST_REQUEST = 4096;

    private final ServerSocket listener;
    private final byte[] answer;

    private AnsweringServer(ServerSocket listener, String answer) {
        this.listener = listener;
        this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
    }

    static AnsweringServer start(String answer) throws IOException {
        AnsweringServer server = new AnsweringServer(
                new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), answer);
        start(server::accept);
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                start(() -> converse(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void converse(Socket socket) {
        byte[] request = new byte[LONGEST_REQUEST];
        try (socket) {
            InputStream input = socket.getInputStream();
            int size = 0;
            for (int read = input.read(request); read >= 0; ) {
                size += read;
                if (endsHead(request, size)) {
                    socket.getOutputStream().write(answer);
                    size = 0;
                }
                read = input.read(request, size, request.length - size);
            }
        } catch (IOException lost) {
            return;
        }
    }

    private static boolean endsHead(byte[] request, int size) {
        return size >= 4
                && request[size - 4] == '\r'
                && request[size - 3] == '\n'
                && request[size - 2] == '\r'
                && request[size - 1] == '\n';
    }

    private static void start(Runnable body) {
        Thread.ofPlatform().daemon().name("answering-server").start(body);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
