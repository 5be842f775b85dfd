package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Failures that no caller is there to catch: none is lost, none stops the loop.
@OnBothEngines
class EventLoopFailureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    EventLoopFailureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void callbackThatThrowsIsReportedAndTheLoopGoesOn() {
        EventLoop loop = loops.open();
        RuntimeException failure = new IllegalArgumentException("bad callback");
        Handle handle = loop.callSoon(() -> {
            throw failure;
        });
        loop.callSoon(recorder.recording("same turn"));

        runTurn(loop);
        loop.callSoon(recorder.recording("next turn"));
        runTurn(loop);

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).isEqualTo("exception in callback");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).isSameAs(handle);
        assertThat(recorder.events()).containsExactly("same turn", "next turn");
    }

    @Test
    void everyKindOfCallbackIsGuarded() {
        EventLoop loop = loops.open();
        List<RuntimeException> failures = List.of(
                new IllegalStateException("soon"),
                new IllegalStateException("done-callback"),
                new IllegalStateException("later"));
        RuntimeException threadsafe = new IllegalStateException("threadsafe");
        Future<String> done = loop.createFuture();
        done.setResult("done");
        loop.callSoon(throwing(failures.get(0)));
        done.addDoneCallback(_ -> throwing(failures.get(1)).run());
        loop.callLater(Duration.ZERO, throwing(failures.get(2)));
        loop.callSoonThreadsafe(throwing(threadsafe));

        runTurn(loop);

        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::exception)
                .containsExactly(failures.get(0), failures.get(1), threadsafe, failures.get(2));
    }

    private static Runnable throwing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void errorsInCallbacksAreReportedToo() {
        EventLoop loop = loops.open();
        AssertionError assertion = new AssertionError("wrong");
        CancelledError cancelled = new CancelledError("not in a task");
        loop.callSoon(() -> {
            throw assertion;
        });
        loop.callSoon(() -> {
            throw cancelled;
        });

        runTurn(loop);

        assertThat(loops.reports().takeAll())
                .extracting(ExceptionHandler.Context::exception)
                .containsExactly(assertion, cancelled);
    }

    @Test
    void callExceptionHandlerTellsTheHandler() {
        EventLoop loop = loops.open();
        var context = new ExceptionHandler.Context("it failed", new IOException("why"), this);

        loop.callExceptionHandler(context);

        assertThat(loops.reports().takeOnly()).isSameAs(context);
    }

    @Test
    void exceptionHandlerThatFailsDoesNotStopTheLoopAndBothFailuresAreLogged() {
        EventLoop loop = loops.open(loops.builder().exceptionHandler(_ -> {
            throw new IllegalStateException("the handler's own failure");
        }));
        loop.callSoon(throwing(new IllegalStateException("the callback's failure")));
        loop.callSoon(recorder.recording("goes on"));

        String log = CapturedLog.of(() -> runTurn(loop));

        assertThat(recorder.events()).containsExactly("goes on");
        assertThat(log)
                .contains("the exception handler failed")
                .contains("exception in callback")
                .contains("the handler's own failure")
                .contains("the callback's failure");
    }

    @Test
    void exceptionHandlerThatThrowsWhatItWasGivenIsLogged() {
        EventLoop loop = loops.open(loops.builder().exceptionHandler(context -> {
            throw (IllegalStateException) context.exception();
        }));
        loop.callSoon(throwing(new IllegalStateException("thrown on")));

        String log = CapturedLog.of(() -> runTurn(loop));

        assertThat(log).contains("the exception handler failed").contains("thrown on");
    }

    @Test
    void defaultHandlerLogsTheFailureWithItsStackTrace() {
        EventLoop loop = loops.open(loops.builder().exceptionHandler(ExceptionHandler.logging()));
        loop.callSoon(throwing(new IllegalStateException("bad callback")));

        String log = CapturedLog.of(() -> runTurn(loop));

        assertThat(log)
                .contains("ERROR")
                .contains("exception in callback: <Handle EventLoopFailureTest lambda>")
                .contains("java.lang.IllegalStateException: bad callback")
                .contains("at spindle.EventLoopFailureTest");
    }

    // --- Errors after which nothing can be relied upon ---

    @Test
    void virtualMachineErrorOfACallbackPropagatesOutOfTheRun() {
        EventLoop loop = loops.open();
        InternalError fatal = new InternalError("broken");
        loop.callSoon(() -> {
            throw fatal;
        });

        assertThatThrownBy(() -> runTurn(loop)).isSameAs(fatal);
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void virtualMachineErrorOfTheExceptionHandlerPropagatesOutOfTheRun() {
        InternalError fatal = new InternalError("broken");
        EventLoop loop = loops.open(loops.builder().exceptionHandler(_ -> {
            throw fatal;
        }));
        loop.callSoon(throwing(new IllegalStateException("callback")));

        assertThatThrownBy(() -> runTurn(loop)).isSameAs(fatal);
    }

    @Test
    void virtualMachineErrorOfATaskPropagatesOutOfTheRunAndIsNotReportedAgain() {
        EventLoop loop = loops.open();
        InternalError fatal = new InternalError("broken");

        assertThatThrownBy(() -> loop.runUntilComplete((Coroutine<String>) () -> {
                    throw fatal;
                }))
                .isSameAs(fatal);
        assertThat(loop.allTasks()).isEmpty();
    }
}
