package spindle.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads the heads of the interim responses (1xx) and of the final one, each apart from the
/// others.
///
/// ```
///   STATUS LINE -> FIELDS        // a status line that is right
///   FIELDS -> STATUS LINE        // the empty line, status 1xx but not 101
///   FIELDS -> done               // the empty line, any other status
/// ```
final class HeadReader {

    /// What every status line starts with. A peer that speaks something else is told apart by
    /// it at once, not after a line that may never end.
    private static final String START = "HTTP/";

    private static final int SHORTEST_STATUS_LINE = "HTTP/1.1 200".length();

    // fixed at construction
    private final SectionReader section;

    // changes while running
    private WireLimits limits = WireLimits.DEFAULT;
    private ResponseKind kind = ResponseKind.ORDINARY;
    private int interimResponses;
    // of the status line just read; meaningless until inFields
    private boolean inFields;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int status;
    private String reason = "";

    HeadReader(SectionReader section) {
        this.section = section;
    }

    void begin(ResponseKind kind, WireLimits limits) {
        this.kind = kind;
        this.limits = limits;
        interimResponses = 0;
        beginSection();
    }

    private void beginSection() {
        section.beginHead(limits);
        inFields = false;
    }

    /// Returns [WireEvent.Interim] or [WireEvent.Head], or [WireEvent.NeedMore] when the input
    /// is used up.
    WireEvent read(ByteBuffer input) throws WireException {
        if (!inFields) {
            if (!readStatusLine(input)) {
                return WireEvent.NeedMore.INSTANCE;
            }
            inFields = true;
        }
        if (!section.readFields(input)) {
            return WireEvent.NeedMore.INSTANCE;
        }
        return status >= 200 || status == 101 ? new WireEvent.Head(head()) : interim();
    }

    // --- The status line ---

    private boolean readStatusLine(ByteBuffer input) throws WireException {
        if (section.filled() < START.length()) {
            section.fill(input);
        }
        checkStart();
        if (section.filled() < START.length() || !section.nextLine(input)) {
            return false;
        }
        parseStatusLine(section.array(), section.lineEnd());
        return true;
    }

    /// Judges the first bytes as soon as all of them are there.
    private void checkStart() throws WireException {
        if (section.filled() >= START.length() && !startsRight()) {
            throw notHttp();
        }
    }

    private boolean startsRight() {
        byte[] bytes = section.array();
        for (int i = 0; i < Math.min(section.filled(), START.length()); i++) {
            if (bytes[i] != START.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private WireException notHttp() {
        byte[] bytes = section.array();
        int length = Math.min(section.filled(), START.length());
        // TLS content types are 20 to 23 and its major version is 3 (RFC 8446 section 5.1).
        boolean tls = length > 1 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3;
        return WireException.malformed("expected a status line, \"HTTP/1.1 …\", but found "
                + Grammar.quote(latin1(bytes, 0, length))
                + (tls ? ": does the port want TLS?" : ""));
    }

    /// @param line the status line is `line[0, end)`: it is the first one of its section
    private void parseStatusLine(byte[] line, int end) throws WireException {
        boolean complete = end >= SHORTEST_STATUS_LINE
                && Grammar.isDigit(line[5])
                && line[6] == '.'
                && Grammar.isDigit(line[7])
                && line[8] == ' '
                && Grammar.isDigit(line[9])
                && Grammar.isDigit(line[10])
                && Grammar.isDigit(line[11])
                // RFC 9112 section 4 wants a blank even before an empty reason, but many
                // servers forget it.
                && (end == SHORTEST_STATUS_LINE || line[12] == ' ');
        if (!complete) {
            throw badStatusLine("a status line such as \"HTTP/1.1 200 OK\"", line, end);
        }
        if (line[5] != '1') {
            throw badStatusLine("HTTP/1.0 or HTTP/1.1", line, end);
        }
        version = line[7] == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
        status = 100 * (line[9] - '0') + 10 * (line[10] - '0') + line[11] - '0';
        if (status < 100) {
            throw badStatusLine("a status from 100 to 999", line, end);
        }
        reason = parseReason(line, Math.min(SHORTEST_STATUS_LINE + 1, end), end);
    }

    private static WireException badStatusLine(String expected, byte[] line, int end) {
        return WireException.malformed(
                "expected " + expected + " but found " + Grammar.quote(latin1(line, 0, end)));
    }

    private static String parseReason(byte[] line, int start, int end) throws WireException {
        // Fast path: nearly every response says OK, and needs no string of its own for that
        // (ResponseParserTest, what it costs).
        if (end - start == 2 && line[start] == 'O' && line[start + 1] == 'K') {
            return "OK";
        }
        for (int i = start; i < end; i++) {
            if (!Grammar.isFieldText(line[i] & 0xff)) {
                throw WireException.malformed("the reason phrase "
                        + Grammar.quote(latin1(line, start, end))
                        + " has the control character "
                        + Grammar.code(line[i]));
            }
        }
        return latin1(line, start, end);
    }

    // --- The end of the head ---

    private ResponseHead head() throws WireException {
        if (status == 101 && kind != ResponseKind.TO_UPGRADE) {
            throw WireException.malformed(
                    "expected a response but the server switched protocols (101) without being asked");
        }
        FieldLines fields = section.fields();
        BodyFraming framing = FramingRules.framing(version, status, kind, fields);
        boolean keepAlive = FramingRules.keepAlive(version, status, framing, fields);
        return new ResponseHead(version, status, reason, fields, framing, keepAlive);
    }

    private WireEvent.Interim interim() throws WireException {
        if (++interimResponses > limits.maxInterimResponses()) {
            throw WireException.limit(
                    "there are too many interim responses (the last one is " + status + ")",
                    "maxInterimResponses",
                    limits.maxInterimResponses());
        }
        var interim = new WireEvent.Interim(status, section.fields());
        beginSection();
        return interim;
    }

    // --- What a peer broke off ---

    /// Whether a byte was read, be it of an interim response.
    boolean hasStarted() {
        return section.filled() > 0 || interimResponses > 0;
    }

    /// Says what a peer did that closed the connection before the head was complete.
    WireException endOfInput() {
        if (!hasStarted()) {
            return WireException.disconnected();
        }
        if (!startsRight()) {
            return notHttp();
        }
        return WireException.truncated("the head ended after " + section.filled()
                + " bytes, before its empty line (interim responses before it: "
                + interimResponses + ")");
    }

    private static String latin1(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
