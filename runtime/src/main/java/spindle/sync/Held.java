package spindle.sync;

/// What a task holds until it closes this: a lock, a permit, a token.
///
/// ```java
/// try (var _ = await(lock.hold())) {
///     …                                  // however this ends, the lock is released
/// }
/// ```
///
/// Closing it twice does nothing, and neither does closing it when what it stands for has been
/// given back otherwise. Any task of the loop may close it.
///
/// Next: [Lock].
public final class Held implements AutoCloseable {
    private final Object primitive;
    private final Runnable release;
    private boolean closed;

    Held(Object primitive, Runnable release) {
        this.primitive = primitive;
        this.release = release;
    }

    /// Gives back what is held.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }

    /// Returns a form such as `<Held of=<Lock locked by='Task-3'>>`.
    @Override
    public String toString() {
        return "<Held " + (closed ? "closed " : "") + "of=" + primitive + ">";
    }
}
