package spindle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// A call that may block: runs on another thread and brings its result back to the loop.
///
/// Next: [Timeout].
final class BlockingCall<T extends @Nullable Object> extends FutureTask<T> {
    private final EventLoop loop;
    private final Future<T> result;

    BlockingCall(EventLoop loop, Callable<T> callable) {
        super(callable);
        this.loop = loop;
        this.result = loop.createFuture();
    }

    /// Returns the loop's own future of the result.
    Future<T> result() {
        return result;
    }

    /// Called on the other thread when the call has ended, on the loop's when it was cancelled.
    @Override
    protected void done() {
        if (isCancelled() || loop.isClosed()) {
            return; // Nobody waits any more.
        }
        try {
            loop.callSoonThreadsafe(this::deliver);
        } catch (IllegalStateException closedMeanwhile) {
            return; // Nor here: the loop closed between the question and the call.
        }
    }

    private void deliver() {
        if (result.isDone()) {
            return;
        }
        try {
            result.setResult(resultNow());
        } catch (IllegalStateException failed) {
            result.setException(exceptionNow());
        }
    }
}
