package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Waits for several futures without caring how they end: asyncio's `wait`.
///
/// Cancels none of them, neither when time is up nor when the waiting task is cancelled, and
/// throws nothing that they fail with: it only says which are done.
///
/// Next: [AsCompleted].
final class WaitSet<T extends @Nullable Object> implements Consumer<Future<?>> {
    /// When to stop waiting, if time is not up before.
    enum Until {
        ALL_DONE,
        FIRST_DONE,
        /// A future that was cancelled has not failed.
        FIRST_FAILED
    }

    // fixed at construction
    private final EventLoop loop;
    private final Set<Future<T>> futures;
    private final Until until;
    private final Future<@Nullable Void> enough;

    // changes while running
    private int pending;

    WaitSet(EventLoop loop, Collection<? extends Future<T>> futures, Until until) {
        this.loop = loop;
        this.futures = new LinkedHashSet<>(futures);
        this.until = until;
        this.enough = loop.createFuture(until + " of " + futures.size() + " futures");
        if (futures.isEmpty()) {
            throw new IllegalArgumentException("expected futures to wait for but found none");
        }
    }

    /// Waits in `task`, at most for `timeout`.
    Waited<T> await(Task<?> task, @Nullable Duration timeout) throws Exception {
        pending = (int) futures.stream().filter(future -> !future.isDone()).count();
        if (!isEnough()) {
            waitIn(task, timeout);
        }
        Set<Future<T>> done = new LinkedHashSet<>(futures);
        Set<Future<T>> left = new LinkedHashSet<>(futures);
        done.removeIf(future -> !future.isDone());
        left.removeAll(done);
        return new Waited<>(done, left);
    }

    private void waitIn(Task<?> task, @Nullable Duration timeout) throws Exception {
        for (Future<T> future : futures) {
            if (!future.isDone()) {
                future.addDoneCallback(this);
            }
        }
        TimerHandle timer = timeout == null ? null : loop.callLater(timeout, this::finish);
        try {
            task.await(enough);
        } finally {
            if (timer != null) {
                timer.cancel();
            }
            futures.forEach(future -> future.removeDoneCallback(this));
        }
    }

    /// Called when one of the futures is done.
    @Override
    public void accept(Future<?> future) {
        pending--;
        if (pending == 0 || isEnough(future)) {
            finish();
        }
    }

    private boolean isEnough() {
        return pending == 0
                || futures.stream().anyMatch(future -> future.isDone() && isEnough(future));
    }

    /// Returns whether the end of one future is enough.
    private boolean isEnough(Future<?> ended) {
        return switch (until) {
            case ALL_DONE -> false;
            case FIRST_DONE -> true;
            case FIRST_FAILED -> ended.hasFailed();
        };
    }

    private void finish() {
        if (!enough.isDone()) {
            enough.setResult(null);
        }
    }

    /// Waits in `waiting` until all `tasks` have ended, whatever comes meanwhile. Returns the
    /// cancellation that came, or with what a group has interrupted the wait, if one did: what
    /// to do with it is up to the caller.
    static @Nullable Throwable awaitEnds(List<Task<?>> tasks, Task<?> waiting) {
        Throwable interrupted = null;
        for (Task<?> task : tasks) {
            while (!task.isDone()) {
                Future<@Nullable Void> ended = new Future.Described<>(task.loop, task);
                task.addDoneCallback(_ -> {
                    if (!ended.isDone()) {
                        ended.setResult(null);
                    }
                });
                try {
                    waiting.await(ended);
                } catch (CancelledError | TaskGroupException request) {
                    interrupted = request;
                } catch (Exception impossible) {
                    throw new IllegalStateException("a wait failed that cannot", impossible);
                }
            }
        }
        return interrupted;
    }
}
