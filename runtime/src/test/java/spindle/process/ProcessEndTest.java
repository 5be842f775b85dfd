package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.OnBothEngines;
import spindle.Task;

import java.io.IOException;
import java.util.List;

/// How processes end: by themselves, by a signal, with their owner, with their loop.
@OnBothEngines
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessEndTest {
    private static final ProcessOptions OWN_GROUP = ProcessOptions.defaults().withOwnGroup(true);

    private final ProcessLoop loop;

    ProcessEndTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    @Test
    void theExitCodeIsThere() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("exit 42"))) {
                assertThat(await(process.waitFor())).isEqualTo(42);
                assertThat(process.returnCode()).hasValue(42);
                assertThat(await(process.waitFor())).isEqualTo(42);
            }
        });
    }

    @Test
    void aSignalThatEndsAProcessIsAdded128() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("sleep", "100"))) {
                process.terminate();

                assertThat(await(process.waitFor())).isEqualTo(128 + 15);
            }
        });
    }

    @Test
    void aProcessThatIgnoresTermIsKilled() throws Exception {
        loop.run(() -> {
            try (ChildProcess process =
                    await(Processes.shell("trap '' TERM; echo ready; while :; do sleep 1; done"))) {
                await(process.stdout().readLine());
                process.terminate();
                process.kill();

                assertThat(await(process.waitFor())).isEqualTo(128 + 9);
            }
        });
    }

    @Test
    void aProcessGetsTheSignalThatIsSent() throws Exception {
        loop.run(() -> {
            String script =
                    "trap 'echo got it; exit 3' USR1; echo ready; while :; do sleep 0.01; done";
            try (ChildProcess process = await(Processes.shell(script))) {
                await(process.stdout().readLine());
                await(process.sendSignal("USR1"));

                assertThat(await(process.stdout().readLine())).contains("got it");
                assertThat(await(process.waitFor())).isEqualTo(3);
            }
        });
    }

    @Test
    void whatHasExitedGetsNoSignal() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("true"))) {
                await(process.waitFor());

                await(process.sendSignal("HUP"));
                process.terminate();
                process.kill();

                assertThat(process.returnCode()).hasValue(0);
            }
        });
    }

    @Test
    void aSignalThatIsNoneIsRefused() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("sleep", "100"))) {
                assertThatThrownBy(() -> await(process.sendSignal("SIGHUP")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "expected the name of a signal, such as HUP, but got \"SIGHUP\"");
                assertThatThrownBy(() -> await(process.sendSignal("NOPE")))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot send NOPE to process " + process.pid());
            }
        });
    }

    @Test
    void aGroupThatIsNotItsOwnGetsNoSignal() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("sleep", "100"))) {
                assertThatThrownBy(() -> await(process.sendSignalToGroup("TERM")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("this process is in the same group as we are: "
                                + "start it with ProcessOptions.withOwnGroup(true)");
            }
        });
    }

    @Test
    void closingKillsWhatAProcessHasStarted() throws Exception {
        loop.run(() -> {
            long grandchild;
            ChildProcess process = await(Processes.shell("sleep 100 & echo $!; wait"));
            try (process) {
                grandchild = pidFrom(process);
                assertThat(ProcessLoop.runs(grandchild)).isTrue();
            }

            assertThat(ProcessLoop.runs(process.pid())).isFalse();
            await(ProcessLoop.until(() -> !ProcessLoop.runs(grandchild)));
        });
    }

    @Test
    void killingTheTreeKillsWhatAProcessHasStarted() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("sleep 100 & echo $!; wait"))) {
                long grandchild = pidFrom(process);
                await(process.killTree());

                assertThat(await(process.waitFor())).isEqualTo(137);
                await(ProcessLoop.until(() -> !ProcessLoop.runs(grandchild)));
            }
        });
    }

    @Test
    void closingKillsTheOrphansOfTheGroup() throws Exception {
        loop.run(() -> {
            long orphan;
            try (ChildProcess process =
                    await(Processes.shell(OWN_GROUP, "sleep 100 & echo $!; exit 0"))) {
                orphan = pidFrom(process);
                await(process.waitFor());
                assertThat(ProcessLoop.runs(orphan)).isTrue();
            }

            await(ProcessLoop.until(() -> !ProcessLoop.runs(orphan)));
        });
    }

    @Test
    void theWholeGroupGetsASignal() throws Exception {
        loop.run(() -> {
            try (ChildProcess process =
                    await(Processes.shell(OWN_GROUP, "sleep 100 & echo $!; wait"))) {
                long grandchild = pidFrom(process);
                await(process.sendSignalToGroup("TERM"));

                assertThat(await(process.waitFor())).isEqualTo(143);
                await(ProcessLoop.until(() -> !ProcessLoop.runs(grandchild)));
            }
        });
    }

    private static long pidFrom(ChildProcess process) throws Exception {
        return Long.parseLong(await(process.stdout().readLine()).orElseThrow());
    }

    @Test
    void cancellingAWaitDoesNothingToTheProcess() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("cat"))) {
                Task<Integer> first = createTask(process.waitFor());
                Task<Integer> second = createTask(process.waitFor());
                yieldNow();
                first.cancel();
                assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);

                process.stdin().close();

                assertThat(await(second)).isZero();
            }
        });
    }

    @Test
    void aStartThatIsCancelledLeavesNoProcess() throws Exception {
        loop.run(() -> {
            for (int i = 0; i < 20; i++) {
                Task<ChildProcess> starting = createTask(Processes.exec("sleep", "4711"));
                yieldNow();
                yieldNow();
                starting.cancel();
                assertThatThrownBy(() -> await(starting)).isInstanceOf(CancelledError.class);
            }

            // What was on its way has come in the order in which it was asked for.
            try (ChildProcess last = await(Processes.exec("true"))) {
                await(last.waitFor());
            }
            await(ProcessLoop.until(() -> sleepers().isEmpty()));
        });
    }

    private static List<ProcessHandle> sleepers() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("sleep 4711"))
                .toList();
    }

    @Test
    void closingTwiceDoesNothing() throws Exception {
        loop.run(() -> {
            ChildProcess process = await(Processes.exec("sleep", "100"));
            process.close();
            process.close();

            assertThat(process)
                    .hasToString(
                            "<ChildProcess [sleep, 100] pid=" + process.pid() + " exitCode=137>");
        });
    }

    @Test
    void whatIsLeftRunningIsKilledWithTheLoopAndReported() throws Exception {
        ChildProcess[] left = new ChildProcess[1];
        var reports = loop.runWithReports(() -> left[0] = await(Processes.exec("sleep", "100")));

        assertThat(reports.takeAll())
                .extracting(ExceptionHandler.Context::message)
                .containsExactly("a process was still running when the loop was closed, and was"
                        + " killed: close it");
        awaitEnd(left[0].pid());
    }

    private static void awaitEnd(long pid) {
        while (ProcessLoop.runs(pid)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aProcessThatIsOverNeedNotBeClosed() throws Exception {
        loop.run(() -> {
            ChildProcess process = await(Processes.exec("echo", "x"));
            await(process.stdout().readAll(10));
            await(process.stderr().readAll(10));
            await(process.waitFor());
        });
    }

    @Test
    void aProcessCanBeClosedWhileItsLoopIsAtRest() throws Exception {
        try (EventLoop resting = loop.open()) {
            ChildProcess process = resting.runUntilComplete(Processes.exec("sleep", "100"));

            process.close();

            awaitEnd(process.pid());
        }
    }
}
