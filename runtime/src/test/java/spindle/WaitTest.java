package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;
import static spindle.Async.waitAll;
import static spindle.Async.waitFirst;
import static spindle.Async.waitFirstFailure;
import static spindle.Async.waitFor;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// Waiting for several futures, and for one but not for long.
@OnBothEngines
class WaitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    WaitTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- All, the first, the first failure ---

    @Test
    void allAreDoneWhenTheLastIsHoweverTheyEnd() throws Exception {
        loops.run(() -> {
            Task<String> good = after(3, "good");
            Task<String> bad = failingAfter(1);
            Task<String> gone = after(9, "gone");
            gone.cancel();

            Waited<String> waited = await(waitAll(List.of(good, bad, gone)));

            assertThat(waited.done()).containsExactly(good, bad, gone);
            assertThat(waited.pending()).isEmpty();
            assertThat(elapsed()).isEqualTo(SECOND.multipliedBy(3));
            assertThat(bad.exception()).isInstanceOf(IOException.class);
        });
    }

    @Test
    void firstIsEnoughAndTheOthersGoOn() throws Exception {
        loops.run(() -> {
            Task<String> slow = after(3, "slow");
            Task<String> fast = after(1, "fast");

            Waited<String> waited = await(waitFirst(List.of(slow, fast)));

            assertThat(waited.done()).containsExactly(fast);
            assertThat(waited.pending()).containsExactly(slow);
            assertThat(await(slow)).isEqualTo("slow");
        });
    }

    @Test
    void futuresThatEndTogetherAreAllDone() throws Exception {
        loops.run(() -> {
            Task<String> a = after(1, "a");
            Task<String> b = after(1, "b");

            assertThat(await(waitFirst(List.of(a, b))).done()).containsExactly(a, b);
        });
    }

    @Test
    void firstFailureEndsTheWaitAndACancellationDoesNot() throws Exception {
        loops.run(() -> {
            Task<String> gone = after(9, "gone");
            gone.cancel();
            Task<String> bad = failingAfter(2);
            Task<String> slow = after(3, "slow");

            Waited<String> waited = await(waitFirstFailure(List.of(gone, bad, slow)));

            assertThat(waited.done()).containsExactly(gone, bad);
            assertThat(waited.pending()).containsExactly(slow);
            assertThat(bad.exception()).isNotNull();
            await(slow);
        });
    }

    @Test
    void withoutAFailureTheWaitForOneEndsWithTheLast() throws Exception {
        loops.run(() -> {
            List<Task<String>> tasks = List.of(after(1, "a"), after(2, "b"));

            assertThat(await(waitFirstFailure(tasks)).done()).hasSize(2);
        });
    }

    @Test
    void whatIsDoneAlreadyDoesNotSuspend() throws Exception {
        loops.run(() -> {
            Future<String> done = EventLoop.current().createFuture();
            done.setResult("done");
            Future<String> pending = EventLoop.current().createFuture();
            EventLoop.current().callSoon(recorder.recording("another turn"));

            assertThat(await(waitAll(List.of(done))).done()).containsExactly(done);
            assertThat(await(waitFirst(List.of(pending, done))).pending()).containsExactly(pending);
            assertThat(recorder.events()).isEmpty();
        });
    }

    @Test
    void futureThatFailedBeforeEndsTheWaitForAFailure() throws Exception {
        loops.run(() -> {
            Future<String> failed = EventLoop.current().createFuture();
            failed.setException(new IOException("before"));
            Future<String> pending = EventLoop.current().createFuture();

            assertThat(await(waitFirstFailure(List.of(failed, pending))).done())
                    .containsExactly(failed);
            assertThat(failed.exception()).isNotNull();
        });
    }

    @Test
    void futureThatIsNamedTwiceCountsOnce() throws Exception {
        loops.run(() -> {
            Task<String> task = after(1, "once");

            assertThat(await(waitAll(List.of(task, task))).done()).containsExactly(task);
        });
    }

    @Test
    void nothingToWaitForIsRefused() throws Exception {
        loops.run(() -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> await(waitAll(List.<Future<String>>of())))
                    .withMessage("expected futures to wait for but found none");
        });
    }

    @Test
    void failureThatWasOnlyWaitedForIsStillReported() throws Exception {
        loops.run(() -> {
            await(waitAll(List.of(failingAfter(1))));
        });

        assertThat(loops.reports().takeOnly().message())
                .startsWith("task exception was never retrieved");
    }

    // --- Not for long ---

    @Test
    void timeoutIsNoErrorAndCancelsNothing() throws Exception {
        loops.run(() -> {
            Task<String> fast = after(1, "fast");
            Task<String> slow = after(5, "slow");

            Waited<String> waited = await(waitAll(SECOND.multipliedBy(2), List.of(fast, slow)));

            assertThat(waited.done()).containsExactly(fast);
            assertThat(waited.pending()).containsExactly(slow);
            assertThat(elapsed()).isEqualTo(SECOND.multipliedBy(2));
            assertThat(slow.cancelling()).isZero();
            assertThat(slow.describeCallbacks()).isEmpty();
            assertThat(await(slow)).isEqualTo("slow");
        });
    }

    @Test
    void waitThatIsOverInTimeLeavesNoTimer() throws Exception {
        loops.run(() -> {
            await(waitFirst(Duration.ofHours(1), List.of(after(1, "fast"))));
            await(waitFirstFailure(Duration.ofHours(1), List.of(after(1, "fast"))));

            yieldNow(); // A cancelled timer goes at the start of a turn.
            assertThat(EventLoop.current().toString()).endsWith("timers=0>");
        });
    }

    @Test
    void cancelledWaitLeavesItsFuturesRunningAndNoCallbacksOnThem() throws Exception {
        loops.run(() -> {
            Task<String> task = after(5, "unharmed");
            Task<?> waiting = createTask(() -> await(waitAll(Duration.ofHours(1), List.of(task))));
            yieldNow();
            yieldNow();
            assertThat(task.describeCallbacks()).isNotEmpty();

            waiting.cancel();
            assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);

            assertThat(task.describeCallbacks()).isEmpty();
            assertThat(await(task)).isEqualTo("unharmed");
        });
    }

    // --- waitFor ---

    @Test
    void waitForTakesWhatIsDoneWhateverTheDuration() throws Exception {
        loops.run(() -> {
            Future<String> done = EventLoop.current().createFuture();
            done.setResult("done");

            assertThat(await(waitFor(Duration.ZERO, done))).isEqualTo("done");
        });
    }

    @Test
    void waitForWithoutTimeDoesNotStartACoroutine() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(waitFor(Duration.ZERO, recording())))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessage("gave up before the start: the duration was PT0S");
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void waitForWithoutTimeCancelsATaskAndAwaitsItsEnd() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask(cleaningUp());
            yieldNow();

            assertThatThrownBy(() -> await(waitFor(Duration.ZERO, task)))
                    .isInstanceOf(TimeoutException.class)
                    .hasCauseInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
        });

        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void waitForTakesLongerIfTheCleanUpDoes() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(waitFor(SECOND, cleaningUp())))
                    .isInstanceOf(TimeoutException.class);
            assertThat(elapsed()).isEqualTo(SECOND.multipliedBy(2));
        });
    }

    @Test
    void waitForGivesTheValueOfATaskThatRefusesToBeCancelled() throws Exception {
        loops.run(() -> {
            Task<String> stubborn = createTask(() -> {
                try {
                    return await(sleepAnd("not reached"));
                } catch (CancelledError refused) {
                    return "stubborn";
                }
            });

            assertThat(await(waitFor(SECOND, stubborn))).isEqualTo("stubborn");
        });
    }

    @Test
    void waitForThrowsWhatTheTaskFailsWithWhileItIsCancelled() throws Exception {
        loops.run(() -> {
            Task<String> failing = createTask(() -> {
                try {
                    return await(sleepAnd("not reached"));
                } catch (CancelledError refused) {
                    throw new IOException("cannot clean up");
                }
            });

            assertThatThrownBy(() -> await(waitFor(SECOND, failing)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot clean up");
        });
    }

    @Test
    void cancellingWhoWaitsForATaskCancelsTheTask() throws Exception {
        loops.run(() -> {
            Task<String> task = createTask(cleaningUp());
            Task<?> waiting = createTask(() -> await(waitFor(Duration.ofHours(1), task)));
            yieldNow();
            yieldNow();

            waiting.cancel();

            assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
            assertThat(task.isCancelled()).isTrue();
        });
    }

    /// A request that nobody has heard of yet, when the timeout begins, is not the timeout's.
    @Test
    void taskThatCancelsItselfBeforeATimeoutEndsCancelled() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                currentTask().cancel();
                await(waitFor(Duration.ofNanos(1), sleepAnd("not reached")));
            });

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });
    }

    private Coroutine<String> cleaningUp() {
        return () -> {
            try {
                return await(sleepAnd("not reached"));
            } finally {
                await(sleep(SECOND));
                recorder.record("cleaned up");
            }
        };
    }

    private Coroutine<String> recording() {
        return () -> {
            recorder.record("ran");
            return "ran";
        };
    }

    private static Coroutine<String> sleepAnd(String value) {
        return () -> {
            await(sleep(Duration.ofDays(1)));
            return value;
        };
    }

    private Duration elapsed() {
        return Duration.ofNanos(loops.clock().nanoTime());
    }

    private static Task<String> after(int seconds, String value) {
        return createTask(() -> {
            await(sleep(SECOND.multipliedBy(seconds)));
            return value;
        });
    }

    private static Task<String> failingAfter(int seconds) {
        return createTask(() -> {
            await(sleep(SECOND.multipliedBy(seconds)));
            throw new IOException("failed after " + seconds);
        });
    }
}
