package spindle.testing;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Runner;
import spindle.Task;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// One run of a test's coroutine, in a loop of its own.
final class TestRun {
    /// In real time: a `runBlocking` call that takes no notice of being interrupted is a leak.
    private static final Duration LONGEST_WAIT_FOR_BLOCKING_CALLS = Duration.ofSeconds(5);

    private final AutoJumpClock clock = new AutoJumpClock();
    private final ReportedFailures reports = new ReportedFailures();
    private final EventLoop.Builder builder;
    private final Duration longestWaitForBlockingCalls;

    TestRun(EventLoop.Builder builder) {
        this(builder, LONGEST_WAIT_FOR_BLOCKING_CALLS);
    }

    TestRun(EventLoop.Builder builder, Duration longestWaitForBlockingCalls) {
        this.builder =
                builder.clock(clock).exceptionHandler(reports).debug(true).detectDeadlocks(true);
        this.longestWaitForBlockingCalls = longestWaitForBlockingCalls;
    }

    AutoJumpClock clock() {
        return clock;
    }

    ReportedFailures reports() {
        return reports;
    }

    /// Runs the test, then closes the loop and has a look at what was left in it.
    void run(Coroutine.Action test) throws Exception {
        try (Runner runner = Runner.open(builder, longestWaitForBlockingCalls)) {
            runner.run(test);
            report(runner.loop().allTasks());
        } catch (Throwable failure) {
            addReports(failure);
            throw failure;
        }
        failIfReported();
    }

    /// The runner would cancel them without a word, as at the end of a program.
    private void report(List<Task<?>> left) {
        for (Task<?> task : left) {
            reports.handle(new ExceptionHandler.Context(
                    "task was still pending at the end of the test: cancel and await it first",
                    null,
                    task.toString(), // As it is now, before the runner cancels it.
                    task.origin()));
        }
    }

    private void failIfReported() {
        List<ExceptionHandler.Context> left = reports.takeAll();
        if (!left.isEmpty()) {
            AssertionError failure = new AssertionError("the loop reported:\n"
                    + left.stream().map(Object::toString).collect(Collectors.joining("\n")));
            addExceptions(left, failure);
            throw failure;
        }
    }

    private void addReports(Throwable failure) {
        for (ExceptionHandler.Context report : reports.takeAll()) {
            failure.addSuppressed(
                    new AssertionError("the loop reported: " + report, report.exception()));
        }
    }

    private static void addExceptions(List<ExceptionHandler.Context> reports, Throwable failure) {
        for (ExceptionHandler.Context report : reports) {
            if (report.exception() != null) {
                failure.addSuppressed(report.exception());
            }
        }
    }
}
