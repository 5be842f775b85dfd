package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.coding.ContentDecoder;
import spindle.http.coding.ContentException;

import java.nio.ByteBuffer;
import java.util.List;

/// A body that was sent compressed, decoded piece by piece as it is asked for: what nobody asks
/// for is not decoded, and soon not even read from the socket.
final class DecodedBody {
    private static final int SMALLEST_OUTPUT = 8 * 1024;
    private static final int LARGEST_OUTPUT = 64 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // fixed at construction
    private final Exchange exchange;
    private final List<String> codings;

    // changes while running
    /// Present from the first piece to the end: it may have native memory, and most bodies that
    /// are not read are not even there, such as those of redirects.
    private @Nullable ContentDecoder decoder;

    /// What has arrived and is not decoded yet.
    private ByteBuffer encoded = NOTHING;

    private boolean encodedEnded;
    private boolean ended;

    /// What was decoded for whoever wants the whole body. A reader that is cancelled leaves it
    /// to the next one.
    private final BodyBuffer collected = new BodyBuffer();

    /// After this, there is nothing to be had any more.
    private @Nullable ClientException failure;

    /// @param codings as in Content-Encoding, all of them supported
    DecodedBody(Exchange exchange, List<String> codings) {
        this.exchange = exchange;
        this.codings = codings;
    }

    /// Waits for the whole body. Suspends the calling task.
    byte[] awaitAll() throws Exception {
        for (ByteBuffer piece = next(); piece != null; piece = next()) {
            collected.append(piece);
            if (collected.size() > exchange.attempt().limits().maxBodyBytes()) {
                throw failedWith(exchange.bodyBeyondLimit());
            }
        }
        return collected.toBytes();
    }

    /// Returns what of the body was decoded, where reading the whole of it failed.
    byte[] partialBody() {
        return collected.toBytes();
    }

    /// Waits for the next piece, which is the caller's; null at the end. Suspends the calling task.
    @Nullable
    ByteBuffer awaitPiece() throws Exception {
        return collected.size() > 0 ? collected.take() : next();
    }

    private @Nullable ByteBuffer next() throws Exception {
        if (failure != null) {
            throw failure;
        }
        return ended ? null : decodeMore();
    }

    private @Nullable ByteBuffer decodeMore() throws Exception {
        while (!ended) {
            ContentDecoder current = decoder();
            if (!encoded.hasRemaining() && !encodedEnded && !current.isOutputPending()) {
                ByteBuffer more = exchange.awaitPiece();
                encodedEnded = more == null;
                encoded = more == null ? NOTHING : more;
            }
            ByteBuffer output = ByteBuffer.allocate(outputSize());
            decode(current, output);
            if (output.position() > 0) {
                return output.flip();
            }
            if (failure != null) {
                throw failure;
            }
        }
        closeDecoder();
        return null;
    }

    /// What comes out before something turns out to be wrong is the reader's, and only then the
    /// failure.
    private void decode(ContentDecoder current, ByteBuffer output) {
        try {
            if (encodedEnded) {
                current.endOfInput(output);
                ended = !current.isOutputPending();
            } else {
                current.decode(encoded, output);
            }
        } catch (ContentException broken) {
            ClientException _ = failedWith(failureOf(broken));
        }
    }

    private ContentDecoder decoder() {
        if (decoder == null) {
            decoder = ContentDecoder.of(codings, exchange.attempt().limits().decoding());
        }
        return decoder;
    }

    private int outputSize() {
        return Math.clamp(4L * encoded.remaining(), SMALLEST_OUTPUT, LARGEST_OUTPUT);
    }

    private ClientException failedWith(ClientException reason) {
        failure = reason;
        closeDecoder();
        exchange.failBecause(reason);
        return reason;
    }

    private static ClientException failureOf(ContentException broken) {
        ClientException.Kind kind = switch (broken.kind()) {
            case MALFORMED -> ClientException.Kind.CONTENT;
            case LIMIT -> ClientException.Kind.LIMIT;
            case TRUNCATED -> ClientException.Kind.TRUNCATED;
        };
        return new ClientException.Protocol(kind, String.valueOf(broken.getMessage()), broken);
    }

    /// A body that is here and was not begun can be read after this, as it can where it was not
    /// compressed.
    void close() {
        if (decoder != null && !ended && failure == null) {
            failure = Exchange.closedEarly();
        }
        closeDecoder();
    }

    private void closeDecoder() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }
}
