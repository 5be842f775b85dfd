package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/// Callbacks see the task-locals as they were where the callback was scheduled or registered,
/// and keep what they set to themselves.
@OnBothEngines
class TaskLocalCallbackTest {
    private static final TaskLocal<String> USER = TaskLocal.withDefault("user", "nobody");

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskLocalCallbackTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void callSoonTakesACopy() {
        seesWhatWasSetBefore(EventLoop::callSoon);
    }

    @Test
    void callLaterTakesACopy() {
        seesWhatWasSetBefore((loop, callback) -> loop.callLater(Duration.ofSeconds(1), callback));
    }

    @Test
    void callAtTakesACopy() {
        seesWhatWasSetBefore((loop, callback) -> loop.callAt(loop.time() + 1, callback));
    }

    @Test
    void callWhenIdleTakesACopy() {
        seesWhatWasSetBefore(EventLoop::callWhenIdle);
    }

    @Test
    void callSoonThreadsafeTakesACopy() {
        seesWhatWasSetBefore(EventLoop::callSoonThreadsafe);
    }

    @Test
    void doneCallbackTakesACopyWhereItIsAdded() {
        seesWhatWasSetBefore((loop, callback) -> {
            Future<String> future = loop.createFuture();
            future.addDoneCallback(_ -> callback.run());
            USER.set("who completes it");
            future.setResult("done");
        });
    }

    @Test
    void doneCallbackOfADoneFutureTakesACopyWhereItIsAdded() {
        seesWhatWasSetBefore((loop, callback) -> {
            Future<String> future = loop.createFuture();
            try (var _ = USER.set("who completes it")) {
                future.setResult("done");
            }
            future.addDoneCallback(_ -> callback.run());
        });
    }

    /// Schedules a callback from within a callback, and from a loop at rest.
    private void seesWhatWasSetBefore(BiConsumer<EventLoop, Runnable> schedule) {
        EventLoop loop = loops.open();
        loop.callSoon(() -> scheduleBetweenTwoSets(loop, schedule));
        TestLoops.runFor(Duration.ofMinutes(1), loop);
        assertThat(recorder.events()).containsExactly("before");

        try (var _ = USER.set("thread")) {
            scheduleBetweenTwoSets(loop, schedule);
            TestLoops.runFor(Duration.ofMinutes(1), loop);
            assertThat(recorder.events()).containsExactly("before", "before");
        }
    }

    private void scheduleBetweenTwoSets(EventLoop loop, BiConsumer<EventLoop, Runnable> schedule) {
        try (var _ = USER.set("before")) {
            schedule.accept(loop, () -> {
                recorder.record(USER.get());
                USER.set("callback");
            });
            USER.set("after");
        }
    }

    @Test
    void whatACallbackSetsTheNextOneDoesNotSee() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> USER.set("first"));
        loop.callSoon(() -> recorder.record(USER.get()));
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("nobody");
        assertThat(USER.isSet()).isFalse();
    }

    @Test
    void callbackThatACallbackSchedulesInheritsWhatThatHasSet() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            USER.set("first");
            loop.callSoon(() -> recorder.record(USER.get()));
        });
        runTurn(loop);
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("first");
    }

    @Test
    void exceptionHandlerSeesTheCallbacksValues() {
        EventLoop loop = loops.open(loops.builder()
                .exceptionHandler(context -> recorder.record(context.message() + USER.get())));
        loop.callSoon(() -> {
            USER.set(" of ann");
            throw new IllegalStateException("no luck");
        });
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("exception in callback of ann");
    }

    @Test
    void callbackOfAnotherThreadSeesThatThreadsValues() throws Exception {
        EventLoop loop = loops.openReal();
        CountDownLatch scheduled = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            USER.set("other thread");
            loop.callSoonThreadsafe(() -> recorder.record(USER.get()));
            scheduled.countDown();
        });
        scheduled.await();
        other.join();
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("other thread");
    }
}
