package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.testing.ReportedFailures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Runs the coroutines of one test in a loop of its own, on the machine's clock, since
/// processes know no other.
final class ProcessLoop {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final CoroutineEngine engine;
    private final ReportedFailures reports = new ReportedFailures();

    ProcessLoop(CoroutineEngine engine) {
        this.engine = engine;
    }

    /// Runs a test in which nothing may be reported.
    void run(Coroutine.Action test) throws Exception {
        runWithReports(test);

        assertThat(reports.takeAll()).isEmpty();
    }

    /// Runs a test and returns what was reported.
    ReportedFailures runWithReports(Coroutine.Action test) throws Exception {
        Async.run(builder(), Async.failAfter(DEADLINE, test.asCoroutine()));
        return reports;
    }

    EventLoop open() {
        return builder().open();
    }

    private EventLoop.Builder builder() {
        return EventLoop.builder().engine(engine).exceptionHandler(reports);
    }

    // --- For use in the loop ---

    /// Lets the loop run until a condition holds that no event announces.
    static Coroutine.Action until(BooleanSupplier condition) {
        return () -> {
            while (!condition.getAsBoolean()) {
                Async.await(Async.sleep(Duration.ofMillis(1)));
            }
        };
    }

    /// Whether a process runs: one that has ended and that nobody has reaped yet does not.
    static boolean runs(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }
}
