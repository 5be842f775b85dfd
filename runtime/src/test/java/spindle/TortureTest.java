package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// The torture finds what is wrong with broken primitives, so that it means something if it finds
/// nothing.
@OnBothEngines
class TortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    TortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void findsAGatherThatLeaksAChildWhenItIsCancelled() {
        Supplier<Torture.Program> programs = () -> rounds(run -> leakyGather(run));

        assertThatThrownBy(() -> torture.cancelAtRandom(programs))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed ")
                .hasMessageContaining("-Dspindle.torture.seed=")
                .hasMessageContaining("tasks=1 ");
        assertThatThrownBy(() -> torture.cancelInEveryTurn(programs))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cancelled in turn ");
    }

    @Test
    void findsATimeoutThatSwallowsACancellationFromOutside() {
        Supplier<Torture.Program> programs = () -> rounds(run -> greedyTimeout(run));

        assertThatThrownBy(() -> torture.cancelAtRandom(programs))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("requests to cancel that ");
        assertThatThrownBy(() -> torture.cancelInEveryTurn(programs))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("requests to cancel that ");
    }

    @Test
    void findsAPrimitiveThatSwallowsACancellation() {
        Supplier<Torture.Program> programs = () -> rounds(run -> {
            try {
                run.pause();
            } catch (CancelledError swallowed) {
                run.loop();
            }
        });

        assertThatThrownBy(() -> torture.cancelAtRandom(programs))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was cancelled from outside, has ended so");
    }

    @Test
    void findsATimeoutThatDoesNotTakeItsRequestBack() {
        assertThatThrownBy(
                        () -> torture.cancelAtRandom(() -> rounds(TortureTest::forgetfulTimeout)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("requests to cancel that ");
    }

    @Test
    void findsAWaitThatLosesItsTimer() {
        assertThatThrownBy(() ->
                        torture.cancelAtRandom(() -> rounds(TortureTest::sleepWithoutFinally)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("timers=1");
    }

    @Test
    void findsAFailureThatNobodyAskedFor() {
        assertThatThrownBy(() -> torture.cancelAtRandom(() -> rounds(run -> {
                    run.loop().callSoon(() -> {
                        throw new IllegalStateException("lost");
                    });
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("reported failures");
    }

    @Test
    void seedsDifferInHowOftenTheyCancel() {
        EventLoop loop = loops.open();
        List<Integer> firstRolls = LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> new TortureRun(loop, seed, false, true).below(8))
                .distinct()
                .toList();

        assertThat(firstRolls).hasSize(8);
    }

    // --- What is broken ---

    /// Cancels one of its two children only.
    private static void leakyGather(TortureRun run) throws Exception {
        Future<Void> never = run.loop().createFuture();
        Task<?> awaited = createTask(run::pause);
        Task<?> forgotten = createTask(() -> await(never));
        await(awaited);
        forgotten.cancel();
    }

    /// Takes whatever cancels its body for its own.
    private static void greedyTimeout(TortureRun run) throws Exception {
        Task<?> limited = currentTask();
        TimerHandle timer = run.loop().callLater(Duration.ofMillis(2), limited::cancel);
        try {
            run.pause();
            run.pause();
            await(sleep(Duration.ofMillis(1)));
        } catch (CancelledError mine) {
            limited.uncancel();
        } finally {
            timer.cancel();
        }
    }

    /// Converts its own cancellation, which goes on counting.
    private static void forgetfulTimeout(TortureRun run) throws Exception {
        Task<?> limited = currentTask();
        boolean[] expired = {false};
        TimerHandle timer = run.loop().callLater(Duration.ofMillis(1), () -> {
            expired[0] = true;
            limited.cancel();
        });
        try {
            await(sleep(Duration.ofMillis(2)));
        } catch (CancelledError cancelled) {
            if (!expired[0]) {
                throw cancelled;
            }
        } finally {
            timer.cancel();
        }
    }

    private static void sleepWithoutFinally(TortureRun run) throws Exception {
        Future<Void> wokenUp = run.loop().createFuture();
        TimerHandle timer = run.loop().callLater(Duration.ofHours(1), () -> {});
        run.loop().callSoon(() -> {
            if (!wokenUp.isDone()) {
                wokenUp.setResult(null);
            }
        });
        await(wokenUp);
        timer.cancel();
    }

    private static Torture.Program rounds(Round round) {
        return new Torture.Program() {
            @Override
            public void start(TortureRun run) {
                run.startRounds("user", 3, () -> round.use(run));
            }

            @Override
            public void check() {
                // What the harness checks is enough.
            }
        };
    }

    @FunctionalInterface
    private interface Round {
        void use(TortureRun run) throws Exception;
    }
}
