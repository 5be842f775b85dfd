package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.shield;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;

@OnBothEngines
class ShieldTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    ShieldTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void endsAsWhatIsShielded() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            assertThat(await(shield(afterASecond()))).isEqualTo("value");
            assertThatThrownBy(() -> await(shield(failing(failure)))).isSameAs(failure);
        });
    }

    @Test
    void whatIsDoneIsReturnedAsItIs() throws Exception {
        loops.run(() -> {
            Future<String> done = EventLoop.current().createFuture();
            done.setResult("done");

            assertThat(shield(done)).isSameAs(done);
        });
    }

    @Test
    void cancellingWhoAwaitsItLeavesTheWorkAlone() throws Exception {
        loops.run(() -> {
            Task<String> inner = createTask(afterASecond());
            Task<String> waiting = createTask(() -> await(shield(inner)));
            yieldNow();
            yieldNow();

            waiting.cancel();

            assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
            assertThat(inner.cancelling()).isZero();
            assertThat(await(inner)).isEqualTo("value");
        });
    }

    @Test
    void cancellingTheWorkCancelsWhoAwaitsItOfItselfAlone() throws Exception {
        loops.run(() -> {
            Task<String> inner = createTask(afterASecond());
            Future<String> outer = shield(inner);
            yieldNow();

            inner.cancel("enough");

            assertThatThrownBy(() -> await(outer))
                    .isInstanceOf(CancelledError.class)
                    .hasMessageStartingWith("enough");
            assertThat(outer.isCancelled()).isTrue();
        });
    }

    @Test
    void failureAfterNobodyWaitsAnyMoreIsReportedOnce() throws Exception {
        IOException failure = new IOException("too late");

        loops.run(() -> {
            Future<String> outer = shield(failing(failure));
            outer.cancel();
            await(sleep(SECOND.multipliedBy(2)));
        });

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message())
                .isEqualTo("exception in a shielded task that nobody waits for any more");
        assertThat(report.exception()).isSameAs(failure);
    }

    @Test
    void failureThatNobodyAwaitsIsReportedOnce() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Future<String> outer = shield(failing(failure));
            await(sleep(SECOND.multipliedBy(2)));
            assertThat(outer.isDone()).isTrue();
        });

        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
    }

    @Test
    void endOfTheLoopCancelsWhatIsShielded() throws Exception {
        Recorder recorder = new Recorder();

        loops.run(() -> {
            Future<String> outer = shield(() -> {
                try {
                    return await(afterASecond());
                } finally {
                    recorder.record("cleaned up");
                }
            });
            yieldNow();
            assertThat(outer.isDone()).isFalse();
        });

        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    private static Coroutine<String> afterASecond() {
        return () -> {
            await(sleep(SECOND));
            return "value";
        };
    }

    private static Coroutine<String> failing(Exception failure) {
        return () -> {
            await(sleep(SECOND));
            throw failure;
        };
    }
}
