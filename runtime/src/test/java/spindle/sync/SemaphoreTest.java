package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

@OnBothEngines
class SemaphoreTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    SemaphoreTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void letsInAsManyAsThereArePermits() throws Exception {
        Semaphore semaphore = new Semaphore(2);
        loops.run(() -> {
            Task<?> a = createTask(recordInside(semaphore, "a"));
            Task<?> b = createTask(recordInside(semaphore, "b"));
            Task<?> c = createTask(recordInside(semaphore, "c"));
            yieldNow();
            assertThat(semaphore).hasToString("<Semaphore permits=0 waiters=1>");
            await(a);
            await(b);
            await(c);
            assertThat(semaphore.permits()).isEqualTo(2);
        });

        assertThat(log.events()).containsExactly("a", "b", "c");
    }

    @Test
    void releasedPermitIsPromisedToTheFirstInLine() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> {
            Task<?> waiter = createTask(recordInside(semaphore, "waiter"));
            yieldNow();
            semaphore.release();

            assertThat(semaphore.permits()).isZero();
            assertThat(semaphore.isLocked()).isTrue();
            assertThat(semaphore.tryAcquire()).isFalse();
            await(waiter);
            assertThat(semaphore.tryAcquire()).isTrue();
        });
    }

    @Test
    void lateComerDoesNotOvertakeEvenIfThereAreMorePermits() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> {
            Task<?> waiter = createTask(recordInside(semaphore, "waiter"));
            yieldNow();
            semaphore.release();
            semaphore.release();
            assertThat(semaphore.permits()).isEqualTo(1);
            assertThat(semaphore.isLocked()).isTrue();
            await(recordInside(semaphore, "late"));
            await(waiter);
            assertThat(semaphore.permits()).isEqualTo(2);
        });

        assertThat(log.events()).containsExactly("waiter", "late");
    }

    @Test
    void waiterThatIsCancelledInTheTurnOfItsWakeUpPassesThePermitOn() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> {
            Task<?> woken = createTask(recordInside(semaphore, "woken"));
            Task<?> next = createTask(recordInside(semaphore, "next"));
            yieldNow();
            semaphore.release();
            woken.cancel();
            await(next);
            assertThat(semaphore.permits()).isEqualTo(1);
        });

        assertThat(log.events()).containsExactly("next");
    }

    @Test
    void permitOfAWaiterThatIsCancelledComesBackIfNobodyElseWaits() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> {
            Task<?> woken = createTask(semaphore.acquire());
            yieldNow();
            semaphore.release();
            woken.cancel();
            yieldNow();
            yieldNow();
            assertThat(semaphore).hasToString("<Semaphore permits=1>");
        });
    }

    @Test
    void semaphoreMayBeReleasedMoreOftenThanAcquired() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        loops.run(semaphore::release);

        assertThat(semaphore.permits()).isEqualTo(2);
    }

    @Test
    void boundedSemaphoreMayNot() throws Exception {
        Semaphore semaphore = new BoundedSemaphore(1);
        loops.run(() -> {
            assertThatThrownBy(semaphore::release)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected a permit to be out but all 1 are there: release once for "
                            + "each acquire, or use hold(): <BoundedSemaphore permits=1>");
            await(semaphore.acquire());
            semaphore.release();
        });

        assertThat(semaphore.permits()).isEqualTo(1);
    }

    @Test
    void negativeNumberOfPermitsIsRefused() {
        assertThatThrownBy(() -> new Semaphore(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("permits must be at least 0, was -1");
    }

    private Coroutine.Action recordInside(Semaphore semaphore, String event) {
        return () -> {
            try (var _ = await(semaphore.hold())) {
                log.record(event);
                yieldNow();
            }
        };
    }
}
