package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What Ctrl-C does to a program. Each test runs one of [ProcessWithCtrlC] in a JVM of its own and
/// sends it SIGINT, as a terminal would.
@Tag("realtime")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CtrlCTest {
    /// What the JVM ends with when SIGINT ends it, and what shells expect: 128 + 2.
    private static final int ENDED_BY_SIGINT = 130;

    private static final int UNCAUGHT = 1;

    private final List<String> lines = new ArrayList<>();
    private Process process;
    private BufferedReader output;

    @BeforeAll
    static void needsKill() {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kill")));
        assumeTrue(found, "kill sends the signal, and is not on the PATH");
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    // --- The first one ---

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void cancelsMainWhileTheLoopWaitsAndRunThrowsAKeyboardInterrupt(CoroutineEngine engine)
            throws Exception {
        start(engine, "waits");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(UNCAUGHT);
        assertThat(lines)
                .startsWith(
                        "ready",
                        "cleaned up",
                        "Exception in thread \"main\" spindle.KeyboardInterrupt: interrupted by Ctrl-C")
                .contains("Caused by: spindle.CancelledError: interrupted by Ctrl-C")
                .doesNotContain("returned");
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void cancelsMainWhileTheLoopIsNeverIdle(CoroutineEngine engine) throws Exception {
        start(engine, "is busy");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(UNCAUGHT);
        assertThat(lines).startsWith("ready", "cleaned up");
    }

    @Test
    void interruptsABlockingCallThatMainAwaits() throws Exception {
        start("calls");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(UNCAUGHT);
        assertThat(lines).startsWith("ready", "call interrupted").doesNotContain("returned");
    }

    @Test
    void letsTheProgramEndWithTheStatusThatShellsExpect() throws Exception {
        start("says 130");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("ready", "cleaned up", "interrupted by Ctrl-C");
    }

    @Test
    void isOverWhenMainRefusesToBeCancelled() throws Exception {
        start("refuses");
        pressCtrlC();

        assertThat(exitStatus()).isZero();
        assertThat(lines)
                .containsExactly(
                        "ready", "cleaned up", "refused: interrupted by Ctrl-C", "returned");
    }

    @Test
    void cancelsTheMainThatRunsOfARunnersSeveral() throws Exception {
        start("runs twice");
        pressCtrlC();
        readUpTo("ready");
        pressCtrlC();

        assertThat(exitStatus()).isZero();
        assertThat(lines)
                .containsExactly(
                        "ready",
                        "cleaned up",
                        "interrupted by Ctrl-C",
                        "ready",
                        "cleaned up",
                        "interrupted by Ctrl-C",
                        "returned");
    }

    // --- The second one, and those that find no main to cancel ---

    @Test
    void endsTheJvmAtOnceWhenMainStillCleansUp() throws Exception {
        start("cleans up for long");
        pressCtrlC();
        readUpTo("cleaning up");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("ready", "cleaning up");
    }

    @Test
    void endsTheJvmAtTheSecondTimeWhenACallbackNeverReturns() throws Exception {
        start("is stuck");
        pressCtrlC();
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("ready");
    }

    @Test
    void endsTheJvmAtOnceDuringTheShutdown() throws Exception {
        start("shuts down for long");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("left behind: Task-2", "ready");
    }

    @Test
    void isNotLostWhenItComesAfterTheLastStepOfMain() throws Exception {
        start("has just ended");
        pressCtrlC();
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse(); // It is being handled.
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("ready", "went on");
    }

    // --- Programs that want none of it ---

    @Test
    void goesToTheProgramsOwnHandlerIfItHasOne() throws Exception {
        start("has its own handler");
        pressCtrlC();

        assertThat(exitStatus()).isZero();
        assertThat(lines).containsExactly("ready", "own handler", "returned");
    }

    @Test
    void endsTheJvmAtOnceWhenTheLoopRunsInAnotherThreadThanMain() throws Exception {
        start("runs elsewhere");
        pressCtrlC();

        assertThat(exitStatus()).isEqualTo(ENDED_BY_SIGINT);
        assertThat(lines).containsExactly("ready");
    }

    /// As `nohup` and scripts that start programs in the background have it.
    @Test
    void isIgnoredWhereTheProgramWasStartedToIgnoreIt() throws Exception {
        start(
                List.of("/bin/sh", "-c", "trap '' INT && exec \"$0\" \"$@\""),
                CoroutineEngine.LOOP_CARRIED,
                "waits");
        pressCtrlC();

        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(lines).containsExactly("ready");
    }

    // --- Starting and watching ---

    private void start(String program) throws IOException {
        start(CoroutineEngine.LOOP_CARRIED, program);
    }

    private void start(CoroutineEngine engine, String program) throws IOException {
        start(List.of(), engine, program);
    }

    /// Starts a program and waits until it is ready.
    private void start(List<String> launcher, CoroutineEngine engine, String program)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessWithCtrlC.class.getName(),
                engine.name(),
                program));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader(StandardCharsets.UTF_8);
        readUpTo("ready");
    }

    private void readUpTo(String last) throws IOException {
        String line;
        do {
            line = output.readLine();
            assertThat(line).as("what comes after %s", lines).isNotNull();
            lines.add(line);
        } while (!line.equals(last));
    }

    private void pressCtrlC() throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    /// Returns the status with which the program ends, and reads the rest of what it says.
    private int exitStatus() throws IOException, InterruptedException {
        String line;
        while ((line = output.readLine()) != null) {
            lines.add(line);
        }
        return process.waitFor();
    }
}
