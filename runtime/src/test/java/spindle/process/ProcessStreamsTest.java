package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.net.StreamOptions;
import spindle.net.SystemPipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What goes to a process and comes from it while it runs.
@OnBothEngines
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessStreamsTest {
    private final ProcessLoop loop;

    ProcessStreamsTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    @Test
    void linesGoBackAndForth() throws Exception {
        loop.run(() -> {
            try (ChildProcess cat = await(Processes.exec("cat"))) {
                for (String word : List.of("one", "two", "three")) {
                    await(cat.stdin().write(word + "\n"));
                    assertThat(await(cat.stdout().readLine())).contains(word);
                }
                cat.stdin().close();

                assertThat(await(cat.stdout().readLine())).isEmpty();
                assertThat(await(cat.waitFor())).isZero();
            }
        });
    }

    @Test
    void aProcessWhoseOutputNobodyTakesWaits() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults()
                    .withStreams(StreamOptions.defaults().withLimit(1000));

            try (ChildProcess yes = await(Processes.exec(options, List.of("yes")))) {
                await(ProcessLoop.until(() -> yes.stdout().available() > 2000));
                int available = yes.stdout().available();
                await(sleep(Duration.ofMillis(50)));

                assertThat(yes.stdout().available())
                        .isEqualTo(available)
                        .isLessThanOrEqualTo(2000 + 64 * 1024);
                assertThat(await(yes.stdout().readExactly(1_000_000))).endsWith('y', '\n');
            }
        });
    }

    @Test
    void aWriteToAProcessThatDoesNotReadWaits() throws Exception {
        loop.run(() -> {
            try (ChildProcess count = await(Processes.exec("wc", "-c"))) {
                await(count.sendSignal("STOP"));
                Task<?> writing = createTask(count.stdin().write(new byte[1_000_000]));
                await(sleep(Duration.ofMillis(50)));
                assertThat(writing.isDone()).isFalse();

                await(count.sendSignal("CONT"));
                await(writing);
                count.stdin().close();

                assertThat(await(count.stdout().readLine()).map(String::strip)).contains("1000000");
            }
        });
    }

    @Test
    void everythingThatIsWrittenArrives() throws Exception {
        loop.run(() -> {
            try (ChildProcess count = await(Processes.exec("wc", "-c"))) {
                for (int i = 0; i < 100; i++) {
                    await(count.stdin().write(new byte[10_001]));
                }
                count.stdin().close();

                assertThat(await(count.stdout().readLine()).map(String::strip)).contains("1000100");
            }
        });
    }

    @Test
    void aWriterHearsThatTheProcessReadsNoMore() throws Exception {
        loop.run(() -> {
            try (ChildProcess process =
                    await(Processes.shell("exec <&-; echo closed; sleep 100"))) {
                await(process.stdout().readLine());

                assertThatThrownBy(() -> {
                            await(process.stdin().write("x"));
                            await(process.stdin().waitClosed());
                        })
                        .isInstanceOf(IOException.class)
                        .hasMessage("the connection is broken: Broken pipe");
            }
        });
    }

    @Test
    void aWriteToAProcessThatHasExitedFails() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.exec("true"))) {
                await(process.waitFor());

                assertThatThrownBy(() -> await(process.stdin().write("x")))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot write: the connection is closed");
            }
        });
    }

    @Test
    void outputOfAProcessThatHasExitedCanStillBeRead() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("seq 1 10000"))) {
                await(process.stdout().readLine());
                await(process.waitFor());

                byte[] rest = await(process.stdout().readAll(1_000_000));

                assertThat(new String(rest, StandardCharsets.US_ASCII)).endsWith("\n9999\n10000\n");
            }
        });
    }

    @Test
    void outputThatAGrandchildWritesAfterTheExitIsNotLost() throws Exception {
        loop.run(() -> {
            try (ChildProcess process =
                    await(Processes.shell("echo early; (sleep 0.3; echo late) & exit 5"))) {
                assertThat(await(process.waitFor())).isEqualTo(5);

                assertThat(await(process.stdout().readLine())).contains("early");
                assertThat(await(process.stdout().readLine())).contains("late");
                assertThat(await(process.stdout().readLine())).isEmpty();
            }
        });
    }

    @Test
    void waitForDoesNotWaitForAGrandchildThatKeepsThePipeOpen() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withOwnGroup(true);
            try (ChildProcess process = await(Processes.shell(options, "sleep 100 & exit 0"))) {
                assertThat(await(process.waitFor())).isZero();

                assertThat(process.stdout().isAtEnd()).isFalse();
            }
        });
    }

    @Test
    void closingAProcessTellsWhoReadsItsOutput() throws Exception {
        loop.run(() -> {
            ChildProcess process = await(Processes.exec("sleep", "100"));
            Task<Optional<String>> reading = createTask(process.stdout().readLine());
            yieldNow();

            process.close();

            assertThatThrownBy(() -> await(reading))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the pipe was closed before the stream ended");
        });
    }

    @Test
    void threadsCarryTheStreamsWherePipesHaveNoFiles() throws Exception {
        loop.run(() -> {
            String script = "cat; echo complaint >&2; (sleep 0.3; echo late) & exit 4";
            try (ChildProcess process = await(Spawn.of(
                    List.of("/bin/sh", "-c", script),
                    ProcessOptions.defaults(),
                    SystemPipe::openUnnamed))) {
                ProcessResult result =
                        await(process.communicate("input\n".getBytes(StandardCharsets.US_ASCII)));

                assertThat(result.exitCode()).isEqualTo(4);
                assertThat(result.stdoutText()).startsWith("input\n");
                assertThat(result.stderrText()).isEqualTo("complaint\n");
            }
        });
    }
}
