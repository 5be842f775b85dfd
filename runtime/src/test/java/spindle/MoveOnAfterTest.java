package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.moveOnAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Giving something up in silence: trio's `move_on_after`.
@OnBothEngines
class MoveOnAfterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    MoveOnAfterTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void resultThatCameInTimeIsThere() throws Exception {
        loops.run(() -> {
            assertThat(await(moveOnAfter(SECOND, () -> "in time"))).contains("in time");
            assertThat(await(moveOnAfter(SECOND, recorder.recording("run")::run)))
                    .isTrue();
        });

        assertThat(recorder.events()).containsExactly("run");
    }

    @Test
    void resultThatDidNotComeInTimeIsEmpty() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();
            Coroutine<String> slow = () -> {
                await(sleep(LONG));
                return "too late";
            };

            assertThat(await(moveOnAfter(SECOND, slow))).isEmpty();
            assertThat(loop.time() - start).isEqualTo(SECOND.toNanos());
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });
    }

    @Test
    void actionThatDidNotEndInTimeSaysSo() throws Exception {
        loops.run(() -> {
            boolean ended = await(moveOnAfter(SECOND, () -> {
                await(sleep(LONG));
                recorder.record("not reached");
            }));
            assertThat(ended).isFalse();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void resultOfNullIsEmpty() throws Exception {
        loops.run(() ->
                assertThat(await(moveOnAfter(SECOND, sleep(Duration.ZERO)))).isEmpty());
    }

    @Test
    void failureInTimeIsThrown() throws Exception {
        IOException failure = new IOException("no luck");

        loops.run(() -> assertThatThrownBy(() -> await(moveOnAfter(SECOND, (Coroutine<?>) () -> {
                    throw failure;
                })))
                .isSameAs(failure));
    }

    @Test
    void failureOfTheCleaningUpIsThrown() throws Exception {
        loops.run(() -> assertThatThrownBy(() -> await(moveOnAfter(SECOND, () -> {
                    try {
                        await(sleep(LONG));
                    } catch (CancelledError cancelled) {
                        throw new IOException("cannot clean up");
                    }
                })))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot clean up"));
    }

    /// Python's `__aexit__` would have replaced the cancellation by it.
    @Test
    void failureOfAResourceThatIsClosedMeanwhileIsReported() throws Exception {
        loops.run(() -> {
            boolean ended = await(moveOnAfter(SECOND, () -> {
                try (AutoCloseable _ = MoveOnAfterTest::failToClose) {
                    await(sleep(LONG));
                }
            }));
            assertThat(ended).isFalse();
        });

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).isEqualTo("exception in a task while it was being cancelled");
        assertThat(report.exception()).hasMessage("cannot close");
    }

    private static void failToClose() throws IOException {
        throw new IOException("cannot close");
    }

    @Test
    void timeoutOfWhatIsInsideComesThrough() throws Exception {
        loops.run(() -> assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() ->
                        await(moveOnAfter(LONG, failAfter(SECOND, sleep(LONG.multipliedBy(2)))))));
    }

    @Test
    void outerLimitIsACancellationToTheInnerOne() throws Exception {
        loops.run(() -> {
            boolean outer = await(moveOnAfter(SECOND, () -> {
                recorder.record(await(moveOnAfter(LONG, sleep(LONG))));
            }));
            assertThat(outer).isFalse();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void innerLimitLeavesTheOuterOneRunning() throws Exception {
        loops.run(() -> {
            boolean outer = await(moveOnAfter(SECOND.multipliedBy(3), () -> {
                recorder.record(await(moveOnAfter(SECOND, sleep(LONG))).isPresent());
                recorder.record(await(moveOnAfter(SECOND, sleep(LONG))).isPresent());
                await(sleep(LONG));
                recorder.record("not reached");
            }));
            assertThat(outer).isFalse();
        });

        assertThat(recorder.events()).containsExactly(false, false);
    }

    @Test
    void foreignCancellationIsThrown() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> await(moveOnAfter(SECOND, sleep(LONG))));
            yieldNow();
            task.cancel("foreign");

            assertThatThrownBy(() -> await(task))
                    .isInstanceOf(CancelledError.class)
                    .hasMessage("foreign (cancelled by task 'Task-1')");
        });
    }

    @Test
    void withoutTimeACoroutineGetsToItsFirstSuspension() throws Exception {
        loops.run(() -> {
            assertThat(await(moveOnAfter(Duration.ZERO, () -> "did not suspend")))
                    .contains("did not suspend");
            assertThat(await(moveOnAfter(Duration.ofSeconds(-1), () -> {
                        recorder.record("begun");
                        yieldNow();
                        return "not reached";
                    })))
                    .isEmpty();
        });

        assertThat(recorder.events()).containsExactly("begun");
    }
}
