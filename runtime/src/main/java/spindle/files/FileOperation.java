package spindle.files;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/// One operation on a file: runs on a thread that may wait, says on which file what has failed,
/// and to whom.
///
/// ```
/// AWAITED -> ABANDONED     // whoever waited was cancelled: a failure that comes is reported
/// AWAITED -> a failure     // which is on its way to whoever waits; cancelled now, it is reported
/// ```
final class FileOperation<T extends @Nullable Object> implements Callable<T> {
    private static final Object AWAITED = "awaited";
    private static final Object ABANDONED = "abandoned";

    // fixed at construction
    private final EventLoop loop;
    private final Path path;
    private final String purpose;
    private final Body<T> body;
    private final boolean changes;

    // changes while running
    private final AtomicReference<Object> state = new AtomicReference<>(AWAITED);

    /// What is done.
    @FunctionalInterface
    interface Body<T extends @Nullable Object> {
        /// Called on a thread that may wait.
        T run() throws IOException;
    }

    /// @param purpose what the operation is to do, for errors, such as `read it`
    FileOperation(EventLoop loop, Path path, String purpose, Body<T> body) {
        this(loop, path, purpose, body, false);
    }

    /// Returns an operation whose failure somebody is to hear of, whoever waits for it.
    static <T extends @Nullable Object> FileOperation<T> changing(
            EventLoop loop, Path path, String purpose, Body<T> body) {
        return new FileOperation<>(loop, path, purpose, body, true);
    }

    private FileOperation(
            EventLoop loop, Path path, String purpose, Body<T> body, boolean changes) {
        this.loop = loop;
        this.path = path;
        this.purpose = purpose;
        this.body = body;
        this.changes = changes;
    }

    /// Runs the operation on another thread and waits for its end.
    T await(Executor executor) throws Exception {
        try {
            return Async.await(Async.runBlocking(executor, this));
        } catch (CancelledError cancelled) {
            if (state.getAndSet(ABANDONED) instanceof Exception failure) {
                report(failure);
            }
            throw cancelled;
        }
    }

    /// Called on the other thread.
    @Override
    public T call() throws Exception {
        try {
            return body.run();
        } catch (IOException failure) {
            throw fail(FileFailures.explain(path, purpose, failure));
        } catch (RuntimeException failure) {
            throw fail(FileFailures.explain(path, purpose, failure));
        }
    }

    private Exception fail(Exception failure) {
        if (state.getAndSet(failure) == ABANDONED) {
            tell(loop, () -> report(failure));
        }
        return failure;
    }

    private void report(Exception failure) {
        if (changes) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "a file operation failed after whoever awaited it was cancelled",
                    failure,
                    this));
        }
    }

    /// Has a loop run something, unless it is closed.
    static void tell(EventLoop loop, Runnable callback) {
        try {
            loop.callSoonThreadsafe(callback);
        } catch (IllegalStateException closed) {
            // Nobody is there to be told.
        }
    }

    /// Returns a form such as `<FileOperation on '/tmp/file' to write it>`.
    @Override
    public String toString() {
        return "<FileOperation on '" + path + "' to " + purpose + ">";
    }
}
