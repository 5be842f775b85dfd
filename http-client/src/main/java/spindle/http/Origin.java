package spindle.http;

import java.util.Locale;

/// Whom a connection goes to. Connections to the same origin are interchangeable; the pool
/// keeps them apart by it.
///
/// @param host lower case; an IPv6 address without its brackets
record Origin(String host, int port) {
    static final int HTTP_PORT = 80;

    static Origin of(String host, int port) {
        boolean bracketed = host.startsWith("[");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        return new Origin(bare.toLowerCase(Locale.ROOT), port);
    }

    /// Returns the value of the Host field: RFC 9110 section 7.2 leaves out the port where it
    /// is the default.
    String hostField() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == HTTP_PORT ? name : name + ":" + port;
    }
}
