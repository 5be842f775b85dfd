package spindle.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A request that came to nothing. Its kind says what to do about it, its message what
/// happened, to which URL.
///
/// A response with an error status is not a failure: ask [ClientResponse#status()]. Cancelling
/// a request is not one either: it is a [spindle.CancelledError].
public abstract sealed class ClientException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    ClientException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// Returns the same failure with the request that it struck before its message.
    ClientException withContext(String request) {
        String message = request + ": " + getMessage();
        ClientException described = switch (this) {
            case InvalidUrl _ -> this;
            case Connection _ -> new Connection(kind, message, getCause());
            case Protocol _ -> new Protocol(kind, message, getCause());
            case Timeout _ -> new Timeout(message);
        };
        for (Throwable suppressed : getSuppressed()) {
            described.addSuppressed(suppressed);
        }
        return described;
    }

    /// Returns what kind of failure this is.
    public final Kind kind() {
        return kind;
    }

    /// What can go wrong with a request.
    public enum Kind {
        /// The URL is none, or none that this client can fetch; nothing was sent.
        INVALID_URL("invalid-url"),
        /// The host's name has no address.
        RESOLVE("resolve"),
        /// Nobody listens at the address.
        REFUSED("refused"),
        /// The connection could not be made for another reason.
        CONNECT("connect"),
        /// The connection broke before the response was complete.
        RESET("reset"),
        /// The server closed the connection without answering.
        DISCONNECTED("disconnected"),
        /// What the server sent is not HTTP/1.1, or could be read in two ways.
        MALFORMED("malformed"),
        /// What the server sent is larger than a limit allows.
        LIMIT("limit"),
        /// The server closed the connection in the middle of the response.
        TRUNCATED("truncated"),
        /// It took too long.
        TIMEOUT("timeout"),
        /// The session or the response was closed.
        CLOSED("closed");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /// Returns the kind as one lower-case word, for messages.
        @Override
        public String toString() {
            return text;
        }
    }

    /// The URL cannot be fetched.
    public static final class InvalidUrl extends ClientException {
        private static final long serialVersionUID = 1L;

        InvalidUrl(String message) {
            super(Kind.INVALID_URL, message, null);
        }
    }

    /// The connection could not be made, or did not last.
    public static final class Connection extends ClientException {
        private static final long serialVersionUID = 1L;

        Connection(Kind kind, String message, @Nullable Throwable cause) {
            super(kind, message, cause);
        }
    }

    /// The server did not keep to HTTP/1.1, or to a limit.
    public static final class Protocol extends ClientException {
        private static final long serialVersionUID = 1L;

        Protocol(Kind kind, String message, @Nullable Throwable cause) {
            super(kind, message, cause);
        }
    }

    /// The request took longer than it was allowed to.
    public static final class Timeout extends ClientException {
        private static final long serialVersionUID = 1L;

        Timeout(String message) {
            super(Kind.TIMEOUT, message, null);
        }
    }
}
