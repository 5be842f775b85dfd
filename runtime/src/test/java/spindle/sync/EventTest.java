package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

@OnBothEngines
class EventTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();
    private final Event event = new Event();

    EventTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void setWakesAllWhoWaitInTheirOrder() throws Exception {
        loops.run(() -> {
            Task<?> first = createTask(() -> waitAndRecord("first"));
            Task<?> second = createTask(() -> waitAndRecord("second"));
            yieldNow();
            event.set();
            log.record("set");
            await(first);
            await(second);
        });

        assertThat(log.events()).containsExactly("set", "first", "second");
    }

    @Test
    void waitingForASetEventDoesNotSuspend() throws Exception {
        event.set();
        loops.run(() -> {
            EventLoop.current().callSoon(log.recording("next turn"));
            waitAndRecord("set");
        });

        assertThat(log.events()).startsWith("set");
    }

    @Test
    void lateComerDoesNotWaitForThoseWhoWereWoken() throws Exception {
        loops.run(() -> {
            Task<?> woken = createTask(() -> waitAndRecord("woken"));
            yieldNow();
            event.set();
            waitAndRecord("late");
            await(woken);
        });

        assertThat(log.events()).containsExactly("late", "woken");
    }

    @Test
    void clearDoesNotTakeBackAWakeUp() throws Exception {
        loops.run(() -> {
            Task<?> first = createTask(() -> waitAndRecord("first"));
            Task<?> second = createTask(() -> waitAndRecord("second"));
            yieldNow();
            event.set();
            event.clear();
            await(first);
            await(second);
            assertThat(event.isSet()).isFalse();
        });

        assertThat(log.events()).containsExactly("first", "second");
    }

    @Test
    void whoComesAfterAClearWaitsEvenIfOthersAreOnTheirWay() throws Exception {
        loops.run(() -> {
            Task<?> woken = createTask(() -> waitAndRecord("woken"));
            yieldNow();
            event.set();
            event.clear();
            Task<?> late = createTask(() -> waitAndRecord("late"));
            await(woken);
            yieldNow();
            assertThat(late.isDone()).isFalse();
            event.set();
            await(late);
        });

        assertThat(log.events()).containsExactly("woken", "late");
    }

    @Test
    void cancelledWaiterLeavesNothingBehind() throws Exception {
        loops.run(() -> {
            Task<?> waiter = createTask(event.waitUntilSet());
            yieldNow();
            assertThat(event).hasToString("<Event clear waiters=1>");
            waiter.cancel();
            yieldNow();
            assertThat(event).hasToString("<Event clear>");
            event.set();
            assertThat(event).hasToString("<Event set>");
        });
    }

    private void waitAndRecord(String what) throws Exception {
        await(event.waitUntilSet());
        log.record(what);
    }
}
