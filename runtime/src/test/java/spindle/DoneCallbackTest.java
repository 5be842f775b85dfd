package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.function.Consumer;

/// What a future calls when it is done.
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DoneCallbackTest {
    @RegisterExtension
    final TestLoops loops = new TestLoops(CoroutineEngine.HANDOFF);

    private final Recorder recorder = new Recorder();
    private final Recording a = new Recording(recorder, "a");
    private final Recording b = new Recording(recorder, "b");
    private final Recording c = new Recording(recorder, "c");

    @Test
    void callbacksRunInALaterTurnAndNeverInline() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.addDoneCallback(_ -> recorder.record("callback"));

        future.setResult("result");
        recorder.record("after setResult");
        future.addDoneCallback(_ -> recorder.record("late callback"));
        recorder.record("after the late one");
        runTurn(loop);

        assertThat(recorder.events())
                .containsExactly(
                        "after setResult", "after the late one", "callback", "late callback");
    }

    @Test
    void callbacksRunAfterEveryKindOfEnding() {
        EventLoop loop = loops.open();
        Future<String> failed = loop.createFuture();
        Future<String> cancelled = loop.createFuture();
        failed.addDoneCallback(future -> recorder.record(future.exception()));
        cancelled.addDoneCallback(future -> recorder.record(future.isCancelled()));
        IOException failure = new IOException("failure");

        failed.setException(failure);
        cancelled.cancel();
        runTurn(loop);

        assertThat(recorder.events()).containsExactly(failure, true);
    }

    @Test
    void callbacksRunInTheOrderOfTheirRegistrationAmongOtherCallbacks() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        for (int i = 0; i < 4; i++) {
            int number = i;
            future.addDoneCallback(_ -> recorder.record(number));
        }

        loop.callSoon(recorder.recording("before"));
        future.setResult("result");
        loop.callSoon(recorder.recording("after"));
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("before", 0, 1, 2, 3, "after");
    }

    @Test
    void callbacksAreGivenTheFutureItself() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.addDoneCallback(recorder::record);

        future.setResult("result");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly(future);
    }

    @Test
    void callbacksRunOnceEach() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        Consumer<Future<String>> callback = _ -> recorder.record("callback");
        future.addDoneCallback(callback);
        future.addDoneCallback(callback);

        future.setResult("result");
        runTurn(loop);
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("callback", "callback");
    }

    @Test
    void callbackThatACallbackAddsRunsInTheNextTurn() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.addDoneCallback(done -> {
            recorder.record("first");
            done.addDoneCallback(_ -> recorder.record("second"));
        });

        future.setResult("result");
        runTurn(loop);
        recorder.record("next turn");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("first", "next turn", "second");
    }

    @Test
    void callbackThatFailsIsReportedAndTheOthersRun() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        IllegalStateException failure = new IllegalStateException("bad callback");
        future.addDoneCallback(_ -> {
            throw failure;
        });
        future.addDoneCallback(_ -> recorder.record("other"));

        future.setResult("result");
        runTurn(loop);

        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
        assertThat(recorder.events()).containsExactly("other");
    }

    // --- Removing ---

    @Test
    void removingFindsAllEqualOnesAndCountsThem() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a, b, a, c, a);

        int removed = future.removeDoneCallback(a);
        future.setResult("result");
        runTurn(loop);

        assertThat(removed).isEqualTo(3);
        assertThat(recorder.events()).containsExactly("b", "c");
    }

    @Test
    void removingFindsTheFirstTheLastAndTheOnlyOne() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a, b, c);

        assertThat(future.removeDoneCallback(a)).isEqualTo(1);
        assertThat(future.removeDoneCallback(c)).isEqualTo(1);
        assertThat(future.removeDoneCallback(b)).isEqualTo(1);
        future.setResult("result");
        runTurn(loop);

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void callbacksAddedAfterARemovalStillRun() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a, b);

        future.removeDoneCallback(b);
        future.addDoneCallback(c);
        future.removeDoneCallback(a);
        future.removeDoneCallback(c);
        future.addDoneCallback(b);
        future.setResult("result");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("b");
    }

    @Test
    void removingFindsNothingWhereThereIsNothing() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a);

        assertThat(future.removeDoneCallback(b)).isZero();
        assertThat(loop.<String>createFuture().removeDoneCallback(a)).isZero();
    }

    @Test
    void callbackThatIsScheduledAlreadyIsNotRemoved() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a);
        future.setResult("result");

        int removed = future.removeDoneCallback(a);
        runTurn(loop);

        assertThat(removed).isZero();
        assertThat(recorder.events()).containsExactly("a");
    }

    @Test
    void removingComparesByEqualityNotByIdentity() {
        EventLoop loop = loops.open();
        Future<String> future = futureWith(loop, a);

        assertThat(future.removeDoneCallback(new Recording(recorder, "a"))).isEqualTo(1);
    }

    private static Future<String> futureWith(EventLoop loop, Recording... callbacks) {
        Future<String> future = loop.createFuture();
        for (Recording callback : callbacks) {
            future.addDoneCallback(callback);
        }
        return future;
    }

    private record Recording(Recorder recorder, String event) implements Consumer<Future<String>> {
        @Override
        public void accept(Future<String> future) {
            recorder.record(event);
        }
    }
}
