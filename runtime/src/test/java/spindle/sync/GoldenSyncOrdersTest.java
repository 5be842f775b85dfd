package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Async;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.LoopSettings;
import spindle.OnEveryLoop;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The little programs about waiting in line that CPython's asyncio ran, with the logs that it
/// printed. The numbers are the programs' own.
@OnEveryLoop
class GoldenSyncOrdersTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    private final LoopSettings settings;

    GoldenSyncOrdersTest(LoopSettings settings) {
        this.settings = settings;
        loops = new TestLoops(settings.engine());
    }

    @Test
    void g11WaitersOfAFutureAreWokenInTheirOrder() throws Exception {
        run(() -> {
            Future<Object> future = EventLoop.current().createFuture();
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                tasks.add(createTask(() -> {
                    await(future);
                    log.record(number);
                }));
            }
            await(sleep(Duration.ZERO));
            future.setResult("done");
            await(gather(tasks));
        });

        assertThat(log.events()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void g12LockIsFairAndNobodyBargesIn() throws Exception {
        Lock lock = new Lock();
        run(() -> {
            await(lock.acquire());
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(createTask(recordInside(lock, i)));
            }
            await(sleep(Duration.ZERO));
            lock.release();
            log.record("locked after release " + lock.isLocked());
            tasks.add(createTask(recordInside(lock, "barger")));
            await(gather(tasks));
        });

        assertThat(log.events()).containsExactly("locked after release false", 0, 1, 2, "barger");
    }

    private Coroutine.Action recordInside(Lock lock, Object event) {
        return () -> {
            try (var _ = await(lock.hold())) {
                log.record(event);
                await(sleep(Duration.ZERO));
            }
        };
    }

    @Test
    void g25CancelledGetterDoesNotLoseTheItem() throws Exception {
        Queue<String> queue = new Queue<>();
        String got = run(() -> {
            Task<String> first = createTask(queue.get());
            Task<String> second = createTask(queue.get());
            await(sleep(Duration.ZERO));
            queue.tryPut("x");
            first.cancel();
            try {
                await(first);
            } catch (CancelledError expected) {
                log.record("g1 CE");
            }
            return await(failAfter(Duration.ofMillis(100), () -> await(second)));
        });

        assertThat(log.events()).containsExactly("g1 CE");
        assertThat(got).isEqualTo("x");
    }

    @Test
    void g26SemaphoreIsFirstComeFirstServedEvenWithPermitsLeft() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        run(() -> {
            await(semaphore.acquire());
            Task<?> a = createTask(recordWithPermit(semaphore, "a"));
            await(sleep(Duration.ZERO));
            semaphore.release();
            log.record("locked() " + semaphore.isLocked());
            await(recordWithPermit(semaphore, "late"));
            await(a);
        });

        assertThat(log.events()).containsExactly("locked() true", "a", "late");
    }

    private Coroutine.Action recordWithPermit(Semaphore semaphore, Object event) {
        return () -> {
            try (var _ = await(semaphore.hold())) {
                log.record(event);
            }
        };
    }

    private void run(Coroutine.Action main) throws Exception {
        run(main.asCoroutine());
    }

    private <T> T run(Coroutine<T> main) throws Exception {
        return Async.run(settings.applyTo(loops.builder()), main);
    }
}
