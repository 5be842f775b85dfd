package spindle;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/// A coroutine on a virtual thread whose scheduler is the loop: the loop's own thread carries
/// it.
///
/// Facts about virtual threads, and what follows from them:
///
/// - A virtual thread is a stack (a continuation) and an executor. When it may run, the JDK
///   gives the executor a task, and whoever runs this task mounts the stack and runs it until
///   it parks or yields. We are the executor, keep the task, and run it in `resume()`, on the
///   loop's thread. Switching is then a method call, and nobody else ever runs it.
/// - The JDK offers no public way to choose the executor. So we call the package-private method
///   that can, which needs `--add-opens java.base/java.lang`. If a JDK closes or renames it,
///   [#isAvailable()] says so and the loop takes [HandoffSuspension], which only costs speed.
/// - A coroutine suspends by `Thread.yield()`, not `LockSupport.park()`. Both cost the same,
///   but when a native frame or a class initialiser is on the stack the thread cannot be
///   unmounted: `park` would then block the loop's thread for ever, while `yield` returns at
///   once, so we can say what is wrong.
/// - A virtual thread that a coroutine starts inherits our executor. Its tasks are not ours to
///   run: they go on to the JDK's own scheduler.
/// - A thread dump may take a stack while we are about to run it; our run is then a no-op, and
///   the JDK gives us the task once more, from its thread. So `resume()` trusts only what the
///   coroutine itself says: that it suspends, or that its thread has ended.
///
/// A coroutine that blocks makes the loop wait with it, unless the loop was told otherwise
/// ([BlockingPolicy]): then `resume()` returns, and the loop is called when it may go on.
///
/// Next: [HandoffSuspension].
final class LoopCarriedSuspension extends Suspension implements Executor {
    private static final @Nullable Access ACCESS = Access.find();

    // fixed at construction
    private final Thread thread;

    /// Called, by any thread, when a coroutine that had blocked may go on; null if the loop is
    /// to wait for it instead.
    private final @Nullable Runnable whenUnblocked;

    // changes while running
    /// What the JDK gives us to run; null before the start. It is the same object every time,
    /// and by it we tell ours from the tasks of threads that the coroutine starts.
    private volatile @Nullable Runnable task;

    /// Whether the JDK has given us the task: set by any thread, taken back by the loop's.
    private volatile boolean runnable;

    /// The loop's thread, to be woken when a coroutine that blocked may go on.
    private volatile @Nullable Thread carrier;

    private boolean resuming;
    private boolean suspended;
    private boolean loopInterrupted;

    LoopCarriedSuspension(String name, Runnable body, @Nullable Runnable whenUnblocked) {
        this.thread = access().newThread(this, name, body);
        this.whenUnblocked = whenUnblocked;
    }

    /// Returns whether this JVM lets us choose a virtual thread's scheduler.
    static boolean isAvailable() {
        return ACCESS != null;
    }

    @Override
    void resume() {
        suspended = false;
        resuming = true;
        Thread loop = Thread.currentThread();
        if (carrier != loop) {
            carrier = loop; // Not for good: a loop may run again, on another thread.
        }
        if (task == null) {
            thread.start();
        }
        boolean interrupted = false;
        do {
            if (whenUnblocked != null && !runnable) {
                break; // It blocks.
            }
            Runnable next = takeTask();
            // Mounting the coroutine would clear the interrupt; it is the loop's, so we keep it.
            interrupted |= Thread.interrupted();
            next.run();
        } while (!suspended && thread.isAlive());
        resuming = false;
        if (interrupted || loopInterrupted) {
            loopInterrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /// Returns the task to run. It is there already, unless the coroutine has blocked: then the
    /// loop waits with it.
    private Runnable takeTask() {
        boolean interrupted = false;
        while (!runnable) {
            LockSupport.park(this);
            // An interrupted thread cannot park; the interrupt is given back below.
            interrupted |= Thread.interrupted();
        }
        runnable = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Objects.requireNonNull(task, "started");
    }

    @Override
    // We are the scheduler: what the yield does is up to us.
    @SuppressWarnings("ThreadPriorityCheck")
    boolean suspend() {
        suspended = true;
        keepInterruptOfLoop();
        Thread.yield();
        boolean yielded = !suspended; // resume() has been here since.
        suspended = false;
        return yielded;
    }

    @Override
    void ending() {
        keepInterruptOfLoop();
    }

    /// Unmounting the coroutine clears the interrupts of the loop's thread. One that came while
    /// the coroutine ran, and was not meant for that, is kept for the loop.
    private void keepInterruptOfLoop() {
        Thread loop = carrier;
        loopInterrupted =
                loop != null && loop.isInterrupted() && !Thread.currentThread().isInterrupted();
    }

    @Override
    boolean isBlocked() {
        return task != null && !resuming && !suspended && thread.isAlive();
    }

    @Override
    Thread thread() {
        return thread;
    }

    /// Called by the JDK when a virtual thread of ours may run: in `resume()` for a coroutine
    /// that starts or has just yielded, from a timer or another thread for one that had
    /// blocked.
    @Override
    public void execute(Runnable given) {
        if (task == null) {
            task = given;
        } else if (given != task) {
            access().defaultScheduler().execute(given);
            return;
        }
        runnable = true;
        Thread waiting = carrier;
        boolean inResume = Thread.currentThread() == waiting && resuming;
        if (!inResume && whenUnblocked != null) {
            whenUnblocked.run();
        } else if (!inResume) {
            LockSupport.unpark(waiting);
        }
    }

    private static Access access() {
        if (ACCESS == null) {
            throw new IllegalStateException(
                    "loop-carried coroutines need --add-opens java.base/java.lang=ALL-UNNAMED");
        }
        return ACCESS;
    }

    /// What we need of the JDK that it does not offer.
    private record Access(MethodHandle constructor, Executor defaultScheduler) {
        static @Nullable Access find() {
            try {
                Class<?> builders = Class.forName("java.lang.ThreadBuilders");
                var factory = builders.getDeclaredMethod(
                        "newVirtualThread",
                        Executor.class,
                        String.class,
                        int.class,
                        Runnable.class);
                factory.setAccessible(true);
                var scheduler = Class.forName("java.lang.VirtualThread")
                        .getDeclaredField("DEFAULT_SCHEDULER");
                scheduler.setAccessible(true);
                return new Access(
                        MethodHandles.lookup().unreflect(factory), (Executor) scheduler.get(null));
            } catch (ReflectiveOperationException | RuntimeException closed) {
                // Another JDK, or no --add-opens: CoroutineEngine says so in its log line.
                return null;
            }
        }

        Thread newThread(Executor scheduler, String name, Runnable body) {
            try {
                return (Thread) constructor.invokeExact(scheduler, name, 0, body);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
