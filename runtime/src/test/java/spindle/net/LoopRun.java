package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Runs the coroutines of one test in a loop of its own, within a deadline, and keeps what the
/// loop reports.
final class LoopRun {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final CoroutineEngine engine;
    private final List<ExceptionHandler.Context> reports =
            Collections.synchronizedList(new ArrayList<>());

    LoopRun(CoroutineEngine engine) {
        this.engine = engine;
    }

    /// Runs a test in which nothing may be reported.
    void run(Coroutine.Action test) throws Exception {
        runWithReports(test);

        assertThat(reports).isEmpty();
    }

    /// Runs a test and returns what was reported.
    List<ExceptionHandler.Context> runWithReports(Coroutine.Action test) throws Exception {
        Async.run(builder(), Async.failAfter(DEADLINE, test.asCoroutine()));
        return reports;
    }

    /// Opens a loop that the test runs and closes itself.
    EventLoop open() {
        return builder().open();
    }

    List<ExceptionHandler.Context> reports() {
        return reports;
    }

    private EventLoop.Builder builder() {
        return EventLoop.builder().engine(engine).exceptionHandler(reports::add);
    }

    // --- For use in the loop ---

    static Network network() {
        return Network.of(EventLoop.current());
    }

    /// An address of this machine, with a port of the system's choice.
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static InetSocketAddress addressOf(Server server) {
        return (InetSocketAddress) server.localAddress();
    }

    /// Lets the loop run until a condition holds that no event of a protocol announces.
    static Coroutine<@Nullable Void> until(BooleanSupplier condition) {
        return () -> {
            while (!condition.getAsBoolean()) {
                Async.yieldNow();
            }
            return null;
        };
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
