package spindle.http.wire;

/// Where a response ends and whether the connection outlives it: RFC 9112 sections 6.3 and
/// 9.3, without any of the repairs that these allow. A length that is said twice, even twice
/// alike, is refused.
final class FramingRules {

    /// With 18 digits a length cannot overflow; nothing on earth is longer.
    private static final int MOST_LENGTH_DIGITS = 18;

    private FramingRules() {}

    /// Applies the rules in their order.
    static BodyFraming framing(
            HttpVersion version, int status, ResponseKind kind, FieldLines fields)
            throws WireException {
        if (kind.isTunnel(status)) {
            return BodyFraming.Tunnel.INSTANCE;
        }
        if (kind == ResponseKind.TO_HEAD || isBodyless(status)) {
            // Whatever the fields announce: they describe what a GET would have got.
            return BodyFraming.None.INSTANCE;
        }
        return bodyFraming(version, fields);
    }

    private static boolean isBodyless(int status) {
        return status == 204 || status == 304;
    }

    private static BodyFraming bodyFraming(HttpVersion version, FieldLines fields)
            throws WireException {
        int transferEncoding = fields.indexOf("Transfer-Encoding", 0);
        int contentLength = fields.indexOf("Content-Length", 0);
        if (transferEncoding < 0 && contentLength < 0) {
            return BodyFraming.UntilClose.INSTANCE;
        }
        if (transferEncoding >= 0 && version == HttpVersion.HTTP_1_0) {
            throw WireException.malformed(
                    "expected no Transfer-Encoding in a response of HTTP/1.0 but found one");
        }
        return announced(fields, transferEncoding, contentLength);
    }

    /// Reads the two fields that can announce a body, of which at least one is there.
    ///
    /// @param transferEncoding where the first of its name is, or -1
    /// @param contentLength where the first of its name is, or -1
    static BodyFraming announced(FieldLines fields, int transferEncoding, int contentLength)
            throws WireException {
        if (transferEncoding < 0) {
            return new BodyFraming.Length(parseLength(fields, contentLength));
        }
        checkChunked(fields, transferEncoding);
        if (contentLength >= 0) {
            throw WireException.malformed(
                    "expected one of Transfer-Encoding and Content-Length but found both");
        }
        return BodyFraming.Chunked.INSTANCE;
    }

    private static void checkChunked(FieldLines fields, int index) throws WireException {
        requireSingle("Transfer-Encoding", fields, index);
        if (!fields.value(index).equalsIgnoreCase("chunked")) {
            throw WireException.malformed(
                    "expected \"chunked\" as the only Transfer-Encoding but found "
                            + Grammar.quote(fields.value(index)));
        }
    }

    private static long parseLength(FieldLines fields, int index) throws WireException {
        requireSingle("Content-Length", fields, index);
        int start = fields.valueStart(index);
        int end = fields.valueEnd(index);
        long length = 0;
        boolean legal = end > start && end - start <= MOST_LENGTH_DIGITS;
        for (int i = start; legal && i < end; i++) {
            char digit = fields.text().charAt(i);
            legal = Grammar.isDigit(digit);
            length = 10 * length + (digit - '0');
        }
        if (!legal) {
            throw WireException.malformed("expected a Content-Length of 1 to "
                    + MOST_LENGTH_DIGITS
                    + " digits but found "
                    + Grammar.quote(fields.value(index)));
        }
        return length;
    }

    private static void requireSingle(String name, FieldLines fields, int first)
            throws WireException {
        if (fields.indexOf(name, first + 1) >= 0) {
            throw WireException.malformed("expected one " + name + " but found several");
        }
    }

    // --- Whether the connection lives on ---

    static boolean keepAlive(
            HttpVersion version, int status, BodyFraming framing, FieldLines fields) {
        if (framing instanceof BodyFraming.UntilClose
                || framing instanceof BodyFraming.Tunnel
                || describesAnIllegalBody(version, framing, fields)
                || announcesAnImpossibleBody(status, fields)) {
            return false;
        }
        boolean close = false;
        boolean keepAlive = version == HttpVersion.HTTP_1_1;
        for (int i = fields.indexOf("Connection", 0);
                i >= 0;
                i = fields.indexOf("Connection", i + 1)) {
            for (String option : fields.value(i).split(",", -1)) {
                String name = option.strip();
                close |= name.equalsIgnoreCase("close");
                keepAlive |= name.equalsIgnoreCase("keep-alive");
            }
        }
        return keepAlive && !close;
    }

    /// The answer to HEAD and a 304 may describe a body that does not come. A peer that would be
    /// refused if it came is not trusted with a second response: something between us may have
    /// waited for it.
    private static boolean describesAnIllegalBody(
            HttpVersion version, BodyFraming framing, FieldLines fields) {
        if (!(framing instanceof BodyFraming.None)) {
            return false;
        }
        try {
            bodyFraming(version, fields);
            return false;
        } catch (WireException refused) {
            return true;
        }
    }

    /// A 204 that announces a body has none for us (RFC 9112 section 6.3). But a server that
    /// says so may send it all the same, a little later, when it would pass for the answer to
    /// the next request.
    private static boolean announcesAnImpossibleBody(int status, FieldLines fields) {
        if (status != 204) {
            return false;
        }
        int length = fields.indexOf("Content-Length", 0);
        return fields.indexOf("Transfer-Encoding", 0) >= 0
                || (length >= 0 && !fields.value(length).equals("0"))
                || (length >= 0 && fields.indexOf("Content-Length", length + 1) >= 0);
    }
}
