package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Signals that would end a JVM, sent to one of its own: [ProgramWithSignals].
@Tag("realtime")
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsInAProcessTest {
    @ParameterizedTest
    @CsvSource({
        "LOOP_CARRIED, INT", "LOOP_CARRIED, TERM", "LOOP_CARRIED, HUP", "LOOP_CARRIED, USR2",
        "HANDOFF, INT", "HANDOFF, TERM", "HANDOFF, HUP", "HANDOFF, USR2",
    })
    void theSignalIsHeardAndDoesNotEndTheProgram(CoroutineEngine engine, String signal)
            throws Exception {
        try (Program program = new Program(List.of(), engine, "hears", signal)) {
            program.expect("ready");
            program.send(signal);

            program.expect("heard " + signal);
            assertThat(program.exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LOOP_CARRIED, TERM, 143", "LOOP_CARRIED, HUP, 129",
        "HANDOFF, TERM, 143", "HANDOFF, HUP, 129",
    })
    void afterTheHandlerIsClosedTheSignalEndsTheProgramAgain(
            CoroutineEngine engine, String signal, int exitCode) throws Exception {
        try (Program program = new Program(List.of(), engine, "closed", signal)) {
            program.expect("ready");
            program.send(signal);
            program.expect("heard " + signal);
            program.expect("closed");
            program.send(signal);

            assertThat(program.exitCode()).isEqualTo(exitCode);
        }
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void ctrlCStepsAsideForAHandlerAndComesBack(CoroutineEngine engine) throws Exception {
        try (Program program = new Program(List.of(), engine, "closed", "INT")) {
            program.expect("ready");
            program.send("INT");
            program.expect("heard INT");
            program.expect("closed");
            program.send("INT");

            program.expect("cancelled");
            program.expect("interrupted");
            assertThat(program.exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void aHandlerOutlivesTheRunThatAddedItButNotItsLoop(CoroutineEngine engine) throws Exception {
        try (Program program = new Program(List.of(), engine, "next run")) {
            program.expect("ready");
            program.send("INT");
            program.expect("heard INT");
            program.expect("loop closed");
            program.send("INT");

            assertThat(program.exitCode()).isEqualTo(130);
        }
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void aJvmThatIsToLeaveSignalsAloneSaysSo(CoroutineEngine engine) throws Exception {
        try (Program program = new Program(List.of("-Xrs"), engine, "refused", "TERM")) {
            program.expect("cannot handle the signal TERM: the JVM does not give it away,"
                    + " since it was started with -Xrs");
        }
    }

    /// A JVM that runs [ProgramWithSignals].
    private static final class Program implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;

        Program(List<String> jvmOptions, CoroutineEngine engine, String... arguments)
                throws IOException {
            assumeThat(Path.of("/bin/sh")).isExecutable();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmOptions);
            command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
            command.addAll(List.of(ProgramWithSignals.class.getName(), engine.name()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        void expect(String line) throws IOException {
            assertThat(output.readLine()).isEqualTo(line);
        }

        void send(String signal) throws Exception {
            assumeThat(isIgnored(signal))
                    .as(signal + " is ignored, as whoever started this JVM had it")
                    .isFalse();
            String pid = Long.toString(process.pid());
            assertThat(new ProcessBuilder("kill", "-s", signal, pid).start().waitFor())
                    .isZero();
        }

        /// Whether programs that this JVM starts ignore a signal: they inherit that, and `nohup`
        /// or a script's background job begins it. Linux says so.
        private static boolean isIgnored(String signal) throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return false;
            }
            String mask = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> line.substring("SigIgn:".length()).strip())
                    .findFirst()
                    .orElse("0");
            int number = switch (signal) {
                case "HUP" -> 1;
                case "INT" -> 2;
                default -> 0; // Nobody has the others ignored.
            };
            return number > 0 && ((Long.parseUnsignedLong(mask, 16) >> (number - 1)) & 1) == 1;
        }

        int exitCode() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
