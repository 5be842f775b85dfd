package spindle.demos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Locale;

/// What the slow server can answer: ready-made bytes, since ten thousand answers may fall due at
/// the same moment.
enum SlowAnswer {
    HELLO("200 OK", "", true, false),
    HELLO_WITHOUT_BODY("200 OK", "", false, false),
    LAST_HELLO("200 OK", "Connection: close\r\n", true, true),
    LAST_HELLO_WITHOUT_BODY("200 OK", "Connection: close\r\n", false, true),
    BAD_REQUEST("400 Bad Request"),
    METHOD_NOT_ALLOWED("405 Method Not Allowed"),
    BODY_NOT_WANTED("413 Content Too Large"),
    HEAD_TOO_LARGE("431 Request Header Fields Too Large");

    @SuppressWarnings("ImmutableEnumChecker") // Never read from: each answer gets a duplicate.
    private final ByteBuffer bytes;

    private final boolean refusal;
    private final boolean last;

    /// An answer to a good request.
    SlowAnswer(String status, String fields, boolean withBody, boolean last) {
        this.bytes = message(status, fields + "Content-Type: text/html\r\n", "Hello!", withBody);
        this.refusal = false;
        this.last = last;
    }

    /// A refusal, after which the connection is of no more use.
    SlowAnswer(String status) {
        String fields = "Connection: close\r\nContent-Type: text/plain\r\nAllow: GET, HEAD\r\n";
        this.bytes = message(status, fields, status + "\n", true);
        this.refusal = true;
        this.last = true;
    }

    private static ByteBuffer message(String status, String fields, String body, boolean withBody) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n"
                + fields + "\r\n";
        byte[] bytes = (withBody ? head + body : head).getBytes(US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /// Chooses the answer to a request.
    ///
    /// Simplified: takes no request with a body, and reads no more of the head than it needs. A
    /// real server checks every field.
    ///
    /// @param head its request line and fields, up to and including the empty line
    static SlowAnswer to(String head) {
        int lineEnd = head.indexOf("\r\n");
        int methodEnd = head.indexOf(' ');
        int targetEnd = head.indexOf(' ', methodEnd + 1);
        boolean isLine = 0 < methodEnd && methodEnd + 1 < targetEnd && targetEnd < lineEnd;
        if (!isLine || !isVersion(head, targetEnd + 1, lineEnd)) {
            return BAD_REQUEST;
        }
        boolean isHead = head.startsWith("HEAD ");
        if (!isHead && !head.startsWith("GET ")) {
            return METHOD_NOT_ALLOWED;
        }
        String length = field(head, lineEnd, "Content-Length:");
        if (field(head, lineEnd, "Transfer-Encoding:") != null
                || (length != null && !length.equals("0"))) {
            return BODY_NOT_WANTED;
        }
        if (isLast(head, lineEnd)) {
            return isHead ? LAST_HELLO_WITHOUT_BODY : LAST_HELLO;
        }
        return isHead ? HELLO_WITHOUT_BODY : HELLO;
    }

    private static boolean isVersion(String head, int start, int end) {
        return end - start == "HTTP/1.1".length() && head.startsWith("HTTP/1.", start);
    }

    private static boolean isLast(String head, int lineEnd) {
        String connection = field(head, lineEnd, "Connection:");
        return head.startsWith("HTTP/1.0", lineEnd - "HTTP/1.0".length())
                || (connection != null && connection.toLowerCase(Locale.ROOT).contains("close"));
    }

    /// Returns the value of the first field with a name, or null.
    private static @Nullable String field(String head, int requestLineEnd, String nameAndColon) {
        int end = requestLineEnd;
        while (end >= 0) {
            int start = end + 2;
            end = head.indexOf("\r\n", start);
            if (head.regionMatches(true, start, nameAndColon, 0, nameAndColon.length())) {
                return head.substring(start + nameAndColon.length(), end).strip();
            }
        }
        return null;
    }

    /// Returns the message, to be read once.
    ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /// Returns whether the request is refused, which needs no delay.
    boolean isRefusal() {
        return refusal;
    }

    /// Returns whether the connection is closed after this answer.
    boolean isLast() {
        return last;
    }
}
