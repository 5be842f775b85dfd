package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.net.Protocol;
import spindle.net.Transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// One connection of the server of a [ClientTortureTest]: takes a body in chunks and sends who sent
/// it elsewhere, where there is a compressed body that comes slowly; and answers what else it is
/// asked.
final class TortureServer implements Protocol {
    static final String PLAIN = "all work and no play ".repeat(500);

    private static final Duration PAUSE = Duration.ofMillis(3);
    private static final int PIECES = 4;

    private final EventLoop loop = EventLoop.current();
    private final StringBuilder input = new StringBuilder();
    private Transport transport;

    @Override
    public void connectionMade(Transport made) {
        transport = made;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        input.append(StandardCharsets.ISO_8859_1.decode(data));
        int end = endOfRequest();
        if (end >= 0) {
            String request = input.substring(0, end);
            input.delete(0, end);
            answer(request);
        }
    }

    private int endOfRequest() {
        String end = input.indexOf("chunked") >= 0 ? "\r\n0\r\n\r\n" : "\r\n\r\n";
        int at = input.indexOf(end);
        return at < 0 ? -1 : at + end.length();
    }

    private void answer(String request) {
        if (request.startsWith("POST /upload ")) {
            send("HTTP/1.1 303 See Other\r\nLocation: /result\r\nContent-Length: 5\r\n\r\nmoved");
        } else if (request.startsWith("GET /result ")) {
            sendSlowly(compressed(), 0);
        } else {
            send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    private static byte[] compressed() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write(PLAIN.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + body.size()
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + body.size());
        System.arraycopy(body.toByteArray(), 0, all, head.length, body.size());
        return all;
    }

    private void sendSlowly(byte[] bytes, int piece) {
        int from = bytes.length * piece / PIECES;
        int to = bytes.length * (piece + 1) / PIECES;
        transport.write(ByteBuffer.wrap(bytes, from, to - from));
        if (piece + 1 < PIECES && !transport.isClosing()) {
            loop.callLater(PAUSE, () -> sendSlowly(bytes, piece + 1));
        }
    }

    private void send(String text) {
        transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        input.setLength(0);
    }
}
