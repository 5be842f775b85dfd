package spindle.http.wire;

/// The head of a final response, and what it says about the bytes that follow.
///
/// @param version what the peer speaks; any later HTTP/1.x counts as HTTP/1.1
/// @param status from 200 to 999, or 101: a number above 599 belongs to no class, but servers
///     do send it
/// @param reason possibly empty, and never to be relied on
/// @param fields in the order and spelling in which they were sent
/// @param framing how the body ends
/// @param keepAlive whether the connection may carry another request after this response (RFC
///     9112 section 9.3); never behind a tunnel
public record ResponseHead(
        HttpVersion version,
        int status,
        String reason,
        FieldLines fields,
        BodyFraming framing,
        boolean keepAlive) {}
