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

import spindle.Coroutine;
import spindle.EventLoop;

import java.util.concurrent.TimeUnit;

/// What do the basic moves of an async program cost, in time and in garbage?
///
/// A move is what everything else is made of: to let the others run, to start a task and wait
/// for it, to schedule a callback, to set a timeout and take it back. Each is made many times
/// inside one coroutine of one loop, and with `-prof gc` the bytes that it allocates are the
/// exact figure: time varies from run to run, `gc.alloc.rate.norm` does not.
///
/// Run with: `benchmarks/run B04 -prof gc`
///
/// What this does not show: what the moves cost elsewhere, and what a task that waits keeps in
/// memory; `benchmarks/run moves` prints both.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class B04_BasicMoves {
    static final int MOVES = 10_000;
    static final int TIMERS = 200_000;

    EventLoop loop = EventLoop.open();

    /// JMH sets a state up on the thread that runs the benchmark: the loop belongs to that one.
    @Setup
    public void open() {
        loop.close();
        loop = EventLoop.open();
    }

    /// Suspend, one turn of the loop, resume.
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public void sleepZero() throws Exception {
        inCoroutine(() -> Moves.sleepZero(MOVES));
    }

    /// Create a task, run it, await it.
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public void createAndAwait() throws Exception {
        inCoroutine(() -> Moves.createAndAwait(MOVES));
    }

    /// Await a future that a callback completes.
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public void awaitFuture() throws Exception {
        inCoroutine(() -> Moves.awaitFuture(MOVES));
    }

    /// A callback that schedules the next.
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public void callSoonChain() throws Exception {
        inCoroutine(() -> Moves.callSoonChain(MOVES));
    }

    /// Schedule a timer, cancel it later, with 200 000 pending.
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void callLaterAndCancel() throws Exception {
        inCoroutine(() -> Moves.callLaterAndCancel(TIMERS));
    }

    private void inCoroutine(Coroutine.Action moves) throws Exception {
        loop.runUntilComplete(moves.asCoroutine());
    }

    @TearDown
    public void close() {
        loop.close();
    }
}
