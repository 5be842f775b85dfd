package spindle.http.wire;

/// How the end of a body is found (RFC 9112 section 6.3).
public sealed interface BodyFraming {

    /// There is no body: the answer to HEAD, 204, 304.
    record None() implements BodyFraming {
        static final None INSTANCE = new None();
    }

    /// The body has exactly so many bytes (Content-Length); zero is a body too, an empty one.
    record Length(long bytes) implements BodyFraming {}

    /// The body comes in chunks, each with its size, and ends with one of size zero and the
    /// trailers.
    record Chunked() implements BodyFraming {
        static final Chunked INSTANCE = new Chunked();
    }

    /// The body goes on until the peer closes the connection, so that nobody can tell a
    /// complete one from one that was cut short.
    record UntilClose() implements BodyFraming {
        static final UntilClose INSTANCE = new UntilClose();
    }

    /// There is no body, and no further HTTP either: behind the head begins whatever CONNECT
    /// or an upgrade asked for.
    record Tunnel() implements BodyFraming {
        static final Tunnel INSTANCE = new Tunnel();
    }
}
