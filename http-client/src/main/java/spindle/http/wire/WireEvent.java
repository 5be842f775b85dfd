package spindle.http.wire;

import java.nio.ByteBuffer;

/// What [ResponseParser] found next in the bytes of a response.
///
/// The events of one response come in this order, with any number of [NeedMore] between them:
///
/// ```
///   Head   Data*   End
/// ```
public sealed interface WireEvent {

    /// All input is consumed and the response is not complete: call again with more bytes, or
    /// say that there will be none ([ResponseParser#endOfInput]).
    record NeedMore() implements WireEvent {
        static final NeedMore INSTANCE = new NeedMore();
    }

    /// The head of the final response; interim responses (1xx) are never seen.
    record Head(ResponseHead head) implements WireEvent {}

    /// The next bytes of the body, never empty: a view of the input, valid until the input is
    /// touched again.
    record Data(ByteBuffer bytes) implements WireEvent {}

    /// The response is complete. What the input still holds does not belong to it; a server
    /// has no business sending that, so a connection with bytes left over must not be used
    /// again.
    ///
    /// @param trailers the fields after a chunked body, never merged into those of the head
    record End(FieldLines trailers) implements WireEvent {
        static final End WITHOUT_TRAILERS = new End(FieldLines.EMPTY);
    }
}
