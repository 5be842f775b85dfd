package spindle.http.url;

/// IPv4 addresses in the one form that all programs read alike: four decimal numbers.
///
/// Browsers and C libraries also take 127.1, 0177.0.0.1, 0x7f.1 and 2130706433 for 127.0.0.1. Who
/// checks hosts before asking them (RFC 6943 section 3.1.1) is led astray by those, so they are
/// none.
final class Ipv4Address {

    private Ipv4Address() {}

    /// Returns the address as an unsigned number, -1 if the piece of the text is none.
    static long parse(String text, int from, int to) {
        long address = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0) {
                if (at >= to || text.charAt(at) != '.') {
                    return -1;
                }
                at++;
            }
            int end = at;
            int value = 0;
            while (end < to && end < at + 3 && isDigit(text.charAt(end))) {
                value = 10 * value + (text.charAt(end++) - '0');
            }
            boolean leadingZero = end > at + 1 && text.charAt(at) == '0';
            if (end == at || leadingZero || value > 0xFF) {
                return -1;
            }
            address = (address << 8) | value;
            at = end;
        }
        return at == to ? address : -1;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /// Returns whether a browser would take the name for an IPv4 address, or for a broken one
    /// (URL standard, "ends in a number"): no top-level domain is a number.
    static boolean endsInNumber(String name) {
        int to = name.endsWith(".") ? name.length() - 1 : name.length();
        int from = name.lastIndexOf('.', to - 1) + 1;
        if (from == to) {
            return false;
        }
        boolean hex = name.startsWith("0x", from);
        for (int i = hex ? from + 2 : from; i < to; i++) {
            char c = name.charAt(i);
            if (hex ? !PercentEncoding.isHex(c) : !isDigit(c)) {
                return false;
            }
        }
        return true;
    }
}
