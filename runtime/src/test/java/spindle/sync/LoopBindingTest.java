package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

/// What a task has once waited for belongs to that task's loop.
@OnBothEngines
class LoopBindingTest {
    @RegisterExtension
    final TestLoops loops;

    LoopBindingTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void lock() throws Exception {
        Lock lock = new Lock();
        loops.run(() -> {
            try (var _ = await(lock.hold())) {
                waitBriefly(lock.acquire());
            }
        });

        assertRefused(() -> await(lock.acquire()), "<Lock unlocked>");
        assertRefused(lock::tryAcquire, "<Lock unlocked>");
        assertRefused(lock::release, "<Lock unlocked>");
    }

    @Test
    void event() throws Exception {
        Event event = new Event();
        loops.run(() -> waitBriefly(event.waitUntilSet()));

        assertRefused(() -> await(event.waitUntilSet()), "<Event clear>");
        assertRefused(event::set, "<Event clear>");
        assertThat(event.isSet()).isFalse();
    }

    @Test
    void condition() throws Exception {
        Condition condition = new Condition();
        loops.run(() -> waitBriefly(() -> {
            try (var _ = await(condition.hold())) {
                return await(condition.waitForNotify());
            }
        }));

        assertRefused(condition::notifyOne, "<Condition lock=<Lock unlocked>>");
    }

    @Test
    void semaphore() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> waitBriefly(semaphore.acquire()));

        assertRefused(() -> await(semaphore.acquire()), "<Semaphore permits=0>");
        assertRefused(semaphore::release, "<Semaphore permits=0>");
        assertThat(semaphore.permits()).isZero();
    }

    @Test
    void capacityLimiter() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(0);
        loops.run(() -> waitBriefly(limiter.acquire()));

        assertRefused(() -> await(limiter.acquire()), "<CapacityLimiter borrowed=0/0>");
        assertRefused(() -> limiter.setTotalTokens(1), "<CapacityLimiter borrowed=0/0>");
    }

    @Test
    void barrier() throws Exception {
        Barrier barrier = new Barrier(2);
        loops.run(() -> waitBriefly(barrier.arrive()));

        assertRefused(() -> await(barrier.arrive()), "<Barrier filling 0/2>");
        assertRefused(barrier::reset, "<Barrier filling 0/2>");
    }

    @Test
    void queue() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> waitBriefly(queue.get()));

        assertRefused(() -> await(queue.get()), "<Queue size=0>");
        assertRefused(() -> queue.tryPut("a"), "<Queue size=0>");
        assertRefused(() -> queue.shutdown(true), "<Queue size=0>");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void channel() throws Exception {
        Channel<String> channel = Channel.rendezvous();
        loops.run(() -> waitBriefly(channel.sender().send("a")));
        String shown = "<Channel buffered=0/0 senders=1 receivers=1>";

        assertRefused(() -> await(channel.sender().send("a")), shown);
        assertRefused(() -> channel.receiver().tryReceive(), shown);
        assertRefused(() -> channel.sender().close(), shown);
        assertThat(channel.sender().isClosed()).isFalse();
    }

    @Test
    void whatNobodyHasWaitedForMayBeUsedInAnotherLoop() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> await(queue.put("a")));

        assertThat(loops.run(queue.get())).isEqualTo("a");
    }

    private static void waitBriefly(Coroutine<?> waiting) throws Exception {
        Task<?> task = createTask(waiting);
        yieldNow();
        yieldNow();
        task.cancel();
        yieldNow();
        yieldNow();
    }

    private void assertRefused(ThrowingCallable use, String shown) throws Exception {
        loops.run(() -> {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "expected the loop in which a task first waited for it but was used "
                                    + "in another one: make one for each loop: " + shown);
        });
    }
}
