package spindle.net;

import java.io.IOException;

/// Says that a separator did not come within the limit. What has come is still in the stream: read
/// it in another way, or with a higher limit. [#available()] tells how much that is.
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int limit;
    private final int available;

    LimitOverrunException(String wanted, int limit, int available) {
        super("expected " + wanted + " within " + limit + " bytes but " + available
                + " have come: give a higher limit, if the peer may send that much");
        this.limit = limit;
        this.available = available;
    }

    /// Returns the limit, in bytes.
    public int limit() {
        return limit;
    }

    /// Returns how many bytes have come, and are still to be read.
    public int available() {
        return available;
    }
}
