package spindle.sync;

/// Thrown by a [Queue] that was shut down: to those who put, and to those who get when there is
/// nothing left.
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueShutDownException(String message) {
        super(message);
    }
}
