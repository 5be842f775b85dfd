package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

@OnBothEngines
class LockTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();
    private final Lock lock = new Lock();

    LockTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void freeLockIsAcquiredWithoutSuspending() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(log.recording("next turn"));
            await(lock.acquire());
            log.record(lock.isLocked());
            lock.release();
            log.record(lock.isLocked());
        });

        assertThat(log.events()).startsWith(true, false);
    }

    @Test
    void coroutineDoesNothingUntilItIsAwaited() throws Exception {
        loops.run(() -> {
            Coroutine<?> acquiring = lock.acquire();
            assertThat(lock.isLocked()).isFalse();

            await(acquiring);
            assertThat(lock.isLocked()).isTrue();
        });
    }

    @Test
    void scopeReleasesHoweverItEnds() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> {
                        try (var _ = await(lock.hold())) {
                            assertThat(lock.isLocked()).isTrue();
                            throw new IllegalArgumentException("body");
                        }
                    })
                    .hasMessage("body");
            assertThat(lock.isLocked()).isFalse();
        });
    }

    @Test
    void scopeIsClosedOnceOnly() throws Exception {
        loops.run(() -> {
            Held held = await(lock.hold());
            held.close();
            Held next = await(lock.hold());
            held.close();

            assertThat(lock.isLocked()).isTrue();
            assertThat(next).hasToString("<Held of=<Lock locked by='Task-1'>>");
            next.close();
            assertThat(next).hasToString("<Held closed of=<Lock unlocked>>");
        });
    }

    @Test
    void scopeMayBeReleasedEarly() throws Exception {
        loops.run(() -> {
            try (var _ = await(lock.hold())) {
                lock.release();
            }
            assertThat(lock.isLocked()).isFalse();
        });
    }

    @Test
    void releaseOfAnUnlockedLockIsRefused() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(lock::release)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected a locked lock but it is unlocked: release once for each "
                            + "acquire, or use hold(): <Lock unlocked>");
        });
    }

    @Test
    void tryAcquireRefusesALockThatIsHeld() throws Exception {
        loops.run(() -> {
            assertThat(lock.tryAcquire()).isTrue();
            assertThat(lock.tryAcquire()).isFalse();
            lock.release();
        });
    }

    @Test
    void tryAcquireDoesNotOvertakeAWokenWaiter() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> waiter = createTask(holdBriefly("waiter"));
            yieldNow();
            lock.release();

            assertThat(lock.isLocked()).isFalse();
            assertThat(lock.tryAcquire()).isFalse();
            await(waiter);
            assertThat(lock.tryAcquire()).isTrue();
            lock.release();
        });
    }

    @Test
    void taskThatHoldsTheLockCannotAcquireItAgain() throws Exception {
        loops.run(() -> {
            await(lock.acquire());

            assertThatThrownBy(() -> await(lock.acquire()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "the task holds the lock already and would wait for itself: release "
                                    + "it first: <Lock locked by='Task-1'>");
            lock.release();
        });
    }

    @Test
    void acquireOutsideATaskIsRefused() {
        assertThatThrownBy(lock::tryAcquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside a task");
    }

    @Test
    void anotherTaskMayRelease() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            await(createTask(lock::release));
            assertThat(lock.isLocked()).isFalse();
        });
    }

    @Test
    void cancelledWaiterLeavesTheLine() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> cancelled = createTask(holdBriefly("cancelled"));
            Task<?> next = createTask(holdBriefly("next"));
            yieldNow();
            cancelled.cancel();
            assertThat(lock).hasToString("<Lock locked by='Task-1' waiters=1>");
            lock.release();
            await(next);
        });

        assertThat(log.events()).containsExactly("next");
    }

    @Test
    void waiterThatIsCancelledInTheTurnOfItsWakeUpPassesItOn() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> woken = createTask(holdBriefly("woken"));
            Task<?> next = createTask(holdBriefly("next"));
            yieldNow();
            lock.release();
            woken.cancel();
            await(next);

            assertThat(woken.isCancelled()).isTrue();
            assertThat(lock).hasToString("<Lock unlocked>");
        });

        assertThat(log.events()).containsExactly("next");
    }

    @Test
    void waiterThatIsCancelledInTheTurnOfItsWakeUpLeavesAnUnlockedLock() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> woken = createTask(holdBriefly("woken"));
            yieldNow();
            lock.release();
            woken.cancel();
            yieldNow();
            yieldNow();

            assertThat(lock.tryAcquire()).isTrue();
            lock.release();
        });
    }

    @Test
    void lockBreaksWhenItsHolderEndsWithoutReleasing() throws Exception {
        loops.run(() -> {
            Task<?> holder = createTask("forgetful", lock.acquire());
            Task<?> waiter = createTask(() -> {
                assertBroken(() -> await(lock.acquire()));
                log.record("waiter failed");
            });
            await(holder);
            await(waiter);

            assertThat(lock).hasToString("<Lock broken by='forgetful'>");
            assertBroken(() -> await(lock.acquire()));
            assertBroken(lock::tryAcquire);
        });

        assertThat(log.events()).containsExactly("waiter failed");
    }

    @Test
    void lockBreaksForThoseWhoAlreadyWaitWhenTheNextHolderEnds() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> forgetful = createTask("forgetful", lock.acquire());
            Task<?> waiter = createTask(() -> assertBroken(() -> await(lock.acquire())));
            yieldNow();
            lock.release();
            await(forgetful);
            await(waiter);
        });
    }

    @Test
    void releaseMendsABrokenLock() throws Exception {
        loops.run(() -> {
            await(createTask(lock.acquire()));
            lock.release();

            await(holdBriefly("mended"));
        });

        assertThat(log.events()).containsExactly("mended");
    }

    @Test
    void releaseInTheTurnInWhichTheHolderEndsIsInTime() throws Exception {
        loops.run(() -> {
            Task<?> holder = createTask(() -> {
                await(lock.acquire());
                yieldNow();
            });
            Task<?> first = createTask(holdBriefly("first"));
            Task<?> second = createTask(holdBriefly("second"));
            yieldNow();
            yieldNow();
            assertThat(holder.isDone()).isTrue();
            lock.release();
            await(first);
            await(second);
        });

        assertThat(log.events()).containsExactly("first", "second");
    }

    @Test
    void holderThatReleasesInTimeMayEnd() throws Exception {
        loops.run(() -> {
            Task<?> first = createTask(holdBriefly("first"));
            Task<?> second = createTask(holdBriefly("second"));
            await(first);
            await(second);
            await(holdBriefly("third"));
        });

        assertThat(log.events()).containsExactly("first", "second", "third");
    }

    @Test
    void hangingTaskShowsWhatItWaitsFor() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> waiter = createTask(holdBriefly("waiter"));
            yieldNow();

            assertThat(waiter.toString())
                    .contains("wait_for=<Future pending for=<Lock locked by='Task-1' waiters=1>");
            waiter.cancel();
            lock.release();
        });
    }

    @Test
    void cancellationIsNotSwallowed() throws Exception {
        loops.run(() -> {
            await(lock.acquire());
            Task<?> waiter = createTask(() -> {
                try {
                    await(lock.acquire());
                } catch (CancelledError cancelled) {
                    assertThat(cancelled).hasMessageStartingWith("no longer wanted");
                    log.record("cancelled");
                    throw cancelled;
                }
            });
            yieldNow();
            waiter.cancel("no longer wanted");
            yieldNow();

            assertThat(waiter.isCancelled()).isTrue();
            lock.release();
        });

        assertThat(log.events()).containsExactly("cancelled");
    }

    private Coroutine.Action holdBriefly(String event) {
        return () -> {
            try (var _ = await(lock.hold())) {
                log.record(event);
                yieldNow();
            }
        };
    }

    private static void assertBroken(ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "the task that holds the lock has ended without releasing it, "
                                + "and nobody else may know to: use hold() in a "
                                + "try-with-resources there: "
                                + "<Lock broken by='forgetful'");
    }
}
