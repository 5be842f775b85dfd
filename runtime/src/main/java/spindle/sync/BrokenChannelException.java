package spindle.sync;

/// Thrown by a [Sender] when no [Receiver] of its channel is open any more: nobody will ever take
/// the item.
public final class BrokenChannelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenChannelException(String message) {
        super(message);
    }
}
