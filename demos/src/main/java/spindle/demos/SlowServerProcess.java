package spindle.demos;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The slow server in a process of its own, so that a race's client has its thread for itself.
///
/// It ends with this program, however that ends: [#close()] ends it; Ctrl-C and SIGTERM run a
/// shutdown hook that does; and if this JVM is killed outright, the pipe to the server's standard
/// input closes, which it waits for.
final class SlowServerProcess implements AutoCloseable {
    private static final Pattern LISTENING =
            Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+)/");

    private final Process process;
    private final Thread hook;
    private final InetSocketAddress address;

    private SlowServerProcess(Process process) throws IOException {
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "end-slow-server");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean listening = false;
        try {
            this.address = awaitAddress();
            listening = true;
        } finally {
            if (!listening) {
                close();
            }
        }
    }

    /// Starts the server and waits until it listens.
    static SlowServerProcess start(Duration delay) throws IOException {
        List<String> command = thisProgram();
        command.addAll(List.of(
                "serve", "--port=0", "--delay=" + delay.toMillis() + "ms", "--until-stdin-closes"));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        return new SlowServerProcess(builder.start());
    }

    /// Returns the command that starts this program once more, in a JVM with the same options.
    private static List<String> thisProgram() {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib:")) // A debugger has one port.
                .forEach(command::add);
        // From a runnable jar `-jar` it must be: what the manifest opens does not hold without.
        boolean isJar = System.getProperty("sun.java.command", "").startsWith(classPath);
        command.addAll(
                isJar
                        ? List.of("-jar", classPath)
                        : List.of("-cp", classPath, Main.class.getName()));
        return command;
    }

    private InetSocketAddress awaitAddress() throws IOException {
        BufferedReader output = process.inputReader();
        // A JVM may have something to say of its own first, such as what it was told to log.
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.matches()) {
                Thread.ofPlatform().daemon().name("server-output").start(() -> drain(output));
                int port = Integer.parseInt(matcher.group(1));
                return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            }
        }
        throw new IOException(
                "the slow server ended before it listened; its standard error may tell why");
    }

    /// Reads on, so that a server that has more to say is not held up by a full pipe.
    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // Nobody wants it.
            }
        } catch (IOException closed) {
            return; // The server has ended.
        }
    }

    /// Returns where the server listens.
    InetSocketAddress address() {
        return address;
    }

    /// Returns the server's process.
    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return; // The hook does the same.
        }
    }
}
