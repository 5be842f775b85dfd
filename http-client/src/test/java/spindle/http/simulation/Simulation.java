package spindle.http.simulation;

import org.jspecify.annotations.Nullable;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.LoopObserver;
import spindle.Runner;
import spindle.Task;
import spindle.testing.AutoJumpClock;
import spindle.testing.ReportedFailures;

import java.time.Duration;
import java.util.List;

/// One run of one seed: servers that lie, a network that fails, programs that ask, are cancelled
/// and forget. What must hold all the same:
///
/// - every request ends with a result or with an error of its own, within its time, and within 3 s
///   of its peer's end; when all faults end, everything ends;
/// - an answer goes to the request that it was made for, and a body that is read to its end is the
///   one that was sent;
/// - at the end no connection is in use, none is open, no task and no timer is left;
/// - nothing is reported but what a program did wrong itself;
/// - another run of the same seed is the same run.
final class Simulation {
    /// Among a hundred seeds are so many on which everything goes well.
    private static final int CALM_SEEDS = 8;

    /// In real time.
    private static final Duration BLOCKING = Duration.ofSeconds(5);

    // fixed at construction
    private final long seed;
    private final CoroutineEngine engine;
    private final Sabotage sabotage;
    private final Trace trace = new Trace();
    private final ReportedFailures reports = new ReportedFailures();

    Simulation(long seed, CoroutineEngine engine, Sabotage sabotage) {
        this.seed = seed;
        this.engine = engine;
        this.sabotage = sabotage;
    }

    /// Runs it and returns the hash of what happened.
    ///
    /// @throws AssertionError if something does not hold; says how to run the seed again
    long run() {
        EventLoop.Builder builder = EventLoop.builder()
                .engine(engine)
                .seed(seed)
                .clock(new AutoJumpClock())
                .exceptionHandler(reports)
                .debug(seed % 4 == 0)
                .observer(new Steps())
                .detectDeadlocks(true);
        World[] world = new World[1];
        try (Runner runner = Runner.open(builder, BLOCKING)) {
            runner.run(() -> {
                world[0] = new World(new Dice(seed), trace, seed % 100 < CALM_SEEDS, sabotage);
                world[0].run();
            });
            for (Task<?> task : runner.loop().allTasks()) {
                world[0].ledger().violation("a task was left: " + task);
            }
        } catch (Throwable failure) {
            throw failed(failure.toString(), failure);
        }
        check(world[0]);
        return trace.hash();
    }

    private void check(World world) {
        for (ExceptionHandler.Context report : reports.takeAll()) {
            if (!world.allows(report)) {
                world.ledger().violation("the loop reported " + report);
            }
        }
        List<String> violations = world.ledger().violations();
        if (!violations.isEmpty()) {
            throw failed(String.join("\n", violations), null);
        }
    }

    private AssertionError failed(String what, @Nullable Throwable failure) {
        return new AssertionError(
                "seed " + seed + " on " + engine + ", run it again with -Dspindle.simulation.seed="
                        + seed + " (and -Dspindle.simulation.trace=true):\n" + what
                        + "\n--- the end of what happened ---\n" + trace,
                failure);
    }

    /// Adds each step of a task to what happened.
    private final class Steps implements LoopObserver {
        @Override
        public void beforeStep(Task<?> task) {
            trace.mix(task.name().hashCode());
        }
    }
}
