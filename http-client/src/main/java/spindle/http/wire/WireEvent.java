package spindle.http.wire;

import java.nio.ByteBuffer;

/// What [ResponseParser] found next in the bytes of a response.
///
/// The events of one response come in this order, with any number of [NeedMore] between them:
///
/// ```
///   Interim*   Head   Data*   End
/// ```
public sealed interface WireEvent {

    /// All input is consumed and the response is not complete: call again with more bytes, or
    /// say that there will be none ([ResponseParser#endOfInput]).
    record NeedMore() implements WireEvent {
        static final NeedMore INSTANCE = new NeedMore();
    }

    /// An interim response (1xx), such as 100 (Continue) or 103 (Early Hints): the final one is
    /// yet to come, and is told nothing by these fields.
    record Interim(int status, FieldLines fields) implements WireEvent {}

    /// The head of the final response. Its status is 1xx only when it is the 101 that was asked
    /// for ([ResponseKind#TO_UPGRADE]).
    record Head(ResponseHead head) implements WireEvent {}

    /// The next bytes of the body, never empty: a view of the input, valid until the input is
    /// touched again.
    record Data(ByteBuffer bytes) implements WireEvent {}

    /// The response is complete. What the input still holds does not belong to it; a server
    /// has no business sending that, so a connection with bytes left over must not be used
    /// again. Behind a [BodyFraming.Tunnel] it is the first that comes through.
    ///
    /// @param trailers the fields after a chunked body, never merged into those of the head
    record End(FieldLines trailers) implements WireEvent {
        static final End WITHOUT_TRAILERS = new End(FieldLines.EMPTY);
    }
}
