package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class SleepTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    SleepTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void wakesUpAfterItsDuration() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();

            await(sleep(Duration.ofSeconds(3)));

            assertThat(loop.time() - start).isEqualTo(Duration.ofSeconds(3).toNanos());
        });
    }

    @Test
    void countsFromTheAwaitAndNotFromTheCall() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Coroutine<?> twoSeconds = sleep(Duration.ofSeconds(2));
            long start = loop.time();

            await(sleep(Duration.ofSeconds(1)));
            await(twoSeconds);
            await(twoSeconds);

            assertThat(loop.time() - start).isEqualTo(Duration.ofSeconds(5).toNanos());
        });
    }

    @Test
    void sleepersWakeInTheOrderOfTheirDeadlines() throws Exception {
        loops.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int seconds : new int[] {3, 1, 2, 1}) {
                int number = tasks.size();
                tasks.add(createTask(() -> {
                    await(sleep(Duration.ofSeconds(seconds)));
                    recorder.record(number);
                }));
            }
            for (Task<?> task : tasks) {
                await(task);
            }
        });

        assertThat(recorder.events()).containsExactly(1, 3, 2, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void durationThatIsNotPositiveYieldsExactlyOnce(long nanos) throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            long start = loop.time();
            loop.callSoon(() -> {
                recorder.record("this turn");
                loop.callSoon(recorder.recording("next turn"));
            });

            await(sleep(Duration.ofNanos(nanos)));
            recorder.record("woke");
            yieldNow();

            assertThat(loop.time()).isEqualTo(start);
        });

        assertThat(recorder.events()).containsExactly("this turn", "woke", "next turn");
    }

    @Test
    void cancelledSleepTakesItsTimerAlong() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Task<?> sleeping = createTask(() -> await(sleep(Duration.ofDays(1))));
            yieldNow();
            assertThat(loop.toString()).contains("timers=1");

            sleeping.cancel();
            assertThatThrownBy(() -> await(sleeping)).isInstanceOf(CancelledError.class);
            yieldNow();

            assertThat(loop.toString()).contains("timers=0");
        });
    }

    @Test
    void manySleepsLeaveNoTimersBehind() throws Exception {
        loops.run(() -> {
            for (int i = 0; i < 1_000; i++) {
                await(sleep(Duration.ofMillis(1)));
            }

            assertThat(EventLoop.current().toString()).contains("timers=0");
        });
    }

    @Test
    void sleepThatIsCancelledAsItsTimeComesIsCancelled() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Task<?> sleeping = createTask(() -> await(sleep(Duration.ofSeconds(1))));
            yieldNow();
            loop.callLater(Duration.ofSeconds(1), sleeping::cancel);

            assertThatThrownBy(() -> await(sleeping)).isInstanceOf(CancelledError.class);
        });
    }

    @Test
    void sleepMayBringAValue() throws Exception {
        loops.run(() -> {
            long start = EventLoop.current().time();
            assertThat(await(sleep(Duration.ofSeconds(1), "value"))).isEqualTo("value");
            assertThat(EventLoop.current().time() - start)
                    .isEqualTo(Duration.ofSeconds(1).toNanos());
        });
    }

    @Test
    void sleepOutsideATaskSaysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> sleep(Duration.ofSeconds(1)).run())
                .withMessageContaining("sleep was called outside a task");
    }

    @Test
    void veryLongSleepCanBeAwaitedAndCancelled() throws Exception {
        loops.run(() -> {
            Task<?> sleeping = createTask(() -> await(sleep(Duration.ofSeconds(Long.MAX_VALUE))));
            await(sleep(Duration.ofDays(365)));
            assertThat(sleeping.isDone()).isFalse();

            sleeping.cancel();
            assertThatThrownBy(() -> await(sleeping)).isInstanceOf(CancelledError.class);
        });
    }
}
