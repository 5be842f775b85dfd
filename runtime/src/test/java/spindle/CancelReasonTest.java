package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;

/// The message of a cancellation says who asked for it and why.
@OnBothEngines
class CancelReasonTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    CancelReasonTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void namesTheTaskThatAsked() throws Exception {
        loops.run(() -> {
            Task<?> victim = sleeper();
            await(createTask("reaper", () -> victim.cancel("too old")));
            assertMessage("too old (cancelled by task 'reaper')", victim);
        });
    }

    @Test
    void namesTheTaskThatAskedEvenWithoutAReason() throws Exception {
        loops.run(() -> {
            Task<?> victim = sleeper();
            await(createTask("reaper", () -> victim.cancel()));
            assertMessage("cancelled by task 'reaper'", victim);
        });
    }

    @Test
    void isTheReasonAloneIfACallbackAsked() throws Exception {
        loops.run(() -> {
            Task<?> victim = sleeper();
            EventLoop.current().callSoon(() -> victim.cancel("too old"));
            assertMessage("too old", victim);
        });
    }

    @Test
    void isMissingIfACallbackAskedWithoutAReason() throws Exception {
        loops.run(() -> {
            Task<?> victim = sleeper();
            EventLoop.current().callSoon(victim::cancel);
            assertMessage(null, victim);
        });
    }

    @Test
    void namesTheTaskItselfIfThatAsked() throws Exception {
        loops.run(() -> {
            Task<?> victim = createTask("suicidal", () -> {
                currentTask().cancel("enough");
                yieldNow();
            });
            assertMessage("enough (cancelled by task 'suicidal')", victim);
        });
    }

    @Test
    void isTheLastOneOfSeveralRequests() throws Exception {
        loops.run(() -> {
            Task<?> victim = sleeper();
            EventLoop.current().callSoon(() -> {
                victim.cancel("first");
                victim.cancel("second");
            });
            assertMessage("second", victim);
        });
    }

    @Test
    void goesDownTheChainOfAwaitsAsItIs() throws Exception {
        loops.run(() -> {
            Future<Object> future = EventLoop.current().createFuture();
            Task<?> inner = createTask("inner", () -> {
                try {
                    await(future);
                } catch (CancelledError cancelled) {
                    recorder.record(String.valueOf(cancelled.getMessage()));
                    throw cancelled;
                }
            });
            Task<?> outer = createTask("outer", () -> await(inner));
            yieldNow();
            yieldNow();
            await(createTask("reaper", () -> outer.cancel("too old")));
            assertMessage("too old (cancelled by task 'reaper')", outer);
            assertMessage("too old (cancelled by task 'reaper')", inner);
            assertMessage("too old (cancelled by task 'reaper')", future);
        });

        assertThat(recorder.events()).containsExactly("too old (cancelled by task 'reaper')");
    }

    @Test
    void isTheOneThatTheTaskIsLeftWithIfItThrowsACancellationOfItsOwn() throws Exception {
        loops.run(() -> {
            Task<?> victim = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw new CancelledError("my own");
                }
            });
            yieldNow();
            EventLoop.current().callSoon(() -> victim.cancel("requested"));
            assertMessage("requested", victim);
        });
    }

    @Test
    void ofAGatheringReachesItsChildren() throws Exception {
        loops.run(() -> {
            Task<?> child = sleeper();
            Future<List<Object>> gathering = gather(List.of(child));
            EventLoop.current().callSoon(() -> gathering.cancel("all of you"));
            assertMessage("all of you", gathering);
            assertMessage("all of you", child);
        });
    }

    @Test
    void ofTheEndOfARunSaysSo() throws Exception {
        loops.run(() -> {
            Task<?> left = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    recorder.record(String.valueOf(cancelled.getMessage()));
                    throw cancelled;
                }
            });
            yieldNow();
            assertThat(left.isDone()).isFalse();
        });

        assertThat(recorder.events()).containsExactly("the loop is about to close");
    }

    private static Task<?> sleeper() {
        Task<?> sleeper = createTask("sleeper", sleep(LONG));
        yieldNow();
        return sleeper;
    }

    private static void assertMessage(@Nullable String message, Future<?> cancelled) {
        assertThatThrownBy(() -> await(cancelled))
                .isInstanceOf(CancelledError.class)
                .hasMessage(message);
    }
}
