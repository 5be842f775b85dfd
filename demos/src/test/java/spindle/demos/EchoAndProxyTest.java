package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

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
    void echoOverTlsHasACertificateForLocalhost() throws Exception {
        Process echo = demos.start("echo", "--port=0", "--style=streams", "--tls");
        int port = DemoProcesses.portOf(echo);
        List<X509Certificate> seen = new ArrayList<>();

        try (SSLSocket client = (SSLSocket) trusting(seen)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write("hello".getBytes(US_ASCII));

            assertThat(client.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(US_ASCII));
        }
        assertThat(seen)
                .singleElement()
                .satisfies(certificate -> assertThat(certificate.getSubjectAlternativeNames())
                        .contains(List.of(2, "localhost"), List.of(7, "127.0.0.1")));
    }

    /// A context that trusts anybody and keeps whom it has seen.
    private static SSLContext trusting(List<X509Certificate> seen) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAnybody(seen)}, null);
        return context;
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

    private static final class TrustsAnybody implements X509TrustManager {
        private final List<X509Certificate> seen;

        TrustsAnybody(List<X509Certificate> seen) {
            this.seen = seen;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.add(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("a client asks for no client's certificate");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
