package spindle.sync;

/// Thrown by a [Sender] or a [Receiver] that is used after it was closed, or was closed while a
/// task waited for it.
public final class ChannelClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ChannelClosedException(String message) {
        super(message);
    }
}
