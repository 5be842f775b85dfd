package spindle;

/// Is told what a loop does, as it does it: for metrics, tracing and debugging. Every method
/// does nothing by default.
///
/// Called on the loop's thread, between its steps, or in a coroutine where that creates a task;
/// must be quick, and must not suspend. An observer that throws is reported to the exception
/// handler and not called again. A loop without observers pays nothing for them.
///
/// Next: [DeadlockException].
public interface LoopObserver {
    /// The loop is about to look at its channels, and to wait for them if nothing else is to
    /// be done.
    ///
    /// @param timeoutNanos how long at most: 0 only looks; [Long#MAX_VALUE] has no limit
    default void beforePoll(long timeoutNanos) {}

    /// The look at the channels is over.
    ///
    /// @param readyCount how many callbacks are ready now
    default void afterPoll(int readyCount) {}

    /// A callback is about to run.
    default void beforeCallback(Handle handle) {}

    /// A callback has run.
    ///
    /// @param nanos how long it took, by the loop's clock
    default void afterCallback(Handle handle, long nanos) {}

    /// A task was created.
    default void taskCreated(Task<?> task) {}

    /// A task's coroutine is about to run, from its start or from where it was suspended.
    default void beforeStep(Task<?> task) {}

    /// A task's coroutine was suspended again, or has ended.
    default void afterStep(Task<?> task) {}

    /// A task is about to be done: its coroutine has ended.
    default void taskEnded(Task<?> task) {}
}
