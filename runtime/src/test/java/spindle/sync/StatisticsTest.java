package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.util.concurrent.BrokenBarrierException;

/// What each primitive says of itself. Of channels and limiters, their own tests have it.
@OnBothEngines
class StatisticsTest {
    @RegisterExtension
    final TestLoops loops;

    StatisticsTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void lockSaysWhoHoldsItAndHowManyWait() throws Exception {
        Lock lock = new Lock();
        loops.run(() -> {
            assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(null, 0));
            assertThat(lock.statistics().isLocked()).isFalse();

            await(lock.acquire());
            Task<?> waiter = startAndSuspend(lock.acquire());
            assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(currentTask(), 1));
            assertThat(lock.statistics().isLocked()).isTrue();

            lock.release();
            assertThat(lock.statistics())
                    .as("the waiter is on its way")
                    .isEqualTo(new Lock.Statistics(null, 1));
            await(waiter);
        });
    }

    @Test
    void eventSaysWhetherItIsSetAndHowManyWait() throws Exception {
        Event event = new Event();
        loops.run(() -> {
            Task<?> waiter = startAndSuspend(event.waitUntilSet());
            assertThat(event.statistics()).isEqualTo(new Event.Statistics(false, 1));

            event.set();
            await(waiter);
            assertThat(event.statistics()).isEqualTo(new Event.Statistics(true, 0));
        });
    }

    @Test
    void conditionSaysHowManyWaitAndWhatItsLockSays() throws Exception {
        Condition condition = new Condition();
        loops.run(() -> {
            Task<?> waiter = startAndSuspend(() -> {
                try (var _ = await(condition.hold())) {
                    await(condition.waitForNotify());
                }
                return null;
            });
            try (var _ = await(condition.hold())) {
                assertThat(condition.statistics())
                        .isEqualTo(
                                new Condition.Statistics(1, new Lock.Statistics(currentTask(), 0)));
                condition.notifyOne();
            }
            await(waiter);
            assertThat(condition.statistics())
                    .isEqualTo(new Condition.Statistics(0, new Lock.Statistics(null, 0)));
        });
    }

    @Test
    void semaphoreSaysHowManyPermitsThereAreAndHowManyWait() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        loops.run(() -> {
            assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(1, 0));

            await(semaphore.acquire());
            Task<?> waiter = startAndSuspend(semaphore.acquire());
            assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(0, 1));

            semaphore.release();
            await(waiter);
        });
    }

    @Test
    void barrierSaysHowManyWait() throws Exception {
        Barrier barrier = new Barrier(2);
        loops.run(() -> {
            Task<?> waiter = startAndSuspend(() -> {
                try {
                    return await(barrier.arrive());
                } catch (BrokenBarrierException expected) {
                    return null;
                }
            });
            assertThat(barrier.statistics()).isEqualTo(new Barrier.Statistics(2, 1, false));

            barrier.abort();
            await(waiter);
            assertThat(barrier.statistics()).isEqualTo(new Barrier.Statistics(2, 0, true));
        });
    }

    @Test
    void queueSaysHowFullItIsAndHowManyWaitOnEitherSide() throws Exception {
        Queue<String> queue = new Queue<>(1);
        loops.run(() -> {
            Task<?> getter = startAndSuspend(queue.get());
            assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(1, 0, 0, 0, 1, 0));

            await(queue.put("first"));
            await(getter);
            await(queue.put("second"));
            Task<?> putter = startAndSuspend(queue.put("third"));
            Task<?> joiner = startAndSuspend(queue.join());
            assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(1, 1, 2, 1, 0, 1));

            queue.shutdown(true);
            queue.taskDone();
            await(joiner);
            assertThat(putter.exception()).isInstanceOf(QueueShutDownException.class);
            assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(1, 0, 0, 0, 0, 0));
        });
    }

    private static Task<?> startAndSuspend(Coroutine<?> coroutine) {
        Task<?> task = createTask(coroutine);
        yieldNow();
        return task;
    }
}
