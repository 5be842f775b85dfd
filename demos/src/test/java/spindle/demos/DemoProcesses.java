package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Starts demos in JVMs of their own, and ends them after the test.
final class DemoProcesses implements AfterEachCallback {
    private static final Pattern LISTENING =
            Pattern.compile("listening on (?:http://)?127\\.0\\.0\\.1:(\\d+)/?");

    private final List<Process> started = new ArrayList<>();

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    /// Returns the port that a server says it listens on.
    static int portOf(Process server) throws IOException {
        String line = server.inputReader().readLine();
        Matcher listening = LISTENING.matcher(String.valueOf(line));
        assertThat(listening.matches()).as("listening: %s", line).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }
}
