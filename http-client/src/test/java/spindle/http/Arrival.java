package spindle.http;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.net.StreamReader;
import spindle.net.StreamWriter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// A request that has come to a [ScriptedOrigin], and how it can be answered.
public final class Arrival {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final byte[] END_OF_LINE = {'\r', '\n'};

    // fixed at construction
    private final StreamReader reader;
    private final StreamWriter writer;
    private final SimulatedWeb web;
    private final Duration at;
    private final String head;

    // changes while running
    private @Nullable String body;

    private Arrival(StreamReader reader, StreamWriter writer, SimulatedWeb web, String head) {
        this.reader = reader;
        this.writer = writer;
        this.web = web;
        this.at = web.now();
        this.head = head;
    }

    /// Returns the next request, with its body unless it wants to be asked for that first.
    static Arrival read(StreamReader reader, StreamWriter writer, SimulatedWeb web)
            throws Exception {
        byte[] head = await(reader.readUntil(END_OF_HEAD));
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Arrival arrival = new Arrival(reader, writer, web, text);
        if (!arrival.expectsContinue()) {
            arrival.body();
        }
        return arrival;
    }

    // --- What it is ---

    /// Returns when it came, since the web was opened.
    public Duration at() {
        return at;
    }

    /// Returns the head as it was sent, its empty line included.
    public String head() {
        return head;
    }

    public String method() {
        return head.split(" ", -1)[0];
    }

    public String target() {
        return head.split(" ", -1)[1];
    }

    /// Returns the value of a field, or nothing.
    public String field(String name) {
        String start = "\r\n" + name.toLowerCase(Locale.ROOT) + ":";
        int at = head.toLowerCase(Locale.ROOT).indexOf(start);
        return at < 0
                ? ""
                : head.substring(at + start.length(), head.indexOf("\r\n", at + 2))
                        .strip();
    }

    public boolean expectsContinue() {
        return field("Expect").equals("100-continue");
    }

    /// Reads the body, if it was not read yet, after having asked for it if it expects that.
    public String body() throws Exception {
        if (body == null) {
            if (expectsContinue()) {
                send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            body = field("Transfer-Encoding").equals("chunked") ? readChunks() : readLength();
        }
        return body;
    }

    /// Reads the body without having asked for it.
    public String bodyUnasked() throws Exception {
        body = field("Transfer-Encoding").equals("chunked") ? readChunks() : readLength();
        return body;
    }

    private String readLength() throws Exception {
        String length = field("Content-Length");
        return length.isEmpty() ? "" : text(Integer.parseInt(length));
    }

    private String readChunks() throws Exception {
        StringBuilder all = new StringBuilder();
        int size;
        do {
            String line =
                    new String(await(reader.readUntil(END_OF_LINE)), StandardCharsets.ISO_8859_1);
            size = Integer.parseInt(line.strip(), 16);
            all.append(text(size));
            String _ = text(END_OF_LINE.length);
        } while (size > 0);
        return all.toString();
    }

    private String text(int length) throws Exception {
        return new String(await(reader.readExactly(length)), StandardCharsets.ISO_8859_1);
    }

    // --- Answers ---

    /// Answers with a status and header fields such as `Retry-After: 1`; the body is the status,
    /// except to HEAD.
    public void respond(int status, String... fields) throws Exception {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " As Told\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        text.append("Content-Length: 3\r\n\r\n");
        send(method().equals("HEAD") ? text.toString() : text.append(status).toString());
    }

    public void send(String raw) throws Exception {
        await(writer.write(raw.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// Ends the connection in good order.
    public void close() {
        writer.close();
    }

    /// Breaks the connection.
    public void reset() {
        web.network().connection(writer.transport()).reset();
    }

    /// A body that was never asked for may come or not: nobody knows what is next.
    void finish() throws IOException {
        if (body == null) {
            writer.close();
        }
    }

    @Override
    public String toString() {
        return head.substring(0, Math.max(0, head.indexOf("\r\n")));
    }
}
