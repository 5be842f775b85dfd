package spindle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/// A handle that another thread may cancel: what [EventLoop#callSoonThreadsafe(Runnable)]
/// returns.
///
/// Whoever takes the token first wins: the loop, and the callback runs; or `cancel()`, and it
/// never does. So when `cancel()` returns, either the callback will not run, or it had been
/// started before. A cancelled callback is dropped when the loop comes to it, not at once.
///
/// Next: [Deadlines].
final class ThreadsafeHandle extends Handle {
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean cancelled;

    ThreadsafeHandle(Runnable callback, Context context, @Nullable Origin origin) {
        super(callback, context, origin);
    }

    /// **Threadsafe.**
    @Override
    public void cancel() {
        if (taken.compareAndSet(false, true)) {
            cancelled = true;
        }
    }

    /// **Threadsafe.**
    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    @Nullable
    Runnable claim() {
        return taken.compareAndSet(false, true) ? super.claim() : null;
    }

    @Override
    String describe() {
        return cancelled ? "Handle cancelled" : super.describe();
    }
}
