package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.asCompleted;
import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.shield;
import static spindle.Async.sleep;
import static spindle.Async.waitAll;
import static spindle.Async.waitFor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// More of CPython's little programs, as in [GoldenOrdersTest]: gathering, waiting, limits on
/// time and task groups. Eager tasks make no difference to any of them, there or here.
@OnEveryLoop
class GoldenWaitingTest {
    private static final Duration TEN_MILLIS = Duration.ofMillis(10);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();
    private final LoopSettings settings;

    GoldenWaitingTest(LoopSettings settings) {
        this.settings = settings;
        loops = new TestLoops(settings.engine());
    }

    @Test
    void g13FirstFailureOfAGatheringDoesNotCancelTheSiblings() throws Exception {
        run(() -> {
            Coroutine<Object> bad = () -> {
                throw new IllegalArgumentException();
            };
            Task<?> sibling = createTask(() -> {
                await(sleep(TEN_MILLIS));
                log.record("sibling finished");
            });
            try {
                await(gather(List.of(bad, sibling)));
            } catch (IllegalArgumentException expected) {
                log.record("VE");
                log.record("t.done " + sibling.isDone());
            }
            await(sleep(TEN_MILLIS.multipliedBy(2)));
        });

        assertThat(log.events()).containsExactly("VE", "t.done false", "sibling finished");
    }

    @Test
    void g14CancelledChildFailsTheGatheringWithoutCancellingIt() throws Exception {
        run(() -> {
            Task<?> child = createTask(sleep(TEN_SECONDS));
            Future<List<Object>> gathering = gather(child);
            await(sleep(Duration.ZERO));
            child.cancel();
            awaitCancelled(gathering, "CE");
            log.record(gathering.isCancelled());
            log.record(gathering.isDone());
        });

        assertThat(log.events()).containsExactly("CE", false, true);
    }

    @Test
    void g15CancelledGatheringIsDoneWhenItsChildrenAre() throws Exception {
        run(() -> {
            Future<List<Object>> gathering = gather(sleep(TEN_SECONDS), sleep(TEN_SECONDS));
            await(sleep(Duration.ZERO));
            log.record(gathering.cancel());
            log.record("done right after cancel " + gathering.isDone());
            awaitCancelled(gathering, "CE");
        });

        assertThat(log.events()).containsExactly(true, "done right after cancel false", "CE");
    }

    @Test
    void g16WaitingNeverThrowsAndNeverCancels() throws Exception {
        run(() -> {
            Task<?> task = createTask(sleep(SECOND));
            Waited<?> waited = await(waitAll(TEN_MILLIS, List.of(task)));
            log.record(waited.done().size());
            log.record(waited.pending().size());
            log.record(task.isCancelled());
            log.record(task.isDone());
            task.cancel();
        });

        assertThat(log.events()).containsExactly(0, 1, false, false);
    }

    @Test
    void g17ResultThatComesInTheTurnOfTheTimeoutIsTooLate() throws Exception {
        run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            loop.callLater(TEN_MILLIS, () -> future.setResult("ok"));
            loop.callSoon(() -> loops.clock().advance(TEN_MILLIS.multipliedBy(5)));
            try {
                log.record(await(waitFor(TEN_MILLIS, future)));
            } catch (TimeoutException expected) {
                log.record("TimeoutError");
            }
        });

        assertThat(log.events()).containsExactly("TimeoutError");
    }

    @Test
    void g18WaitingForWhatRefusesToBeCancelledGivesItsValue() throws Exception {
        int value = run(() -> {
            Coroutine<Integer> stubborn = () -> {
                try {
                    await(sleep(SECOND));
                } catch (CancelledError refused) {
                    return 42;
                }
                return 0;
            };
            return await(waitFor(TEN_MILLIS, stubborn));
        });

        assertThat(value).isEqualTo(42);
    }

    @Test
    void g19TimeoutWithoutTimeEndsTheFirstSuspension() throws Exception {
        run(() -> {
            try {
                await(failAfter(Duration.ZERO, sleep(Duration.ZERO)));
                log.record("no timeout");
            } catch (TimeoutException expected) {
                log.record("TimeoutError");
            }
            log.record(currentTask().cancelling());
        });

        assertThat(log.events()).containsExactly("TimeoutError", 0);
    }

    @Test
    void g20TimeoutWithoutTimeLetsABodyThatDoesNotSuspendFinish() throws Exception {
        run(() -> {
            Timeout timeout = Timeout.after(Duration.ZERO);
            log.record(await(timeout.orFail(() -> "ok")));
            await(sleep(Duration.ZERO));
            log.record(timeout.expired());
            log.record(currentTask().cancelling());
        });

        assertThat(log.events()).containsExactly("ok", false, 0);
    }

    @Test
    void g21OfNestedTimeoutsWithOneDeadlineTheOuterIsThrown() throws Exception {
        run(() -> {
            long deadline = EventLoop.current().time() + TEN_MILLIS.toNanos();
            Timeout outer = Timeout.at(deadline);
            Timeout inner = Timeout.at(deadline);
            Coroutine<?> innerBlock = () -> {
                try {
                    return await(inner.orFail(sleep(SECOND)));
                } catch (TimeoutException timeout) {
                    log.record("inner TE");
                    throw timeout;
                } catch (CancelledError cancelled) {
                    log.record("inner CE");
                    throw cancelled;
                }
            };
            try {
                await(outer.orFail(innerBlock));
            } catch (TimeoutException timeout) {
                log.record("outer TE");
            }
            log.record(outer.expired());
            log.record(inner.expired());
        });

        assertThat(log.events()).containsExactly("inner CE", "outer TE", true, true);
    }

    @Test
    void g22ChildThatFailsCancelsItsSiblingsAndThenTheBody() throws Exception {
        run(() -> {
            try {
                await(TaskGroup.run(group -> {
                    group.createTask(this::failSoon);
                    group.createTask(() -> sleepAndRecordCancellation("sib cancelled"));
                    sleepAndRecordCancellation("body cancelled");
                    return null;
                }));
            } catch (TaskGroupException failure) {
                log.record(failure.exceptions().size());
            }
            log.record(currentTask().cancelling());
        });

        assertThat(log.events()).containsExactly("sib cancelled", "body cancelled", 1, 0);
    }

    /// Here a group that is opened as a resource differs: its body is thrown the failure
    /// itself, since nobody else could turn a cancellation into it. The order is the same.
    @Test
    void g22BodyOfAnOpenedGroupIsThrownTheFailure() throws Exception {
        run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                group.createTask(this::failSoon);
                group.createTask(() -> sleepAndRecordCancellation("sib cancelled"));
                await(sleep(SECOND));
            } catch (TaskGroupException failure) {
                log.record(failure.exceptions().size());
            }
            log.record(currentTask().cancelling());
        });

        assertThat(log.events()).containsExactly("sib cancelled", 1, 0);
    }

    private void failSoon() throws Exception {
        await(sleep(Duration.ofMillis(1)));
        throw new IllegalArgumentException("x");
    }

    private void sleepAndRecordCancellation(String event) throws Exception {
        try {
            await(sleep(SECOND));
        } catch (CancelledError cancelled) {
            log.record(event);
            throw cancelled;
        }
    }

    @Test
    void g23ChildThatIsCancelledIsNoFailure() throws Exception {
        run(() -> {
            try (TaskGroup group = TaskGroup.open()) {
                Task<?> cancelled = group.createTask((Coroutine<Object>) () -> {
                    throw new CancelledError(null);
                });
                Task<String> sibling = group.createTask(() -> {
                    await(sleep(Duration.ofMillis(5)));
                    return "ok";
                });
                group.join();
                log.record(cancelled.isCancelled());
                log.record(sibling.result());
            }
        });

        assertThat(log.events()).containsExactly(true, "ok");
    }

    @Test
    void g24ShieldedTaskOutlivesTheOneThatWaitsForIt() throws Exception {
        String value = run(() -> {
            Task<String> inner = createTask(() -> {
                await(sleep(TEN_MILLIS));
                return "v";
            });
            Task<?> outer = createTask(() -> await(shield(inner)));
            await(sleep(Duration.ZERO));
            outer.cancel();
            awaitCancelled(outer, "outer CE");
            return await(inner);
        });

        assertThat(log.events()).containsExactly("outer CE");
        assertThat(value).isEqualTo("v");
    }

    /// asyncio's `as_completed` has a timeout of its own; here it is failAfter.
    @Test
    void g31AsCompletedThatTimesOutLeavesTheTasksRunning() throws Exception {
        run(() -> {
            Task<Object> task = createTask(() -> await(sleep(SECOND)));
            Coroutine.Action loop = () -> {
                for (Future<Object> _ : awaitEach(asCompleted(List.of(task)))) {
                    log.record("completed");
                }
            };
            try {
                await(failAfter(TEN_MILLIS, loop));
            } catch (TimeoutException expected) {
                log.record("TE");
            }
            log.record(task.isDone());
            task.cancel();
        });

        assertThat(log.events()).containsExactly("TE", false);
    }

    private void run(Coroutine.Action main) throws Exception {
        run(main.asCoroutine());
    }

    private <T> T run(Coroutine<T> main) throws Exception {
        return Async.run(settings.applyTo(loops.builder()), main);
    }

    private void awaitCancelled(Future<?> future, String event) throws Exception {
        try {
            await(future);
        } catch (CancelledError expected) {
            log.record(event);
        }
    }
}
