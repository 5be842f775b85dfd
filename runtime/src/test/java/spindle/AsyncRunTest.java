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

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// Where a program begins, and what it leaves behind.
@OnBothEngines
class AsyncRunTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    AsyncRunTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void returnsWhatMainReturns() throws Exception {
        Object result = new Object();

        assertThat(loops.<Object>run(() -> result)).isSameAs(result);
    }

    @Test
    void throwsTheVeryThrowableOfMain() {
        IOException checked = new IOException("checked");
        AssertionError error = new AssertionError("error");

        assertThatThrownBy(() -> loops.run((Coroutine<String>) () -> {
                    throw checked;
                }))
                .isSameAs(checked);
        assertThatThrownBy(() -> loops.run((Coroutine<String>) () -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void runsOnALoopOfItsOwnWithTheDefaults() throws Exception {
        String result = Async.run(() -> {
            await(sleep(Duration.ofNanos(1)));
            return "result";
        });
        Async.run(() -> recorder.record("action"));

        assertThat(result).isEqualTo("result");
        assertThat(recorder.events()).containsExactly("action");
    }

    @Test
    void closesItsLoop() throws Exception {
        EventLoop loop = loops.run(EventLoop::current);

        assertThat(loop.isClosed()).isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void closesItsLoopWhenMainFails() {
        AtomicReference<EventLoop> loop = new AtomicReference<>();

        assertThatThrownBy(() -> loops.run((Coroutine<String>) () -> {
                    loop.set(EventLoop.current());
                    throw new IOException("failure");
                }))
                .hasMessage("failure");

        assertThat(loop.get().isClosed()).isTrue();
    }

    @Test
    void runsOneAfterTheOther() throws Exception {
        EventLoop first = loops.run(EventLoop::current);
        EventLoop second = loops.run(EventLoop::current);

        assertThat(second).isNotSameAs(first);
    }

    @Test
    void refusesToRunInACoroutine() throws Exception {
        loops.run(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loops.run(() -> recorder.record("nested")))
                    .withMessageContaining("an event loop is running in this thread already")
                    .withMessageContaining("await the coroutine");
            yieldNow();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void refusesToRunInACallback() throws Exception {
        loops.run(() -> {
            EventLoop.current()
                    .callSoon(() -> assertThatIllegalStateException()
                            .isThrownBy(() -> loops.run(() -> recorder.record("nested"))));
            yieldNow();
        });

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void mayRunInAThreadThatACoroutineStarted() throws Exception {
        TestLoops others = loops;
        loops.run(() -> {
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    others.run(() -> recorder.record("other loop"));
                } catch (Exception failure) {
                    recorder.record(failure);
                }
            });
            thread.join();
        });

        assertThat(recorder.events()).containsExactly("other loop");
    }

    // --- Left-over tasks ---

    @Test
    void cancelsAndAwaitsTheTasksThatMainLeavesBehind() throws Exception {
        loops.run(() -> {
            for (String name : new String[] {"first", "second"}) {
                Task<?> leftOver = createTask(name, () -> {
                    try {
                        await(sleep(LONG));
                    } finally {
                        await(sleep(Duration.ofSeconds(1)));
                        recorder.record(name + " cleaned up");
                    }
                });
                assertThat(leftOver.isDone()).isFalse();
            }
            yieldNow();
            recorder.record("main returns");
        });

        assertThat(recorder.events())
                .containsExactly("main returns", "first cleaned up", "second cleaned up");
        assertThat(Duration.ofNanos(loops.clock().nanoTime())).isLessThan(LONG);
    }

    /// As in asyncio: the turn that ends the run is the one after main's last.
    @Test
    void taskThatMainCreatesLastTakesItsFirstStepBeforeItIsCancelled() throws Exception {
        Task<?> leftOver = loops.run(() -> createTask(() -> {
            recorder.record("first step");
            await(sleep(LONG));
        }));

        assertThat(leftOver.isCancelled()).isTrue();
        assertThat(recorder.events()).containsExactly("first step");
    }

    @Test
    void cancelsWhatIsLeftWhenMainFails() {
        IOException failure = new IOException("main's");

        assertThatThrownBy(() -> loops.run((Coroutine<String>) () -> {
                    Task<?> leftOver = createTask(() -> {
                        try {
                            await(sleep(LONG));
                        } finally {
                            recorder.record("cleaned up");
                        }
                    });
                    yieldNow();
                    assertThat(leftOver.isDone()).isFalse();
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    @Test
    void failureOfATaskThatIsLeftIsReportedAndNotThrown() throws Exception {
        IOException failure = new IOException("cannot clean up");

        String result = loops.run(() -> {
            Task<?> leftOver = createTask(() -> {
                try {
                    await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw failure;
                }
            });
            yieldNow();
            return leftOver.isDone() ? "done" : "left over";
        });

        assertThat(result).isEqualTo("left over");
        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
    }

    /// The gathering learns of its last child in the turn after that has ended.
    @Test
    void failuresOfGatheredTasksThatAreLeftAreDroppedAsEver() throws Exception {
        loops.run(() -> {
            Coroutine<Object> child = () -> {
                try {
                    return await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    throw new IOException("cannot clean up");
                }
            };
            Task<?> leftOver = createTask(() -> await(Async.gather(child, child)));
            yieldNow();
            yieldNow();
            assertThat(leftOver.isDone()).isFalse();
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void taskThatRefusesToBeCancelledIsAwaitedAllTheSame() throws Exception {
        loops.run(() -> {
            Task<?> stubborn = createTask(() -> {
                for (int i = 0; i < 3; i++) {
                    try {
                        await(sleep(Duration.ofSeconds(1)));
                    } catch (CancelledError refused) {
                        recorder.record("refused");
                    }
                }
                recorder.record("ended");
            });
            yieldNow();
            assertThat(stubborn.isDone()).isFalse();
        });

        assertThat(recorder.events()).containsExactly("refused", "ended");
    }

    @Test
    void loopThatMainStopsEndsTheRunAndMainIsCancelled() {
        assertThatIllegalStateException()
                .isThrownBy(() -> loops.run(() -> {
                    EventLoop.current().stop();
                    try {
                        await(sleep(LONG));
                    } finally {
                        recorder.record("cancelled");
                    }
                }))
                .withMessageContaining("stopped before the future was done");

        assertThat(recorder.events()).containsExactly("cancelled");
    }
}
