package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

@OnBothEngines
class LoopStatisticsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    LoopStatisticsTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void newLoopHasNothing() {
        assertThat(loops.open().statistics())
                .isEqualTo(new LoopStatistics(0, 0, 0, 0, 0, OptionalLong.empty()));
    }

    @Test
    void tasksAndReadyCallbacksAreCounted() throws Exception {
        loops.run(() -> {
            Task<?> other = createTask(() -> {});
            EventLoop.current().callSoon(() -> {});
            LoopStatistics statistics = EventLoop.current().statistics();
            assertThat(statistics.tasks()).isEqualTo(2);
            assertThat(statistics.ready()).isEqualTo(2);

            await(other);
            assertThat(EventLoop.current().statistics().tasks()).isEqualTo(1);
        });
    }

    @Test
    void timersAreCountedAndTheNextOneIsNamed() {
        EventLoop loop = loops.open();
        TimerHandle first = loop.callLater(SECOND, () -> {});
        TimerHandle second = loop.callLater(SECOND.multipliedBy(2), () -> {});
        assertThat(loop.statistics().timers()).isEqualTo(2);
        assertThat(loop.statistics().nanosToNextTimer()).hasValue(SECOND.toNanos());

        first.cancel();
        assertThat(loop.statistics().nanosToNextTimer())
                .hasValue(SECOND.multipliedBy(2).toNanos());
        second.cancel();
    }

    @Test
    void watchersOfAChannelAreCounted() throws Exception {
        EventLoop loop = loops.openReal();
        Pipe pipe = Pipe.open();
        loops.closeBeforehand(pipe.source());
        loops.closeBeforehand(pipe.sink());
        pipe.source().configureBlocking(false);

        loop.addReader(pipe.source(), () -> {});
        assertThat(loop.statistics().watchers()).isEqualTo(1);

        loop.removeReader(pipe.source());
        assertThat(loop.statistics().watchers()).isZero();
    }

    @Test
    void callsOnOtherThreadsAreCounted() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        loops.run(() -> {
            Task<?> waiting = createTask(runBlocking(() -> {
                released.await();
                return null;
            }));
            yieldNow();
            assertThat(EventLoop.current().statistics().blockingCalls()).isEqualTo(1);

            released.countDown();
            await(waiting);
            assertThat(EventLoop.current().statistics().blockingCalls()).isZero();
        });
    }
}
