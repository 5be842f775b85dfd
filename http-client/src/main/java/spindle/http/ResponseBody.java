package spindle.http;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/// The body of a response, as its user gets it: as it came, or decoded.
final class ResponseBody {
    // fixed at construction
    private final Exchange exchange;

    /// Null where the body comes as it is.
    private final @Nullable DecodedBody decoded;

    // changes while running
    private boolean inPieces;

    ResponseBody(Exchange exchange, @Nullable DecodedBody decoded) {
        this.exchange = exchange;
        this.decoded = decoded;
    }

    /// Returns whether some of it was taken already, and so is not here any more.
    boolean isInPieces() {
        return inPieces;
    }

    /// Waits for the whole body. Suspends the calling task.
    byte[] readAll() throws Exception {
        try {
            return decoded == null ? exchange.awaitBody() : decoded.awaitAll();
        } catch (ClientException failure) {
            failure.setPartialBody(
                    decoded == null ? exchange.partialBody() : decoded.partialBody());
            throw failure;
        }
    }

    /// Waits for the next piece, which is the caller's; null at the end. Suspends the calling task.
    @Nullable
    ByteBuffer next() throws Exception {
        inPieces = true;
        return decoded == null ? exchange.awaitPiece() : decoded.awaitPiece();
    }

    /// Drops the connection if the body has not arrived in full, and whatever has.
    void close() {
        exchange.abandon();
        if (decoded != null) {
            decoded.close();
        }
    }
}
