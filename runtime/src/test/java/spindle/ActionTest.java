package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.shield;
import static spindle.Async.sleep;
import static spindle.Async.waitFor;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// A block without a value, and a lambda with one, are taken wherever a coroutine is.
@OnBothEngines
class ActionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    ActionTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void loopMakesATaskOfIt() throws Exception {
        EventLoop loop = loops.open();
        Task<?> task = loop.createTask(() -> recorder.record("unnamed"));
        Task<?> named = loop.createTask("name", () -> recorder.record("named"));

        loop.runUntilComplete(named);

        assertThat(recorder.events()).containsExactly("unnamed", "named");
        assertThat(task.result()).isNull();
        assertThat(named.name()).isEqualTo("name");
    }

    @Test
    void loopStartsItEagerly() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Task<?> task = loop.createEagerTask(() -> recorder.record("unnamed"));
            Task<?> named = loop.createEagerTask("name", () -> recorder.record("named"));

            assertThat(recorder.events()).containsExactly("unnamed", "named");
            assertThat(task.isDone()).isTrue();
            assertThat(named.name()).isEqualTo("name");
        });
    }

    @Test
    void coroutineStartsItEagerly() throws Exception {
        loops.run(() -> {
            Task<?> task = createEagerTask(() -> recorder.record("unnamed"));
            Task<?> named = createEagerTask("name", () -> recorder.record("named"));

            assertThat(recorder.events()).containsExactly("unnamed", "named");
            assertThat(task.isDone()).isTrue();
            assertThat(named.name()).isEqualTo("name");
        });
    }

    @Test
    void groupStartsItEagerly() throws Exception {
        loops.run(() -> {
            try (var group = TaskGroup.open()) {
                Task<?> task = group.createEagerTask(() -> recorder.record("unnamed"));
                Task<String> named = group.createEagerTask("name", () -> {
                    recorder.record("named");
                    yieldNow();
                    return "value";
                });
                assertThat(recorder.events()).containsExactly("unnamed", "named");
                assertThat(task.isDone()).isTrue();

                group.join();

                assertThat(named.result()).isEqualTo("value");
                assertThat(named.name()).isEqualTo("name");
            }
        });
    }

    @Test
    void otherThreadHasItRun() throws Exception {
        EventLoop loop = loops.open();
        CompletableFuture<?> result =
                loop.runCoroutineThreadsafe(() -> recorder.record("in the loop"));

        TestLoops.runFor(SECOND, loop);

        assertThat(recorder.events()).containsExactly("in the loop");
        assertThat(result).isCompletedWithValue(null);
    }

    @Test
    void shieldKeepsACancellationFromIt() throws Exception {
        loops.run(() -> {
            Future<?> outer = shield(() -> {
                await(sleep(SECOND));
                recorder.record("done");
            });
            yieldNow();
            outer.cancel();
            await(sleep(SECOND.multipliedBy(2)));
        });

        assertThat(recorder.events()).containsExactly("done");
    }

    @Test
    void shieldTakesALambdaWithAValue() throws Exception {
        loops.run(() -> assertThat(await(shield(() -> "value"))).isEqualTo("value"));
    }

    @Test
    void waitForGivesItUp() throws Exception {
        loops.run(() -> {
            assertThatThrownBy(() -> await(waitFor(SECOND, () -> {
                        await(sleep(SECOND.multipliedBy(2)));
                    })))
                    .isInstanceOf(TimeoutException.class);
        });
    }

    @Test
    void waitForTakesALambdaWithAValue() throws Exception {
        loops.run(() -> assertThat(await(waitFor(SECOND, () -> "value"))).isEqualTo("value"));
    }
}
