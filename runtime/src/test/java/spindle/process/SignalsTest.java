package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.SystemSignal;

/// Signals that this very process gets: `WINCH`, which it would otherwise ignore.
@OnBothEngines
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsTest {
    private final ProcessLoop loop;
    private final Recorder recorder = new Recorder();

    SignalsTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    private static void sendWinch() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());
        try (ChildProcess kill = await(Processes.exec("kill", "-s", "WINCH", pid))) {
            assertThat(await(kill.waitFor())).isZero();
        }
    }

    private void awaitEvents(int count) throws Exception {
        await(ProcessLoop.until(() -> recorder.events().size() >= count));
    }

    @Test
    void aHandlerIsCalledInTheLoopForEachSignal() throws Exception {
        loop.run(() -> {
            EventLoop running = EventLoop.current();
            try (var _ = Signals.addSignalHandler(
                    "WINCH", () -> recorder.record(EventLoop.current() == running))) {
                sendWinch();
                awaitEvents(1);
                sendWinch();
                awaitEvents(2);
            }

            assertThat(recorder.events()).containsExactly(true, true);
        });
    }

    @Test
    void aHandlerWakesALoopThatWaits() throws Exception {
        loop.run(() -> {
            var heard = EventLoop.current().<String>createFuture();
            try (var _ = Signals.addSignalHandler("WINCH", () -> heard.setResult("heard"))) {
                new ProcessBuilder(
                                "kill",
                                "-s",
                                "WINCH",
                                "" + ProcessHandle.current().pid())
                        .start();

                assertThat(await(heard)).isEqualTo("heard");
            }
        });
    }

    @Test
    void aSecondHandlerReplacesTheFirst() throws Exception {
        loop.run(() -> {
            SignalHandler first = Signals.addSignalHandler("WINCH", recorder.recording("first"));
            try (var _ = Signals.addSignalHandler("WINCH", recorder.recording("second"))) {
                first.close();
                sendWinch();
                awaitEvents(1);
            }

            assertThat(recorder.events()).containsExactly("second");
        });
    }

    @Test
    void aClosedHandlerHearsNoMoreNotEvenWhatHasCome() throws Exception {
        loop.run(() -> {
            SignalHandler handler = Signals.addSignalHandler("WINCH", recorder.recording("late"));
            SystemSignal signal = SystemSignal.find("WINCH");
            assertThat(signal).isNotNull();
            handler.close();
            handler.close();
            sendWinch();
            yieldNow();

            assertThat(recorder.events()).isEmpty();
            assertThat(handler).hasToString("<SignalHandler WINCH closed>");
        });
    }

    @Test
    void aHandlerThatFailsIsReportedAndHearsTheNextSignal() throws Exception {
        IllegalStateException failure = new IllegalStateException("on purpose");
        var reports = loop.runWithReports(() -> {
            try (var _ = Signals.addSignalHandler("WINCH", () -> {
                recorder.record("called");
                throw failure;
            })) {
                sendWinch();
                awaitEvents(1);
                sendWinch();
                awaitEvents(2);
            }
        });

        assertThat(reports.takeAll())
                .extracting(ExceptionHandler.Context::exception)
                .containsExactly(failure, failure);
    }

    @Test
    void aHandlerIsClosedWithItsLoop() throws Exception {
        SignalHandler[] left = new SignalHandler[1];
        loop.run(() -> left[0] = Signals.addSignalHandler("WINCH", recorder.recording("heard")));

        assertThat(left[0]).hasToString("<SignalHandler WINCH closed>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL: the system lets no program handle it",
                "STOP: the system lets no program handle it",
                "QUIT: the JVM prints all threads when it comes",
                "SEGV: it is a fault in running code, which the JVM handles itself",
                "FPE: it is a fault in running code, which the JVM handles itself",
                "ILL: it is a fault in running code, which the JVM handles itself",
                "BUS: it is a fault in running code, which the JVM handles itself",
                "PIPE: the JVM turns what causes it into an IOException of whoever writes"
            })
    void whatTheJvmKeepsForItselfIsRefusedAndSaysWhy(String nameAndReason) throws Exception {
        String name = nameAndReason.substring(0, nameAndReason.indexOf(':'));
        loop.run(() -> assertThatThrownBy(() -> Signals.addSignalHandler(name, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot handle the signal " + nameAndReason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGHUP", "NOPE", "hup", ""})
    void whatIsNoNameOfASignalIsRefused(String name) throws Exception {
        loop.run(() -> assertThatThrownBy(() -> Signals.addSignalHandler(name, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected the name of a signal, such as HUP, but got \"" + name + "\""));
    }
}
