package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The tasks of one loop: which are unfinished, which one is running, and on which thread.
///
/// The loop holds its tasks strongly; asyncio's weak references let a running task vanish as
/// garbage. They are linked through fields of their own, so joining and leaving cost next to
/// nothing.
///
/// Next: [Arrivals].
final class Tasks implements Task.Host {
    // fixed at construction
    private final CoroutineEngine engine;

    // changes while running
    private @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int size;
    private long nextNumber = 1;
    private @Nullable Task<?> current;

    /// The thread that the loop runs right now: its own, or a coroutine's. No other may use it.
    private Thread runningThread = Thread.currentThread();

    Tasks(CoroutineEngine engine) {
        this.engine = engine;
    }

    // --- Running ---

    @Override
    public Suspension newSuspension(String name, Runnable body) {
        return engine.newSuspension(name, body);
    }

    @Override
    public void resume(Task<?> task, Suspension suspension) {
        Thread loopThread = runningThread;
        current = task;
        runningThread = suspension.thread();
        try {
            suspension.resume();
        } finally {
            runningThread = loopThread;
            current = null;
        }
    }

    /// Returns the task whose coroutine is running, or null between two steps.
    @Nullable
    Task<?> current() {
        return current;
    }

    Thread runningThread() {
        return runningThread;
    }

    void setRunningThread(Thread thread) {
        runningThread = thread;
    }

    // --- Keeping count ---

    String nextName() {
        return "Task-" + nextNumber++;
    }

    void add(Task<?> task) {
        task.previous = last;
        if (last == null) {
            first = task;
        } else {
            last.next = task;
        }
        last = task;
        size++;
    }

    @Override
    public void forget(Task<?> task) {
        if (task.previous == null) {
            first = task.next;
        } else {
            task.previous.next = task.next;
        }
        if (task.next == null) {
            last = task.previous;
        } else {
            task.next.previous = task.previous;
        }
        task.previous = null;
        task.next = null;
        size--;
    }

    int size() {
        return size;
    }

    /// Returns the unfinished tasks in the order in which they were created.
    List<Task<?>> toList() {
        List<Task<?>> tasks = new ArrayList<>(size);
        for (Task<?> task = first; task != null; task = task.next) {
            tasks.add(task);
        }
        return tasks;
    }
}
