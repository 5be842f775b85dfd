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
import spindle.OnBothEngines;
import spindle.Task;
import spindle.net.LimitOverrunException;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/// A whole conversation with a process: everything in, everything out.
@OnBothEngines
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CommunicateTest {
    private static final byte[] NOTHING = {};

    private final ProcessLoop loop;

    CommunicateTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    @Test
    void moreThanAPipeHoldsGoesInAndComesOutOnBothStreams() throws Exception {
        byte[] input = new byte[1_000_000];
        new Random(1).nextBytes(input);

        loop.run(() -> {
            try (ChildProcess tee = await(Processes.exec("tee", "/dev/stderr"))) {
                ProcessResult result = await(tee.communicate(input));

                assertThat(result.stdout()).isEqualTo(input);
                assertThat(result.stderr()).isEqualTo(input);
                assertThat(result)
                        .hasToString(
                                "<ProcessResult exitCode=0 stdout=1000000 bytes stderr=1000000 bytes>");
            }
        });
    }

    @Test
    void aProcessThatDoesNotReadItsInputIsNoFailure() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("exec <&-; echo done; exit 7"))) {
                ProcessResult result = await(process.communicate(new byte[1_000_000]));

                assertThat(result.stdoutText()).isEqualTo("done\n");
                assertThat(result.exitCode()).isEqualTo(7);
            }
        });
    }

    @Test
    void inputForAProcessWithoutAPipeIsRefused() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withStdin(Redirect.DISCARD);
            try (ChildProcess process = await(Processes.exec(options, List.of("cat")))) {
                assertThatThrownBy(() -> await(process.communicate(new byte[1])))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("the stdin of this process is no pipe of its own");
                assertThat(await(process.communicate()).stdout()).isEmpty();
            }
        });
    }

    @Test
    void moreOutputThanTheLimitFails() throws Exception {
        loop.run(() -> {
            try (ChildProcess yes = await(Processes.exec("yes"))) {
                assertThatThrownBy(() -> await(yes.communicate(NOTHING, 10_000)))
                        .isInstanceOf(LimitOverrunException.class);
            }
        });
    }

    @Test
    void tooManyComplaintsFailThoughStdoutIsStillOpen() throws Exception {
        loop.run(() -> {
            try (ChildProcess yes = await(Processes.shell("yes >&2"))) {
                assertThatThrownBy(() -> await(yes.communicate(NOTHING, 10_000)))
                        .isInstanceOf(LimitOverrunException.class);
            }
        });
    }

    @Test
    void aTimeoutLeavesTheProcessRunningAndItsOutputReadable() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("echo first; exec sleep 100"))) {
                assertThatThrownBy(() ->
                                await(process.communicate(NOTHING, 1000, Duration.ofMillis(200))))
                        .isInstanceOf(TimeoutException.class);

                assertThat(process.returnCode()).isEmpty();
                assertThat(await(process.stdout().readLine())).contains("first");
            }
        });
    }

    @Test
    void cancellingTheConversationDoesNotEndTheProcess() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("echo before; exec sleep 100"))) {
                Task<ProcessResult> talk = createTask(process.communicate());
                yieldNow();
                talk.cancel();

                assertThatThrownBy(() -> await(talk)).isInstanceOf(CancelledError.class);
                assertThat(await(process.stdout().readLine())).contains("before");
                assertThat(ProcessLoop.runs(process.pid())).isTrue();
            }
        });
    }

    @Test
    void aConversationWaitsForAGrandchildThatStillWrites() throws Exception {
        loop.run(() -> {
            try (ChildProcess process =
                    await(Processes.shell("(sleep 0.2; echo late) & echo early"))) {
                ProcessResult result = await(process.communicate());

                assertThat(new String(result.stdout(), StandardCharsets.US_ASCII))
                        .isEqualTo("early\nlate\n");
            }
        });
    }
}
