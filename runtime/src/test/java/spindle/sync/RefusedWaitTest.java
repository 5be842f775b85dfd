package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.InClassInitialiser;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

/// A wait can end by something else than a cancellation: in a class initialiser, a stack cannot
/// be parked. Whoever was refused like that is not in anybody's way afterwards.
@OnBothEngines
class RefusedWaitTest {
    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;

    RefusedWaitTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void needsAnEngineThatRefuses() {
        assumeTrue(engine == CoroutineEngine.LOOP_CARRIED, "the handoff can park any stack");
    }

    @Test
    void lock() throws Exception {
        Lock lock = new Lock();
        loops.run(() -> {
            Task<?> holder = createTask(() -> {
                try (var _ = await(lock.hold())) {
                    yieldNow();
                    yieldNow();
                }
            });
            yieldNow();
            assertRefused(lock.acquire());
            await(holder);
            assertThat(lock).hasToString("<Lock unlocked>");
        });
    }

    @Test
    void event() throws Exception {
        Event event = new Event();
        loops.run(() -> {
            assertRefused(event.waitUntilSet());
            assertThat(event).hasToString("<Event clear>");
        });
    }

    @Test
    void condition() throws Exception {
        Condition condition = new Condition();
        loops.run(() -> {
            try (var _ = await(condition.hold())) {
                assertRefused(condition.waitForNotify());
                assertThat(condition.lock().isHeldBy(currentTask())).isTrue();
            }
            assertThat(condition).hasToString("<Condition lock=<Lock unlocked>>");
        });
    }

    /// It is not asked again and again: that would never end.
    @Test
    void conditionThatCannotHaveItsLockBack() throws Exception {
        Condition condition = new Condition();
        loops.run(() -> {
            Task<?> other;
            try (var _ = await(condition.hold())) {
                other = createTask(condition.hold());
                yieldNow();
                assertRefused(condition.waitForNotify());
                assertThat(condition.lock().isHeldBy(currentTask())).isFalse();
            }
            await(other);
        });
    }

    @Test
    void semaphore() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        loops.run(() -> {
            assertRefused(semaphore.acquire());
            semaphore.release();
            assertThat(semaphore).hasToString("<Semaphore permits=1>");
        });
    }

    @Test
    void barrier() throws Exception {
        Barrier barrier = new Barrier(2);
        loops.run(() -> {
            assertRefused(barrier.arrive());
            assertThat(barrier.waiting()).isZero();
        });
    }

    @Test
    void queue() throws Exception {
        Queue<String> queue = new Queue<>(1);
        loops.run(() -> {
            assertRefused(queue.get());
            queue.tryPut("a");
            assertRefused(queue.put("b"));
            assertRefused(queue.join());
            assertThat(queue).hasToString("<Queue size=1 maxSize=1 unfinished=1>");
        });
    }

    @Test
    void channel() throws Exception {
        Channel<String> channel = Channel.rendezvous();
        loops.run(() -> {
            assertRefused(channel.receiver().receive());
            assertThat(channel.sender().trySend("a")).isFalse();
            assertRefused(channel.sender().send("a"));
            assertThat(channel.receiver().tryReceive()).isEmpty();
            assertThat(channel).hasToString("<Channel buffered=0/0 senders=1 receivers=1>");
        });
    }

    private static void assertRefused(Coroutine<?> waiting) throws Exception {
        InClassInitialiser.run(() -> assertThatThrownBy(() -> await(waiting))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot suspend here"));
    }
}
