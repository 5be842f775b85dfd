package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class TaskGroupTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    TaskGroupTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void groupSurvivesRandomCancels() {
        torture.cancelAtRandom(OpenGroup::new);
    }

    @Test
    void groupSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(OpenGroup::new);
    }

    @Test
    void groupWithABodySurvivesRandomCancels() {
        torture.cancelAtRandom(GroupWithBody::new);
    }

    @Test
    void groupWithABodySurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(GroupWithBody::new);
    }

    @Test
    void startOfATaskSurvivesRandomCancels() {
        torture.cancelAtRandom(StartedTasks::new);
    }

    @Test
    void startOfATaskSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(StartedTasks::new);
    }

    /// Owners of groups, whose children fail, clean up, add children and are cancelled.
    private abstract static class Groups implements Torture.Program {
        private int childrenInside;

        @Override
        public boolean failsWhileCancelled() {
            return true;
        }

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 3; i++) {
                run.startRounds("owner " + i, 2, () -> useGroup(run));
            }
        }

        private void useGroup(TortureRun run) throws Exception {
            List<Task<?>> children = new ArrayList<>();
            int failuresKnown = 0;
            try {
                runGroup(run, children);
            } catch (TaskGroupException failed) {
                failuresKnown = failed.exceptions().size();
                assertThat(failed.exceptions()).allMatch(IOException.class::isInstance);
            }
            assertThat(children).as("children of a group that was left").allMatch(Future::isDone);
            long failures = children.stream().filter(Future::hasFailed).count();
            assertThat(failuresKnown).as("failures that the group told").isEqualTo((int) failures);
        }

        abstract void runGroup(TortureRun run, List<Task<?>> children) throws Exception;

        void addChildren(TortureRun run, TaskGroup group, List<Task<?>> children) throws Exception {
            for (int i = 0; i < 3; i++) {
                addChild(run, group, children);
                run.strike();
            }
        }

        private void addChild(TortureRun run, TaskGroup group, List<Task<?>> children) {
            if (takesTasks(group)) {
                Task<?> child = group.createTask(() -> child(run, group, children));
                children.add(run.expose(child));
            }
        }

        static boolean takesTasks(TaskGroup group) {
            return !group.toString().contains("stopping") && !group.toString().contains("closed");
        }

        private void child(TortureRun run, TaskGroup group, List<Task<?>> children)
                throws Exception {
            childrenInside++;
            try {
                run.pause();
                run.strike();
                if (run.oneIn(8)) {
                    addChild(run, group, children);
                }
                if (run.oneIn(8)) {
                    throw new IOException("child failed");
                }
                if (run.oneIn(8)) {
                    group.cancel();
                }
                run.pause();
            } finally {
                childrenInside--;
                run.pause(); // Cleaning up takes time, and may be cancelled itself.
            }
        }

        @Override
        public void check() {
            assertThat(childrenInside).as("children inside").isZero();
        }
    }

    private static final class OpenGroup extends Groups {
        @Override
        void runGroup(TortureRun run, List<Task<?>> children) throws Exception {
            try (var group = TaskGroup.open()) {
                addChildren(run, group, children);
                run.pause();
                if (!run.oneIn(4)) {
                    group.join();
                    assertThat(children).as("joined").allMatch(Future::isDone);
                }
            } catch (CancelledError cancelled) {
                assertThat(children).as("left by a cancellation").allMatch(Future::isDone);
                throw cancelled;
            }
        }
    }

    private static final class GroupWithBody extends Groups {
        @Override
        void runGroup(TortureRun run, List<Task<?>> children) throws Exception {
            try {
                await(TaskGroup.run(group -> {
                    addChildren(run, group, children);
                    run.pause();
                    if (run.oneIn(6)) {
                        group.cancel();
                    }
                    run.pause();
                    return null;
                }));
            } catch (CancelledError cancelled) {
                assertThat(children).as("left by a cancellation").allMatch(Future::isDone);
                assertThat(currentTask().cancelling())
                        .as("requests to cancel the owner, which heard '%s'", cancelled)
                        .isPositive();
                throw cancelled;
            }
        }
    }

    /// Tasks that say when they have started.
    private static final class StartedTasks extends Groups {
        @Override
        void runGroup(TortureRun run, List<Task<?>> children) throws Exception {
            try (var group = TaskGroup.open()) {
                for (int i = 0; i < 3 && takesTasks(group); i++) {
                    startOne(run, group, i);
                }
                if (run.oneIn(2)) {
                    group.cancel();
                }
                group.join();
            }
        }

        private int insideStarter;

        private void startOne(TortureRun run, TaskGroup group, int number) throws Exception {
            int started = await(group.<Integer>start(readiness -> {
                insideStarter++;
                try {
                    run.pause();
                    readiness.started(number);
                    run.strike();
                    run.pause();
                } finally {
                    insideStarter--;
                    run.pause();
                }
            }));
            assertThat(started).isEqualTo(number);
        }

        @Override
        public void check() {
            assertThat(insideStarter).as("starters inside").isZero();
        }
    }
}
