package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;

/// The same little programs as CPython's asyncio ran, with the logs that it printed: what people
/// know by heart about the order of things holds here too. The numbers are the programs' own.
///
/// Where eager tasks make another order, that is the one of CPython with
/// `asyncio.eager_task_factory`. Waiting, limits and groups are in [GoldenWaitingTest].
@OnEveryLoop
class GoldenOrdersTest {
    private static final Duration TEN_MILLIS = Duration.ofMillis(10);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    private final LoopSettings settings;

    GoldenOrdersTest(LoopSettings settings) {
        this.settings = settings;
        loops = new TestLoops(settings.engine());
    }

    @Test
    void g1TurnRunsExactlyWhatWasReady() throws Exception {
        run(() -> {
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
        run(() -> {
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
        run(() -> {
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
    void g4AwaitingANewTaskTakesTwoTurnsOrNoneIfItIsEager() throws Exception {
        int turns = run(() -> {
            TurnCounter counter = new TurnCounter(EventLoop.current());
            Task<?> task = createTask(() -> {});
            await(task);
            return counter.stop();
        });

        assertThat(turns).isEqualTo(settings.eager() ? 0 : 2);
    }

    @Test
    void g5GatheringTwoNewTasksTakesThreeTurnsOrNoneIfTheyAreEager() throws Exception {
        int turns = run(() -> {
            TurnCounter counter = new TurnCounter(EventLoop.current());
            Coroutine<String> noop = () -> "";
            await(gather(noop, noop));
            return counter.stop();
        });

        assertThat(turns).isEqualTo(settings.eager() ? 0 : 3);
    }

    @Test
    void g6TaskThatIsCancelledBeforeItStartsNeverRunsAndAnEagerOneHasStarted() throws Exception {
        boolean cancelled = run(() -> {
            Task<?> task = createTask(() -> log.record("ran"));
            task.cancel();
            awaitCancelled(task, "cancelled");
            return task.isCancelled();
        });

        assertThat(log.events()).containsExactly(settings.eager() ? "ran" : "cancelled");
        assertThat(cancelled).isEqualTo(!settings.eager());
    }

    @Test
    void g7ResultThenCancelLosesTheResult() throws Exception {
        run(() -> {
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
        run(() -> {
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
        boolean cancelled = run(() -> {
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
        int cancelling = run(() -> {
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
    void g29TimersRunAfterWhatIsReady() throws Exception {
        run(() -> {
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
        EventLoop loop = open();
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

    /// asyncio's eight equal timers fired in the order 0, 2, 6, 5, 7, 1, 3, 4: its heap is not
    /// stable. Here they fire in the order in which they were scheduled, since programs rely on
    /// it.
    @Test
    void g28EqualDeadlinesFireInTheOrderOfScheduling() throws Exception {
        run(() -> {
            EventLoop loop = EventLoop.current();
            long when = loop.time() + Duration.ofMillis(5).toNanos();
            for (int i = 0; i < 8; i++) {
                loop.callAt(when, log.recording(i));
            }
            await(sleep(TEN_MILLIS.multipliedBy(2)));
        });

        assertThat(log.events()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void g27CallbacksAndTasksSeeWhatWasSetWhenTheyWereScheduled() throws Exception {
        TaskLocal<Integer> local = TaskLocal.withDefault("v", 0);
        int after = run(() -> {
            local.set(1);
            EventLoop.current().callSoon(() -> {
                log.record("cb sees " + local.get());
                local.set(99);
            });
            Task<?> task = createTask(() -> {
                log.record("task sees " + local.get());
                local.set(50);
            });
            local.set(2);
            await(task);
            await(sleep(Duration.ZERO));
            return local.get();
        });

        List<Object> lazily = List.of("cb sees 1", "task sees 1");
        assertThat(log.events()).isEqualTo(settings.eager() ? lazily.reversed() : lazily);
        assertThat(after).isEqualTo(2);
    }

    @Test
    void g30EagerTasksRunToTheirFirstSuspension() throws Exception {
        run(() -> {
            Task<?> first = createEagerTask(startAndEnd(1));
            log.record("between");
            Task<?> second = createEagerTask(startAndEnd(2));
            log.record("created");
            await(first);
            await(second);
        });

        assertThat(log.events())
                .containsExactly("start 1", "between", "start 2", "created", "end 1", "end 2");
    }

    private Coroutine<?> startAndEnd(int number) {
        return () -> {
            log.record("start " + number);
            await(sleep(Duration.ZERO));
            log.record("end " + number);
            return number;
        };
    }

    @Test
    void g32RequestThatIsTakenBackDoesNotEndTheTask() throws Exception {
        String end = run(() -> {
            Task<String> task = createTask(() -> {
                try {
                    await(sleep(TEN_SECONDS));
                } catch (CancelledError request) {
                    log.record("cancelling " + currentTask().cancelling());
                    log.record("uncancel -> " + currentTask().uncancel());
                }
                await(sleep(Duration.ZERO));
                return "survived";
            });
            await(sleep(Duration.ZERO));
            task.cancel();
            return await(task);
        });

        assertThat(log.events()).containsExactly("cancelling 1", "uncancel -> 0");
        assertThat(end).isEqualTo("survived");
    }

    private EventLoop open() {
        return loops.open(settings.applyTo(loops.builder()));
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
