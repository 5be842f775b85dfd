package spindle.http.wire;

/// Turns the head of a request into bytes.
///
/// There is nothing to check here: a [RequestHead] is legal by construction. So that head and
/// first body bytes can leave in one write, a caller may have the head put into an array that
/// has room for both.
public final class RequestWriter {

    private static final String VERSION = " HTTP/1.1\r\n";

    private RequestWriter() {}

    /// Returns how many bytes [#write] writes.
    public static int length(RequestHead head) {
        return head.method().length()
                + 1
                + head.target().length()
                + VERSION.length()
                + head.fields().text().length()
                + 2;
    }

    public static byte[] toBytes(RequestHead head) {
        var bytes = new byte[length(head)];
        write(head, bytes, 0);
        return bytes;
    }

    /// Writes the request line, the fields and the empty line.
    ///
    /// @param at where in the array to start
    /// @return where it stopped, which is `at + length(head)`
    /// @throws IndexOutOfBoundsException if the array is too short
    public static int write(RequestHead head, byte[] into, int at) {
        int end = put(head.method(), into, at);
        into[end++] = ' ';
        end = put(head.target(), into, end);
        end = put(VERSION, into, end);
        end = put(head.fields().text(), into, end);
        into[end++] = '\r';
        into[end++] = '\n';
        return end;
    }

    // Fast path: this getBytes is deprecated for dropping the upper byte of chars, of which
    // Latin-1 has none. It copies a whole string at once and without the array that
    // getBytes(ISO_8859_1) would make.
    @SuppressWarnings("deprecation")
    static int put(String latin1, byte[] into, int at) {
        latin1.getBytes(0, latin1.length(), into, at);
        return at + latin1.length();
    }
}
