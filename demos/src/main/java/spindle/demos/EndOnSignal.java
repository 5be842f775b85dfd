package spindle.demos;

import spindle.EventLoop;
import spindle.Task;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Makes Ctrl-C and SIGTERM cancel a task, so that a program ends in its own way, with status 0.
///
/// The JVM answers these signals by running its shutdown hooks, and then is gone, whatever its
/// threads are at. So our hook asks the task to stop and waits until the program has cleaned up and
/// closed this. Then it halts the JVM itself, since the JVM would report the signal as a failure.
final class EndOnSignal implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    private final EventLoop loop;
    private final Task<?> task;
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "end-on-signal");

    private EndOnSignal(EventLoop loop, Task<?> task) {
        this.loop = loop;
        this.task = task;
    }

    static EndOnSignal of(EventLoop loop, Task<?> task) {
        EndOnSignal end = new EndOnSignal(loop, task);
        Runtime.getRuntime().addShutdownHook(end.hook);
        return end;
    }

    private void end() {
        cancelTask();
        boolean inTime = false;
        try {
            inTime = cleanedUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(inTime ? 0 : 1);
    }

    /// Asks the task to stop. **Threadsafe.**
    void cancelTask() {
        try {
            loop.callSoonThreadsafe(() -> task.cancel("the program is to end"));
        } catch (IllegalStateException closed) {
            return; // It has ended by itself.
        }
    }

    /// Says that the program has cleaned up.
    @Override
    public void close() {
        cleanedUp.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return; // The hook runs, and has been told.
        }
    }
}
