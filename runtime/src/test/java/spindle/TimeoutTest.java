package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/// A limit that can be looked at and moved. What all limits share is in [FailAfterTest], moving
/// on in [MoveOnAfterTest].
@OnBothEngines
class TimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TimeoutTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- When ---

    @Test
    void deadlineIsInTheLoopsTime() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long deadline = loop.time() + SECOND.toNanos();
            Timeout timeout = Timeout.at(deadline);

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(sleep(LONG))))
                    .withMessage("gave up at the deadline")
                    .satisfies(thrown -> assertThat(thrown.getCause())
                            .isInstanceOf(CancelledError.class)
                            .hasMessage("deadline reached"));
            assertThat(loop.time()).isEqualTo(deadline);
            assertThat(timeout.when()).hasValue(deadline);
            assertThat(timeout.expired()).isTrue();
        });
    }

    @Test
    void cancellationSaysWhichTimeoutItCameFrom() throws Exception {
        loops.run(() -> assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> await(Timeout.after(SECOND).orFail(sleep(LONG))))
                .withMessage("gave up after 1000 ms")
                .satisfies(
                        thrown -> assertThat(thrown.getCause()).hasMessage("timeout of 1000 ms")));
    }

    @Test
    void durationCountsFromWhenTheCoroutineBegins() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Timeout timeout = Timeout.after(SECOND);
            Coroutine<?> limited = timeout.orFail(sleep(SECOND.minusNanos(1)));
            assertThat(timeout.when()).isEmpty();

            await(sleep(LONG));
            long begin = loop.time();
            await(limited);

            assertThat(timeout.when()).hasValue(begin + SECOND.toNanos());
            assertThat(timeout.expired()).isFalse();
        });
    }

    @Test
    void neverDoesNotExpire() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.never();
            await(timeout.orFail(sleep(LONG)));

            assertThat(timeout.when()).isEmpty();
            assertThat(timeout.expired()).isFalse();
        });
    }

    @Test
    void deadlineInThePastEndsTheFirstSuspension() throws Exception {
        loops.run(() -> {
            long now = EventLoop.current().time();
            for (long deadline : new long[] {now, now - SECOND.toNanos()}) {
                Timeout timeout = Timeout.at(deadline);
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(timeout.orFail(() -> {
                            recorder.record("begun");
                            yieldNow();
                            recorder.record("not reached");
                        })));
                assertThat(timeout.expired()).isTrue();
            }
            assertThat(currentTask().cancelling()).isZero();
            await(sleep(LONG));
        });

        assertThat(recorder.events()).containsExactly("begun", "begun");
    }

    @Test
    void hugeDurationNeverComes() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.after(Duration.ofSeconds(Long.MAX_VALUE));
            await(timeout.orFail(sleep(LONG)));
            assertThat(timeout.expired()).isFalse();
        });
    }

    // --- Moving it ---

    @Test
    void reschedulingGivesTimeFromNowOn() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();
            Timeout timeout = Timeout.after(SECOND);
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(() -> {
                        for (int i = 0; i < 3; i++) {
                            await(sleep(SECOND.dividedBy(2)));
                            timeout.reschedule(SECOND);
                        }
                        await(sleep(LONG));
                    })));
            assertThat(loop.time() - start).isEqualTo(SECOND.multipliedBy(5).toNanos() / 2);
        });
    }

    @Test
    void reschedulingForSoonerExpiresSooner() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();
            Timeout timeout = Timeout.after(LONG);
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(() -> {
                        timeout.reschedule(SECOND);
                        await(sleep(LONG));
                    })));
            assertThat(loop.time() - start).isEqualTo(SECOND.toNanos());
            await(sleep(LONG));
        });
    }

    @Test
    void reschedulingForNowEndsTheNextSuspension() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.never();
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(() -> {
                        timeout.rescheduleAt(EventLoop.current().time());
                        recorder.record("rescheduled");
                        yieldNow();
                    })));
        });

        assertThat(recorder.events()).containsExactly("rescheduled");
    }

    @Test
    void disabledItDoesNotExpire() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.after(SECOND);
            await(timeout.orFail(() -> {
                timeout.disable();
                assertThat(timeout.when()).isEmpty();
                await(sleep(LONG));
            }));
            assertThat(timeout.expired()).isFalse();
        });
    }

    @Test
    void disabledItMayBeSetAgain() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.after(SECOND);
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(() -> {
                        timeout.disable();
                        await(sleep(LONG));
                        timeout.reschedule(SECOND);
                        await(sleep(LONG));
                    })));
        });
    }

    @Test
    void callbackMayMoveIt() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.after(SECOND);
            EventLoop.current().callLater(SECOND.dividedBy(2), () -> timeout.reschedule(LONG));
            await(timeout.orFail(sleep(SECOND.multipliedBy(2))));
        });
    }

    @Test
    void deadlineMayBeSetBeforeTheCoroutineRunsButNotATime() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.never();
            assertThatIllegalStateException()
                    .isThrownBy(() -> timeout.reschedule(SECOND))
                    .withMessage("cannot reschedule before the coroutine runs:"
                            + " give the time to Timeout.after");

            timeout.rescheduleAt(EventLoop.current().time() + SECOND.toNanos());

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(sleep(LONG))));
        });
    }

    @Test
    void expiredItCannotBeMoved() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.at(0);
            timeout.rescheduleAt(EventLoop.current().time() + SECOND.toNanos());
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> await(timeout.orFail(() -> {
                        try {
                            await(sleep(LONG));
                        } finally {
                            assertThat(timeout.expired()).isTrue();
                            assertThatIllegalStateException()
                                    .isThrownBy(() -> timeout.reschedule(SECOND))
                                    .withMessageStartingWith("cannot move a timeout that has"
                                            + " expired: <Timeout expiring when=");
                            assertThatIllegalStateException().isThrownBy(timeout::disable);
                            recorder.record("refused");
                        }
                    })));
        });

        assertThat(recorder.events()).containsExactly("refused");
    }

    @Test
    void endedItCannotBeMoved() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.never();
            await(timeout.orFail(() -> "done"));

            assertThatIllegalStateException()
                    .isThrownBy(() -> timeout.rescheduleAt(0))
                    .withMessage("cannot move a timeout that has ended: <Timeout finished>");
        });
    }

    // --- Used wrongly ---

    @Test
    void servesOneCoroutine() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.never();
            Coroutine<String> limited = timeout.orFail(() -> "once");
            await(limited);

            assertThatIllegalStateException()
                    .isThrownBy(() -> await(limited))
                    .withMessage("a timeout serves one coroutine, and this one has had its:"
                            + " make another: <Timeout finished>");
            assertThatIllegalStateException()
                    .isThrownBy(() -> await(timeout.orMoveOn(() -> "again")));
        });
    }

    @Test
    void outsideATaskItSaysSoAndIsNotUsedUp() throws Exception {
        Timeout timeout = Timeout.never();
        Coroutine<String> limited = timeout.orFail(() -> "in a task");

        assertThatIllegalStateException()
                .isThrownBy(limited::run)
                .withMessageContaining("failAfter or another timeout was called outside a task");
        loops.run(() -> recorder.record(await(limited)));

        assertThat(recorder.events()).containsExactly("in a task");
    }

    // --- States ---

    @Test
    void showsItsState() throws Exception {
        loops.run(() -> {
            Timeout timeout = Timeout.at(EventLoop.current().time() + SECOND.toNanos());
            String when =
                    String.format(Locale.ROOT, " when=%.3fs>", timeout.when().getAsLong() / 1e9);
            assertThat(timeout).hasToString("<Timeout created" + when);
            Coroutine<?> limited = timeout.orFail(() -> {
                assertThat(timeout).hasToString("<Timeout active" + when);
                try {
                    await(sleep(LONG));
                } finally {
                    assertThat(timeout).hasToString("<Timeout expiring" + when);
                }
            });
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> await(limited));
            assertThat(timeout).hasToString("<Timeout expired" + when);
        });
    }

    // --- Foreign things at the same time ---

    @Test
    void foreignFailureWhileItExpiresComesThroughWithTheTimeoutSuppressed() throws Exception {
        IOException failure = new IOException("cannot clean up");

        loops.run(() -> {
            assertThatThrownBy(() -> await(Timeout.after(SECOND).orFail(() -> {
                        try {
                            await(sleep(LONG));
                        } catch (CancelledError cancelled) {
                            throw failure;
                        }
                    })))
                    .isSameAs(failure)
                    .hasSuppressedException(new TimeoutException("gave up after 1000 ms"));
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    void timeoutsOfTasksOfAGatheringKnowTheirOwn() throws Exception {
        loops.run(() -> {
            Task<?> slow = createTask(() -> await(failAfter(SECOND.multipliedBy(2), sleep(LONG))));
            Task<?> fast = createTask(() -> await(failAfter(SECOND, sleep(LONG))));
            assertThatThrownBy(() -> await(fast)).hasMessage("gave up after 1000 ms");
            assertThat(slow.isDone()).isFalse();
            assertThatThrownBy(() -> await(slow)).hasMessage("gave up after 2000 ms");
        });
    }

    @Test
    void expiryInTheTurnOfAForeignCancellationLeavesOneRequest() throws Exception {
        for (boolean foreignFirst : new boolean[] {true, false}) {
            loops.run(() -> {
                EventLoop loop = EventLoop.current();
                Timeout timeout = Timeout.never();
                Task<?> task = createTask(() -> await(timeout.orFail(sleep(LONG))));
                yieldNow();
                long deadline = loop.time() + SECOND.toNanos();
                if (foreignFirst) {
                    loop.callAt(deadline, () -> task.cancel("foreign"));
                }
                timeout.rescheduleAt(deadline);
                if (!foreignFirst) {
                    loop.callAt(deadline, () -> task.cancel("foreign"));
                }

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                assertThat(timeout.expired()).isTrue();
                assertThat(task.cancelling()).isEqualTo(1);
            });
        }
    }

    @Test
    void innerTimeoutInTheTurnOfTheOuterOneLeavesNoRequest() throws Exception {
        for (boolean outerFirst : new boolean[] {true, false}) {
            loops.run(() -> {
                long deadline = EventLoop.current().time() + SECOND.toNanos();
                Timeout outer = Timeout.never();
                Timeout inner = Timeout.never();
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> await(outer.orFail(inner.orFail(() -> {
                            (outerFirst ? outer : inner).rescheduleAt(deadline);
                            (outerFirst ? inner : outer).rescheduleAt(deadline);
                            await(sleep(LONG));
                        }))));
                assertThat(outer.expired()).isTrue();
                assertThat(inner.expired()).isTrue();
                assertThat(currentTask().cancelling()).isZero();
                await(sleep(LONG));
            });
        }
    }
}
