package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// The servers `echo` and `proxy`, in JVMs of their own.
@Tag("realtime")
@Timeout(60)
class EchoAndProxyTest {
    @RegisterExtension
    final DemoProcesses demos = new DemoProcesses();

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "streams"})
    void echoSendsBackWhatItGets(String style) throws Exception {
        Process echo = demos.start("echo", "--port=0", "--style=" + style);

        assertEchoes(DemoProcesses.portOf(echo));
    }

    @Test
    void proxyPassesOnBothWaysAndSaysHowMuch() throws Exception {
        int echo = DemoProcesses.portOf(demos.start("echo", "--port=0"));
        Process proxy = demos.start("proxy", "--listen=0", "--to=localhost:" + echo);

        assertEchoes(DemoProcesses.portOf(proxy));

        assertThat(proxy.inputReader().readLine())
                .matches("/127\\.0\\.0\\.1:\\d+: 1000000 bytes there, 1000000 back, ended");
    }

    @Test
    void proxyOfAServerThatIsNotThereSaysSoAndGoesOn() throws Exception {
        Process echo = demos.start("echo", "--port=0");
        int gone = DemoProcesses.portOf(echo);
        echo.destroyForcibly().waitFor();
        Process proxy = demos.start("proxy", "--listen=0", "--to=127.0.0.1:" + gone);
        int port = DemoProcesses.portOf(proxy);

        for (int i = 0; i < 2; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(endOf(client)).isTrue();
            }
            assertThat(proxy.inputReader().readLine())
                    .endsWith("0 bytes there, 0 back, cannot connect to 127.0.0.1:" + gone
                            + ": Connection refused");
        }
    }

    @Test
    void serverWithAConnectionEndsOnSigtermAndReportsNothing() throws Exception {
        Process echo = demos.start("echo", "--port=0", "--style=streams");
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), DemoProcesses.portOf(echo))) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');

            echo.toHandle().destroy(); // SIGTERM

            assertThat(echo.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(endOf(client)).isTrue();
        }
        assertThat(echo.exitValue()).isZero();
        assertThat(echo.errorReader().lines()).containsExactly("stopped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "host:", ":80", "host:0", "host:70000", "::1:80", "[]:80"})
    void targetThatIsNoneIsAMistakeOfTheCaller(String target) {
        CommandRun run = CommandRun.of("proxy", "--listen=0", "--to=" + target);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("expected HOST:PORT but was '" + target + "'");
    }

    private static void assertEchoes(int port) throws Exception {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread sender = Thread.ofVirtual().start(() -> send(client, sent));
            byte[] received = client.getInputStream().readAllBytes();
            sender.join();

            assertThat(received).isEqualTo(sent);
        }
    }

    private static void send(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
            client.shutdownOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
