package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A failure that nobody asks for is reported exactly once: when its future is garbage, or at the
/// latest when the loop closes.
@OnBothEngines
class UnretrievedFailuresTest {
    @RegisterExtension
    final TestLoops loops;

    private final IOException failure = new IOException("nobody asks");

    UnretrievedFailuresTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- When the loop closes ---

    @Test
    void failureThatNobodyAskedForIsReportedWhenTheLoopCloses() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.setException(failure);
        runTurn(loop);
        assertThat(loops.reports().takeAll()).isEmpty();

        loop.close();
        loop.close();

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).startsWith("future exception was never retrieved");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).asString().contains("<Future finished exception=");
    }

    @Test
    void failureOfATaskIsReportedWithItsName() throws Exception {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask("fetch", failing());
        runTurn(loop);

        loop.close();

        assertThat(task.isDone()).isTrue();
        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).startsWith("task exception was never retrieved");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).asString().contains("name='fetch'");
    }

    @Test
    void failuresAreReportedInTheOrderInWhichTheyHappened() {
        EventLoop loop = loops.open();
        List<IOException> failures = new ArrayList<>();
        List<Future<String>> kept = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            IOException each = new IOException("failure " + i);
            Future<String> future = loop.createFuture();
            future.setException(each);
            failures.add(each);
            kept.add(future);
        }

        loop.close();

        assertThat(kept).hasSize(10);
        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::exception)
                .containsExactlyElementsOf(failures);
    }

    @Test
    void handlerThatFailsDoesNotHideTheOtherFailures() {
        List<Throwable> seen = new ArrayList<>();
        EventLoop loop = loops.open(loops.builder().exceptionHandler(context -> {
            seen.add(context.exception());
            throw new ClassCastException("the handler's own failure");
        }));
        IOException second = new IOException("second");
        loop.<String>createFuture().setException(failure);
        loop.<String>createFuture().setException(second);

        String log = CapturedLog.of(loop::close);

        assertThat(seen).containsExactly(failure, second);
        assertThat(log).contains("the handler's own failure", "nobody asks", "second");
    }

    // --- When the future is garbage ---

    @Test
    void failureOfAFutureThatIsGarbageIsReportedOnce() throws Exception {
        EventLoop loop = loops.open();
        failAndForget(loop);

        List<ExceptionHandler.Context> reports = collectUntilReported(loop);
        loop.close();

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().exception()).isSameAs(failure);
        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void failureOfATaskThatIsGarbageIsReportedOnce() throws Exception {
        EventLoop loop = loops.open();
        createAndForget(loop);
        runTurn(loop);

        List<ExceptionHandler.Context> reports = collectUntilReported(loop);
        loop.close();

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message()).startsWith("task exception was never retrieved");
        assertThat(loops.reports().takeAll()).isEmpty();
    }

    private void failAndForget(EventLoop loop) {
        loop.<String>createFuture().setException(failure);
    }

    private void createAndForget(EventLoop loop) {
        assertThat(loop.createTask(failing()).isDone()).isFalse();
    }

    /// The collector owes us nothing, but it has never taken more than a few rounds.
    private List<ExceptionHandler.Context> collectUntilReported(EventLoop loop)
            throws InterruptedException {
        List<ExceptionHandler.Context> reports = List.of();
        for (int i = 0; i < 100 && reports.isEmpty(); i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(1);
            runTurn(loop);
            reports = loops.reports().takeAll();
        }
        return reports;
    }

    // --- Not reported ---

    @Test
    void failureThatSomebodyAskedForIsNotReported() {
        EventLoop loop = loops.open();
        Future<String> byResult = loop.createFuture();
        Future<String> byException = loop.createFuture();
        byResult.setException(failure);
        byException.setException(failure);

        assertThatThrownBy(byResult::result).isSameAs(failure);
        assertThat(byException.exception()).isSameAs(failure);
        loop.close();

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void failureThatWasAwaitedIsNotReported() throws Exception {
        loops.run(() -> {
            Task<String> task = Async.createTask(failing());

            assertThatThrownBy(() -> Async.await(task)).isSameAs(failure);
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void failureThatRunUntilCompleteThrowsIsNotReported() {
        EventLoop loop = loops.open();

        assertThatThrownBy(() -> loop.runUntilComplete(failing())).isSameAs(failure);
        loop.close();

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void cancellationIsNotReported() {
        EventLoop loop = loops.open();
        Future<String> cancelled = loop.createFuture();
        Future<String> failed = loop.createFuture();

        cancelled.cancel();
        failed.setException(new CancelledError("as a failure"));
        loop.close();

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void failureThatADoneCallbackOnlyNoticesIsReported() {
        EventLoop loop = loops.open();
        Future<String> future = loop.createFuture();
        future.addDoneCallback(done -> assertThat(done.isDone()).isTrue());
        future.setException(failure);
        runTurn(loop);

        loop.close();

        assertThat(loops.reports().takeOnly().exception()).isSameAs(failure);
    }

    private Coroutine<String> failing() {
        return () -> {
            throw failure;
        };
    }
}
