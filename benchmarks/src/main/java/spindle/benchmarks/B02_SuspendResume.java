package spindle.benchmarks;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// What does it cost to suspend a coroutine and resume it?
///
/// `sleep(0)` suspends, takes one turn of the loop, and resumes: the smallest thing an async
/// program does. Both engines do it here. The floor is the JDK's raw continuation, on which virtual
/// threads are built and which no program should use: it hides from debuggers and mixes up scoped
/// values. Beside them a plain virtual thread yields to the JDK's own scheduler.
///
/// Run with: `benchmarks/run B02`
///
/// What this does not show: deep stacks. A stack is copied lazily, a few frames at a time, so what
/// counts is how many frames run between two suspensions.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class B02_SuspendResume {
    static final int SWITCHES = 10_000;

    static final ContinuationScope SCOPE = new ContinuationScope("benchmark");

    /// The floor: no loop, no task, no future.
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public boolean rawContinuation() {
        Continuation continuation = new Continuation(SCOPE, () -> {
            for (int i = 0; i < SWITCHES; i++) {
                Continuation.yield(SCOPE);
            }
        });
        while (!continuation.isDone()) {
            continuation.run();
        }
        return continuation.isDone();
    }

    /// Suspended by the loop's own thread.
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public int loopCarried() throws Exception {
        return sleepZero(CoroutineEngine.LOOP_CARRIED);
    }

    /// Suspended by passing a baton between virtual threads.
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public int handoff() throws Exception {
        return sleepZero(CoroutineEngine.HANDOFF);
    }

    static int sleepZero(CoroutineEngine engine) throws Exception {
        Coroutine<Integer> sleeper = () -> {
            int count = 0;
            for (; count < SWITCHES; count++) {
                Async.await(Async.sleep(Duration.ZERO));
            }
            return count;
        };
        return Async.run(EventLoop.builder().engine(engine), sleeper);
    }

    /// A virtual thread as everybody has it, on the JDK's scheduler.
    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    @SuppressWarnings("ThreadPriorityCheck") // The yield is what we measure.
    public void plainVirtualThread() throws InterruptedException {
        Thread thread = Thread.startVirtualThread(() -> {
            for (int i = 0; i < SWITCHES; i++) {
                Thread.yield();
            }
        });
        thread.join();
    }
}
