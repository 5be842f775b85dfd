package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The future of `Async.gather`: done when all its children are, with their results in the
/// order given, or as soon as one of them fails, with that failure.
///
/// As in asyncio, a failure does not cancel the other children; they go on, and what they fail
/// with later is dropped. A child that is cancelled counts as failed with a [CancelledError].
/// Cancelling the gathering cancels all children, and it is done when they are.
///
/// Next: [Coroutine].
final class GatheringFuture<T extends @Nullable Object> extends Future<List<T>> {
    private final List<Future<? extends T>> children;
    private int pendingChildren;
    private boolean cancelRequested;
    private @Nullable String cancelReason;

    GatheringFuture(Scheduler loop, List<Future<? extends T>> children) {
        super(loop);
        this.children = children;
        this.pendingChildren = children.size();
        if (children.isEmpty()) {
            setResult(List.of());
        }
        for (Future<? extends T> child : children) {
            child.addDoneCallback(this::childDone);
        }
    }

    private void childDone(Future<? extends T> child) {
        pendingChildren--;
        if (isDone()) {
            child.markRetrieved();
        } else if (cancelRequested) {
            child.markRetrieved();
            if (pendingChildren == 0) {
                setException(new CancelledError(cancelReason));
            }
        } else if (child.isCancelled()) {
            setException(new CancelledError("a gathered " + child.kind() + " was cancelled"));
        } else if (child.exception() != null) {
            setException(child.exception());
        } else if (pendingChildren == 0) {
            setResult(results());
        }
    }

    private List<T> results() {
        List<T> results = new ArrayList<>(children.size());
        for (Future<? extends T> child : children) {
            try {
                results.add(child.result());
            } catch (Exception impossible) {
                throw new IllegalStateException(
                        "a child failed and the gathering did not notice", impossible);
            }
        }
        return results;
    }

    /// Asks all children to stop. The gathering is not done before they are.
    ///
    /// @return false if there was nothing left to cancel
    @Override
    public boolean cancel(@Nullable String reason) {
        loop.checkOwner();
        if (isDone()) {
            return false;
        }
        boolean any = false;
        for (Future<? extends T> child : children) {
            any |= child.cancel(reason);
        }
        if (any) {
            cancelRequested = true;
            cancelReason = reason;
        }
        return any;
    }
}
