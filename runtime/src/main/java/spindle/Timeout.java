package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// A limit on how long one coroutine may take; `Async.failAfter` is its face.
///
/// When its time is up it cancels the task, as anybody might. So the difficulty is to tell its
/// own cancellation from a foreign one that arrives at the same time: it turns a
/// [CancelledError] into a [TimeoutException] only if it asked for it, and only if, with its
/// own request taken back, no more requests are open than were when it began.
///
/// Next: [Async].
final class Timeout {
    private final Task<?> task;
    private final EventLoop loop;
    private final Duration duration;
    private boolean expired;

    Timeout(Task<?> task, EventLoop loop, Duration duration) {
        this.task = task;
        this.loop = loop;
        this.duration = duration;
    }

    <T extends @Nullable Object> T run(Coroutine<T> coroutine) throws Exception {
        int requestsBefore = task.cancelling();
        // Without time it is due already: a timer would come after the step of a `sleep(0)`.
        Handle timer = duration.isPositive()
                ? loop.callLater(duration, this::expire)
                : loop.callSoon(this::expire);
        try {
            T value = coroutine.run();
            takeBackRequest(); // It came to an end before it came to an await that could throw.
            return value;
        } catch (CancelledError cancelled) {
            if (expired && takeBackRequest() <= requestsBefore) {
                TimeoutException timeout =
                        new TimeoutException("gave up after " + duration.toMillis() + " ms");
                timeout.initCause(cancelled);
                throw timeout;
            }
            throw cancelled;
        } catch (Throwable failure) {
            takeBackRequest();
            throw failure;
        } finally {
            timer.cancel();
        }
    }

    private void expire() {
        expired = true;
        task.cancel("timeout of " + duration.toMillis() + " ms");
    }

    /// Returns how many requests to cancel are open without ours.
    private int takeBackRequest() {
        return expired ? task.uncancel() : task.cancelling();
    }
}
