package spindle.files;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs operations one after the other, in the order in which they came, on the threads of a
/// pool. After each it lets the others of the pool go first.
final class FileLane implements Executor {
    private final Executor threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /// How many operations have not ended, the running one included.
    private final AtomicInteger unfinished = new AtomicInteger();

    FileLane(Executor threads) {
        this.threads = threads;
    }

    /// Adds an operation, which must not throw. **Threadsafe.**
    @Override
    public void execute(Runnable operation) {
        waiting.add(operation);
        if (unfinished.getAndIncrement() == 0) {
            threads.execute(this::runNext);
        }
    }

    private void runNext() {
        do {
            waiting.remove().run();
        } while (unfinished.decrementAndGet() > 0 && !hasPassedOn());
    }

    /// What if the loop was closed meanwhile, and the pool with it? Then this thread does what is
    /// left, which is to close the file.
    private boolean hasPassedOn() {
        try {
            threads.execute(this::runNext);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /// Returns whether nothing runs and nothing waits. **Threadsafe.**
    boolean isIdle() {
        return unfinished.get() == 0;
    }
}
