package spindle.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;

/// Says where a connect failed: the system's own message names no address.
final class ConnectFailure {
    private ConnectFailure() {}

    static IOException to(InetSocketAddress address, IOException failure) {
        String message = "cannot connect to " + name(address) + ": " + failure.getMessage();
        IOException named = failure instanceof ConnectException
                ? new ConnectException(message)
                : new IOException(message);
        named.initCause(failure);
        return named;
    }

    private static String name(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
