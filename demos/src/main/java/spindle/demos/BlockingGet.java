package spindle.demos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A GET over a blocking socket: what the article's `requests.get` does, a connection and all.
///
/// Simplified: asks the server to close the connection, and reads until it does.
final class BlockingGet {
    private BlockingGet() {}

    /// Returns the body of the response. Blocks the calling thread until it is there.
    ///
    /// @param patience how long to wait for the connection, and then for each part of the response
    static String get(InetSocketAddress server, Duration patience) throws IOException {
        int patienceMillis = Math.toIntExact(patience.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(server, patienceMillis);
            socket.setSoTimeout(patienceMillis);
            socket.getOutputStream().write(request(server));
            return body(new String(socket.getInputStream().readAllBytes(), US_ASCII));
        } catch (SocketTimeoutException slow) {
            throw new IOException("the server took longer than " + Durations.exact(patience), slow);
        }
    }

    private static byte[] request(InetSocketAddress server) {
        String request = "GET / HTTP/1.1\r\nHost: " + server.getHostString() + ":"
                + server.getPort() + "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        return request.getBytes(US_ASCII);
    }

    private static String body(String response) throws IOException {
        int headEnd = response.indexOf("\r\n\r\n");
        if (headEnd < 0 || !response.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("expected a response with status 200 but got \""
                    + response.lines().findFirst().orElse("") + "\"");
        }
        return response.substring(headEnd + 4);
    }
}
