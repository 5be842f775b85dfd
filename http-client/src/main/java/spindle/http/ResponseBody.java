package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.coding.ContentDecoder;
import spindle.http.coding.ContentException;

import java.nio.ByteBuffer;

/// The body of a response, decoded piece by piece as it is asked for: what nobody asks for is not
/// decoded, and soon not even read from the socket.
final class ResponseBody {
    private static final int SMALLEST_OUTPUT = 8 * 1024;
    private static final int LARGEST_OUTPUT = 64 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // fixed at construction
    private final Exchange exchange;

    /// Null where the body comes as it is.
    private final @Nullable ContentDecoder decoder;

    // changes while running
    /// What has arrived and is not decoded yet.
    private ByteBuffer encoded = NOTHING;

    private boolean encodedEnded;
    private boolean ended;
    private boolean inPieces;

    ResponseBody(Exchange exchange, @Nullable ContentDecoder decoder) {
        this.exchange = exchange;
        this.decoder = decoder;
    }

    /// Returns whether some of it was taken already, and so is not here any more.
    boolean isInPieces() {
        return inPieces;
    }

    /// What is left of it is nobody's from now on.
    void giveUp() {
        inPieces = true;
    }

    /// Waits for the whole body. Suspends the calling task.
    byte[] readAll() throws Exception {
        BodyBuffer collected = new BodyBuffer();
        try {
            if (decoder == null) {
                return exchange.awaitBody();
            }
            for (ByteBuffer piece = decoded(decoder); piece != null; piece = decoded(decoder)) {
                collected.append(piece);
                requireWithinLimit(collected.size());
            }
            return collected.toBytes();
        } catch (ClientException failure) {
            failure.setPartialBody(decoder == null ? exchange.partialBody() : collected.toBytes());
            throw failure;
        }
    }

    private void requireWithinLimit(int size) throws ClientException {
        if (size > exchange.attempt().limits().maxBodyBytes()) {
            ClientException tooLong = exchange.bodyBeyondLimit();
            exchange.failBecause(tooLong);
            throw tooLong;
        }
    }

    /// Waits for the next piece, which is the caller's; null at the end. Suspends the calling task.
    @Nullable
    ByteBuffer next() throws Exception {
        inPieces = true;
        return decoder == null ? exchange.awaitPiece() : decoded(decoder);
    }

    private @Nullable ByteBuffer decoded(ContentDecoder decoder) throws Exception {
        try {
            return nextDecoded(decoder);
        } catch (ContentException broken) {
            ClientException failure = failureOf(broken);
            exchange.failBecause(failure);
            throw failure;
        }
    }

    private @Nullable ByteBuffer nextDecoded(ContentDecoder decoder) throws Exception {
        while (!ended) {
            if (!encoded.hasRemaining() && !encodedEnded && !decoder.isOutputPending()) {
                ByteBuffer more = exchange.awaitPiece();
                encodedEnded = more == null;
                encoded = more == null ? NOTHING : more;
            }
            ByteBuffer output = ByteBuffer.allocate(outputSize());
            if (encodedEnded) {
                decoder.endOfInput(output);
                ended = !decoder.isOutputPending();
            } else {
                decoder.decode(encoded, output);
            }
            if (output.position() > 0) {
                return output.flip();
            }
        }
        decoder.close();
        return null;
    }

    private int outputSize() {
        return Math.clamp(4L * encoded.remaining(), SMALLEST_OUTPUT, LARGEST_OUTPUT);
    }

    private static ClientException failureOf(ContentException broken) {
        ClientException.Kind kind =
                switch (broken.kind()) {
                    case MALFORMED -> ClientException.Kind.CONTENT;
                    case LIMIT -> ClientException.Kind.LIMIT;
                    case TRUNCATED -> ClientException.Kind.TRUNCATED;
                };
        return new ClientException.Protocol(kind, String.valueOf(broken.getMessage()), broken);
    }

    /// Drops the connection if the body has not arrived in full, and whatever has.
    void close() {
        exchange.abandon();
        if (decoder != null) {
            decoder.close();
        }
    }
}
