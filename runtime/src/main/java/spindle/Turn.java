package spindle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// One turn of the loop, over and over: the only place where callbacks are called.
///
/// ```
/// 1  drop cancelled timers from the head
/// 2  choose how long to wait: 0 if something is ready, or until the next timer
/// 3  poll
/// 4  handles of ready channels, and what other threads have scheduled, join the ready queue
/// 5  due timers join it
/// 6  run exactly the handles that are ready now; what they schedule runs next turn
/// ```
///
/// [#run(boolean)] is the turn; the rest is what it works on.
///
/// Next: [LeakReport].
final class Turn {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(1);

    /// How many callbacks may run between two looks at the channels while there is always
    /// something ready.
    private static final int CALLBACKS_PER_LOOK = 64;

    // fixed at construction
    private final Scheduler loop;
    private final Clock clock;
    private final Poller poller;
    private final ExceptionHandler exceptionHandler;
    private final @Nullable Observers observers;
    private final @Nullable SeededOrder order;
    private final Tasks tasks;
    private final boolean detectsDeadlocks;
    private final Arrivals arrivals;

    // changes while running
    private final ArrayDeque<Handle> ready = new ArrayDeque<>();
    private final TimerQueue timers = new TimerQueue();
    private final ArrayDeque<Handle> whenIdle = new ArrayDeque<>();
    private final BlockingCalls blockingCalls = new BlockingCalls();
    private int callbacksSinceLook;

    Turn(
            Scheduler loop,
            Clock clock,
            Poller poller,
            ExceptionHandler exceptionHandler,
            @Nullable Observers observers,
            @Nullable SeededOrder order,
            Tasks tasks,
            boolean detectsDeadlocks) {
        this.loop = loop;
        this.clock = clock;
        this.poller = poller;
        this.exceptionHandler = exceptionHandler;
        this.observers = observers;
        this.order = order;
        this.tasks = tasks;
        this.detectsDeadlocks = detectsDeadlocks;
        this.arrivals = new Arrivals(poller);
    }

    // --- What it works on ---

    void add(Handle handle) {
        ready.add(handle);
    }

    TimerHandle addTimer(
            long deadline, Runnable callback, Context context, @Nullable Origin origin) {
        return timers.add(deadline, callback, context, origin);
    }

    /// Has `handle` run as soon as nothing else is to be done.
    void addWhenIdle(Handle handle) {
        whenIdle.add(handle);
    }

    /// **Threadsafe.**
    void addFromOtherThread(Handle handle) {
        arrivals.add(handle);
    }

    BlockingCalls blockingCalls() {
        return blockingCalls;
    }

    // --- The turn ---

    /// Runs one turn.
    ///
    /// @param look whether only to look at the channels, and not to wait for them
    void run(boolean look) throws IOException {
        TimerHandle nextTimer = timers.head(); // 1
        arrivals.moveTo(ready);
        if (!ready.isEmpty() || look) { // 2, and in each case 3
            lookNowAndThen();
        } else if (whenIdle.isEmpty() || isDue(nextTimer)) {
            waitFor(nextTimer);
        } else {
            becomeBusyIfIdle();
        }
        arrivals.moveTo(ready); // 4
        addDueTimers(); // 5
        runReady(); // 6
    }

    /// Fast path: a look costs a system call, ten times a callback (B01_ReadyQueue). So while
    /// something is ready, turns of a few callbacks share one: the first turn that begins with 64
    /// or more callbacks run since the last look begins with the next.
    private void lookNowAndThen() throws IOException {
        if (ready.isEmpty() || callbacksSinceLook >= CALLBACKS_PER_LOOK) {
            poll(0);
        }
    }

    private boolean isDue(@Nullable TimerHandle nextTimer) {
        return nextTimer != null && nextTimer.when() - clock.nanoTime() <= 0;
    }

    /// Has those run that wait until nothing is to be done, if the channels and other threads
    /// have nothing either.
    private void becomeBusyIfIdle() throws IOException {
        poll(0);
        arrivals.moveTo(ready);
        if (ready.isEmpty()) {
            ready.addAll(whenIdle);
            whenIdle.clear();
        }
    }

    /// Waits until a channel is ready, a timer is due or another thread calls.
    private void waitFor(@Nullable TimerHandle nextTimer) throws IOException {
        boolean arrived = arrivals.beginWaiting();
        if (arrived) {
            poll(0);
        } else if (clock.isVirtual()) {
            passTime(nextTimer);
        } else if (nextTimer == null) {
            waitForOthers();
        } else {
            poll(Math.clamp(nextTimer.when() - clock.nanoTime(), 0, LONGEST_WAIT_NANOS));
        }
        arrivals.endWaiting();
    }

    /// Has a virtual clock move to the next timer, unless a channel or another thread has, or
    /// will have, something to do before.
    private void passTime(@Nullable TimerHandle nextTimer) throws IOException {
        if (nextTimer == null) {
            waitForOthers();
            return;
        }
        long left = nextTimer.when() - clock.nanoTime();
        long wait = 0;
        if (left <= 0) {
            poll(0); // Somebody moved the clock.
            return;
        }
        if (!blockingCalls.isEmpty()) {
            wait = Math.min(left, LONGEST_WAIT_NANOS);
        } else if (!poller.watching().isEmpty() || loop.bridges().isExpecting()) {
            wait = clock.quietNanos();
        }
        long start = System.nanoTime();
        poll(wait);
        boolean quiet = ready.isEmpty() && !arrivals.beginWaiting();
        if (quiet && System.nanoTime() - start >= wait) { // A wake-up may be left from before.
            clock.passTo(nextTimer.when());
        }
    }

    /// Waits for what only a channel or another thread can bring.
    private void waitForOthers() throws IOException {
        if (detectsDeadlocks
                && tasks.size() > 0
                && !othersWork()
                && poller.watching().isEmpty()
                && !arrivals.beginWaiting()) {
            throw new DeadlockException(tasks.toList());
        }
        poll(Long.MAX_VALUE);
    }

    /// Returns whether another thread works for the loop, or a task waits for one by blocking.
    private boolean othersWork() {
        return !blockingCalls.isEmpty() || loop.bridges().isExpecting() || tasks.anyIsBlocked();
    }

    /// Step 3, and of step 4 what the channels have.
    private void poll(long timeoutNanos) throws IOException {
        callbacksSinceLook = 0;
        if (observers == null) {
            poller.poll(timeoutNanos, ready);
        } else {
            observers.beforePoll(timeoutNanos);
            poller.poll(timeoutNanos, ready);
            observers.afterPoll(ready.size());
            observers.throwFatal();
        }
    }

    private void addDueTimers() {
        if (timers.size() > 0) {
            long now = clock.nanoTime();
            for (Handle due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
                ready.add(due);
            }
        }
    }

    private void runReady() {
        if (order != null) {
            order.apply(ready);
        }
        int count = ready.size();
        callbacksSinceLook += count;
        for (; count > 0; count--) {
            Handle handle = ready.remove();
            loop.context = handle.context();
            if (observers == null) {
                handle.run(exceptionHandler);
            } else {
                runObserved(handle, observers);
            }
        }
    }

    private void runObserved(Handle handle, Observers watching) {
        long start = clock.nanoTime();
        watching.beforeCallback(handle);
        handle.run(exceptionHandler);
        watching.afterCallback(handle, clock.nanoTime() - start);
        watching.throwFatal();
    }

    // --- Asking ---

    LoopStatistics statistics() {
        TimerHandle next = timers.head();
        return new LoopStatistics(
                tasks.size(),
                ready.size(),
                timers.size(),
                poller.watching().size(),
                blockingCalls.size(),
                next == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(next.when() - clock.nanoTime()));
    }

    // --- At the end ---

    /// Returns the callbacks that have not run and were not cancelled.
    List<Handle> unfinishedCallbacks() {
        arrivals.moveTo(ready);
        List<Handle> unfinished = new ArrayList<>(ready);
        unfinished.addAll(whenIdle);
        unfinished.removeIf(Handle::isCancelled);
        return unfinished;
    }

    List<TimerHandle> unfinishedTimers() {
        return timers.pending();
    }

    List<Handle> watchingHandles() {
        return poller.watching();
    }

    void clear() {
        ready.clear();
        whenIdle.clear();
        arrivals.clear();
        timers.clear();
    }

    /// Returns a form such as `ready=1 timers=2`.
    @Override
    public String toString() {
        return "ready=" + ready.size() + " timers=" + timers.size();
    }
}
