package spindle.sync;

/// Thrown by a [Receiver] that is asked for an item when no [Sender] of its channel is open any
/// more and all that they sent has been received. An iteration simply ends there.
public final class EndOfChannelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndOfChannelException(String message) {
        super(message);
    }
}
