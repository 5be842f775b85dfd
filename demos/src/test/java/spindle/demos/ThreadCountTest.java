package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.Async;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

@Timeout(10)
class ThreadCountTest {
    @Test
    void workOfTheCallingThreadIsOne() throws Exception {
        ThreadCount count = ThreadCount.start();

        assertThat(count.most()).isEqualTo(1);
    }

    @Test
    void countsPlatformThreadsThatHaveEnded() throws Exception {
        ThreadCount count = ThreadCount.start();

        try (ExecutorService pool = Executors.newFixedThreadPool(5)) {
            allAtOnce(5, pool, Runnable::run);
        }

        assertThat(count.most()).isEqualTo(6);
    }

    @Test
    void countsVirtualThreadsInTheWorkAndTheirCarriers() throws Exception {
        ThreadCount count = ThreadCount.start();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            allAtOnce(50, threads, count::countVirtual);
        }

        assertThat(count.most()).isBetween(51, 51 + Runtime.getRuntime().availableProcessors() + 1);
    }

    @Test
    void thousandCoroutinesTakeOneThread() throws Exception {
        ThreadCount count = ThreadCount.start();

        Async.run(() -> {
            Async.await(
                    Async.gather(Collections.nCopies(1000, Async.sleep(Duration.ofMillis(10)))));
        });

        assertThat(count.most()).isEqualTo(1);
    }

    /// Has so many tasks inside the work at the same time.
    private static void allAtOnce(int tasks, ExecutorService executor, Wrapper wrapper) {
        CountDownLatch inside = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            executor.execute(() -> wrapper.run(() -> {
                inside.countDown();
                awaitUninterrupted(inside);
            }));
        }
    }

    private interface Wrapper {
        void run(Runnable work);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
