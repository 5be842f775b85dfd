package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A callback with a deadline: what [EventLoop#callLater] and [EventLoop#callAt] return.
///
/// Ordered by deadline, and among equal deadlines by the order in which they were scheduled.
/// asyncio's heap does not promise the second half; ours does, since programs come to rely on
/// it anyway.
///
/// Next: [TimerQueue].
public final class TimerHandle extends Handle implements Comparable<TimerHandle> {
    // fixed at construction
    private final long when;
    private final long sequence;
    private final Runnable onCancel;

    // changes while running
    private boolean queued = true;

    TimerHandle(
            long when,
            long sequence,
            Runnable callback,
            Context context,
            @Nullable Origin origin,
            Runnable onCancel) {
        super(callback, context, origin);
        this.when = when;
        this.sequence = sequence;
        this.onCancel = onCancel;
    }

    /// Returns the deadline, in nanoseconds of [EventLoop#time()].
    public long when() {
        return when;
    }

    /// Keeps the callback from running, in constant time. The queue forgets the handle later,
    /// when it comes to the head or when cancelled handles outnumber the others.
    @Override
    public void cancel() {
        if (!isCancelled()) {
            super.cancel();
            if (queued) {
                onCancel.run();
            }
        }
    }

    /// Says that the queue has given the handle out to be run.
    void leaveQueue() {
        queued = false;
    }

    /// Compares as [System#nanoTime()] asks for: by difference, since its values may wrap
    /// around.
    @Override
    public int compareTo(TimerHandle other) {
        long difference = when - other.when;
        return difference != 0 ? Long.signum(difference) : Long.compare(sequence, other.sequence);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    String describe() {
        String callback = super.describe().substring("Handle ".length());
        double seconds = (double) when / TimeUnit.SECONDS.toNanos(1);
        return String.format(Locale.ROOT, "TimerHandle when=%.3fs %s", seconds, callback);
    }
}
