package spindle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// A call that may block: runs on another thread and brings its result back to the loop.
///
/// Next: [Timeout].
final class BlockingCall<T extends @Nullable Object> extends FutureTask<T> {
    // fixed at construction
    private final EventLoop loop;
    private final String description;
    private final Future<T> result;

    // changes while running
    private volatile boolean started;

    BlockingCall(EventLoop loop, Callable<T> callable) {
        super(loop.bequeath(callable));
        this.loop = loop;
        this.description = CodeSite.of(callable);
        this.result = loop.createFuture(this);
        loop.blockingCalls().add(this);
    }

    /// Returns the loop's own future of the result.
    Future<T> result() {
        return result;
    }

    /// Called on the other thread.
    @Override
    public void run() {
        started = true;
        super.run();
        loop.tryCallSoonThreadsafe(this::deliver);
    }

    private void deliver() {
        loop.blockingCalls().remove(this);
        if (result.isDone() || isCancelled()) {
            return; // Nobody waits any more.
        }
        try {
            result.setResult(resultNow());
        } catch (IllegalStateException failed) {
            result.setException(exceptionNow());
        }
    }

    /// Takes the call back, on the loop's thread, or interrupts the thread that it runs on and
    /// does not wait for it.
    void abandon() {
        if (cancel(true) && !started) {
            loop.blockingCalls().remove(this);
        }
    }

    @Override
    public String toString() {
        Origin origin = result.origin();
        return "blocking call " + description
                + (origin == null ? "" : " made by " + origin.place());
    }
}
