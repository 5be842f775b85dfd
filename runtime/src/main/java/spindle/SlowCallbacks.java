package spindle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/// Warns, in debug mode, of callbacks and steps of tasks that kept the loop to themselves for too
/// long.
///
/// Next: [BlockingCalls].
final class SlowCallbacks implements LoopObserver {
    private static final Logger log = LoggerFactory.getLogger("spindle.EventLoop");

    private final Duration limit;

    SlowCallbacks(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void afterCallback(Handle handle, long nanos) {
        if (nanos > limit.toNanos()) {
            log.warn(
                    "{} took {} ms, and nothing else ran meanwhile: await what it waits for, or use runBlocking",
                    handle,
                    Duration.ofNanos(nanos).toMillis());
        }
    }
}
