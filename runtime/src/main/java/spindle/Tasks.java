package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The tasks of one loop: makes them, and knows which are unfinished, which one is running, and
/// on which thread.
///
/// The loop holds its tasks strongly; asyncio's weak references let a running task vanish as
/// garbage. They are linked through fields of their own, so joining and leaving cost next to
/// nothing.
///
/// Next: [Arrivals].
final class Tasks implements Task.Host {
    // fixed at construction
    private final Scheduler loop;
    private final CoroutineEngine engine;
    private final BlockingPolicy blocking;
    private final List<Inheritance> inheritances;
    private final @Nullable LoopObserver observer;

    // changes while running
    private @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int size;
    private int nextNumber = 1;
    private @Nullable Task<?> current;
    private @Nullable Task<?> startingNext;

    /// The thread that the loop runs right now: its own, or a coroutine's. No other may use it.
    private Thread runningThread = Thread.currentThread();

    Tasks(
            Scheduler loop,
            CoroutineEngine engine,
            BlockingPolicy blocking,
            List<Inheritance> inheritances,
            @Nullable LoopObserver observer) {
        this.loop = loop;
        this.engine = engine;
        this.blocking = blocking;
        this.inheritances = List.copyOf(inheritances);
        this.observer = observer;
    }

    // --- Making them ---

    /// Returns a new task; its first step runs in the next turn.
    <T extends @Nullable Object> Task<T> startSoon(@Nullable String name, Coroutine<T> coroutine) {
        Task<T> task = newTask(name, coroutine);
        task.startSoon();
        return task;
    }

    /// Returns a new task whose first step has run, or runs in the next turn if it cannot run
    /// now.
    <T extends @Nullable Object> Task<T> startNow(@Nullable String name, Coroutine<T> coroutine) {
        Task<T> task = newTask(name, coroutine);
        Task<?> caller = current;
        if (loop.isRunning() && caller == null) {
            task.startNow();
        } else if (caller == null || !caller.startMeanwhile(task)) {
            task.startSoon();
        }
        return task;
    }

    private <T extends @Nullable Object> Task<T> newTask(
            @Nullable String name, Coroutine<T> coroutine) {
        Task<T> task = new Task<>(loop, this, coroutine, heirOf(coroutine), name);
        add(task);
        return task;
    }

    /// Returns `coroutine` with what it takes over from the calling thread bound around it.
    <T extends @Nullable Object> Coroutine<T> heirOf(Coroutine<T> coroutine) {
        Coroutine<T> heir = coroutine;
        for (Inheritance inheritance : inheritances) {
            heir = inheritance.bequeath(heir);
        }
        return heir;
    }

    // --- Running ---

    @Override
    public Suspension newSuspension(Task<?> task, Runnable body) {
        Runnable whenUnblocked = switch (blocking) {
            case STALLS -> null;
            case SUSPENDS_TASK -> () -> loop.tryCallSoonThreadsafe(task::unblock);
        };
        return engine.newSuspension(task.threadName(), body, whenUnblocked);
    }

    @Override
    public void resume(Task<?> task, Suspension suspension) {
        Task<?> outerTask = current;
        Thread outerThread = runningThread;
        Context outerContext = loop.context;
        loop.context = task.context;
        VirtualMachineError fatal = null;
        try {
            step(task, suspension);
            while (startingNext != null) {
                Task<?> starting = startingNext;
                startingNext = null;
                runningThread = outerThread;
                try {
                    starting.startNow();
                } catch (VirtualMachineError error) {
                    fatal = error; // First this task goes on: nothing else would resume it.
                }
                step(task, suspension);
            }
        } finally {
            task.context = loop.context;
            loop.context = outerContext;
            runningThread = outerThread;
            current = outerTask;
        }
        if (fatal != null) {
            throw fatal;
        }
    }

    private void step(Task<?> task, Suspension suspension) {
        current = task;
        runningThread = suspension.thread();
        if (observer == null) {
            suspension.resume();
        } else {
            observer.beforeStep(task);
            suspension.resume();
            observer.afterStep(task);
        }
    }

    @Override
    public void runNext(@Nullable Task<?> task) {
        startingNext = task;
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

    /// Returns the name of what the loop runs right now: a task, or its own thread.
    String running() {
        Task<?> task = current;
        return task == null ? runningThread.getName() : task.name();
    }

    // --- Keeping count ---

    @Override
    public int nextNumber() {
        return nextNumber++;
    }

    private void add(Task<?> task) {
        task.previous = last;
        if (last == null) {
            first = task;
        } else {
            last.next = task;
        }
        last = task;
        size++;
        if (observer != null) {
            observer.taskCreated(task);
        }
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
        if (observer != null) {
            observer.taskEnded(task);
        }
    }

    /// Returns whether a task blocks, and the loop does not wait for it.
    boolean anyIsBlocked() {
        return blocking == BlockingPolicy.SUSPENDS_TASK
                && toList().stream().anyMatch(Task::isBlocked);
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
