package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Futures in the order in which they end: those that are given, each once.
///
/// Cancels none of them: a wait that is given up leaves them running.
///
/// Next: [ParallelMap].
final class AsCompleted<T extends @Nullable Object> implements AsyncIterator<Future<T>> {
    private final EventLoop loop;
    private final Deque<Future<T>> completed = new ArrayDeque<>();
    private int pending;

    /// Who waits for the next to end.
    private @Nullable Future<@Nullable Void> oneCompleted;

    AsCompleted(EventLoop loop, Collection<? extends Future<T>> futures) {
        this.loop = loop;
        Set<Future<T>> distinct = new LinkedHashSet<>(futures);
        for (Future<T> future : distinct) {
            if (future.isDone()) {
                completed.add(future);
            } else {
                pending++;
                future.addDoneCallback(_ -> complete(future));
            }
        }
    }

    private void complete(Future<T> future) {
        pending--;
        completed.add(future);
        if (oneCompleted != null && !oneCompleted.isDone()) {
            oneCompleted.setResult(null);
        }
    }

    @Override
    public Coroutine<Optional<Future<T>>> next() {
        return () -> {
            while (completed.isEmpty() && pending > 0) {
                checkAlone();
                Future<@Nullable Void> one =
                        loop.createFuture("the next of " + pending + " futures");
                oneCompleted = one;
                try {
                    EventLoop.callingTask("the next of the futures").await(one);
                } finally {
                    oneCompleted = null;
                }
            }
            return Optional.ofNullable(completed.poll());
        };
    }

    private void checkAlone() {
        if (oneCompleted != null) {
            throw new IllegalStateException(
                    "another task waits for the next future already: let one task take them in turn");
        }
    }
}
