package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.url.Url;

import java.io.IOException;
import java.util.Optional;

/// A request that came to nothing. Its kind says what to do about it, its message what
/// happened, to which URL.
///
/// A response with an error status is not a failure, unless that was asked for: ask
/// [ClientResponse#status()]. Cancelling a request is not one either: it is a
/// [spindle.CancelledError]. What the body of a request fails with while it is written comes as
/// it is.
public abstract sealed class ClientException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private @Nullable String request;
    private byte @Nullable [] partialBody;

    ClientException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// Returns what kind of failure this is.
    public final Kind kind() {
        return kind;
    }

    /// Returns what of the body had arrived, decoded, where reading the whole of it failed; with a
    /// [Status], what little of it came at once.
    public final Optional<byte[]> partialBody() {
        return Optional.ofNullable(partialBody).map(byte[]::clone);
    }

    /// Says which request failed, unless that is known; it goes before the message.
    final ClientException of(String failed) {
        if (request == null) {
            request = failed;
        }
        return this;
    }

    final void setPartialBody(byte[] body) {
        partialBody = body;
    }

    /// Returns what happened, to which request: `GET http://127.0.0.1:5000/: …`.
    @Override
    public String getMessage() {
        String message = String.valueOf(super.getMessage());
        return request == null ? message : request + ": " + message;
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
        /// TLS could not be agreed on, or the server is not whom it should be.
        TLS("tls"),
        /// The proxy did not let us through.
        PROXY("proxy"),
        /// The connection broke before the response was complete.
        RESET("reset"),
        /// The server closed the connection without answering.
        DISCONNECTED("disconnected"),
        /// What the server sent is not HTTP/1.1, or could be read in two ways.
        MALFORMED("malformed"),
        /// The body is not coded as its Content-Encoding says.
        CONTENT("content"),
        /// What the server sent is larger than a limit allows.
        LIMIT("limit"),
        /// The server closed the connection in the middle of the response.
        TRUNCATED("truncated"),
        /// It took too long.
        TIMEOUT("timeout"),
        /// The server could not prove that it is whom the request was meant for.
        AUTHENTICATION("authentication"),
        /// A redirect leads where it may not be followed, or there are too many of them.
        REDIRECT("redirect"),
        /// The status is 400 or more, and that was to be a failure.
        STATUS("status"),
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

        InvalidUrl(String message, @Nullable Throwable cause) {
            super(Kind.INVALID_URL, message, cause);
        }
    }

    /// The connection could not be made, or did not last.
    public static final class Connection extends ClientException {
        private static final long serialVersionUID = 1L;

        Connection(Kind kind, String message, @Nullable Throwable cause) {
            super(kind, message, cause);
        }
    }

    /// The server did not keep to HTTP/1.1, to the coding that it announced, or to a limit.
    public static final class Protocol extends ClientException {
        private static final long serialVersionUID = 1L;

        /// Makes one, for middlewares that check what a server sends. The message is to say to
        /// which request.
        public Protocol(Kind kind, String message, @Nullable Throwable cause) {
            super(kind, message, cause);
        }
    }

    /// The request took longer than it was allowed to.
    public static final class Timeout extends ClientException {
        private static final long serialVersionUID = 1L;

        private final Phase phase;
        private final boolean total;
        private final transient Timings timings;

        Timeout(String message, Phase phase, boolean total, Timings timings) {
            super(Kind.TIMEOUT, message + " (" + timings + ")", null);
            this.phase = phase;
            this.total = total;
            this.timings = timings;
        }

        /// Returns what the request was busy with when its time was up.
        public Phase phase() {
            return phase;
        }

        /// Returns whether it was the time in all that was up, rather than that of the phase.
        public boolean isTotal() {
            return total;
        }

        /// Returns how long each phase has taken until then.
        public Timings timings() {
            return timings;
        }
    }

    /// A redirect was not followed.
    public static final class Redirect extends ClientException {
        private static final long serialVersionUID = 1L;

        Redirect(String message, @Nullable Throwable cause) {
            super(Kind.REDIRECT, message, cause);
        }
    }

    /// The status is 400 or more: only where a session or a request asked for it
    /// ([ClientOptions#withRaiseForStatus]).
    public static final class Status extends ClientException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final transient Url url;
        private final transient Headers headers;

        Status(ClientResponse response) {
            super(
                    Kind.STATUS,
                    "the server answered " + response.status() + " " + response.reason(),
                    null);
            status = response.status();
            url = response.url();
            headers = response.headers();
        }

        /// Returns the status.
        public int status() {
            return status;
        }

        /// Returns the URL that answered.
        public Url url() {
            return url;
        }

        /// Returns the header fields of the response.
        public Headers headers() {
            return headers;
        }
    }
}
