package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// A program of nested groups, cancelled in its first turn, in its second, and so on to its
/// end, with tasks that fail and tasks that don't: every task that has begun has ended, every
/// failure has been heard of, and nothing is left in the loop.
@OnEveryLoop
class TaskGroupCancelInEveryTurnTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final LoopSettings settings;
    private int begun;
    private int ended;
    private int failed;

    TaskGroupCancelInEveryTurnTest(LoopSettings settings) {
        this.settings = settings;
        loops = new TestLoops(settings.engine());
    }

    @Test
    void groupsThatAreCancelledInAnyTurnLeaveNoTaskBehind() {
        int turns = cancelInEveryTurn(false);

        assertThat(turns).isGreaterThan(20);
        assertThat(failed).isZero();
    }

    @Test
    void groupsWhoseTasksFailWhileTheyAreCancelledLoseNoFailure() {
        int turns = cancelInEveryTurn(true);

        assertThat(turns).isGreaterThan(10);
        assertThat(failed).isGreaterThan(turns);
    }

    private int cancelInEveryTurn(boolean failing) {
        int turn = 0;
        while (cancelIn(turn, failing)) {
            turn++;
        }
        return turn;
    }

    /// Runs the program and cancels it in the given turn; returns whether that came in time.
    private boolean cancelIn(int turn, boolean failing) {
        int failedBefore = failed;
        EventLoop loop = loops.open(settings.applyTo(loops.builder()));
        Task<?> program = loop.createTask(() -> {
            program(failing);
            return null;
        });
        for (int i = 0; i < turn && !program.isDone(); i++) {
            TestLoops.runTurn(loop);
            if (loop.toString().contains("ready=0")) {
                loops.clock().advance(SECOND);
            }
        }
        boolean inTime = program.cancel();
        TestLoops.runFor(Duration.ofHours(1), loop);

        assertThat(program.isDone()).as("done after a cancel in turn %d", turn).isTrue();
        assertThat(ended).as("tasks ended after a cancel in turn %d", turn).isEqualTo(begun);
        assertThat(loop.toString())
                .as("what a cancel in turn %d leaves behind", turn)
                .isEqualTo("<EventLoop stopped tasks=0 ready=0 timers=0>");
        int heardOf = program.isCancelled() ? 0 : count(program.exception());
        for (ExceptionHandler.Context report : loops.reports().takeAll()) {
            heardOf += count(report.exception());
        }
        assertThat(heardOf)
                .as("failures heard of after a cancel in turn %d", turn)
                .isEqualTo(failed - failedBefore);
        if (!failing) {
            assertThat(program.isCancelled()).as("turn %d", turn).isEqualTo(inTime);
        }
        return inTime;
    }

    /// Counts the failures of tasks in what was thrown.
    private static int count(Throwable thrown) {
        int count = 0;
        if (thrown instanceof TaskGroupException group) {
            for (Throwable failure : group.exceptions()) {
                count += count(failure);
            }
            for (Throwable suppressed : group.getSuppressed()) {
                count += group.exceptions().contains(suppressed) ? 0 : count(suppressed);
            }
            return count;
        }
        return thrown instanceof IOException ? 1 : 0;
    }

    private void program(boolean failing) throws Exception {
        try (TaskGroup outer = TaskGroup.open()) {
            outer.createTask(() -> child(failing));
            await(outer.<String>start(readiness -> {
                child(false);
                readiness.started("ready");
                child(failing);
            }));
            await(TaskGroup.run(group -> {
                group.createTask(() -> child(failing));
                Task<?> task = group.createTask(() -> child(false));
                limited(group);
                await(task);
                return "body";
            }));
            try (TaskGroup inner = TaskGroup.open()) {
                inner.createTask(() -> child(failing));
                inner.createTask(() -> inner.createTask(() -> child(false)));
                inner.join();
            }
            outer.join();
        }
    }

    private void limited(TaskGroup group) throws Exception {
        try {
            await(failAfter(SECOND, () -> {
                group.createTask(() -> child(false));
                await(sleep(SECOND.multipliedBy(10)));
            }));
        } catch (TimeoutException expected) {
            assertThat(currentTask().cancelling()).isLessThan(2);
        }
    }

    private void child(boolean failing) throws Exception {
        begun++;
        try {
            yieldNow();
            await(sleep(SECOND));
        } finally {
            try {
                await(sleep(SECOND));
            } finally {
                ended++;
                if (failing) {
                    failed++;
                    throwIo();
                }
            }
        }
    }

    private static void throwIo() throws IOException {
        throw new IOException("no luck");
    }
}
