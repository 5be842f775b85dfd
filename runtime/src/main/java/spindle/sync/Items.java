package spindle.sync;

import java.util.ArrayDeque;
import java.util.Comparator;

/// What a [Queue] holds, and which of it comes out next.
///
/// Next: [Queue].
sealed interface Items<T> {
    void add(T item);

    /// Removes the next one; there is one.
    T remove();

    int size();

    /// First in, first out.
    record Fifo<T>(ArrayDeque<T> items) implements Items<T> {
        Fifo() {
            this(new ArrayDeque<>());
        }

        @Override
        public void add(T item) {
            items.addLast(item);
        }

        @Override
        public T remove() {
            return items.removeFirst();
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    /// Last in, first out.
    record Lifo<T>(ArrayDeque<T> items) implements Items<T> {
        Lifo() {
            this(new ArrayDeque<>());
        }

        @Override
        public void add(T item) {
            items.addLast(item);
        }

        @Override
        public T remove() {
            return items.removeLast();
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    /// Smallest first. A heap by itself lets equal ones out in any order; the number that each
    /// gets on its way in makes them come out as they came.
    final class Sorted<T> implements Items<T> {
        private final java.util.PriorityQueue<Numbered<T>> heap;
        private long added;

        Sorted(Comparator<? super T> comparator) {
            Comparator<Numbered<T>> byItem = (a, b) -> comparator.compare(a.item, b.item);
            heap = new java.util.PriorityQueue<>(byItem.thenComparingLong(Numbered::number));
        }

        @Override
        public void add(T item) {
            heap.add(new Numbered<>(item, added++));
        }

        @Override
        public T remove() {
            return heap.remove().item;
        }

        @Override
        public int size() {
            return heap.size();
        }

        private record Numbered<T>(T item, long number) {}
    }
}
