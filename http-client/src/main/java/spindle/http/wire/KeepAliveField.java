package spindle.http.wire;

/// What a server says in the field `Keep-Alive` about how long it keeps an idle connection, as
/// in `timeout=5, max=100`.
///
/// No more than a hint, and in no RFC that is in force (RFC 2068 section 19.7.1.1): what makes
/// no sense is ignored, and of what is said twice the smaller number counts.
///
/// @param timeoutSeconds after which the server closes an idle connection, or -1
/// @param max how many more requests the server takes on the connection, or -1
public record KeepAliveField(int timeoutSeconds, int max) {

    /// Says nothing.
    public static final KeepAliveField NONE = new KeepAliveField(-1, -1);

    /// No server means a longer number, and nine digits cannot overflow.
    private static final int MOST_DIGITS = 9;

    /// Reads the fields of a head; linear in their length.
    public static KeepAliveField parse(FieldLines fields) {
        int timeout = -1;
        int max = -1;
        for (int i = fields.indexOf("Keep-Alive", 0);
                i >= 0;
                i = fields.indexOf("Keep-Alive", i + 1)) {
            int end = fields.valueEnd(i);
            for (int start = fields.valueStart(i); start < end; ) {
                int stop = fields.text().indexOf(',', start, end);
                stop = stop < 0 ? end : stop;
                timeout = smaller(timeout, number(fields.text(), start, stop, "timeout"));
                max = smaller(max, number(fields.text(), start, stop, "max"));
                start = stop + 1;
            }
        }
        return timeout < 0 && max < 0 ? NONE : new KeepAliveField(timeout, max);
    }

    private static int smaller(int before, int found) {
        return before < 0 || (found >= 0 && found < before) ? found : before;
    }

    /// Returns the number of a parameter of this name, or -1 if it is another, or has none.
    private static int number(String text, int from, int to, String name) {
        int at = skipBlanks(text, from, to);
        if (!text.regionMatches(true, at, name, 0, name.length())) {
            return -1;
        }
        at = skipBlanks(text, at + name.length(), to);
        if (at >= to || text.charAt(at) != '=') {
            return -1;
        }
        int start = skipBlanks(text, at + 1, to);
        int end = start;
        int number = 0;
        while (end < to && end - start < MOST_DIGITS && Grammar.isDigit(text.charAt(end))) {
            number = 10 * number + text.charAt(end++) - '0';
        }
        return end > start && skipBlanks(text, end, to) == to ? number : -1;
    }

    private static int skipBlanks(String text, int from, int to) {
        int at = from;
        while (at < to && Grammar.isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
