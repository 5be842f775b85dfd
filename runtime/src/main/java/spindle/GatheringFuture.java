package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The future of `Async.gather`: done when all its children are, with their results in the
/// order given; if it is to fail fast, already when one of them fails, with that failure.
///
/// As in asyncio, a failure does not cancel the other children; they go on, and what they fail
/// with later is dropped. A child that is cancelled counts as failed with a [CancelledError].
/// Cancelling the gathering cancels all children, and it is done, cancelled, when they are,
/// whether it was to fail fast or not.
///
/// Next: [Waited].
///
/// @param <T> what the children bring
/// @param <R> what becomes of that in the result
final class GatheringFuture<T extends @Nullable Object, R extends @Nullable Object>
        extends Future<List<R>> {
    // fixed at construction
    private final List<Future<? extends T>> children;
    private final boolean failFast;
    private final Function<Future<? extends T>, R> resultOf;

    // changes while running
    private int pendingChildren;
    private boolean cancelRequested;
    private @Nullable String cancelReason;

    private GatheringFuture(
            Scheduler loop,
            List<Future<? extends T>> children,
            boolean failFast,
            Function<Future<? extends T>, R> resultOf) {
        super(loop);
        this.children = children;
        this.failFast = failFast;
        this.resultOf = resultOf;
        this.pendingChildren = children.size();
        if (children.isEmpty()) {
            setResult(List.of());
        }
        List<Future<? extends T>> doneAlready = new ArrayList<>();
        for (Future<? extends T> child : children) {
            if (child.isDone()) {
                doneAlready.add(child);
            } else {
                child.addDoneCallback(this::childDone);
            }
        }
        doneAlready.forEach(this::childDone); // If that is all, as with eager tasks, so is this.
    }

    /// Returns the future of the children's values; the first failure is its own.
    static <T extends @Nullable Object> Future<List<T>> ofValues(
            Scheduler loop, List<Future<? extends T>> children) {
        return new GatheringFuture<T, T>(loop, children, true, Future::resultNow);
    }

    /// Returns the future of how the children ended, failures and all.
    static <T extends @Nullable Object> Future<List<Outcome<T>>> ofOutcomes(
            Scheduler loop, List<Future<? extends T>> children) {
        return new GatheringFuture<T, Outcome<T>>(
                loop, children, false, GatheringFuture::outcomeOf);
    }

    @SuppressWarnings("unchecked") // An outcome never changes: of a T, it is one of any wider type.
    private static <T extends @Nullable Object> Outcome<T> outcomeOf(Future<? extends T> child) {
        return (Outcome<T>) child.outcome();
    }

    private void childDone(Future<? extends T> child) {
        pendingChildren--;
        if (isDone()) {
            child.markRetrieved();
        } else if (cancelRequested) {
            if (pendingChildren == 0) {
                children.forEach(Future::markRetrieved); // Some may have failed before.
                setException(new CancelledError(cancelReason));
            }
        } else if (failFast && child.isCancelled()) {
            setException(new CancelledError("a gathered " + child.kind() + " was cancelled"));
        } else if (failFast && child.exception() != null) {
            setException(child.exception());
        } else if (pendingChildren == 0) {
            setResult(results());
        }
    }

    private List<R> results() {
        List<R> results = new ArrayList<>(children.size());
        for (Future<? extends T> child : children) {
            results.add(resultOf.apply(child));
        }
        return results;
    }

    /// Asks all children to stop. The gathering is not done before they are.
    ///
    /// @return false if there was nothing left to cancel
    @Override
    boolean requestCancel(@Nullable String reason) {
        boolean any = false;
        for (Future<? extends T> child : children) {
            if (!child.isDone()) {
                any |= child.requestCancel(reason);
            }
        }
        if (any) {
            cancelRequested = true;
            cancelReason = reason;
        }
        return any;
    }
}
