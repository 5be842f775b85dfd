package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a program leaves behind when it is told to end, or killed: in JVMs of their own.
@Tag("realtime")
@Timeout(60)
class SignalTest {
    @RegisterExtension
    final DemoProcesses demos = new DemoProcesses();

    @Test
    void serverEndsOnSigtermWithStatus0AndClosesItsConnections() throws Exception {
        Process server = demos.start("serve", "--port=0", "--delay=1m");
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), DemoProcesses.portOf(server))) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));

            server.toHandle()
                    .destroy(); // SIGTERM; destroy() of the process would close its streams.

            assertThat(server.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
            assertThat(server.errorReader().readLine()).isEqualTo("stopped");
            assertThat(endOf(client)).isTrue();
        }
    }

    @Test
    void fetchThatIsInterruptedEndsWithTheStatusThatShellsExpectAndNoStackTrace() throws Exception {
        Process server = demos.start("serve", "--port=0", "--delay=1m");
        int port = DemoProcesses.portOf(server);
        Process fetch = demos.start("fetch", "http://127.0.0.1:" + port + "/");
        assertThat(fetch.waitFor(2, TimeUnit.SECONDS)).isFalse();

        pressCtrlC(fetch);

        assertThat(fetch.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(fetch.exitValue()).isEqualTo(130);
        assertThat(fetch.errorReader().lines()).noneMatch(line -> line.contains("spindle."));
    }

    private static void pressCtrlC(Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    @Test
    void portThatIsTakenIsALine() throws Exception {
        Process first = demos.start("serve", "--port=0");
        int port = DemoProcesses.portOf(first);

        Process second = demos.start("serve", "--port=" + port);

        assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(second.errorReader().lines())
                .singleElement()
                .asString()
                .startsWith("serve: cannot listen on ");
    }

    @Test
    void serverOfARaceThatIsToldToEndEnds() throws Exception {
        Process race = demos.start("race", "--delay=1m");
        ProcessHandle server = serverOf(race);

        race.toHandle().destroy(); // SIGTERM

        assertThat(race.waitFor(5, TimeUnit.SECONDS)).isTrue();
        server.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void serverOfARaceThatIsKilledEnds() throws Exception {
        Process race = demos.start("race", "--delay=1m");
        ProcessHandle server = serverOf(race);

        race.destroyForcibly(); // SIGKILL: no hook of the race's runs.

        server.onExit().get(10, TimeUnit.SECONDS);
    }

    // --- Watching ---

    /// Waits until a race has started its server.
    private static ProcessHandle serverOf(Process race) throws InterruptedException {
        while (race.isAlive()) {
            List<ProcessHandle> children = race.children().toList();
            if (!children.isEmpty()) {
                return children.getFirst();
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("the race ended before it began");
    }

    /// Returns whether the server has closed the connection, either way.
    private static boolean endOf(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
