package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How a process is started: its command, its place, its variables and its streams.
@OnBothEngines
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExecTest {
    private final ProcessLoop loop;

    @TempDir
    private Path folder;

    ExecTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    private static String outputOf(ProcessOptions options, String... command) throws Exception {
        try (ChildProcess process = await(Processes.exec(options, List.of(command)))) {
            return await(process.communicate()).stdoutText();
        }
    }

    @Test
    void aProgramGetsItsArgumentsAsTheyAre() throws Exception {
        loop.run(() -> {
            String output = outputOf(
                    ProcessOptions.defaults(), "printf", "<%s>", "a b", "$HOME", "", "'x'", "*");

            assertThat(output).isEqualTo("<a b><$HOME><><'x'><*>");
        });
    }

    @Test
    void aCommandLineGoesThroughTheShell() throws Exception {
        loop.run(() -> {
            try (ChildProcess process = await(Processes.shell("echo one two | wc -w; exit 3"))) {
                ProcessResult result = await(process.communicate());

                assertThat(result.stdoutText().strip()).isEqualTo("2");
                assertThat(result.exitCode()).isEqualTo(3);
            }
        });
    }

    @Test
    void aProcessWorksInTheDirectoryThatItWasGiven() throws Exception {
        loop.run(() -> {
            String output = outputOf(ProcessOptions.defaults().withDirectory(folder), "pwd", "-P");

            assertThat(Path.of(output.strip())).isEqualTo(folder.toRealPath());
        });
    }

    @Test
    void variablesAreAddedToThoseOfThisProcess() throws Exception {
        loop.run(() -> {
            String output = outputOf(
                    ProcessOptions.defaults().withVariable("SPINDLE_TEST", "x=y z"), "env");

            assertThat(output.lines()).contains("SPINDLE_TEST=x=y z");
            assertThat(output.lines()).anyMatch(line -> line.startsWith("PATH="));
        });
    }

    @Test
    void aVariableOfThisProcessCanBeLeftOut() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withoutVariable("PATH");

            String output = outputOf(options, "/usr/bin/env");

            assertThat(output.lines()).noneMatch(line -> line.startsWith("PATH="));
            assertThat(output).isNotEmpty();
        });
    }

    @Test
    void anEmptyEnvironmentHasOnlyWhatIsSetAfterwards() throws Exception {
        loop.run(() -> {
            ProcessOptions options =
                    ProcessOptions.defaults().withEmptyEnvironment().withVariable("ONLY", "this");

            assertThat(outputOf(options, "/usr/bin/env")).isEqualTo("ONLY=this\n");
        });
    }

    @Test
    void aMissingProgramIsNamedWithItsDirectory() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withDirectory(folder);

            assertThatThrownBy(
                            () -> await(Processes.exec(options, List.of("no-such-program", "-x"))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot run [no-such-program, -x] in " + folder
                            + ": No such file or directory");
        });
    }

    @Test
    void aMissingProgramIsNamedThoughItShouldHaveHadAGroupOfItsOwn() throws Exception {
        loop.run(() -> {
            ProcessOptions options =
                    ProcessOptions.defaults().withDirectory(folder).withOwnGroup(true);

            assertThatThrownBy(() -> await(Processes.exec(options, List.of("no-such-program"))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot run [no-such-program] in " + folder
                            + ": No such file or directory");
        });
    }

    @Test
    void aMissingDirectoryIsNotTakenForAMissingProgram() throws Exception {
        loop.run(() -> {
            Path missing = folder.resolve("missing");

            assertThatThrownBy(() ->
                            outputOf(ProcessOptions.defaults().withDirectory(missing), "true"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot run [true] in " + missing + ": there is no such directory");
        });
    }

    @Test
    void aFileThatIsNoProgramIsRefusedBySystem() throws Exception {
        loop.run(() -> {
            Path text = Files.writeString(folder.resolve("text"), "just text");

            assertThatThrownBy(() -> outputOf(
                            ProcessOptions.defaults().withDirectory(folder), text.toString()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot run [" + text + "] in " + folder + ": Permission denied");
        });
    }

    @Test
    void streamsCanBeFiles() throws Exception {
        loop.run(() -> {
            Path input = Files.writeString(folder.resolve("input"), "from a file");
            Path output = folder.resolve("output");
            Path errors = Files.writeString(folder.resolve("errors"), "before ");
            ProcessOptions options = ProcessOptions.defaults()
                    .withStdin(Redirect.from(input.toFile()))
                    .withStdout(Redirect.to(output.toFile()))
                    .withStderr(Redirect.appendTo(errors.toFile()));

            try (ChildProcess process = await(Processes.shell(options, "cat; printf after >&2"))) {
                await(process.waitFor());
            }

            assertThat(output).hasContent("from a file");
            assertThat(errors).hasContent("before after");
        });
    }

    @Test
    void discardedStreamsHaveNothingToReadAndGoNowhere() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults()
                    .withStdin(Redirect.DISCARD)
                    .withStdout(Redirect.DISCARD);

            try (ChildProcess process =
                    await(Processes.shell(options, "cat; echo x; echo y >&2"))) {
                ProcessResult result = await(process.communicate());

                assertThat(result.stdoutText()).isEmpty();
                assertThat(result.stderrText()).isEqualTo("y\n");
            }
        });
    }

    @Test
    void mergedStderrComesInTheOrderInWhichItWasWritten() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withMergedStderr(true);

            String output = outputOf(options, "sh", "-c", "echo 1; echo 2 >&2; echo 3");

            assertThat(output).isEqualTo("1\n2\n3\n");
        });
    }

    @Test
    void aStreamThatIsNoPipeIsRefusedAndSaysWhatToDo() throws Exception {
        loop.run(() -> {
            ProcessOptions options = ProcessOptions.defaults().withStdout(Redirect.DISCARD);

            try (ChildProcess process = await(Processes.exec(options, List.of("true")))) {
                await(process.waitFor());

                assertThatThrownBy(process::stdout)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the stdout of this process is no pipe of its own: "
                                + "have its ProcessOptions say Redirect.PIPE: <ChildProcess [true] pid="
                                + process.pid() + " exitCode=0>");
            }
        });
    }

    @Test
    void aStreamThatGoesTheWrongWayIsRefused() {
        ProcessOptions options = ProcessOptions.defaults();

        assertThatThrownBy(() -> options.withStdin(Redirect.to(folder.toFile())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected something to read from but stdin is ");
        assertThatThrownBy(() -> options.withStdout(Redirect.from(folder.toFile())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected something to write to but stdout is ");
    }

    @Test
    void textGoesInTheCharsetOfTheOptions() throws Exception {
        loop.run(() -> {
            ProcessOptions defaults = ProcessOptions.defaults();
            ProcessOptions options = defaults.withStreams(
                    defaults.streams().withCharset(StandardCharsets.ISO_8859_1));

            try (ChildProcess process = await(Processes.exec(options, List.of("cat")))) {
                await(process.stdin().write("\u00e9"));
                process.stdin().close();

                assertThat(await(process.stdout().readAll(10))).containsExactly(0xe9);
            }
        });
    }
}
