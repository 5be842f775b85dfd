package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// The loop and the real selector: how often it looks at the channels, and that it never spins.
///
/// The few tests that need real time wait for some milliseconds. They have no upper bounds in time:
/// how busy a loop was is told by how often it polled.
@OnBothEngines
@Tag("realtime")
class PollingTest {
    /// More than a loop with nothing to do needs, and far less than one that spins would take.
    private static final int FEW_POLLS = 15;

    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;
    private Pipe pipe;

    PollingTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void openPipe() throws IOException {
        pipe = Pipe.open();
        loops.closeBeforehand(pipe.source());
        loops.closeBeforehand(pipe.sink());
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
    }

    // --- Fairness to channels ---

    @Test
    void callbackThatReschedulesItselfForEverDoesNotStarveAChannel() throws IOException {
        EventLoop loop = loops.openReal();
        int[] callbacks = {0};
        Runnable greedy = new Runnable() {
            @Override
            public void run() {
                callbacks[0]++;
                loop.callSoon(this);
            }
        };
        loop.addReader(pipe.source(), loop::stop);
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'a'}));
        loop.callSoon(greedy);

        loop.runForever();

        // 64 between two looks, and the one that was ready before the channel.
        assertThat(callbacks[0]).isLessThanOrEqualTo(65);
    }

    @Test
    void coroutineThatYieldsForEverDoesNotStarveAChannel() throws Exception {
        EventLoop loop = loops.openReal();
        boolean[] seen = {false};
        loop.addReader(pipe.source(), () -> seen[0] = true);
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'a'}));

        int yields = loop.runUntilComplete(() -> {
            int count = 0;
            while (!seen[0]) {
                Async.yieldNow();
                count++;
            }
            return count;
        });

        assertThat(yields).isLessThanOrEqualTo(65);
    }

    @Test
    void channelsThatAreAlwaysReadyStarveNeitherCallbacksNorTimers() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addWriter(pipe.sink(), () -> {});
        int[] turns = {0};
        Runnable counting = new Runnable() {
            @Override
            public void run() {
                if (++turns[0] < 1_000) {
                    loop.callSoon(this);
                } else {
                    loop.callLater(Duration.ZERO, loop::stop);
                }
            }
        };
        loop.callSoon(counting);

        loop.runForever();

        assertThat(turns[0]).isEqualTo(1_000);
    }

    // --- No spinning ---

    @Test
    void timerNeverFiresEarlyAndIsWaitedForWithoutSpinning() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        long asked = TimeUnit.MICROSECONDS.toNanos(10_400);
        long start = System.nanoTime();
        long[] fired = {0};
        loop.callLater(Duration.ofNanos(asked), () -> {
            fired[0] = System.nanoTime();
            loop.stop();
        });

        loop.runForever();

        assertThat(fired[0] - start).isGreaterThanOrEqualTo(asked);
        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    @Test
    void interruptOfTheLoopsThreadNeitherSpinsNorGetsLost() throws Exception {
        assumeTrue(
                engine == CoroutineEngine.LOOP_CARRIED,
                "the loop runs on the caller's own thread only on the loop-carried engine");
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        loop.callSoon(Thread.currentThread()::interrupt);
        loop.callLater(Duration.ofMillis(20), loop::stop);

        loop.runForever();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    /// Mounting a coroutine's stack makes the JDK clear the interrupt of the thread that carries
    /// it.
    @Test
    void interruptOfTheLoopsThreadIsNotLostToACoroutineThatRunsNext() throws Exception {
        assumeTrue(
                engine == CoroutineEngine.LOOP_CARRIED,
                "the loop runs on the caller's own thread only on the loop-carried engine");
        EventLoop loop = loops.openReal();
        loop.callSoon(Thread.currentThread()::interrupt);

        String result = loop.runUntilComplete(() -> {
            Async.yieldNow();
            return Thread.currentThread().isInterrupted() ? "interrupted" : "not interrupted";
        });

        assertThat(result).isEqualTo("not interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    /// On either engine: the thread that waits for a loop on another thread keeps its interrupt
    /// too.
    @Test
    void interruptOfTheCallingThreadIsThereAfterTheRun() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        Thread caller = Thread.currentThread();
        Thread other = Thread.ofPlatform().start(() -> {
            awaitQuietly(poller);
            caller.interrupt();
            loop.callSoonThreadsafe(() -> loop.callLater(Duration.ofMillis(20), loop::stop));
        });

        loop.runForever();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
        other.join();
    }

    @Test
    void interruptBeforeTheRunIsThereAfterIt() {
        EventLoop loop = loops.openReal();
        loop.callLater(Duration.ofMillis(1), loop::stop);

        Thread.currentThread().interrupt();
        loop.runForever();

        assertThat(Thread.interrupted()).isTrue();
    }

    /// A handle can be cancelled without `removeReader`. The channel stays readable all the same.
    @Test
    void readerThatIsCancelledThroughItsHandleDoesNotMakeTheLoopSpin() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        Handle handle = loop.addReader(pipe.source(), () -> {});
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'a'}));
        handle.cancel();
        loop.callLater(Duration.ofMillis(20), loop::stop);

        loop.runForever();

        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    @Test
    void writerThatIsCancelledThroughItsHandleDoesNotMakeTheLoopSpin() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        Handle handle = loop.addWriter(pipe.sink(), () -> {});
        handle.cancel();
        loop.callLater(Duration.ofMillis(20), loop::stop);

        loop.runForever();

        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    @Test
    void removedReaderDoesNotMakeTheLoopSpin() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        loop.addReader(pipe.source(), () -> {});
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'a'}));
        loop.removeReader(pipe.source());
        loop.callLater(Duration.ofMillis(20), loop::stop);

        loop.runForever();

        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    @Test
    void channelThatIsClosedWhileItIsWatchedDoesNotMakeTheLoopSpin() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        loop.addReader(pipe.source(), () -> {});
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'a'}));
        pipe.source().close();
        loop.callLater(Duration.ofMillis(20), loop::stop);

        loop.runForever();

        assertThat(poller.polls()).isLessThanOrEqualTo(FEW_POLLS);
    }

    @Test
    void channelThatAnotherThreadClosesDoesNotBreakTheLoop() throws Exception {
        CountingPoller poller = new CountingPoller();
        EventLoop loop = loops.open(loops.realBuilder().poller(poller));
        loop.addReader(pipe.source(), () -> {});
        Thread other = Thread.ofPlatform().start(() -> {
            awaitQuietly(poller);
            assertThatCode(pipe.source()::close).doesNotThrowAnyException();
            loop.callSoonThreadsafe(loop::stop);
        });

        loop.runForever();

        other.join();
        assertThat(loop.removeReader(pipe.source())).isFalse();
    }

    @Test
    void wakeUpBeforeThePollEndsIt() throws Exception {
        SelectorPoller poller = new SelectorPoller();
        Queue<Handle> ready = new ArrayDeque<>();

        poller.wakeUp();
        poller.poll(Long.MAX_VALUE, ready);
        poller.close();

        assertThat(ready).isEmpty();
    }

    private static void awaitQuietly(CountingPoller poller) {
        try {
            poller.waits().await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
