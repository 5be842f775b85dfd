package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;

/// Runs little programs that use a primitive, and cancels their tasks wherever it can: at random
/// in a thousand runs, and in a few programs each task in each turn. Afterwards everybody must
/// have come to an end, those who were cancelled must have ended cancelled, nothing may be left in
/// the loop, and what the program holds for invariant must hold.
///
/// One run is one seed. A failure names it; `-Dspindle.torture.seed=17` runs that one alone. How
/// many programs have each task cancelled in each turn is a matter of patience: a thousand take
/// minutes, with `-Dspindle.torture.everyTurnSeeds=1000` and
/// `-Djunit.jupiter.execution.timeout.mode=disabled`.
public final class Torture {
    private static final int SEEDS = 1000;
    private static final int SEEDS_FOR_EVERY_TURN =
            Integer.getInteger("spindle.torture.everyTurnSeeds", 20);

    /// The program starts in turn 0, its tasks are about to run their first step in turn 1.
    private static final int FIRST_TURN = 1;

    private static final int MOST_TURNS = 40;
    private static final @Nullable Long ONLY_SEED = Long.getLong("spindle.torture.seed");

    /// On the loop's clock: until here the tasks have done what they can do by themselves.
    private static final Duration REST = Duration.ofMinutes(1);

    private final TestLoops loops;
    private boolean eagerTasks;

    public Torture(TestLoops loops) {
        this.loops = loops;
    }

    /// Has every other run's tasks make their first step where they are created.
    Torture alsoEager() {
        eagerTasks = true;
        return this;
    }

    /// What is tortured; a new one for each run.
    public interface Program {
        /// Starts the tasks.
        void start(TortureRun run);

        /// Lets go those who wait, rightly, for what will not come any more. Runs in a task, when
        /// nothing else moves.
        default void finish(TortureRun run) throws Exception {}

        /// Checks the invariants, when all tasks have ended.
        void check() throws Exception;

        /// Returns whether something of the program's may fail in a task that is being cancelled,
        /// which the loop reports.
        default boolean failsWhileCancelled() {
            return false;
        }
    }

    // --- Cancelling at random ---

    public void cancelAtRandom(Supplier<? extends Program> programs) {
        if (ONLY_SEED != null) {
            cancelAtRandom(ONLY_SEED, programs.get());
            return;
        }
        for (long seed = 1; seed <= SEEDS; seed++) {
            cancelAtRandom(seed, programs.get());
        }
    }

    private void cancelAtRandom(long seed, Program program) {
        named("seed " + seed + ", rerun with -Dspindle.torture.seed=" + seed, () -> {
            try (EventLoop loop = openLoop(seed)) {
                TortureRun run = new TortureRun(loop, seed, true, keepsOrder(seed));
                run.startCancelling();
                runToTheEnd(loop, run, program);
            }
        });
    }

    // --- Cancelling each task in each turn ---

    public void cancelInEveryTurn(Supplier<? extends Program> programs) {
        for (long seed = 1; seed <= SEEDS_FOR_EVERY_TURN; seed++) {
            int victim = 0;
            int turn = FIRST_TURN;
            while (victim >= 0) {
                switch (cancelInTurn(seed, victim, turn, programs.get())) {
                    case IN_TIME -> turn++;
                    case TOO_LATE -> {
                        victim++;
                        turn = FIRST_TURN;
                    }
                    case NO_SUCH_TASK -> {
                        assertThat(victim).as("tasks cancelled").isPositive();
                        victim = -1;
                    }
                }
            }
        }
    }

    private Hit cancelInTurn(long seed, int victim, int turn, Program program) {
        Hit[] hit = {turn < MOST_TURNS ? Hit.IN_TIME : Hit.TOO_LATE};
        named("seed " + seed + ", task " + victim + " cancelled in turn " + turn, () -> {
            try (EventLoop loop = openLoop(seed)) {
                TortureRun run = new TortureRun(loop, seed, false, keepsOrder(seed));
                inTurn(loop, turn, () -> {
                    if (victim >= run.tasks().size()) {
                        hit[0] = Hit.NO_SUCH_TASK;
                    } else if (!run.cancel(run.tasks().get(victim))) {
                        hit[0] = Hit.TOO_LATE;
                    }
                });
                runToTheEnd(loop, run, program);
            }
        });
        return hit[0];
    }

    private enum Hit {
        IN_TIME,
        TOO_LATE,
        NO_SUCH_TASK
    }

    /// Calls `action` at the beginning of a turn: before any step of the program's tasks.
    private static void inTurn(EventLoop loop, int turn, Runnable action) {
        loop.callSoon(turn == 0 ? action : () -> inTurn(loop, turn - 1, action));
    }

    // --- One run ---

    /// Even seeds keep the order in which tasks were woken, odd ones permute it.
    private static boolean keepsOrder(long seed) {
        return seed % 2 == 0;
    }

    private EventLoop openLoop(long seed) {
        EventLoop.Builder builder = loops.builder().eagerTasks(eagerTasks && seed % 4 < 2);
        return (keepsOrder(seed) ? builder : builder.seed(seed)).open();
    }

    private void runToTheEnd(EventLoop loop, TortureRun run, Program program) throws Exception {
        loop.callSoon(() -> program.start(run));
        loop.callLater(REST, () -> run.start("finish", () -> program.finish(run)));
        TestLoops.runFor(REST.multipliedBy(2), loop);

        for (Task<?> task : run.tasks()) {
            assertThat(task.isDone()).as("ended: %s", task).isTrue();
            if (!task.isCancelled() && task.exception() != null) {
                throw new AssertionError("failed: " + task, task.exception());
            }
            run.checkRequests(task);
            run.checkCancelled(task);
        }
        program.check();
        assertThat(loop).hasToString("<EventLoop stopped tasks=0 ready=0 timers=0>");
        assertThat(loops.reports().takeAll())
                .as("reported failures")
                .allMatch(report -> program.failsWhileCancelled()
                        && report.message()
                                .equals("exception in a task while it was being cancelled"));
    }

    private void named(String name, Attempt attempt) {
        try {
            attempt.run();
        } catch (Exception | AssertionError failure) {
            loops.reports().takeAll(); // Of the loop that failed: reported already.
            throw new AssertionError(name + ": " + failure.getMessage(), failure);
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }
}
