package spindle.demos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// What a strategy does, as it is measured while it runs. **Threadsafe.**
///
/// The time runs from [#start()], which a strategy calls when it has all that it needs, to the end
/// of the last request. Nothing is tried out beforehand.
final class RaceLap {
    private static final String EXPECTED = "Hello!";

    // fixed at construction
    private final ThreadCount threads;

    // changes while running
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private volatile long started = System.nanoTime();
    private final AtomicLong elapsed = new AtomicLong();

    RaceLap(ThreadCount threads) {
        this.threads = threads;
    }

    /// Starts the clock.
    void start() {
        started = System.nanoTime();
    }

    /// Returns whether the clock has run for so long.
    boolean hasLasted(Duration time) {
        return System.nanoTime() - started >= time.toNanos();
    }

    /// Makes a request and takes down how it ended.
    void attempt(Callable<String> request) {
        try {
            String body = request.call();
            if (body.equals(EXPECTED)) {
                completed.incrementAndGet();
            } else {
                fail("expected the body \"" + EXPECTED + "\" but got \"" + body + "\"");
            }
        } catch (Exception failure) {
            fail(String.valueOf(failure.getMessage()));
        }
        elapsed.accumulateAndGet(System.nanoTime() - started, Math::max);
    }

    /// Makes a request on the virtual thread that calls, and counts that.
    void attemptOnVirtualThread(Callable<String> request) {
        threads.countVirtual(() -> attempt(request));
    }

    private void fail(String reason) {
        failed.incrementAndGet();
        firstFailure.compareAndSet(null, Terminal.safe(reason));
    }

    int completed() {
        return completed.get();
    }

    int failed() {
        return failed.get();
    }

    /// Returns how many requests have ended, in whichever way.
    int ended() {
        return completed() + failed();
    }

    @Nullable
    String firstFailure() {
        return firstFailure.get();
    }

    int mostThreads() {
        return threads.most();
    }

    long elapsedNanos() {
        return elapsed.get();
    }
}
