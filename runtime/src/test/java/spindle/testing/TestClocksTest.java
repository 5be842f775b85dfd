package spindle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.run;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.testing.Testing.waitAllTasksBlocked;

import org.junit.jupiter.api.Test;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/// Clocks that tests own.
@OnBothEngines
class TestClocksTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoroutineEngine engine;
    private final Recorder recorder = new Recorder();

    TestClocksTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    // --- ManualClock ---

    @Test
    void manualClockMovesWhenTheTestMovesIt() throws Exception {
        ManualClock clock = new ManualClock();

        run(builder().clock(clock), () -> {
            Task<?> sleeper = createTask(() -> await(sleep(HOUR)));
            await(waitAllTasksBlocked());
            assertThat(sleeper.isDone()).isFalse();
            clock.advance(HOUR);
            await(sleeper);
        });

        assertThat(clock).hasToString("<ManualClock PT1H>");
    }

    @Test
    void loopThatCouldOnlyWaitForTheManualClockFails() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run(builder().clock(new ManualClock()), () -> await(sleep(HOUR))))
                .withMessage("nothing can happen before PT1H have passed, and this clock stands "
                        + "still: advance it from a task or callback, or use an AutoJumpClock");
    }

    @Test
    void clocksDoNotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManualClock().advance(Duration.ofNanos(-1)))
                .withMessage("expected a duration to move the clock forward but got -1 ns");
    }

    // --- AutoJumpClock ---

    @Test
    void sleepersWakeInTheirOrderAndTakeNoTime() throws Exception {
        AutoJumpClock clock = new AutoJumpClock();

        run(builder().clock(clock), () -> {
            await(gather(sleeper(3), sleeper(1), sleeper(2)));
        });

        assertThat(recorder.events()).containsExactly(1, 2, 3);
        assertThat(clock).hasToString("<AutoJumpClock PT3H>");
    }

    @Test
    void timersDoNotOvertakeABlockingCall() throws Exception {
        CountDownLatch sleeping = new CountDownLatch(1);

        test(() -> {
            Task<String> call = createTask(() -> await(runBlocking(() -> {
                sleeping.await();
                return "value";
            })));
            Task<String> limited = createTask(() -> await(failAfter(HOUR, () -> await(call))));
            await(waitAllTasksBlocked());
            sleeping.countDown();

            assertThat(await(limited)).isEqualTo("value");
        });
    }

    @Test
    void stageOfAnotherThreadIsNoDeadlock() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();

        test(() -> {
            Task<String> task = createTask(() -> await(Future.from(stage)));
            await(waitAllTasksBlocked());
            Thread.ofVirtual().start(() -> stage.complete("value"));

            assertThat(await(task)).isEqualTo("value");
        });
    }

    @Test
    void deadlineOfASilentPeerIsJumpedTo() throws Exception {
        try (ServerSocketChannel server = listen()) {
            test(() -> {
                assertThatThrownBy(() -> await(failAfter(HOUR, () -> accept(server))))
                        .isInstanceOf(TimeoutException.class);
            });
        }
    }

    @Test
    void peerThatIsThereComesBeforeTheDeadline() throws Exception {
        try (ServerSocketChannel server = listen();
                var _ = new Socket(
                        InetAddress.getLoopbackAddress(), server.socket().getLocalPort())) {
            test(() -> await(failAfter(HOUR, () -> accept(server))));
        }
    }

    private static ServerSocketChannel listen() throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        return server;
    }

    private static void accept(ServerSocketChannel server) throws Exception {
        EventLoop loop = EventLoop.current();
        Future<String> readable = loop.createFuture("a connection");
        loop.addReader(server, () -> {
            if (!readable.isDone()) {
                readable.setResult("readable");
            }
        });
        try {
            await(readable);
        } finally {
            loop.forgetChannel(server);
        }
    }

    // --- waitAllTasksBlocked ---

    @Test
    void waitsUntilTheOthersHaveDoneWhatTheyCan() throws Exception {
        test(() -> {
            Future<String> last = EventLoop.current().createFuture();
            Task<String> chain = createTask(() -> {
                Task<String> inner = createTask(() -> await(last));
                return await(inner);
            });

            await(waitAllTasksBlocked());

            assertThat(EventLoop.current().allTasks()).hasSize(3);
            last.setResult("value");
            assertThat(await(chain)).isEqualTo("value");
        });
    }

    @Test
    void waitingForBlockedTasksComesBeforeTheClockJumps() throws Exception {
        test(() -> {
            Task<?> sleeper = createTask(() -> await(sleep(HOUR)));

            await(waitAllTasksBlocked());

            assertThat(sleeper.isDone()).isFalse();
            await(sleeper);
        });
    }

    @Test
    void waitForBlockedTasksThatIsGivenUpLeavesNothing() throws Exception {
        test(() -> {
            Future<?> blocked = waitAllTasksBlocked();
            blocked.cancel();
            assertThat(blocked.isCancelled()).isTrue();
        });
    }

    private Coroutine<Integer> sleeper(int hours) {
        return () -> {
            await(sleep(Duration.ofHours(hours)));
            recorder.record(hours);
            return hours;
        };
    }

    private EventLoop.Builder builder() {
        return EventLoop.builder().engine(engine);
    }

    private void test(Coroutine.Action action) throws Exception {
        Testing.run(builder(), action);
    }
}
