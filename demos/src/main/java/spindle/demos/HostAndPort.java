package spindle.demos;

import picocli.CommandLine.TypeConversionException;

/// Where to connect to, as it is given on a command line: `example.org:80`, `[::1]:80`.
///
/// @param host a name or an address, without brackets
record HostAndPort(String host, int port) {
    static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw malformed(text, "an IPv6 address goes in brackets, as in [::1]:80");
        }
        if (host.isEmpty()) {
            throw malformed(text, "such as example.org:80");
        }
        return new HostAndPort(host, parsePort(text, text.substring(colon + 1)));
    }

    private static int parsePort(String text, String digits) {
        if (!digits.matches("[0-9]{1,5}")
                || Integer.parseInt(digits) < 1
                || Integer.parseInt(digits) > 0xFFFF) {
            throw malformed(text, "the port is a number from 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    private static TypeConversionException malformed(String text, String hint) {
        return new TypeConversionException("expected HOST:PORT but was '" + text + "': " + hint);
    }
}
