package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

@Timeout(10)
class SlowServerTest {
    private static final Duration DELAY = Duration.ofMillis(30);
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\n";
    private static final String LAST_HEAD =
            HEAD.replace("Content-Type", "Connection: close\r\nContent-Type");

    private final SlowServerThread server = new SlowServerThread(DELAY);

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void answersAfterTheDelay() throws Exception {
        long start = System.nanoTime();

        assertThat(talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .isEqualTo(LAST_HEAD + "Hello!");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(DELAY.toNanos());
    }

    @Test
    void keepsTheConnectionForTheNextRequest() throws Exception {
        try (Socket client = connect()) {
            for (int i = 0; i < 3; i++) {
                send(client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(receive(client, HEAD.length() + 6)).isEqualTo(HEAD + "Hello!");
            }
        }
    }

    @Test
    void takesARequestThatArrivesByteByByte() throws Exception {
        try (Socket client = connect()) {
            for (char c : "GET / HTTP/1.1\r\nHost: x\r\n\r\n".toCharArray()) {
                send(client, String.valueOf(c));
            }
            assertThat(receive(client, HEAD.length() + 6)).isEqualTo(HEAD + "Hello!");
        }
    }

    @Test
    void answersPipelinedRequestsOneAfterAnother() throws Exception {
        long start = System.nanoTime();

        assertThat(talk("GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n"))
                .isEqualTo(HEAD + "Hello!" + HEAD + LAST_HEAD + "Hello!");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3 * DELAY.toNanos());
    }

    @Test
    void floodOfPipelinedRequestsIsTakenAsItIsAnswered() throws Exception {
        String request = "GET / HTTP/1.1\r\nX: " + "y".repeat(4000) + "\r\n\r\n";

        String answers = talk(request.repeat(20) + "GET / HTTP/1.0\r\n\r\n");

        assertThat(answers).isEqualTo((HEAD + "Hello!").repeat(20) + LAST_HEAD + "Hello!");
    }

    @Test
    void answersAPeerThatHasEndedItsSide() throws Exception {
        try (Socket client = connect()) {
            send(client, "GET / HTTP/1.1\r\n\r\n");
            client.shutdownOutput();

            assertThat(receiveAll(client)).isEqualTo(HEAD + "Hello!");
        }
    }

    @Test
    void refusesAHeadThatIsTooLong() throws Exception {
        String head =
                "GET / HTTP/1.1\r\nX: " + "y".repeat(SlowConnection.LONGEST_HEAD) + "\r\n\r\n";

        assertThat(talk(head)).startsWith("HTTP/1.1 431 ").contains("Connection: close");
        assertThat(talk(head.strip())).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void refusalReachesAPeerThatGoesOnSending() throws Exception {
        assertThat(talk("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(200_000)))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(talk("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(talk("GET /\r\nX: HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(talk("GET / HTTP/2.0\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(talk("\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void refusesOtherMethodsAndBodies() throws Exception {
        assertThat(talk("POST / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(talk("GET / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(talk("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    // --- Talking to it ---

    /// Sends everything and returns all that comes until the server ends its side.
    private String talk(String request) throws IOException {
        try (Socket client = connect()) {
            send(client, request);
            return receiveAll(client);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 5000);
        client.setSoTimeout(5000);
        client.setTcpNoDelay(true);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String receive(Socket client, int count) throws IOException {
        return new String(client.getInputStream().readNBytes(count), ISO_8859_1);
    }

    private static String receiveAll(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
    }
}
