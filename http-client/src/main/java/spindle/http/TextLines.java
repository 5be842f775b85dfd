package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.AsyncIterator;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The lines of a body, as they come: ended by LF or CRLF, the last one by the end too.
final class TextLines implements AsyncIterator<String> {
    private static final int CHARS = 4096;

    /// Where the pieces come from.
    interface Pieces {
        /// Returns the next piece, or null at the end. Suspends the calling task.
        @Nullable
        ByteBuffer next() throws Exception;
    }

    // fixed at construction
    private final Pieces pieces;
    private final Charset charset;
    private final int limit;
    private final UnaryOperator<ClientException> described;
    private final CharBuffer chars = CharBuffer.allocate(CHARS);

    // changes while running
    /// What of a character has come so far goes before the next piece.
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /// Present as soon as it is known whether the text begins with a byte order mark.
    private @Nullable CharsetDecoder decoder;

    private final StringBuilder text = new StringBuilder();

    /// Where the next line begins: lines before it were taken already.
    private int start;

    /// There is no LF from the start to this.
    private int searched;

    private boolean ended;

    /// @param charset of a text without a byte order mark
    /// @param limit of a line, in characters
    /// @param described says of a failure which request it is about
    TextLines(Pieces pieces, Charset charset, int limit, UnaryOperator<ClientException> described) {
        this.pieces = pieces;
        this.charset = charset;
        this.limit = limit;
        this.described = described;
    }

    @Override
    public Coroutine<Optional<String>> next() {
        return () -> {
            while (true) {
                int end = text.indexOf("\n", searched);
                if (end >= 0) {
                    return Optional.of(take(end, end + 1));
                }
                searched = text.length();
                if (ended) {
                    return start == searched
                            ? Optional.empty()
                            : Optional.of(take(searched, searched));
                }
                // The CR of the end that is still to come is no part of the line.
                requireWithinLimit(searched - start - 1);
                readMore();
            }
        };
    }

    private String take(int end, int next) throws ClientException {
        boolean carriageReturn = end > start && next > end && text.charAt(end - 1) == '\r';
        int lineEnd = carriageReturn ? end - 1 : end;
        requireWithinLimit(lineEnd - start);
        String line = text.substring(start, lineEnd);
        start = next;
        searched = next;
        return line;
    }

    private void requireWithinLimit(int length) throws ClientException {
        if (length > limit) {
            throw described.apply(new ClientException.Protocol(
                    ClientException.Kind.LIMIT,
                    "a line of the body is too long: the limit is " + limit + " characters",
                    null));
        }
    }

    private void readMore() throws Exception {
        ByteBuffer piece = pieces.next();
        ended = piece == null;
        if (piece != null) {
            bytes = joined(bytes, piece);
        }
        // Only now: moving what is left of the text for each line would cost its square.
        text.delete(0, start);
        searched -= start;
        start = 0;
        if (decoder == null && (ended || !ContentCharset.isMarkBegun(bytes))) {
            decoder = decoder();
        }
        if (decoder != null) {
            decode(decoder);
        }
    }

    private static ByteBuffer joined(ByteBuffer rest, ByteBuffer piece) {
        if (!rest.hasRemaining()) {
            return piece;
        }
        return ByteBuffer.allocate(rest.remaining() + piece.remaining())
                .put(rest)
                .put(piece)
                .flip();
    }

    /// A byte order mark is no part of the first line.
    private CharsetDecoder decoder() {
        Charset marked = ContentCharset.skipMark(bytes);
        return (marked == null ? charset : marked)
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    private void decode(CharsetDecoder current) {
        boolean more = true;
        while (more) {
            more = current.decode(bytes, chars, ended).isOverflow();
            if (ended && !more) {
                more = current.flush(chars).isOverflow();
            }
            text.append(chars.flip());
            chars.clear();
        }
    }
}
