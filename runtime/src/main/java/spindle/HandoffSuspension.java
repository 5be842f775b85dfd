package spindle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;

/// A coroutine on a plain virtual thread that passes a baton to and fro with the loop's thread.
///
/// Whoever holds the baton runs, the other one is parked: so although two threads exist, only
/// one runs at a time, and the writes of one are seen by the other (the baton is volatile).
/// Needs nothing of the JVM, and costs a few times what [LoopCarriedSuspension] does, since two
/// parks and two unparks go through the JDK's scheduler. The loop runs on a virtual thread too:
/// a baton between a virtual and a platform thread costs forty times as much again.
///
/// Next: [CoroutineEngine].
final class HandoffSuspension extends Suspension {
    // fixed at construction
    private final Thread thread;

    // changes while running
    /// The baton: true while the coroutine runs, false while the loop does.
    private volatile boolean running;

    private volatile @Nullable Thread loopThread;
    private boolean started;

    HandoffSuspension(String name, Runnable body) {
        thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                body.run();
            } finally {
                passToLoop();
            }
        });
    }

    @Override
    void resume() {
        loopThread = Thread.currentThread();
        running = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            started = true;
            thread.start();
        }
        awaitBaton(false);
    }

    @Override
    boolean suspend() {
        passToLoop();
        awaitBaton(true);
        return true;
    }

    private void passToLoop() {
        // Read first: once the baton is passed, the next resume may come from another thread.
        Thread loop = loopThread;
        running = false;
        LockSupport.unpark(loop);
    }

    /// Parks until the baton is with the caller. An interrupted thread cannot park, so an
    /// interrupt is taken away while we wait and given back afterwards.
    private void awaitBaton(boolean mine) {
        boolean interrupted = false;
        while (running != mine) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void ending() {}

    @Override
    boolean isBlocked() {
        return false;
    }

    @Override
    Thread thread() {
        return thread;
    }
}
