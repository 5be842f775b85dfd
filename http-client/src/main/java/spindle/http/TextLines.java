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
    private final CharsetDecoder decoder;
    private final int limit;

    // changes while running
    /// What of a character has come so far goes before the next piece.
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private final StringBuilder text = new StringBuilder();

    /// There is no LF before this.
    private int searched;

    private boolean begun;
    private boolean ended;

    /// @param limit of a line, in characters
    TextLines(Pieces pieces, Charset charset, int limit) {
        this.pieces = pieces;
        this.limit = limit;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
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
                requireWithinLimit(searched);
                if (ended) {
                    return searched == 0 ? Optional.empty() : Optional.of(take(searched, searched));
                }
                readMore();
            }
        };
    }

    private String take(int end, int next) throws ClientException {
        requireWithinLimit(end);
        boolean carriageReturn = end > 0 && next > end && text.charAt(end - 1) == '\r';
        String line = text.substring(0, carriageReturn ? end - 1 : end);
        text.delete(0, next);
        searched = 0;
        return line;
    }

    private void requireWithinLimit(int length) throws ClientException {
        if (length > limit) {
            throw new ClientException.Protocol(
                    ClientException.Kind.LIMIT,
                    "a line of the body is too long: the limit is " + limit + " characters",
                    null);
        }
    }

    private void readMore() throws Exception {
        ByteBuffer piece = pieces.next();
        ended = piece == null;
        if (piece != null) {
            bytes = joined(bytes, piece);
        }
        CharBuffer chars = CharBuffer.allocate(CHARS);
        boolean more = true;
        while (more) {
            more = decoder.decode(bytes, chars, ended).isOverflow();
            if (ended && !more) {
                more = decoder.flush(chars).isOverflow();
            }
            append(chars.flip());
            chars.clear();
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
    private void append(CharBuffer chars) {
        if (!begun && chars.hasRemaining()) {
            begun = true;
            if (chars.get(chars.position()) == '\ufeff') {
                chars.get();
            }
        }
        text.append(chars);
    }
}
