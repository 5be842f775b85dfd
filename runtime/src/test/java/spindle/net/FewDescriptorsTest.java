package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What happens when the process has no file handle left. The limit is the process's own, so
/// [ProcessWithFewDescriptors] is one that a shell has limited.
@Tag("realtime")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FewDescriptorsTest {
    private static final int LIMIT = 200;

    /// What the processes printed: each takes seconds, and tells both tests what they ask.
    private static final Map<CoroutineEngine, List<String>> OUTPUTS =
            new EnumMap<>(CoroutineEngine.class);

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void aServerWithoutHandlesReportsThatAndAcceptsLater(CoroutineEngine engine) throws Exception {
        List<String> lines = outputOf(engine);

        assertThat(lines)
                .filteredOn(line -> line.startsWith("reported: "))
                .as("reports, one for each time that the handles ran out: %s", lines)
                .hasSize(2)
                .allMatch(line -> line.startsWith(
                        "reported: cannot accept connections, trying again in 1 s: "));
        assertThat(lines).contains("accepted all");
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void aConnectWithoutHandlesSaysWhereItWasTo(CoroutineEngine engine) throws Exception {
        List<String> lines = outputOf(engine);

        assertThat(lines)
                .anyMatch(line -> line.matches("connect failed: cannot connect to"
                        + " 127\\.0\\.0\\.1:\\d+: Too many open files"));
    }

    @ParameterizedTest
    @EnumSource(CoroutineEngine.class)
    void aServerClosedDuringThePauseLeavesNoTimer(CoroutineEngine engine) throws Exception {
        assertThat(outputOf(engine))
                .filteredOn(line -> line.startsWith("closed during the pause: "))
                .singleElement()
                .asString()
                .endsWith(" timers=0>");
    }

    private static synchronized List<String> outputOf(CoroutineEngine engine) throws Exception {
        List<String> known = OUTPUTS.get(engine);
        List<String> lines = known != null ? known : runWithFewDescriptors(engine);
        OUTPUTS.put(engine, lines);
        return lines;
    }

    private static List<String> runWithFewDescriptors(CoroutineEngine engine) throws Exception {
        assumeThat(Path.of("/bin/sh")).isExecutable();
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n " + LIMIT + " && exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessWithFewDescriptors.class.getName(),
                        engine.name())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            return output.lines().toList();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
