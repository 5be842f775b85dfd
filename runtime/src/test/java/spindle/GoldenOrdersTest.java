package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// The same little programs as CPython's asyncio ran, with the logs that it printed: what people
/// know by heart about the order of things holds here too. The numbers are the programs' own.
@OnBothEngines
class GoldenOrdersTest {
    private static final Duration TEN_MILLIS = Duration.ofMillis(10);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    GoldenOrdersTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void g1TurnRunsExactlyWhatWasReady() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            loop.callSoon(() -> {
                log.record("a");
                loop.callSoon(log.recording("a2"));
            });
            loop.callSoon(log.recording("b"));
            for (String step : List.of("main1", "main2", "main3")) {
                await(sleep(Duration.ZERO));
                log.record(step);
            }
        });

        assertThat(log.events()).containsExactly("a", "b", "main1", "a2", "main2", "main3");
    }

    @Test
    void g2DoneCallbacksAreNeverCalledInline() throws Exception {
        loops.run(() -> {
            Future<Integer> future = EventLoop.current().createFuture();
            future.addDoneCallback(_ -> log.record("cb"));
            future.setResult(1);
            log.record("after set_result");
            future.addDoneCallback(_ -> log.record("cb-late"));
            log.record("after late add");
            await(sleep(Duration.ZERO));
        });

        assertThat(log.events())
                .containsExactly("after set_result", "after late add", "cb", "cb-late");
    }

    @Test
    void g3AwaitOfADoneFutureDoesNotYield() throws Exception {
        loops.run(() -> {
            Future<Integer> future = EventLoop.current().createFuture();
            future.setResult(1);
            EventLoop.current().callSoon(log.recording("soon"));
            await(future);
            log.record("after await f");
            await(sleep(Duration.ZERO));
            log.record("after sleep0");
        });

        assertThat(log.events()).containsExactly("after await f", "soon", "after sleep0");
    }

    @Test
    void g4AwaitingANewTaskTakesTwoTurns() throws Exception {
        int turns = loops.run(() -> {
            TurnCounter counter = new TurnCounter(EventLoop.current());
            Task<?> task = createTask(() -> {});
            await(task);
            return counter.stop();
        });

        assertThat(turns).isEqualTo(2);
    }

    @Test
    void g5GatheringTwoNewTasksTakesThreeTurns() throws Exception {
        int turns = loops.run(() -> {
            TurnCounter counter = new TurnCounter(EventLoop.current());
            Coroutine<String> noop = () -> "";
            await(gather(noop, noop));
            return counter.stop();
        });

        assertThat(turns).isEqualTo(3);
    }

    @Test
    void g6TaskThatIsCancelledBeforeItStartsNeverRuns() throws Exception {
        boolean cancelled = loops.run(() -> {
            Task<?> task = createTask(() -> log.record("ran"));
            task.cancel();
            awaitCancelled(task, "cancelled");
            return task.isCancelled();
        });

        assertThat(log.events()).containsExactly("cancelled");
        assertThat(cancelled).isTrue();
    }

    @Test
    void g7ResultThenCancelLosesTheResult() throws Exception {
        loops.run(() -> {
            Future<String> future = EventLoop.current().createFuture();
            Task<?> task = createTask(() -> {
                try {
                    log.record(await(future));
                } catch (CancelledError cancelled) {
                    log.record("CancelledError");
                    throw cancelled;
                }
            });
            await(sleep(Duration.ZERO));
            future.setResult("hello");
            log.record(task.cancel());
            awaitCancelled(task, "awaited");
            log.record(future.result());
            log.record(task.isCancelled());
        });

        assertThat(log.events()).containsExactly(true, "CancelledError", "awaited", "hello", true);
    }

    @Test
    void g8CancelCancelsTheAwaitedFutureAtOnce() throws Exception {
        loops.run(() -> {
            Future<Integer> future = EventLoop.current().createFuture();
            Task<?> task = createTask(() -> await(future));
            await(sleep(Duration.ZERO));
            task.cancel();
            log.record("fut cancelled now " + future.isCancelled());
            log.record("task cancelled " + task.isCancelled() + ", done " + task.isDone());
            try {
                future.setResult(1);
            } catch (InvalidStateException late) {
                log.record("InvalidState");
            }
            awaitCancelled(task, "CE");
        });

        assertThat(log.events())
                .containsExactly(
                        "fut cancelled now true",
                        "task cancelled false, done false",
                        "InvalidState",
                        "CE");
    }

    @Test
    void g9TaskThatCancelsItselfAndReturnsIsCancelled() throws Exception {
        boolean cancelled = loops.run(() -> {
            Task<Integer> task = createTask(() -> {
                currentTask().cancel();
                return 12;
            });
            awaitCancelled(task, "CE");
            return task.isCancelled();
        });

        assertThat(log.events()).containsExactly("CE");
        assertThat(cancelled).isTrue();
    }

    @Test
    void g10TwoRequestsDuringOneSuspensionAreDeliveredOnce() throws Exception {
        int cancelling = loops.run(() -> {
            Task<Integer> task = createTask(() -> {
                try {
                    await(sleep(TEN_SECONDS));
                } catch (CancelledError first) {
                    log.record("1st");
                }
                try {
                    await(sleep(Duration.ofMillis(1)));
                    log.record("slept");
                } catch (CancelledError second) {
                    log.record("2nd");
                }
                return currentTask().cancelling();
            });
            await(sleep(Duration.ZERO));
            log.record(task.cancel());
            log.record(task.cancel());
            return await(task);
        });

        assertThat(log.events()).containsExactly(true, true, "1st", "slept");
        assertThat(cancelling).isEqualTo(2);
    }

    @Test
    void g13FirstFailureOfAGatheringDoesNotCancelTheSiblings() throws Exception {
        loops.run(() -> {
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
        loops.run(() -> {
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
        loops.run(() -> {
            Future<List<Object>> gathering = gather(sleep(TEN_SECONDS), sleep(TEN_SECONDS));
            await(sleep(Duration.ZERO));
            log.record(gathering.cancel());
            log.record("done right after cancel " + gathering.isDone());
            awaitCancelled(gathering, "CE");
        });

        assertThat(log.events()).containsExactly(true, "done right after cancel false", "CE");
    }

    @Test
    void g19TimeoutWithoutTimeEndsTheFirstSuspension() throws Exception {
        loops.run(() -> {
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
        loops.run(() -> {
            log.record(await(failAfter(Duration.ZERO, () -> "ok")));
            await(sleep(Duration.ZERO));
            log.record(currentTask().cancelling());
        });

        assertThat(log.events()).containsExactly("ok", 0);
    }

    @Test
    void g21OfNestedTimeoutsWithOneDeadlineTheOuterIsThrown() throws Exception {
        loops.run(() -> {
            Coroutine<?> inner = () -> {
                try {
                    return await(failAfter(TEN_MILLIS, sleep(Duration.ofSeconds(1))));
                } catch (TimeoutException timeout) {
                    log.record("inner TE");
                    throw timeout;
                } catch (CancelledError cancelled) {
                    log.record("inner CE");
                    throw cancelled;
                }
            };
            try {
                await(failAfter(TEN_MILLIS, inner));
            } catch (TimeoutException timeout) {
                log.record("outer TE");
            }
        });

        assertThat(log.events()).containsExactly("inner CE", "outer TE");
    }

    @Test
    void g29TimersRunAfterWhatIsReady() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            loop.callLater(Duration.ZERO, log.recording("timer0"));
            loop.callSoon(log.recording("soon"));
            await(sleep(Duration.ZERO));
            log.record("main");
            await(sleep(Duration.ZERO));
        });

        assertThat(log.events()).containsExactly("soon", "main", "timer0");
    }

    @Test
    void g33StopLetsTheTurnFinish() throws Exception {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            log.record("a");
            loop.stop();
            loop.callSoon(log.recording("next-iter"));
        });
        loop.callSoon(log.recording("b"));

        loop.runForever();
        assertThat(log.events()).containsExactly("a", "b");

        loop.runUntilComplete(sleep(Duration.ZERO));
        assertThat(log.events()).containsExactly("a", "b", "next-iter");
    }

    private void awaitCancelled(Future<?> future, String event) throws Exception {
        try {
            await(future);
        } catch (CancelledError expected) {
            log.record(event);
        }
    }

    /// Counts turns by being in each of them.
    private static final class TurnCounter implements Runnable {
        private final EventLoop loop;
        private int turns;
        private Handle next;

        TurnCounter(EventLoop loop) {
            this.loop = loop;
            next = loop.callSoon(this);
        }

        @Override
        public void run() {
            turns++;
            next = loop.callSoon(this);
        }

        int stop() {
            next.cancel();
            return turns;
        }
    }
}
