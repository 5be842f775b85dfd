package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Addresses as people write and read them.
final class Addresses {
    private Addresses() {}

    /// Returns the address that `host` is, if it is none that has to be looked up: an IPv4
    /// address, or an IPv6 address, which may be in brackets and have a zone, such as
    /// `[fe80::1%eth0]`. Null for a name.
    static @Nullable InetAddress parse(String host) {
        boolean inBrackets = host.startsWith("[") && host.endsWith("]");
        String literal = inBrackets ? host.substring(1, host.length() - 1) : host;
        if (inBrackets && literal.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException aName) {
            return null;
        }
    }

    /// Returns a form such as `192.0.2.1:80`, `[2001:db8::1]:80` or a path.
    static String describe(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return address.toString();
        }
        return describe(inet.getAddress().getHostAddress(), inet.getPort());
    }

    /// Returns a form such as `example.org:80`.
    static String describe(String host, int port) {
        boolean needsBrackets = host.indexOf(':') >= 0 && !host.startsWith("[");
        return (needsBrackets ? "[" + host + "]" : host) + ":" + port;
    }
}
