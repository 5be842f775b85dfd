package spindle.sync;

import spindle.Future;

import java.util.LinkedHashSet;
import java.util.Set;

/// What both ends of a channel have in common: being open, and then closed, which the tasks that
/// wait at this very end are told.
///
/// Next: [Sender].
final class ChannelEnd {
    // fixed at construction
    private final Object shown;

    // changes while running
    private final Set<Future<Boolean>> waiting = new LinkedHashSet<>();
    private boolean isClosed;

    /// @param shown the end, for messages
    ChannelEnd(Object shown) {
        this.shown = shown;
    }

    /// Waits in a line, or until this end is closed. Suspends the calling task.
    void waitFor(Line line, Future<Boolean> turn) throws Exception {
        waiting.add(turn);
        try {
            line.waitFor(turn);
        } finally {
            waiting.remove(turn);
        }
    }

    /// Closes this end and fails those who wait at it.
    void close() {
        isClosed = true;
        for (Future<Boolean> turn : waiting) {
            if (!turn.isDone()) {
                turn.setException(closed());
            }
        }
    }

    void checkOpen() {
        if (isClosed) {
            throw closed();
        }
    }

    private ChannelClosedException closed() {
        return new ChannelClosedException(
                "this end of the channel was closed: make a copy for each task that closes one: "
                        + shown);
    }

    boolean isClosed() {
        return isClosed;
    }
}
