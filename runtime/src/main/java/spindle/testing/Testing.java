package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Handle;

/// Runs a test's coroutine in a fresh loop, once or in a thousand schedules.
///
/// ```java
/// Testing.run(() -> {
///     Task<Page> fetch = createTask(this::fetch);
///     await(sleep(Duration.ofDays(1)));  // takes no time
///     assertThat(await(fetch).status()).isEqualTo(200);
/// });
/// ```
///
/// The loop is in debug mode, its clock is an [AutoJumpClock], it fails if nothing can ever run
/// again ([spindle.DeadlockException]), and it must be empty when the coroutine has ended: tasks
/// that are still pending, timers that are still set, channels that are still watched and failures
/// that nobody has asked for fail the test, each with where it was made.
///
/// Next: [LoopTest].
public final class Testing {
    /// The system property that has [#run(int, Coroutine.Action)] run a single seed.
    public static final String SEED_PROPERTY = "spindle.seed";

    private Testing() {}

    /// Runs a coroutine in a fresh loop.
    ///
    /// @throws AssertionError if it leaves something behind
    /// @throws Exception the very exception that the coroutine throws
    public static void run(Coroutine.Action test) throws Exception {
        run(EventLoop.builder(), test);
    }

    /// Runs a coroutine in a fresh loop that differs from the usual ones: in its engine, say. What
    /// makes it a test's loop is set here: clock, debug mode, exception handler.
    ///
    /// @throws AssertionError if it leaves something behind
    /// @throws Exception the very exception that the coroutine throws
    public static void run(EventLoop.Builder builder, Coroutine.Action test) throws Exception {
        new TestRun(builder).run(test);
    }

    /// Runs a coroutine in `count` fresh loops, in each of which ready tasks go on in another
    /// order. A failure names its seed; with `-Dspindle.seed=` and that seed, the test runs once,
    /// in the same order again.
    ///
    /// The coroutine must start from nothing each time: what it changes outside itself is seen by
    /// the next.
    ///
    /// @throws AssertionError if it fails or leaves something behind
    /// @throws IllegalArgumentException if the count is not positive
    public static void run(int count, Coroutine.Action test) {
        if (count < 1) {
            throw new IllegalArgumentException("expected to run at least once, not " + count);
        }
        Long only = Long.getLong(SEED_PROPERTY);
        if (only != null) {
            runSeed(only, test);
            return;
        }
        for (long seed = 1; seed <= count; seed++) {
            runSeed(seed, test);
        }
    }

    private static void runSeed(long seed, Coroutine.Action test) {
        try {
            run(EventLoop.builder().seed(seed), test);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            throw new AssertionError(describeSeed(seed) + ": " + failure, failure);
        }
    }

    static String describeSeed(long seed) {
        return "with seed " + seed + " (again with -D" + SEED_PROPERTY + "=" + seed + ")";
    }

    /// Returns a future that is done when every other task waits for a time, a channel, another
    /// thread or another task, and nothing is ready to run. Cancelling it is enough to stop
    /// waiting.
    @CheckReturnValue
    public static Future<@Nullable Void> waitAllTasksBlocked() {
        EventLoop loop = EventLoop.current();
        Future<@Nullable Void> blocked = loop.createFuture("all other tasks being blocked");
        Handle handle = loop.callWhenIdle(() -> blocked.setResult(null));
        blocked.addDoneCallback(_ -> handle.cancel());
        return blocked;
    }
}
