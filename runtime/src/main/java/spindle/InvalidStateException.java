package spindle;

/// Thrown when a future is asked for a result that it has not got yet, or given a second one.
///
/// Next: [Outcome].
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    InvalidStateException(String message) {
        super(message);
    }
}
