package spindle.http.wire;

/// How the body of a request is sent: what was to be sent, put together with what the caller's
/// own fields announce.
///
/// What a server and a proxy before it could read differently is refused here, as in a
/// response (RFC 9112 section 6): two lengths, a length beside an encoding, an encoding other
/// than `chunked`, and a length that is not that of the body.
///
/// @param body never [BodyFraming.UntilClose] or [BodyFraming.Tunnel]; of a
///     [BodyFraming.Length] exactly so many bytes must follow the head, even if the length of
///     the body was not known: then the caller's fields told it
/// @param added the fields that the head still needs
public record RequestFraming(BodyFraming body, FieldLines added) {

    private static final BodyFraming EMPTY_BODY = new BodyFraming.Length(0);
    private static final FieldLines LENGTH_ZERO = FieldLines.of("Content-Length", "0");
    private static final FieldLines CHUNKED = FieldLines.of("Transfer-Encoding", "chunked");

    /// Frames a request that has no body.
    ///
    /// `Content-Length: 0` is added for the methods that usually have one (RFC 9110 section
    /// 8.6); a server might wait for it otherwise.
    ///
    /// @param fields those of the head, as far as the caller has set them
    /// @throws IllegalArgumentException if the fields announce a body, or are no framing
    public static RequestFraming withoutBody(String method, FieldLines fields) {
        BodyFraming announced = announced(fields);
        if (announced instanceof BodyFraming.None) {
            return new RequestFraming(
                    announced, usuallyHasBody(method) ? LENGTH_ZERO : FieldLines.EMPTY);
        }
        if (!announced.equals(EMPTY_BODY)) {
            throw new IllegalArgumentException(
                    "the fields of the request announce a body but it has none: drop "
                            + (announced instanceof BodyFraming.Chunked
                                    ? "Transfer-Encoding"
                                    : "Content-Length"));
        }
        return new RequestFraming(BodyFraming.None.INSTANCE, FieldLines.EMPTY);
    }

    private static boolean usuallyHasBody(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    /// Frames a request that has a body, be it an empty one.
    ///
    /// Chunks are sent where the length is not known, or the caller's fields want them.
    ///
    /// @param fields those of the head, as far as the caller has set them
    /// @param length of the body in bytes, or -1 if it is not known beforehand
    /// @throws IllegalArgumentException if the method allows no body, or the fields announce
    ///     another length, or are no framing
    public static RequestFraming withBody(String method, FieldLines fields, long length) {
        requireBodyAllowed(method);
        if (length < -1) {
            throw new IllegalArgumentException(
                    "the length of a body must be at least 0, or -1 if not known, was " + length);
        }
        BodyFraming announced = announced(fields);
        if (announced instanceof BodyFraming.None) {
            return length < 0
                    ? new RequestFraming(BodyFraming.Chunked.INSTANCE, CHUNKED)
                    : new RequestFraming(
                            new BodyFraming.Length(length),
                            FieldLines.of("Content-Length", Long.toString(length)));
        }
        if (announced instanceof BodyFraming.Length(long bytes) && length >= 0 && bytes != length) {
            throw new IllegalArgumentException("the Content-Length is " + bytes
                    + " but the body has " + length + " bytes: drop the field, it is set anyway");
        }
        return new RequestFraming(announced, FieldLines.EMPTY);
    }

    /// RFC 9110 sections 9.3.6 and 9.3.8.
    private static void requireBodyAllowed(String method) {
        if (method.equals("TRACE") || method.equals("CONNECT")) {
            throw new IllegalArgumentException("a " + method + " request must not have a body");
        }
    }

    /// Returns what the fields of a request say about its body; [BodyFraming.None] if they say
    /// nothing.
    ///
    /// @throws IllegalArgumentException if they could be read in two ways, or in none
    public static BodyFraming announced(FieldLines fields) {
        int transferEncoding = fields.indexOf("Transfer-Encoding", 0);
        int contentLength = fields.indexOf("Content-Length", 0);
        if (transferEncoding < 0 && contentLength < 0) {
            return BodyFraming.None.INSTANCE;
        }
        // The rules are those for responses: only that here the caller is at fault.
        try {
            return FramingRules.announced(fields, transferEncoding, contentLength);
        } catch (WireException refused) {
            throw new IllegalArgumentException(
                    "the framing of the request is not legal: " + refused.getMessage(), refused);
        }
    }
}
