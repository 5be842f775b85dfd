package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.testing.ReportedFailures;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Runs one test of bodies in a loop, within a deadline. At its end nothing was reported.
final class BodyRun {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final CoroutineEngine engine;

    BodyRun(CoroutineEngine engine) {
        this.engine = engine;
    }

    void run(Coroutine.Action test) throws Exception {
        ReportedFailures reports = new ReportedFailures();
        Async.run(
                EventLoop.builder().engine(engine).exceptionHandler(reports),
                Async.failAfter(DEADLINE, test.asCoroutine()));
        assertThat(reports.takeAll()).as("reports").isEmpty();
    }

    // --- For use in the loop ---

    /// Writes a body to a new sink, as a client does, and returns its bytes.
    static byte[] bytesOf(RequestBody body) throws Exception {
        RecordingSink sink = new RecordingSink();
        await(sending(body, sink));
        return sink.bytes();
    }

    /// Returns what a client does with a body.
    static Coroutine.Action sending(RequestBody body, BodySink sink) {
        return () -> {
            try {
                RequestBody ready = await(body.prepare());
                await(ready.writeTo(sink));
            } finally {
                body.discard();
            }
        };
    }

    /// Lets the loop run until a condition holds, for five seconds at the most; returns whether
    /// it does.
    static boolean isSoon(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Async.yieldNow();
        }
        return condition.getAsBoolean();
    }
}
