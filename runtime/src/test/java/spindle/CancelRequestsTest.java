package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;

/// Requests to cancel are counted and can be taken back, so that a timeout or a group can tell its
/// own from a foreign one.
@OnBothEngines
class CancelRequestsTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    CancelRequestsTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void requestsAreCountedAndDeliveredOnce() throws Exception {
        loops.run(() -> {
            Task<Integer> task = createTask(() -> {
                sleepUntilCancelled();
                recorder.record("cancelled");
                await(sleep(Duration.ofMillis(1)));
                recorder.record("slept");
                return currentTask().cancelling();
            });
            yieldNow();

            assertThat(task.cancel()).isTrue();
            assertThat(task.cancel()).isTrue();

            assertThat(await(task)).isEqualTo(2);
        });

        assertThat(recorder.events()).containsExactly("cancelled", "slept");
    }

    @Test
    void uncancelTakesOneRequestBackAndStopsAtNone() throws Exception {
        loops.run(() -> {
            Task<Integer> task = createTask(() -> {
                sleepUntilCancelled();
                recorder.record(currentTask().uncancel());
                recorder.record(currentTask().uncancel());
                recorder.record(currentTask().uncancel());
                await(sleep(Duration.ofMillis(1)));
                return currentTask().cancelling();
            });
            yieldNow();
            task.cancel();
            task.cancel();

            assertThat(await(task)).isZero();
        });

        assertThat(recorder.events()).containsExactly(1, 0, 0);
    }

    @Test
    void requestThatIsTakenBackBeforeItIsThrownNeverIs() {
        EventLoop loop = loops.open();
        Task<?> task = loop.createTask(() -> {
            recorder.record("ran");
            return null;
        });

        task.cancel();
        task.cancel();
        assertThat(task.uncancel()).isEqualTo(1);
        assertThat(task.uncancel()).isZero();
        runTurn(loop);

        assertThat(task.isCancelled()).isFalse();
        assertThat(recorder.events()).containsExactly("ran");
    }

    @Test
    void requestStandsWhileOneIsLeft() {
        EventLoop loop = loops.open();
        Task<?> task = loop.createTask(() -> {
            recorder.record("ran");
            return null;
        });

        task.cancel();
        task.cancel();
        task.uncancel();
        runTurn(loop);

        assertThat(task.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    /// The reason belongs to the request: it went when the request was taken back.
    @Test
    void reasonOfARequestThatWasTakenBackIsForgotten() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask((Coroutine<String>) () -> {
                sleepUntilCancelled();
                currentTask().uncancel();
                throw new CancelledError("my own");
            });
            yieldNow();
            task.cancel("taken back");

            assertThatThrownBy(() -> await(task)).hasMessage("my own");
        });
    }

    private static void sleepUntilCancelled() throws Exception {
        try {
            await(sleep(Duration.ofHours(1)));
        } catch (CancelledError swallowed) {
            return;
        }
        throw new AssertionError("nobody cancelled");
    }
}
