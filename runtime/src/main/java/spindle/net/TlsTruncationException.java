package spindle.net;

import java.io.IOException;

/// The peer's end of stream came without TLS's own end, the alert `close_notify`: somebody on the
/// way may have cut the connection, and what was received may be a part of what was sent (RFC
/// 8446, section 6.1).
///
/// Whether that matters is for the application to say: not where it knows the length of what it
/// expects.
public final class TlsTruncationException extends IOException {
    private static final long serialVersionUID = 1;

    TlsTruncationException(String peer) {
        super("TLS connection with " + peer + " was cut off: the peer's end of stream came without "
                + "close_notify, so what was received may be incomplete");
    }
}
