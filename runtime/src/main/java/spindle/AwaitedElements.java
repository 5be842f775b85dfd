package spindle;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A sequence as a `for` loop sees it: asking whether there is another element suspends the
/// task that asks.
///
/// Next: [Inheritance].
final class AwaitedElements<T> implements Iterator<T> {
    private final AsyncIterator<T> sequence;

    /// The element that is next, once it was asked for.
    private Optional<T> next = Optional.empty();

    private boolean asked;

    AwaitedElements(AsyncIterator<T> sequence) {
        this.sequence = sequence;
    }

    @Override
    public boolean hasNext() {
        if (!asked) {
            next = awaitNext();
            asked = true;
        }
        return next.isPresent();
    }

    /// An iterator declares no exception, a coroutine may throw any.
    private Optional<T> awaitNext() {
        try {
            return sequence.next().run();
        } catch (Exception failure) {
            throw Future.<RuntimeException>sneaky(failure);
        }
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the sequence has ended");
        }
        asked = false;
        return next.orElseThrow();
    }
}
