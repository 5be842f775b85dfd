package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.fail;

import static spindle.TestLoops.runTurn;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What closing a loop does, and what a closed loop and its resources do.
@OnBothEngines
class EventLoopCloseTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    EventLoopCloseTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void closingTwiceDoesNothing() {
        EventLoop loop = loops.open();
        assertThat(loop.isClosed()).isFalse();

        loop.close();
        loop.close();

        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void refusesToCloseWhileItRuns() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> assertThatIllegalStateException()
                .isThrownBy(loop::close)
                .withMessage("cannot close a running event loop: call stop() first"));

        runTurn(loop);

        assertThat(loop.isClosed()).isFalse();
    }

    @Test
    void closesWithItsBlock() {
        EventLoop escaped;
        try (EventLoop loop = loops.open()) {
            escaped = loop;
        }

        assertThat(escaped.isClosed()).isTrue();
    }

    @Test
    void dropsWhatIsScheduled() {
        EventLoop loop = loops.open();
        loop.callSoon(recorder.recording("soon"));
        TimerHandle timer = loop.callLater(Duration.ZERO, recorder.recording("later"));
        loop.callSoonThreadsafe(recorder.recording("threadsafe"));

        loop.close();

        assertThat(loops.reports().takeOnly())
                .hasToString("timers were still set when their loop was closed, cancel them first: "
                        + timer);

        assertThat(loop.toString()).isEqualTo("<EventLoop closed tasks=0 ready=0 timers=0>");
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void reportsTasksThatAreStillPending() {
        EventLoop loop = loops.open();
        Task<Void> task = loop.createTask(() -> fail("never runs"));

        loop.close();

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).contains("task was still pending when its loop was closed");
        assertThat(report.source()).isSameAs(task);
        assertThat(report.exception()).isNull();
    }

    @Test
    void reportsAPollerThatFailsToClose() {
        IOException broken = new IOException("bad descriptor");
        EventLoop loop = loops.open(loops.builder().poller(new ChannelessPoller() {
            @Override
            public void close() throws IOException {
                throw broken;
            }
        }));

        loop.close();

        assertThat(loops.reports().takeOnly().exception()).isSameAs(broken);
        assertThat(loop.isClosed()).isTrue();
    }

    // --- A closed loop ---

    /// What a closed loop refuses.
    enum Use {
        CALL_SOON,
        CALL_SOON_THREADSAFE,
        CALL_LATER,
        CALL_AT,
        CREATE_TASK,
        RUN_FOREVER,
        RUN_UNTIL_COMPLETE,
        RESOURCE;

        ThrowingCallable of(EventLoop loop) {
            return switch (this) {
                case CALL_SOON -> () -> loop.callSoon(() -> {});
                case CALL_SOON_THREADSAFE -> () -> loop.callSoonThreadsafe(() -> {});
                case CALL_LATER -> () -> loop.callLater(Duration.ZERO, () -> {});
                case CALL_AT -> () -> loop.callAt(0, () -> {});
                case CREATE_TASK -> () -> loop.createTask(() -> "never runs");
                case RUN_FOREVER -> loop::runForever;
                case RUN_UNTIL_COMPLETE -> () -> loop.runUntilComplete(() -> "never runs");
                case RESOURCE -> () -> loop.resource(AutoCloseable.class, _ -> () -> {});
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesToBeUsedOnceClosed(Use use) {
        EventLoop loop = loops.open();
        loop.close();

        assertThatIllegalStateException()
                .isThrownBy(use.of(loop))
                .withMessageContaining("the event loop is closed");
        assertThat(loop.toString()).isEqualTo("<EventLoop closed tasks=0 ready=0 timers=0>");
    }

    @Test
    void futureOfAClosedLoopCanStillBeAsked() throws Exception {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.setResult("result");

        loop.close();

        assertThat(future.result()).isEqualTo("result");
    }

    // --- Its resources ---

    @Test
    void makesOneResourceOfAType() {
        EventLoop loop = loops.open();

        Pool first = loop.resource(Pool.class, _ -> new Pool("first"));
        Pool second = loop.resource(Pool.class, _ -> new Pool("second"));

        assertThat(second).isSameAs(first);
    }

    @Test
    void givesEachLoopAResourceOfItsOwn() {
        EventLoop loop = loops.open();
        EventLoop other = loops.open();

        Pool pool = loop.resource(Pool.class, _ -> new Pool("loop's"));
        Pool others = other.resource(Pool.class, _ -> new Pool("other's"));

        assertThat(others).isNotSameAs(pool);
    }

    @Test
    void tellsTheMakerWhichLoopAsks() {
        EventLoop loop = loops.open();
        List<EventLoop> asking = new ArrayList<>();

        loop.resource(Pool.class, asks -> {
            asking.add(asks);
            return new Pool("made");
        });

        assertThat(asking).containsExactly(loop);
    }

    @Test
    void closesResourcesTheNewestFirst() {
        EventLoop loop = loops.open();
        loop.resource(Sockets.class, _ -> new Sockets("sockets"));
        loop.resource(Pool.class, _ -> new Pool("pool"));

        loop.close();

        assertThat(recorder.events()).containsExactly("pool closed", "sockets closed");
    }

    @Test
    void closesAResourceBeforeThoseThatItsMakerAskedFor() {
        EventLoop loop = loops.open();
        loop.resource(Pool.class, asks -> {
            asks.resource(Sockets.class, _ -> new Sockets("sockets"));
            return new Pool("pool");
        });

        loop.close();

        assertThat(recorder.events()).containsExactly("pool closed", "sockets closed");
    }

    @Test
    void resourceThatFailsToCloseIsReportedAndTheOthersAreClosed() {
        EventLoop loop = loops.open();
        IOException broken = new IOException("cannot close");
        loop.resource(Sockets.class, _ -> new Sockets("sockets"));
        AutoCloseable failing = loop.resource(AutoCloseable.class, _ -> () -> {
            throw broken;
        });

        loop.close();

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.exception()).isSameAs(broken);
        assertThat(report.source()).isSameAs(failing);
        assertThat(recorder.events()).containsExactly("sockets closed");
    }

    /// A failed assertion, or a cancellation, is no reason to leave the sockets open.
    @Test
    void resourceThatDiesOfAnErrorIsReportedAndTheOthersAreClosed() {
        EventLoop loop = loops.open();
        AssertionError broken = new AssertionError("cannot close");
        loop.resource(Sockets.class, _ -> new Sockets("sockets"));
        loop.resource(AutoCloseable.class, _ -> () -> {
            throw broken;
        });

        assertThatCode(loop::close).doesNotThrowAnyException();

        assertThat(loops.reports().takeOnly().exception()).isSameAs(broken);
        assertThat(recorder.events()).containsExactly("sockets closed");
        assertThat(loop.isClosed()).isTrue();
    }

    private final class Sockets implements AutoCloseable {
        private final String name;

        Sockets(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            recorder.record(name + " closed");
        }
    }

    private final class Pool implements AutoCloseable {
        private final String name;

        Pool(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            recorder.record(name + " closed");
        }
    }
}
