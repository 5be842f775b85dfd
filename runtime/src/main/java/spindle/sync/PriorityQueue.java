package spindle.sync;

import java.util.Comparator;

/// A [Queue] whose smallest item comes out first; of equal ones, the one that was put first.
///
/// In everything else it is the same.
public final class PriorityQueue<T> extends Queue<T> {
    /// Creates a queue that is never full.
    public PriorityQueue(Comparator<? super T> comparator) {
        this(comparator, 0);
    }

    /// Creates a queue that is full when it holds `maxSize` items; if that is not positive,
    /// never.
    public PriorityQueue(Comparator<? super T> comparator, int maxSize) {
        super(maxSize, new Items.Sorted<>(comparator));
    }

    /// Returns a queue of things that have an order of their own; it is never full.
    public static <T extends Comparable<? super T>> PriorityQueue<T> inNaturalOrder() {
        return new PriorityQueue<>(Comparator.naturalOrder());
    }
}
