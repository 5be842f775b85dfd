package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.runBlocking;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// TLS with OpenSSL's `s_client` and `s_server` at the other end, where they are installed.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class OpenSslTest {
    private final LoopRun loop;
    private final List<Process> started = new ArrayList<>();

    OpenSslTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        assumeTrue(isInstalled(), "openssl is not installed");
        Certificates.make();
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroy);
    }

    private Process openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static String option(String version) {
        return version.equals("TLSv1.3") ? "-tls1_3" : "-tls1_2";
    }

    // --- s_client ---

    private Process client(Server server, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + LoopRun.addressOf(server).getPort(),
                "-servername",
                "localhost",
                "-CAfile",
                Certificates.chainFile("authority").toString(),
                "-verify_return_error"));
        arguments.addAll(List.of(more));
        return openssl(arguments.toArray(String[]::new));
    }

    private static Server listen(RecordingProtocol protocol) throws IOException {
        return Certificates.server()
                .over(LoopRun.network())
                .listen(LoopRun.anyPort(), () -> protocol);
    }

    private static void type(Process process, String text) throws IOException {
        process.getOutputStream().write(text.getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    /// Reads what a process says until that has a part of this form.
    private static Matcher untilSaid(Process process, String form) throws Exception {
        return await(runBlocking(() -> {
            StringBuilder said = new StringBuilder();
            Pattern pattern = Pattern.compile(form);
            while (true) {
                int next = process.getInputStream().read();
                assertThat(next).as("said: %s", said).isNotNegative();
                said.append((char) next);
                Matcher matcher = pattern.matcher(said);
                if (matcher.find()) {
                    return matcher;
                }
            }
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void itsClientTalksToOurServer(String version) throws Exception {
        loop.run(() -> {
            var server = new RecordingProtocol();
            try (Server listening = listen(server)) {
                Process client = client(listening, "-quiet", option(version));
                type(client, "question\n");
                await(server.untilReceived(9));
                server.write("answer\n");
                server.transport().close();
                String said = await(runBlocking(
                        () -> new String(client.getInputStream().readAllBytes(), UTF_8)));
                await(server.untilLost());

                assertThat(server.receivedText()).isEqualTo("question\n");
                assertThat(said).endsWith("answer\n");
                assertThat(server.failure()).isNull();
            }
        });
    }

    @Test
    void newKeysThatThePeerAsksForAreGiven() throws Exception {
        loop.run(() -> {
            var server = new RecordingProtocol();
            try (Server listening = listen(server)) {
                Process client = client(listening, "-tls1_3");
                type(client, "before\n");
                await(server.untilReceived(7));
                type(client, "K\n"); // A command of its own.
                untilSaid(client, "KEYUPDATE\n");
                type(client, "after\n");
                await(server.untilReceived(13));
                server.write("new keys\n");
                server.transport().close();
                String said = await(runBlocking(
                        () -> new String(client.getInputStream().readAllBytes(), UTF_8)));
                await(server.untilLost());

                assertThat(said).contains("new keys");
                assertThat(server.receivedText()).isEqualTo("before\nafter\n");
                assertThat(server.failure()).isNull();
            }
        });
    }

    @Test
    void aClientThatWantsToRenegotiateIsRefused() throws Exception {
        loop.run(() -> {
            var server = new RecordingProtocol();
            try (Server listening = listen(server)) {
                Process client = client(listening, "-tls1_2");
                type(client, "before\n");
                await(server.untilReceived(7));
                type(client, "R\n");
                await(server.untilLost());

                assertThat(server.failure())
                        .hasMessageMatching(
                                "TLS connection with 127.0.0.1:\\d+ failed: the peer asked to renegotiate, which is refused");
            }
        });
    }

    // --- s_server ---

    private Process server(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert_chain",
                Certificates.chainFile("server").toString(),
                "-cert",
                Certificates.chainFile("server").toString(),
                "-key",
                Certificates.keyFile("server").toString()));
        arguments.addAll(List.of(more));
        return openssl(arguments.toArray(String[]::new));
    }

    /// Waits until the server says where it listens, `ACCEPT 127.0.0.1:41234`.
    private static InetSocketAddress addressOf(Process server) throws Exception {
        Matcher accept = untilSaid(server, "ACCEPT .*:(\\d+)\n");
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(accept.group(1)));
    }

    private static RecordingProtocol connect(InetSocketAddress address) throws Exception {
        return await(Certificates.client()
                .over(LoopRun.network())
                .connect(address, RecordingProtocol::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void ourClientTalksToItsServer(String version) throws Exception {
        loop.run(() -> {
            Process server = server("-rev", option(version));
            RecordingProtocol client = connect(addressOf(server));
            client.write("stressed\n");
            await(client.untilReceived(9));
            client.transport().close();
            await(client.untilLost());

            assertThat(client.receivedText()).isEqualTo("desserts\n");
            assertThat(client.failure()).isNull();
            assertThat(client.transport().tls().orElseThrow().session().getProtocol())
                    .isEqualTo(version);
        });
    }

    @Test
    void aServerThatWantsToRenegotiateIsRefused() throws Exception {
        loop.run(() -> {
            Process server = server("-tls1_2");
            RecordingProtocol client = connect(addressOf(server));
            type(server, "r\n");
            await(client.untilLost());

            assertThat(client.failure())
                    .hasMessageEndingWith(
                            "failed: the peer asked to renegotiate, which is refused");
        });
    }

    @Test
    void aServerThatEndsWithoutAWordHasTruncated() throws Exception {
        loop.run(() -> {
            Process server = server("-tls1_3");
            RecordingProtocol client = connect(addressOf(server));
            type(server, "part\n");
            await(client.untilReceived(5));
            server.destroyForcibly();
            await(client.untilLost());

            assertThat(client.receivedText()).isEqualTo("part\n");
            assertThat(client.failure()).isInstanceOf(TlsTruncationException.class);
        });
    }
}
