package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// What a loop that is closed says of whatever was still open in it, in full.
@OnBothEngines
class LeakReportTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    LeakReportTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Each kind ---

    @Test
    void ofATaskThatIsPending() {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask("worker", Coroutine.named("work", () -> "never"));

        loop.close();

        assertThat(task.isDone()).isFalse();
        assertThat(loops.reports().takeOnly())
                .hasToString("task was still pending when its loop was closed: "
                        + "cancel and await it first: "
                        + "<Task pending name='worker' coro=<work()>>");
    }

    @Test
    void ofATimerThatIsSet() {
        EventLoop loop = loops.open();
        loop.callLater(Duration.ofSeconds(2), recorder.recording("never"));
        loop.callLater(Duration.ofSeconds(1), recorder.recording("never")).cancel();

        loop.close();

        assertThat(loops.reports().takeOnly())
                .hasToString("timers were still set when their loop was closed, "
                        + "cancel them first: <TimerHandle when=2.000s Recorder lambda>");
    }

    @Test
    void ofManyTimersListsTheTenNextOnesAndCountsTheOthers() {
        EventLoop loop = loops.open();
        for (int i = 12; i >= 1; i--) {
            loop.callLater(Duration.ofSeconds(i), recorder.recording("never"));
        }

        loop.close();

        String report = loops.reports().takeOnly().toString();
        assertThat(report)
                .startsWith("timers were still set when their loop was closed, cancel them first:"
                        + " <TimerHandle when=1.000s Recorder lambda>,"
                        + " <TimerHandle when=2.000s Recorder lambda>, ")
                .endsWith(" <TimerHandle when=10.000s Recorder lambda>, and 2 more");
    }

    @Test
    void ofAChannelThatIsWatched() throws IOException {
        EventLoop loop = loops.openReal();
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        loops.closeBeforehand(pipe.source());
        loops.closeBeforehand(pipe.sink());
        loop.addReader(pipe.source(), recorder.recording("never"));
        loop.addWriter(pipe.sink(), recorder.recording("never")).cancel();

        loop.close();

        assertThat(loops.reports().takeOnly())
                .hasToString("handles still watched channels when their loop was closed, "
                        + "call removeReader and removeWriter, or close what uses them, first: "
                        + "<Handle Recorder lambda>");
    }

    @Test
    void ofCallbacksThatAreReadyInDebugModeAlone() {
        EventLoop loop = loops.open();
        loop.callSoon(() -> {});
        EventLoop debugging = loops.open(loops.builder().debug(true));
        debugging.callSoon(() -> {});
        debugging.callWhenIdle(() -> {});
        debugging.callSoonThreadsafe(() -> {});
        debugging.callSoon(() -> {}).cancel();

        loop.close();
        assertThat(loops.reports().takeAll()).isEmpty();
        debugging.close();

        assertThat(loops.reports().takeOnly().toString())
                .startsWith("callbacks had still to run when their loop was closed: <Handle ")
                .containsPattern("(?s)(<Handle LeakReportTest lambda made by .*){3}")
                .doesNotContain("cancelled");
    }

    @Test
    void inDebugModeSaysWhereEachWasMade() {
        EventLoop loop = loops.open(loops.builder().debug(true));
        loop.callLater(Duration.ofSeconds(1), () -> {});
        Task<String> task = loop.createTask(() -> "never");

        loop.close();

        assertThat(task.isDone()).isFalse();
        assertThat(loops.reports().takeAll())
                .hasSize(3)
                .allSatisfy(report -> assertThat(report.toString())
                        .contains("\nmade here:\n\tat spindle.LeakReportTest"
                                + ".inDebugModeSaysWhereEachWasMade(LeakReportTest.java:"));
    }

    // --- Order ---

    @Test
    void comesAfterTheResourcesAreClosedWhichMayHaveUsedThem() {
        EventLoop loop = loops.open();
        TimerHandle timer = loop.callLater(Duration.ofSeconds(1), () -> {});
        loop.resource(AutoCloseable.class, _ -> timer::cancel);

        loop.close();

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void tasksComeFirstThenTimersThenFailuresThatNobodyAskedFor() {
        EventLoop loop = loops.open();
        Future<Object> failed = loop.createFuture();
        failed.setException(new IOException("nobody asks"));
        loop.callLater(Duration.ofSeconds(1), () -> {});
        Task<String> task = loop.createTask(() -> "never");

        loop.close();

        assertThat(task.isDone() || failed.isCancelled()).isFalse();
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::message)
                .containsExactly(
                        "task was still pending when its loop was closed: cancel and await it first",
                        "timers were still set when their loop was closed, cancel them first",
                        "future exception was never retrieved: await it, or ask for its result or exception");
    }

    @Test
    void failureOfAResourceThatClosesIsReportedToo() {
        EventLoop loop = loops.open();
        loop.resource(AutoCloseable.class, asks -> () -> {
            Future<Object> failed = asks.createFuture();
            failed.setException(new IOException("while closing"));
        });

        loop.close();

        assertThat(loops.reports().takeOnly().exception()).hasMessage("while closing");
    }

    @Test
    void handlerThatFailsDoesNotKeepTheLoopFromClosing() {
        EventLoop loop = loops.open(loops.builder().exceptionHandler(report -> {
            throw new IllegalStateException("the handler's own");
        }));
        loop.callLater(Duration.ofSeconds(1), () -> {});

        String log = CapturedLog.of(loop::close);

        assertThat(loop.isClosed()).isTrue();
        assertThat(log)
                .contains("the exception handler failed while it handled "
                        + "'timers were still set when their loop was closed, cancel them first'");
    }

    // --- Results that other threads wait for ---

    @Test
    void resultThatAnotherThreadWaitsForFails() {
        EventLoop loop = loops.open();
        CompletableFuture<Object> bridge = loop.createFuture().toCompletableFuture();
        CompletableFuture<String> called = loop.runCoroutineThreadsafe(() -> "never");

        loop.close();

        assertFailed(bridge);
        assertFailed(called);
    }

    /// Nobody will complete it any more: it must not leave another thread waiting either.
    @Test
    void resultThatIsAskedForTooLateFails() {
        EventLoop loop = loops.open();
        Future<Object> pending = loop.createFuture();
        loop.close();

        assertFailed(pending.toCompletableFuture());
    }

    private static void assertFailed(CompletableFuture<?> result) {
        assertThat(result).isDone();
        assertThatThrownBy(result::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the event loop was closed before the result was there");
    }

    @Test
    void resultThatWasThereStays() throws Exception {
        EventLoop loop = loops.open();
        CompletableFuture<String> done = loop.runCoroutineThreadsafe(() -> "result");
        CompletableFuture<Object> cancelled = loop.createFuture().toCompletableFuture();
        cancelled.cancel(true);
        TestLoops.runFor(Duration.ofMillis(1), loop);

        loop.close();

        assertThat(done.get()).isEqualTo("result");
        assertThatThrownBy(cancelled::get).isInstanceOf(CancellationException.class);
    }
}
