package spindle.net;

import java.io.IOException;

/// Says that a separator did not come within the limit. What has come is still in the stream: read
/// it in another way, or with a higher limit.
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int limit;

    LimitOverrunException(String wanted, int limit) {
        super("expected " + wanted + " within " + limit
                + " bytes but there was none: give a higher limit, if the peer may send that much");
        this.limit = limit;
    }

    /// Returns the limit, in bytes.
    public int limit() {
        return limit;
    }
}
