package spindle;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// The observers of one loop, as one.
///
/// Next: [Tasks].
final class Observers implements LoopObserver {
    // fixed at construction
    private final ExceptionHandler exceptionHandler;

    // changes while running
    /// Replaced, never changed: an observer is told while others are told.
    private List<LoopObserver> observers;

    private @Nullable VirtualMachineError fatal;

    Observers(List<LoopObserver> observers, ExceptionHandler exceptionHandler) {
        this.observers = List.copyOf(observers);
        this.exceptionHandler = exceptionHandler;
    }

    /// Tells each of them; one that fails is told no more.
    private void tell(Consumer<LoopObserver> event) {
        for (LoopObserver observer : observers) {
            try {
                event.accept(observer);
            } catch (VirtualMachineError error) {
                forget(observer);
                fatal = error;
            } catch (Throwable failure) {
                forget(observer);
                Handle.report(
                        exceptionHandler,
                        new ExceptionHandler.Context(
                                "an observer of the loop failed and is not called any more",
                                failure,
                                observer));
            }
        }
    }

    private void forget(LoopObserver failed) {
        observers = observers.stream().filter(other -> other != failed).toList();
    }

    /// Throws what nothing can be relied upon after, if an observer has died of that. Not where it
    /// did: the step or the end of a task would be skipped, and the task hang.
    void throwFatal() {
        VirtualMachineError thrown = fatal;
        if (thrown != null) {
            fatal = null;
            throw thrown;
        }
    }

    @Override
    public void beforePoll(long timeoutNanos) {
        tell(observer -> observer.beforePoll(timeoutNanos));
    }

    @Override
    public void afterPoll(int readyCount) {
        tell(observer -> observer.afterPoll(readyCount));
    }

    @Override
    public void beforeCallback(Handle handle) {
        tell(observer -> observer.beforeCallback(handle));
    }

    @Override
    public void afterCallback(Handle handle, long nanos) {
        tell(observer -> observer.afterCallback(handle, nanos));
    }

    @Override
    public void taskCreated(Task<?> task) {
        tell(observer -> observer.taskCreated(task));
    }

    @Override
    public void beforeStep(Task<?> task) {
        tell(observer -> observer.beforeStep(task));
    }

    @Override
    public void afterStep(Task<?> task) {
        tell(observer -> observer.afterStep(task));
    }

    @Override
    public void taskEnded(Task<?> task) {
        tell(observer -> observer.taskEnded(task));
    }
}
