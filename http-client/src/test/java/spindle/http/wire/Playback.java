package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Plays the bytes of a peer to a parser, cut in some way and followed by a close, and writes
/// down what came of it.
///
/// The pieces all pass through one buffer that is scribbled over after each of them, so that
/// a parser that kept a piece would be found out.
public final class Playback {

    private final ResponseParser parser;
    private final ByteBuffer buffer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final StringBuilder seen = new StringBuilder();
    private boolean headSeen;

    private Playback(ResponseParser parser, boolean direct, int largestPiece) {
        this.parser = parser;
        buffer = direct
                ? ByteBuffer.allocateDirect(largestPiece)
                : ByteBuffer.allocate(largestPiece);
    }

    /// Plays all bytes at once.
    public static String whole(Exchange exchange) {
        return play(exchange, exchange.bytes(), _ -> Integer.MAX_VALUE, false);
    }

    /// Plays the bytes in pieces.
    ///
    /// @param pieceAt the length of the piece that starts at an index
    public static String play(
            Exchange exchange, byte[] bytes, IntUnaryOperator pieceAt, boolean direct) {
        return play(new ResponseParser(), exchange, bytes, pieceAt, direct);
    }

    /// Returns the outcome, such as `103 Link: </a> | HTTP/1.1 200 OK | Content-Length: 5 | length
    /// 5 |
    /// keep-alive | hello | leftover xyz`.
    static String play(
            ResponseParser parser,
            Exchange exchange,
            byte[] bytes,
            IntUnaryOperator pieceAt,
            boolean direct) {
        parser.begin(exchange.kind(), exchange.limits());
        return new Playback(parser, direct, Math.max(bytes.length, 1)).run(bytes, pieceAt);
    }

    private String run(byte[] bytes, IntUnaryOperator pieceAt) {
        try {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(pieceAt.applyAsInt(at), bytes.length - at);
                buffer.clear().put(bytes, at, length).flip();
                at += length;
                if (feed()) {
                    return finish(latin1(bytes, at - buffer.remaining()));
                }
                scribbleOver(length);
            }
            end(parser.endOfInput());
            return finish("");
        } catch (WireException e) {
            assertThat(parser.isComplete()).isFalse();
            appendBody();
            return seen.append(e.kind()).append(": ").append(e.getMessage()).toString();
        }
    }

    private void scribbleOver(int length) {
        for (int i = 0; i < length; i++) {
            buffer.put(i, (byte) '~');
        }
    }

    /// Returns whether the response is complete.
    private boolean feed() throws WireException {
        while (true) {
            int before = buffer.remaining();
            switch (parser.next(buffer)) {
                case WireEvent.NeedMore() -> {
                    assertThat(buffer.remaining())
                            .as("input left over by NeedMore")
                            .isZero();
                    return false;
                }
                case WireEvent.Interim(int status, FieldLines fields) -> append(status, fields);
                case WireEvent.Head(ResponseHead head) -> append(head);
                case WireEvent.Data(ByteBuffer data) -> {
                    assertThat(data.remaining())
                            .as("every byte of Data is consumed, and there is one")
                            .isPositive()
                            .isLessThanOrEqualTo(before);
                    var copy = new byte[data.remaining()];
                    data.get(copy);
                    body.writeBytes(copy);
                }
                case WireEvent.End end -> {
                    end(end);
                    return true;
                }
            }
        }
    }

    private void append(int status, FieldLines fields) {
        assertThat(headSeen).as("interim response behind the head").isFalse();
        seen.append(status)
                .append(fields.count() == 0 ? "" : " " + show(fields))
                .append(" | ");
    }

    private void append(ResponseHead head) {
        headSeen = true;
        String framing = switch (head.framing()) {
            case BodyFraming.None() -> "no body";
            case BodyFraming.Length(long bytes) -> "length " + bytes;
            case BodyFraming.Chunked() -> "chunked";
            case BodyFraming.UntilClose() -> "until close";
            case BodyFraming.Tunnel() -> "tunnel";
        };
        seen.append(head.version()).append(' ').append(head.status());
        seen.append(head.reason().isEmpty() ? "" : " " + head.reason()).append(" | ");
        seen.append(head.fields().count() == 0 ? "" : show(head.fields()) + " | ");
        seen.append(framing).append(" | ");
        seen.append(head.keepAlive() ? "keep-alive" : "close").append(" | ");
    }

    private void end(WireEvent.End end) {
        assertThat(parser.isComplete()).isTrue();
        appendBody();
        if (end.trailers().count() > 0) {
            seen.append("trailers ").append(show(end.trailers())).append(" | ");
        }
    }

    private void appendBody() {
        if (body.size() > 0) {
            seen.append(escape(body.toString(StandardCharsets.ISO_8859_1))).append(" | ");
        }
    }

    private String finish(String leftover) {
        if (!leftover.isEmpty()) {
            seen.append("leftover ").append(escape(leftover)).append(" | ");
        }
        return seen.substring(0, seen.length() - " | ".length());
    }

    public static String show(FieldLines fields) {
        return IntStream.range(0, fields.count())
                .mapToObj(i -> fields.name(i) + ": " + fields.value(i))
                .collect(Collectors.joining("; "));
    }

    public static String escape(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static String latin1(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1);
    }
}
