package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

import spindle.testing.AutoJumpClock;
import spindle.testing.ReportedFailures;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Opens a test's loops, closes them after it, and fails it if they reported what it didn't expect:
/// a failed callback, an exception that nobody looked at, a task left pending.
///
/// Loops belong to the thread that opens them. So a test opens its own, in its body, and they are
/// closed in the same thread.
public final class TestLoops implements BeforeEachCallback, InvocationInterceptor {
    private final CoroutineEngine engine;
    private final AutoJumpClock clock = new AutoJumpClock();
    private final ReportedFailures reports = new ReportedFailures();
    private final List<EventLoop> opened = new ArrayList<>();
    private final List<Closeable> closedBeforehand = new ArrayList<>();

    public TestLoops(CoroutineEngine engine) {
        this.engine = engine;
    }

    // --- For tests ---

    /// Opens a loop on the manual clock, which jumps to the next deadline when nothing is ready.
    public EventLoop open() {
        return open(builder());
    }

    /// Opens a loop on the machine's clock and selector.
    EventLoop openReal() {
        return open(realBuilder());
    }

    /// Opens a loop that differs from the usual ones.
    public EventLoop open(EventLoop.Builder builder) {
        EventLoop loop = builder.open();
        opened.add(loop);
        return loop;
    }

    /// Has something closed at the end of the test, before the loops are: a channel that they
    /// watch, say, which they would report.
    public void closeBeforehand(Closeable resource) {
        closedBeforehand.add(resource);
    }

    /// Runs an action as the first task of a loop on the manual clock.
    public void run(Coroutine.Action main) throws Exception {
        run(main.asCoroutine());
    }

    /// Runs a coroutine as the first task of a loop on the manual clock.
    public <T> T run(Coroutine<T> main) throws Exception {
        return Async.run(builder(), main);
    }

    /// Runs a loop for so long of its own time.
    public static void runFor(Duration duration, EventLoop loop) {
        loop.callLater(duration, loop::stop);
        loop.runForever();
    }

    /// Runs one turn of a loop: a loop that is stopped already makes no more.
    public static void runTurn(EventLoop loop) {
        loop.stop();
        loop.runForever();
    }

    /// Returns the builder of a loop on the manual clock.
    public EventLoop.Builder builder() {
        return EventLoop.builder()
                .clock(clock)
                .poller(new ChannelessPoller())
                .engine(engine)
                .exceptionHandler(reports);
    }

    /// Returns the builder of a loop on the machine's clock and selector.
    EventLoop.Builder realBuilder() {
        return EventLoop.builder().engine(engine).exceptionHandler(reports);
    }

    AutoJumpClock clock() {
        return clock;
    }

    /// Returns what the loops have reported. What a test takes from it, it has expected.
    public ReportedFailures reports() {
        return reports;
    }

    // --- For JUnit ---

    @Override
    public void beforeEach(ExtensionContext context) {
        assumeTrue(
                engine.isAvailable(),
                engine + " needs --add-opens java.base/java.lang=ALL-UNNAMED");
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> test,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        runAndClose(test);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> test,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        runAndClose(test);
    }

    private void runAndClose(Invocation<Void> test) throws Throwable {
        try {
            test.proceed();
        } catch (Throwable failure) {
            closeAfter(failure);
            throw failure;
        }
        closeAndCheck();
    }

    /// What else is wrong then is of no interest.
    private void closeAfter(Throwable failure) {
        for (EventLoop loop : opened.reversed()) {
            try {
                loop.close();
            } catch (Exception another) {
                failure.addSuppressed(another);
            }
        }
    }

    private void closeAndCheck() throws IOException {
        for (Closeable resource : closedBeforehand) {
            resource.close();
        }
        opened.reversed().forEach(EventLoop::close);
        assertThat(reports.takeAll())
                .as("failures that the loops reported and the test didn't expect")
                .isEmpty();
    }
}
