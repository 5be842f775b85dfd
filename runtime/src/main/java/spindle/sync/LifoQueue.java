package spindle.sync;

/// A [Queue] whose newest item comes out first: a stack.
///
/// In everything else it is the same.
public final class LifoQueue<T> extends Queue<T> {
    /// Creates a queue that is never full.
    public LifoQueue() {
        this(0);
    }

    /// Creates a queue that is full when it holds `maxSize` items; if that is not positive,
    /// never.
    public LifoQueue(int maxSize) {
        super(maxSize, new Items.Lifo<>());
    }
}
