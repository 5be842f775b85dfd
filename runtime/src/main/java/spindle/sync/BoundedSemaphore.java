package spindle.sync;

/// A [Semaphore] that never has more permits than it began with: a release too many is a mistake
/// that it reports, instead of letting one task more in from then on.
///
/// In everything else it is the same.
public final class BoundedSemaphore extends Semaphore {
    /// Creates a semaphore with so many permits.
    ///
    /// @param permits at least 0
    public BoundedSemaphore(int permits) {
        super(permits, permits);
    }
}
