package spindle.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// Says that none of the several addresses of a host could be connected to. Its message says why
/// for each; its suppressed exceptions are what they failed with, in the order in which they did.
public final class ConnectFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "cannot connect to ";

    private final transient List<Attempt> attempts;

    ConnectFailedException(String host, int port, List<Attempt> attempts) {
        super(message(host, port, attempts));
        this.attempts = List.copyOf(attempts);
        attempts.forEach(attempt -> addSuppressed(attempt.failure()));
    }

    /// One address that could not be connected to.
    ///
    /// @param address which
    /// @param failure why not
    public record Attempt(InetSocketAddress address, IOException failure) {
        /// Returns a form such as `192.0.2.1:80: Connection refused`.
        @Override
        public String toString() {
            String message = String.valueOf(failure.getMessage());
            String peer = Addresses.describe(address) + ": ";
            String reason =
                    message.startsWith(PREFIX) ? message.substring(PREFIX.length()) : message;
            return reason.startsWith(peer) ? reason : peer + reason;
        }
    }

    private static String message(String host, int port, List<Attempt> attempts) {
        StringBuilder text = new StringBuilder(PREFIX).append(Addresses.describe(host, port));
        String separator = ": ";
        for (Attempt attempt : attempts) {
            text.append(separator).append(attempt);
            separator = "; ";
        }
        return text.toString();
    }

    /// Returns the attempts, in the order in which they failed.
    public List<Attempt> attempts() {
        return attempts;
    }
}
