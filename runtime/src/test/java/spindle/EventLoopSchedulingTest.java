package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.TestLoops.runFor;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// When callbacks run, and in which order.
@OnBothEngines
class EventLoopSchedulingTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    EventLoopSchedulingTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Soon ---

    /// Their differences do not fit into a `long`: a comparison would take late for early.
    @Test
    void deadlinesFarApartKeepTheirOrder() {
        EventLoop loop = loops.open();
        TimerHandle never = loop.callAt(Long.MAX_VALUE, recorder.recording("never"));
        loop.callAt(Long.MIN_VALUE, recorder.recording("long ago"));
        loop.callAt(-1, recorder.recording("just now"));
        loop.callAt(1, recorder.recording("soon"));

        runFor(Duration.ofDays(365), loop);

        assertThat(recorder.events()).containsExactly("long ago", "just now", "soon");
        assertThat(never.when()).isEqualTo(Duration.ofDays(36_500).toNanos());
        never.cancel();
    }

    @Test
    void runsCallbacksInTheOrderTheyWereScheduled() {
        EventLoop loop = loops.open();
        for (int i = 0; i < 5; i++) {
            loop.callSoon(recorder.recording(i));
        }

        runTurn(loop);

        assertThat(recorder.events()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void runsWhatATurnSchedulesInTheNextTurn() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            recorder.record("a");
            loop.callSoon(recorder.recording("a2"));
        });
        loop.callSoon(recorder.recording("b"));

        runTurn(loop);
        recorder.record("next turn");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("a", "b", "next turn", "a2");
    }

    @Test
    void runsExactlyAsManyHandlesAsWereReady() {
        EventLoop loop = loops.open();
        for (int i = 0; i < 3; i++) {
            loop.callSoon(() -> recordAndReschedule(loop));
        }

        runTurn(loop);
        assertThat(recorder.events()).hasSize(3);

        runTurn(loop);
        assertThat(recorder.events()).hasSize(6);
    }

    private void recordAndReschedule(EventLoop loop) {
        recorder.record("ran");
        loop.callSoon(() -> recordAndReschedule(loop));
    }

    @Test
    void runsWhatTheLoopSchedulesThreadsafeInTheNextTurn() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {
            loop.callSoonThreadsafe(recorder.recording("threadsafe"));
            recorder.record("scheduled");
        });

        runTurn(loop);
        recorder.record("next turn");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("scheduled", "next turn", "threadsafe");
    }

    // --- Later ---

    @Test
    void runsTimersInTheOrderOfTheirDeadlines() {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ofMillis(3), recorder.recording("third"));
        loop.callLater(Duration.ofMillis(1), recorder.recording("first"));
        loop.callLater(Duration.ofMillis(2), recorder.recording("second"));

        runFor(Duration.ofMillis(10), loop);

        assertThat(recorder.events()).containsExactly("first", "second", "third");
    }

    @Test
    void runsTimersWithEqualDeadlinesInTheOrderTheyWereScheduled() {
        EventLoop loop = loops.open();
        long deadline = loop.time() + 5_000;
        for (int i = 0; i < 8; i++) {
            loop.callAt(deadline, recorder.recording(i));
        }

        runFor(Duration.ofMillis(10), loop);

        assertThat(recorder.events()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void ordersNegativeDelaysByDeadlineToo() {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ZERO, recorder.recording(0));
        loop.callLater(Duration.ofSeconds(-1), recorder.recording(-1));
        loop.callLater(Duration.ofSeconds(-2), recorder.recording(-2));

        runTurn(loop);

        assertThat(recorder.events()).containsExactly(-2, -1, 0);
    }

    @Test
    void runsATimerAtItsDeadlineAndNotBefore() {
        EventLoop loop = loops.open();
        TimerHandle timer = loop.callLater(Duration.ofNanos(7), () -> recorder.record(loop.time()));

        runFor(Duration.ofMillis(1), loop);

        assertThat(recorder.events()).containsExactly(timer.when());
    }

    @Test
    void runsDueTimersAfterTheHandlesThatAreReady() {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ZERO, recorder.recording("timer"));
        loop.callSoon(recorder.recording("soon"));

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("soon", "timer");
    }

    @Test
    void runsATimerThatATurnMakesDueInTheNextTurn() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> loop.callLater(Duration.ZERO, recorder.recording("timer")));

        runTurn(loop);
        recorder.record("next turn");
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("next turn", "timer");
    }

    @Test
    void waitsLongerThanTheLongestSingleWait() {
        EventLoop loop = loops.open();
        Duration tenDays = Duration.ofDays(10);
        loop.callLater(tenDays, () -> recorder.record(loop.time()));
        long start = loop.time();

        runFor(Duration.ofDays(11), loop);

        assertThat(recorder.events()).containsExactly(start + tenDays.toNanos());
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000})
    void acceptsDelaysThatNoClockReaches(long seconds) {
        EventLoop loop = loops.open();
        TimerHandle never =
                loop.callLater(Duration.ofSeconds(seconds), recorder.recording("never"));

        runFor(Duration.ofDays(365), loop);

        assertThat(recorder.events()).isEmpty();
        assertThat(never.when() - loop.time()).isGreaterThan(TimeUnit.DAYS.toNanos(10_000));
        never.cancel();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE / 1_000_000_000})
    void acceptsDelaysFromBeforeTheClockBegan(long seconds) {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ofSeconds(-1), recorder.recording("a second ago"));
        loop.callLater(Duration.ofSeconds(seconds), recorder.recording("ages ago"));

        runTurn(loop);

        assertThat(recorder.events()).containsExactly("ages ago", "a second ago");
    }

    @Test
    void ordersTimersAcrossTheOverflowOfTheClock() {
        loops.clock().advanceNanos(Long.MAX_VALUE - 1_000);
        EventLoop loop = loops.open();
        loop.callLater(Duration.ofNanos(2_000), recorder.recording("after"));
        loop.callLater(Duration.ofNanos(500), recorder.recording("before"));

        runFor(Duration.ofNanos(5_000), loop);

        assertThat(recorder.events()).containsExactly("before", "after");
    }

    // --- Never: cancelled ---

    @Test
    void cancelledHandleNeverRuns() {
        EventLoop loop = loops.open();
        Handle handle = loop.callSoon(recorder.recording("cancelled"));

        handle.cancel();
        handle.cancel();
        runTurn(loop);

        assertThat(handle.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void cancelledTimerNeverRuns() {
        EventLoop loop = loops.open();
        TimerHandle timer = loop.callLater(Duration.ofMillis(1), recorder.recording("cancelled"));

        timer.cancel();
        timer.cancel();
        runFor(Duration.ofMillis(2), loop);

        assertThat(timer.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void handleThatIsCancelledEarlierInItsOwnTurnNeverRuns() {
        EventLoop loop = loops.open();
        TimerHandle[] due = new TimerHandle[1];
        Handle[] ready = new Handle[1];
        loop.callSoon(() -> {
            due[0].cancel();
            ready[0].cancel();
        });
        ready[0] = loop.callSoon(recorder.recording("ready"));
        due[0] = loop.callLater(Duration.ZERO, recorder.recording("due"));

        runTurn(loop);

        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void cancellingAfterTheRunDoesNothing() {
        EventLoop loop = loops.open();
        Handle handle = loop.callSoon(recorder.recording("soon"));
        TimerHandle timer = loop.callLater(Duration.ZERO, recorder.recording("later"));
        runTurn(loop);

        handle.cancel();
        timer.cancel();
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("soon", "later");
    }

    @Test
    void cancelledTimerDoesNotHoldTheLoopUp() {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ofHours(1), recorder.recording("cancelled")).cancel();
        long start = loop.time();

        runFor(Duration.ofHours(2), loop);

        assertThat(loop.time() - start).isEqualTo(Duration.ofHours(2).toNanos());
        assertThat(loop.toString()).contains("timers=0");
    }

    @Test
    void cancelledTimerLetsGoOfItsCallback() throws InterruptedException {
        EventLoop loop = loops.open();
        WeakReference<Object> callback = scheduleAndCancel(loop);

        for (int i = 0; i < 50 && callback.get() != null; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(1);
        }

        assertThat(callback.get()).isNull();
        assertThat(loop.toString()).contains("timers=1");
    }

    private static WeakReference<Object> scheduleAndCancel(EventLoop loop) {
        Recorder captured = new Recorder();
        loop.callLater(Duration.ofDays(1), captured.recording("never")).cancel();
        return new WeakReference<>(captured);
    }
}
