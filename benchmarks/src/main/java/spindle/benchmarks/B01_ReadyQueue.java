package spindle.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import spindle.EventLoop;

import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// What does one trip through the ready queue cost?
///
/// A callback schedules the next with `callSoon`, so each trip is a whole turn of the loop. The
/// baseline is the same with a bare queue of runnables and no loop; the JDK's equivalent is an
/// executor with one thread. The last one is the price of coming from another thread: a wake-up.
///
/// Run with: `benchmarks/run B01` (`-prof gc` for bytes per trip)
///
/// What this does not show: turns with many callbacks, which share the turn's cost.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class B01_ReadyQueue {
    static final int TRIPS = 10_000;

    EventLoop loop = EventLoop.open();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    ArrayDeque<Runnable> queue = new ArrayDeque<>();
    int left;

    /// JMH sets a state up on the thread that runs the benchmark: the loop belongs to that one.
    @Setup
    public void open() {
        loop.close();
        loop = EventLoop.open();
    }

    /// A bare queue, and nothing that makes it a loop.
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public int baseline() {
        left = TRIPS;
        queue.add(this::addNext);
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
        return left;
    }

    void addNext() {
        if (--left > 0) {
            queue.add(this::addNext);
        }
    }

    /// One turn of the loop for each callback.
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public int callSoon() {
        left = TRIPS;
        loop.callSoon(this::callNext);
        loop.runForever();
        return left;
    }

    void callNext() {
        if (--left > 0) {
            loop.callSoon(this::callNext);
        } else {
            loop.stop();
        }
    }

    /// The JDK's one-threaded executor.
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public int executor() throws InterruptedException {
        left = TRIPS;
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(() -> executeNext(done));
        done.await();
        return left;
    }

    void executeNext(CountDownLatch done) {
        if (--left > 0) {
            executor.execute(() -> executeNext(done));
        } else {
            done.countDown();
        }
    }

    /// As `callSoon`, through the door for other threads.
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public int callSoonThreadsafe() {
        left = TRIPS;
        loop.callSoonThreadsafe(this::callNextThreadsafe);
        loop.runForever();
        return left;
    }

    void callNextThreadsafe() {
        if (--left > 0) {
            loop.callSoonThreadsafe(this::callNextThreadsafe);
        } else {
            loop.stop();
        }
    }

    @TearDown
    public void close() {
        loop.close();
        executor.shutdown();
    }
}
