package spindle.http.simulation;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/// The requests of one connection as they arrive, read the slow way: shares nothing with the
/// client's parser.
final class ArrivingRequest {
    private enum State {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK,
        TRAILERS,
        COMPLETE
    }

    private final StringBuilder pending = new StringBuilder();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private State state = State.HEAD;
    private String head = "";
    private long left;

    void feed(ByteBuffer data) {
        while (data.hasRemaining()) {
            pending.append((char) (data.get() & 0xff));
        }
        advance();
    }

    private void advance() {
        boolean moving = true;
        while (moving) {
            moving = switch (state) {
                case HEAD -> readHead();
                case LENGTH -> readData(State.COMPLETE);
                case CHUNK_SIZE -> readSize();
                case CHUNK -> readData(State.CHUNK_SIZE);
                case TRAILERS -> readTrailer();
                case COMPLETE -> false;
            };
        }
    }

    private boolean readHead() {
        int end = pending.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        head = pending.substring(0, end + 2);
        pending.delete(0, end + 4);
        body.reset();
        if (field("Transfer-Encoding").equals("chunked")) {
            state = State.CHUNK_SIZE;
        } else {
            String length = field("Content-Length");
            left = length.isEmpty() ? 0 : Long.parseLong(length);
            state = State.LENGTH;
        }
        return true;
    }

    private boolean readData(State next) {
        int count = (int) Math.min(left, pending.length());
        body.writeBytes(pending.substring(0, count).getBytes(StandardCharsets.ISO_8859_1));
        pending.delete(0, count);
        left -= count;
        if (left > 0) {
            return false;
        }
        if (next == State.CHUNK_SIZE) {
            if (pending.length() < 2) {
                return false;
            }
            require(pending.substring(0, 2).equals("\r\n"), "CRLF behind a chunk");
            pending.delete(0, 2);
        }
        state = next;
        return true;
    }

    private boolean readSize() {
        String line = takeLine();
        if (line == null) {
            return false;
        }
        left = Long.parseLong(line, 16);
        state = left == 0 ? State.TRAILERS : State.CHUNK;
        return true;
    }

    private boolean readTrailer() {
        String line = takeLine();
        if (line == null) {
            return false;
        }
        if (line.isEmpty()) {
            state = State.COMPLETE;
        }
        return true;
    }

    private @Nullable String takeLine() {
        int end = pending.indexOf("\r\n");
        if (end < 0) {
            return null;
        }
        String line = pending.substring(0, end);
        pending.delete(0, end + 2);
        return line;
    }

    private void require(boolean condition, String expected) {
        if (!condition) {
            throw new AssertionError("expected " + expected + " but found " + pending);
        }
    }

    /// Goes on with the next request.
    void next() {
        state = State.HEAD;
        advance();
    }

    boolean hasHead() {
        return state != State.HEAD;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /// Returns whether nothing of it has arrived.
    boolean isBlank() {
        return state == State.HEAD && pending.isEmpty();
    }

    // --- What it says ---

    String method() {
        return head.substring(0, head.indexOf(' '));
    }

    /// Returns the number that is the first segment of the path.
    int id() {
        return Integer.parseInt(head.split("[ /?]", -1)[2]);
    }

    boolean expectsContinue() {
        return field("Expect").equals("100-continue");
    }

    /// Returns whether its body is the one that its client said it would send, if it said so.
    boolean isBodyAsSaid() {
        String said = field("X-Body");
        CRC32 sum = new CRC32();
        sum.update(body.toByteArray());
        // A redirect may have taken the body away.
        return said.isEmpty()
                || method().equals("GET")
                || said.equals(Long.toString(sum.getValue()));
    }

    /// Returns the value of a field, or nothing.
    private String field(String name) {
        String start = "\r\n" + name.toLowerCase(Locale.ROOT) + ":";
        int at = head.toLowerCase(Locale.ROOT).indexOf(start);
        if (at < 0) {
            return "";
        }
        int from = at + start.length();
        return head.substring(from, head.indexOf("\r\n", from)).strip();
    }
}
