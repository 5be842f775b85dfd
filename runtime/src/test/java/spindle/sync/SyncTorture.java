package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Task;
import spindle.TestLoops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Runs little programs that use a primitive, and cancels their tasks wherever it can: at random
/// in a thousand runs, and in a few programs each task in each turn. Afterwards everybody must
/// have come to an end, nothing may be left in the loop, and what the program holds for invariant
/// must hold.
///
/// One run is one seed. A failure names it; `-Dspindle.torture.seed=17` runs that one alone.
final class SyncTorture {
    private static final int SEEDS = 1000;
    private static final int SEEDS_FOR_EVERY_TURN = 3;

    /// The program starts in turn 0, its tasks are about to run their first step in turn 1.
    private static final int FIRST_TURN = 1;

    private static final int MOST_TURNS = 40;
    private static final Long ONLY_SEED = Long.getLong("spindle.torture.seed");

    /// On the loop's clock: until here the tasks have done what they can do by themselves.
    private static final Duration REST = Duration.ofMinutes(1);

    private final TestLoops loops;

    SyncTorture(TestLoops loops) {
        this.loops = loops;
    }

    /// What is tortured; a new one for each run.
    interface Program {
        /// Starts the tasks.
        void start(TortureRun run);

        /// Lets go those who wait, rightly, for what will not come any more. Runs in a task, when
        /// nothing else moves.
        default void finish(TortureRun run) throws Exception {}

        /// Checks the invariants, when all tasks have ended.
        void check() throws Exception;
    }

    // --- Cancelling at random ---

    void cancelAtRandom(Supplier<Program> programs) {
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
                TortureRun run = new TortureRun(loop, new Random(seed), true, keepsOrder(seed));
                run.startCancelling();
                runToTheEnd(loop, run, program);
            }
        });
    }

    // --- Cancelling each task in each turn ---

    void cancelInEveryTurn(Supplier<Program> programs) {
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
                TortureRun run = new TortureRun(loop, new Random(seed), false, keepsOrder(seed));
                inTurn(loop, turn, () -> {
                    if (victim >= run.tasks().size()) {
                        hit[0] = Hit.NO_SUCH_TASK;
                    } else if (!run.tasks().get(victim).cancel()) {
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

    /// The one place where the torture's loops come from. A loop that permutes what is ready
    /// would take its seed here, unless [#keepsOrder].
    private EventLoop openLoop(long seed) {
        return (keepsOrder(seed) ? loops.builder() : loops.builder().seed(seed)).open();
    }

    /// Returns whether the loop of a seed runs tasks in the order in which they were woken:
    /// otherwise it can't be seen who was first. All do; of loops that permute, every other one
    /// is to.
    private static boolean keepsOrder(long seed) {
        return seed % 2 == 0;
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
        }
        program.check();
        assertThat(loop).hasToString("<EventLoop stopped tasks=0 ready=0 timers=0>");
        assertThat(loops.reports().takeAll()).as("reported failures").isEmpty();
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

    /// One run: its tasks, its dice, and what they decide.
    static final class TortureRun {
        private final EventLoop loop;
        private final Random random;
        private final boolean cancelsAtRandom;
        private final boolean keepsOrder;
        private final List<Task<?>> tasks = new ArrayList<>();
        private int cancelsLeft;
        private int looksLeft = 200;

        TortureRun(EventLoop loop, Random random, boolean cancelsAtRandom, boolean keepsOrder) {
            this.keepsOrder = keepsOrder;
            this.loop = loop;
            this.random = random;
            this.cancelsAtRandom = cancelsAtRandom;
            this.cancelsLeft = cancelsAtRandom ? random.nextInt(8) : 0;
        }

        List<Task<?>> tasks() {
            return tasks;
        }

        /// Returns whether tasks run in the order in which they were woken.
        boolean keepsOrder() {
            return keepsOrder;
        }

        Fairness newFairness() {
            return new Fairness(keepsOrder);
        }

        boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        int below(int bound) {
            return random.nextInt(bound);
        }

        void start(String name, Coroutine.Action body) {
            tasks.add(loop.createTask(name, body.asCoroutine()));
        }

        /// Starts a task that does something several times. If that is cancelled, the task ends,
        /// or it refuses to and does it again. Some rounds have a deadline.
        void startRounds(String name, int rounds, Coroutine.Action round) {
            start(name, () -> {
                for (int i = 0; i < rounds; i++) {
                    try {
                        pause();
                        runRound(round);
                    } catch (CancelledError cancelled) {
                        if (!oneIn(3)) {
                            throw cancelled;
                        }
                        takeBackRequests();
                    }
                }
            });
        }

        private void runRound(Coroutine.Action round) throws Exception {
            if (!cancelsAtRandom || !oneIn(4)) {
                round.run();
                return;
            }
            try {
                await(failAfter(Duration.ofMillis(1 + below(4)), round.asCoroutine()));
            } catch (TimeoutException expected) {
                // The next round may be faster.
            }
        }

        private static void takeBackRequests() {
            while (currentTask().cancelling() > 0) {
                currentTask().uncancel();
            }
        }

        /// Suspends the calling task for no, one or several turns, or for some time.
        void pause() throws Exception {
            for (int turns = below(3); turns > 0; turns--) {
                yieldNow();
            }
            if (cancelsAtRandom && oneIn(4)) {
                await(sleep(Duration.ofMillis(below(3))));
            }
        }

        /// Cancels any task, perhaps: to be called where somebody has just been woken.
        void strike() {
            if (cancelsLeft > 0 && oneIn(4)) {
                cancelsLeft--;
                tasks.get(below(tasks.size())).cancel();
            }
        }

        /// Strikes from outside the tasks, in any turn and anywhere in it.
        private void startCancelling() {
            if (cancelsLeft == 0 || looksLeft-- == 0) {
                return;
            }
            if (!tasks.isEmpty()) {
                strike();
            }
            if (oneIn(3)) {
                loop.callLater(Duration.ofMillis(below(3)), this::startCancelling);
            } else {
                loop.callSoon(this::startCancelling);
            }
        }
    }
}
