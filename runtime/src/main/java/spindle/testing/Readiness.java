package spindle.testing;

import org.jspecify.annotations.Nullable;

import spindle.Context;
import spindle.EventLoop;
import spindle.Handle;
import spindle.TaskLocal;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/// What a selector's key is for a socket: calls a callback once in every turn in which something
/// holds, for as long as it is watched for. The callback finds the task-locals of whoever watches.
///
/// Whatever may make it hold calls [#check()].
final class Readiness {
    // fixed at construction
    private final EventLoop loop;
    private final BooleanSupplier holds;

    // changes while running
    private @Nullable Runnable callback;
    private @Nullable Context context;
    private @Nullable Handle scheduled;

    Readiness(EventLoop loop, BooleanSupplier holds) {
        this.loop = loop;
        this.holds = holds;
    }

    void watch(Runnable whenReady) {
        callback = whenReady;
        context = TaskLocal.copyContext();
        check();
    }

    void unwatch() {
        callback = null;
        context = null;
        if (scheduled != null) {
            scheduled.cancel();
            scheduled = null;
        }
    }

    /// Schedules the callback, if it is to be called and is not scheduled yet.
    void check() {
        if (context != null && scheduled == null && holds.getAsBoolean()) {
            Callable<Handle> scheduling = () -> loop.callSoon(this::run);
            try {
                scheduled = TaskLocal.callWith(context, scheduling);
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new AssertionError("callSoon throws nothing that is checked", failure);
            }
        }
    }

    private void run() {
        scheduled = null;
        try {
            if (callback != null && holds.getAsBoolean()) {
                callback.run();
            }
        } finally {
            check();
        }
    }
}
