package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.url.Url;
import spindle.net.TlsDetails;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.List;

/// One step of a request, as a [ClientListener] is told of it. The request in it is the one that
/// was made for that attempt: what has the same request belongs together.
///
/// ```
/// Started  (Queued Dequeued)?  (Reused | (Resolving Resolved)? Connecting Connected Secured?)
///          Sent  Interim*  Answered  (Completed | Failed)
///          Redirected -> Started …
/// ```
public sealed interface ClientEvent {
    /// Returns the attempt's request.
    ClientRequest request();

    /// An attempt begins.
    record Started(ClientRequest request) implements ClientEvent {}

    /// It waits in line for a connection.
    record Queued(ClientRequest request) implements ClientEvent {}

    /// It was its turn.
    record Dequeued(ClientRequest request) implements ClientEvent {}

    /// It got a connection that had served before.
    record Reused(ClientRequest request, SocketAddress remoteAddress) implements ClientEvent {}

    /// The addresses of a host are looked for.
    record Resolving(ClientRequest request, String host) implements ClientEvent {}

    /// The addresses were found.
    record Resolved(ClientRequest request, String host, List<InetAddress> addresses)
            implements ClientEvent {}

    /// A connection is made.
    record Connecting(ClientRequest request, String host, int port) implements ClientEvent {}

    /// It was made.
    record Connected(ClientRequest request, SocketAddress remoteAddress) implements ClientEvent {}

    /// TLS was agreed on.
    record Secured(ClientRequest request, TlsDetails details) implements ClientEvent {}

    /// The request was sent.
    ///
    /// @param bytes head and body, as they were sent
    record Sent(ClientRequest request, long bytes) implements ClientEvent {}

    /// An interim response came (1xx).
    record Interim(ClientRequest request, int status, Headers headers) implements ClientEvent {}

    /// The head of the response came.
    record Answered(ClientRequest request, int status, Headers headers) implements ClientEvent {}

    /// The response was a redirect, and is followed.
    record Redirected(ClientRequest request, int status, Url to) implements ClientEvent {}

    /// The whole body came.
    record Completed(ClientRequest request, Timings timings) implements ClientEvent {}

    /// It came to nothing; a status such as 404 is no failure.
    ///
    /// @param failure what it failed with; null if it was cancelled
    record Failed(ClientRequest request, @Nullable Exception failure) implements ClientEvent {}
}
