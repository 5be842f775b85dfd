package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Other threads come in where the program says, and the loop waits for them: so a seed is a run.
@OnBothEngines
class BridgeTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    BridgeTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops).alsoEager();
    }

    @Test
    void futuresOfStagesSurviveRandomCancels() {
        torture.cancelAtRandom(Stages::new);
    }

    @Test
    void futuresOfStagesSurviveACancelInEveryTurn() {
        torture.cancelInEveryTurn(Stages::new);
    }

    @Test
    void futuresForOtherThreadsSurviveRandomCancels() {
        torture.cancelAtRandom(Outward::new);
    }

    @Test
    void futuresForOtherThreadsSurviveACancelInEveryTurn() {
        torture.cancelInEveryTurn(Outward::new);
    }

    @Test
    void blockingCallsSurviveRandomCancels() {
        torture.cancelAtRandom(Blocking::new);
    }

    @Test
    void blockingCallsSurviveACancelInEveryTurn() {
        torture.cancelInEveryTurn(Blocking::new);
    }

    private static void onAnotherThread(Runnable action) {
        Thread thread = Thread.ofVirtual().start(action);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nobody interrupts the loop", interrupted);
        }
    }

    /// Stages that another thread completes: a stage and its future end alike.
    private static final class Stages implements Torture.Program {
        private final List<CompletableFuture<Integer>> stages = new ArrayList<>();

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("waiting " + i, 2, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            stages.add(stage);
            completeAfter(run.below(4), run.loop(), stage);
            try {
                assertThat(await(Future.from(stage))).isEqualTo(1);
            } finally {
                run.strike();
            }
        }

        private static void completeAfter(
                int turns, EventLoop loop, CompletableFuture<Integer> stage) {
            loop.callSoon(
                    turns > 0
                            ? () -> completeAfter(turns - 1, loop, stage)
                            : () -> onAnotherThread(() -> stage.complete(1)));
        }

        @Override
        public void check() {
            assertThat(stages).allMatch(CompletableFuture::isDone);
        }
    }

    /// Tasks whose results other threads wait for, or cancel.
    private static final class Outward implements Torture.Program {
        private final List<CompletableFuture<Integer>> results = new ArrayList<>();

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 3; i++) {
                run.startRounds("bridging " + i, 2, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            Coroutine<Integer> work = () -> {
                run.pause();
                run.strike();
                return 1;
            };
            if (run.oneIn(2)) {
                results.add(run.expose(createTask(work)).toCompletableFuture());
            } else {
                onAnotherThread(() -> results.add(run.loop().runCoroutineThreadsafe(work)));
            }
            run.pause();
            if (run.oneIn(3)) {
                onAnotherThread(() -> results.getLast().cancel(true));
            }
            run.pause();
        }

        @Override
        public void check() {
            assertThat(results).allMatch(CompletableFuture::isDone);
            assertThat(results).allMatch(result -> result.isCancelled() || result.join() == 1);
        }
    }

    /// Calls on executors that run them at once, or some turns later.
    private static final class Blocking implements Torture.Program {
        private int called;
        private int returned;

        @Override
        public void start(TortureRun run) {
            for (int i = 0; i < 4; i++) {
                run.startRounds("calling " + i, 3, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            int turns = run.below(3);
            Executor executor =
                    run.oneIn(3) ? Runnable::run : call -> later(turns, run.loop(), call);
            int number = await(runBlocking(executor, () -> {
                run.strike();
                return ++called;
            }));
            returned++;
            assertThat(number).isBetween(1, called);
        }

        private static void later(int turns, EventLoop loop, Runnable call) {
            loop.callSoon(turns > 0 ? () -> later(turns - 1, loop, call) : call);
        }

        @Override
        public void check() {
            assertThat(returned).isLessThanOrEqualTo(called);
        }
    }
}
