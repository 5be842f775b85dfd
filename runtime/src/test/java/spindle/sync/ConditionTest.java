package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.yieldNow;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

@OnBothEngines
class ConditionTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();
    private final Condition condition = new Condition();

    ConditionTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void notifyOneWakesTheOneThatHasWaitedLongest() throws Exception {
        loops.run(() -> {
            Task<?> a = createTask(waiter("a"));
            Task<?> b = createTask(waiter("b"));
            yieldNow();
            notifyInside(1);
            await(a);
            assertThat(b.isDone()).isFalse();
            notifyInside(1);
            await(b);
        });

        assertThat(log.events()).containsExactly("a", "b");
    }

    @Test
    void notifyAllWaitersWakesAll() throws Exception {
        loops.run(() -> {
            Task<?> a = createTask(waiter("a"));
            Task<?> b = createTask(waiter("b"));
            yieldNow();
            assertThat(condition).hasToString("<Condition waiters=2 lock=<Lock unlocked>>");
            try (var _ = await(condition.hold())) {
                condition.notifyAllWaiters();
            }
            await(a);
            await(b);
        });

        assertThat(log.events()).containsExactly("a", "b");
    }

    @Test
    void notificationThatNobodyWaitsForIsLost() throws Exception {
        loops.run(() -> {
            notifyInside(3);
            Task<?> waiter = createTask(waiter("waiter"));
            yieldNow();
            yieldNow();
            assertThat(waiter.isDone()).isFalse();
            notifyInside(1);
            await(waiter);
        });
    }

    @Test
    void waitUntilLooksAgainAfterEachNotification() throws Exception {
        loops.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = await(condition.hold())) {
                    await(condition.waitUntil(() -> log.events().size() == 2));
                    log.record("through");
                }
            });
            for (String event : new String[] {"one", "two"}) {
                yieldNow();
                log.record(event);
                notifyInside(1);
            }
            await(waiter);
        });

        assertThat(log.events()).containsExactly("one", "two", "through");
    }

    @Test
    void lockMayBeShared() throws Exception {
        Lock lock = new Lock();
        Condition full = new Condition(lock);
        Condition empty = new Condition(lock);
        loops.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = await(full.hold())) {
                    await(full.waitForNotify());
                    log.record("full");
                }
            });
            yieldNow();
            try (var _ = await(empty.hold())) {
                empty.notifyAllWaiters();
                full.notifyAllWaiters();
                assertThat(full.lock()).isSameAs(lock);
            }
            await(waiter);
        });

        assertThat(log.events()).containsExactly("full");
    }

    @Test
    void onlyTheHolderOfTheLockMayWaitOrNotify() throws Exception {
        loops.run(() -> {
            assertNotHeld(() -> await(condition.waitForNotify()), "waitForNotify");
            assertNotHeld(() -> await(condition.waitUntil(() -> true)), "waitUntil");
            assertNotHeld(condition::notifyOne, "notify");
            try (var _ = await(condition.hold())) {
                await(createTask(() -> assertNotHeld(condition::notifyOne, "notify")));
            }
        });
    }

    private static void assertNotHeld(ThrowingCallable code, String what) {
        assertThatThrownBy(code)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("expected the calling task to hold the lock: call " + what
                        + " inside try (var _ = await(condition.hold())): <Condition lock=<Lock ");
    }

    @Test
    void cancelledWaiterHoldsTheLockAgainBeforeItThrows() throws Exception {
        loops.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = await(condition.hold())) {
                    await(condition.waitForNotify());
                } finally {
                    log.record("left");
                }
            });
            yieldNow();
            await(condition.lock().acquire());
            waiter.cancel();
            yieldNow();
            yieldNow();
            log.record("release");
            condition.lock().release();
            awaitCancelled(waiter);
        });

        assertThat(log.events()).containsExactly("release", "left");
    }

    @Test
    void waiterThatIsCancelledAgainAndAgainKeepsAcquiringAndThrowsTheLastOne() throws Exception {
        loops.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = await(condition.hold())) {
                    await(condition.waitForNotify());
                } catch (CancelledError cancelled) {
                    assertThat(cancelled).hasMessageStartingWith("cancel 3");
                    log.record("cancelled");
                    throw cancelled;
                }
            });
            yieldNow();
            await(condition.lock().acquire());
            for (int i = 1; i <= 3; i++) {
                waiter.cancel("cancel " + i);
                yieldNow();
                yieldNow();
                assertThat(waiter.isDone()).isFalse();
            }
            condition.lock().release();
            awaitCancelled(waiter);
            assertThat(waiter.cancelling()).isEqualTo(3);
            assertThat(condition).hasToString("<Condition lock=<Lock unlocked>>");
        });

        assertThat(log.events()).containsExactly("cancelled");
    }

    @Test
    void waiterThatIsCancelledInTheTurnOfItsNotificationNotifiesAnother() throws Exception {
        loops.run(() -> {
            Task<?> notified = createTask(waiter("notified"));
            Task<?> other = createTask(waiter("other"));
            yieldNow();
            notifyInside(1);
            notified.cancel();
            await(other);
            assertThat(notified.isCancelled()).isTrue();
        });

        assertThat(log.events()).containsExactly("other");
    }

    @Test
    void waiterThatIsCancelledWhileItAcquiresAgainNotifiesAnother() throws Exception {
        loops.run(() -> {
            Task<?> notified = createTask(waiter("notified"));
            Task<?> other = createTask(waiter("other"));
            yieldNow();
            try (var _ = await(condition.hold())) {
                condition.notifyOne();
                yieldNow();
                yieldNow();
                notified.cancel();
            }
            await(other);
            assertThat(notified.isCancelled()).isTrue();
        });

        assertThat(log.events()).containsExactly("other");
    }

    @Test
    void waiterThatIsCancelledWithoutANotificationNotifiesNobody() throws Exception {
        loops.run(() -> {
            Task<?> cancelled = createTask(waiter("cancelled"));
            Task<?> other = createTask(waiter("other"));
            yieldNow();
            cancelled.cancel();
            awaitCancelled(cancelled);
            yieldNow();
            yieldNow();
            assertThat(other.isDone()).isFalse();
            notifyInside(1);
            await(other);
        });
    }

    @Test
    void waiterFailsIfItCannotHaveTheLockAgain() throws Exception {
        loops.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = await(condition.hold())) {
                    await(condition.waitForNotify());
                }
            });
            yieldNow();
            await(createTask("forgetful", () -> {
                await(condition.lock().acquire());
                condition.notifyOne();
            }));

            assertThatThrownBy(() -> await(waiter))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("<Lock broken by='forgetful'");
        });
    }

    @Test
    void predicateThatThrowsLeavesTheLockHeld() throws Exception {
        loops.run(() -> {
            try (var _ = await(condition.hold())) {
                assertThatThrownBy(() -> await(condition.waitUntil(() -> {
                            throw new IllegalArgumentException("predicate");
                        })))
                        .hasMessage("predicate");
                assertThat(condition.lock().isHeldBy(currentTask())).isTrue();
            }
        });
    }

    private Coroutine.Action waiter(String event) {
        return () -> {
            try (var _ = await(condition.hold())) {
                await(condition.waitForNotify());
                log.record(event);
            }
        };
    }

    private void notifyInside(int count) throws Exception {
        try (var _ = await(condition.hold())) {
            condition.notifyWaiters(count);
        }
    }

    private static void awaitCancelled(Task<?> task) throws Exception {
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }
}
