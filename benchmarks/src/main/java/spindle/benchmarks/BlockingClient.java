package spindle.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/// A blocking HTTP client with just as much as the benchmark's server needs: keep-alive and
/// Content-Length. It does less than any real one, so what it is compared with gets no favour.
final class BlockingClient {
    private static final String LENGTH = "content-length: ";

    private final InetSocketAddress address;
    private final byte[] request;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    BlockingClient(InetSocketAddress address) {
        this.address = address;
        this.request = ("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    String get() throws IOException {
        Connection pooled = idle.pollFirst();
        Connection connection = pooled != null ? pooled : new Connection(address);
        String body = connection.exchange(request);
        idle.addFirst(connection);
        return body;
    }

    void close() {
        idle.forEach(Connection::close);
    }

    private static final class Connection {
        private final Socket socket;
        private final InputStream input;

        Connection(InetSocketAddress address) throws IOException {
            socket = new Socket(address.getAddress(), address.getPort());
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream());
        }

        String exchange(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            int length = 0;
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                    length = Integer.parseInt(line.substring(LENGTH.length()));
                }
            }
            return new String(input.readNBytes(length), StandardCharsets.UTF_8);
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = input.read(); c != '\n'; c = input.read()) {
                if (c < 0) {
                    throw new EOFException("the server closed the connection");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
