package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.ExceptionHandler;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/// TLS over the machine's sockets: connecting, listening, what is agreed on.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TlsNetworkTest {
    private final LoopRun loop;

    TlsNetworkTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    /// A server that keeps the protocols of its connections.
    private static final class Listening implements AutoCloseable {
        private final Deque<RecordingProtocol> accepted = new ArrayDeque<>();
        private final Server server;

        Listening(Tls tls) throws Exception {
            server = tls.over(LoopRun.network()).listen(LoopRun.anyPort(), () -> {
                var protocol = new RecordingProtocol();
                accepted.add(protocol);
                return protocol;
            });
        }

        InetSocketAddress address() {
            return LoopRun.addressOf(server);
        }

        Coroutine<RecordingProtocol> connect(Tls client) {
            return client.over(LoopRun.network()).connect(address(), RecordingProtocol::new);
        }

        RecordingProtocol nextAccepted() throws Exception {
            await(LoopRun.until(() -> !accepted.isEmpty()));
            return accepted.remove();
        }

        @Override
        public void close() {
            server.close();
            server.abortClients();
        }
    }

    private static TlsDetails details(RecordingProtocol protocol) {
        return protocol.transport().tls().orElseThrow();
    }

    @Test
    void tenMegabytesGoEachWay() throws Exception {
        byte[] data = new byte[10_000_000];
        new Random(6).nextBytes(data);
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                RecordingProtocol client = await(server.connect(Certificates.client()));
                RecordingProtocol theirs = server.nextAccepted();
                client.write(data);
                theirs.write(data);
                await(client.untilReceived(data.length));
                await(theirs.untilReceived(data.length));
                client.transport().close();
                await(client.untilLost());
                await(theirs.untilLost());

                assertThat(Arrays.equals(client.received.toByteArray(), data)).isTrue();
                assertThat(Arrays.equals(theirs.received.toByteArray(), data)).isTrue();
                assertThat(client.failure()).isNull();
                assertThat(theirs.failure()).isNull();
                assertThat(theirs.transport().counters().bytesReceived()).isEqualTo(data.length);
            }
        });
    }

    // --- What is agreed on ---

    @Test
    void bothSidesKnowTheServerNameThatWasAskedFor() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                RecordingProtocol client = await(server.connect(Certificates.client()));

                assertThat(details(client).serverName()).contains("localhost");
                assertThat(details(server.nextAccepted()).serverName()).contains("localhost");
            }
        });
    }

    @Test
    void anAddressIsVerifiedAndNotSentAsAName() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                Tls client = Tls.client()
                        .withTrust(Certificates.trusted("authority"))
                        .withServerName("127.0.0.1");
                await(server.connect(client));

                assertThat(details(server.nextAccepted()).serverName()).isEmpty();
            }
        });
    }

    @Test
    void theHostOfTheAddressIsTheServersName() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                var address =
                        new InetSocketAddress("localhost", server.address().getPort());
                Tls client = Tls.client().withTrust(Certificates.trusted("authority"));
                await(client.over(LoopRun.network()).connect(address, RecordingProtocol::new));

                assertThat(details(server.nextAccepted()).serverName()).contains("localhost");
            }
        });
    }

    @Test
    void theServersCertificateIsChosenByTheName() throws Exception {
        loop.run(() -> {
            Tls both = Tls.server(Certificates.identity("server", "other"), Certificates.PASSWORD);
            try (var server = new Listening(both)) {
                Tls client = Certificates.client();
                RecordingProtocol first = await(server.connect(client));
                RecordingProtocol second =
                        await(server.connect(client.withServerName("other.example")));

                assertThat(subject(first)).isEqualTo("CN=Test server");
                assertThat(subject(second)).isEqualTo("CN=Test other");
            }
        });
    }

    private static String subject(RecordingProtocol protocol) throws Exception {
        X509Certificate certificate =
                (X509Certificate) details(protocol).session().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().toString();
    }

    @Test
    void theServersChoiceOfApplicationProtocolIsKnownToBoth() throws Exception {
        loop.run(() -> {
            Tls tls = Certificates.server().withApplicationProtocols("b", "c");
            try (var server = new Listening(tls)) {
                RecordingProtocol client = await(server.connect(
                        Certificates.client().withApplicationProtocols("a", "c", "b")));
                RecordingProtocol plain = await(server.connect(Certificates.client()));

                assertThat(details(client).applicationProtocol()).isEqualTo("b");
                assertThat(details(server.nextAccepted()).applicationProtocol()).isEqualTo("b");
                assertThat(details(plain).applicationProtocol()).isEmpty();
            }
        });
    }

    @Test
    void aPinnedKeyIsAccepted() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                String pin = Tls.pinOf(Certificates.certificate("server"));
                RecordingProtocol client = await(
                        server.connect(Certificates.client().withPinnedCertificates(Set.of(pin))));

                assertThat(client.events).containsExactly("connectionMade");
            }
        });
    }

    @Test
    void withoutHostnameVerificationAnyTrustedCertificateWillDo() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server("other"))) {
                RecordingProtocol client = await(
                        server.connect(Certificates.client().withHostnameVerification(false)));

                assertThat(subject(client)).isEqualTo("CN=Test other");
            }
        });
    }

    @Test
    void aServerKnowsTheClientThatItAsked() throws Exception {
        loop.run(() -> {
            Tls tls = Certificates.server()
                    .withTrust(Certificates.trusted("authority"))
                    .withClientAuthentication(Tls.ClientAuthentication.REQUIRED);
            try (var server = new Listening(tls)) {
                await(server.connect(Certificates.client()
                        .withIdentity(Certificates.identity("client"), Certificates.PASSWORD)));

                assertThat(subject(server.nextAccepted())).isEqualTo("CN=Test client");
            }
        });
    }

    @Test
    void keysAndTrustComeFromPemFilesToo() throws Exception {
        loop.run(() -> {
            Tls tls = Tls.server(Certificates.chainFile("server"), Certificates.keyFile("server"));
            try (var server = new Listening(tls)) {
                Tls client = Tls.client()
                        .withTrust(Certificates.chainFile("authority"))
                        .withServerName("localhost");
                RecordingProtocol connected = await(server.connect(client));

                assertThat(connected.events).containsExactly("connectionMade");
            }
        });
    }

    @Test
    void aFileWithoutAKeyIsRefusedWithWhatItHolds() {
        assertThatThrownBy(() -> Tls.server(
                        Certificates.chainFile("server"), Certificates.chainFile("server")))
                .hasMessageMatching(
                        "expected a block PRIVATE KEY in .*server-chain.pem but found \\[CERTIFICATE, CERTIFICATE]: openssl pkcs8 -topk8 -nocrypt converts keys of other forms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aSecondHandshakeGoesOnFromTheFirst(String version) throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                var checks = new CountingTrust();
                Tls client = Certificates.client()
                        .withSslContext(checks.context())
                        .withVersions(version);
                for (int i = 0; i < 3; i++) {
                    RecordingProtocol connected = await(server.connect(client));
                    RecordingProtocol theirs = server.nextAccepted();
                    theirs.write("hello"); // Comes after the ticket for the next time.
                    await(connected.untilReceived(5));
                    connected.transport().close();
                    await(connected.untilLost());
                }

                assertThat(checks.count()).isEqualTo(1);
            }
        });
    }

    // --- The server ---

    @Test
    void closingTheServersConnectionsSendsTheirEnd() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                RecordingProtocol client = await(server.connect(Certificates.client()));
                RecordingProtocol theirs = server.nextAccepted();
                theirs.write("goodbye");
                server.server.close();
                server.server.closeClients();
                await(server.server.waitClosed());
                await(client.untilLost());

                assertThat(client.receivedText()).isEqualTo("goodbye");
                assertThat(client.failure()).isNull();
                assertThat(server.server.connectionCount()).isZero();
            }
        });
    }

    @Test
    void shuttingDownAbortsAHandshakeThatDoesNotGoOn() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server());
                    var silent = new Socket()) {
                silent.connect(server.address());
                await(LoopRun.until(() -> server.server.connectionCount() == 1));
                int aborted = await(server.server.shutDown(Duration.ofMillis(1)));

                assertThat(aborted).isEqualTo(1);
                assertThat(server.accepted).isEmpty();
            }
        });
    }

    @Test
    void aHandshakeThatFailsIsReportedAndTheServerGoesOn() throws Exception {
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (var server = new Listening(Certificates.server())) {
                try (var plain = new Socket()) {
                    plain.connect(server.address());
                    plain.getOutputStream().write(LoopRun.ascii("GET / HTTP/1.1\r\n\r\n"));
                    await(LoopRun.until(() -> !loop.reports().isEmpty()));
                }
                await(server.connect(Certificates.client()));

                assertThat(server.nextAccepted().events).containsExactly("connectionMade");
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message()).isEqualTo("a client could not be served");
        assertThat(reports.getFirst().exception())
                .hasMessageMatching(
                        "TLS handshake with 127.0.0.1:\\d+ failed: what the peer sent is not TLS: does the port speak plain text\\?");
    }

    @Test
    void whoOnlyLooksWhetherSomebodyListensIsNotReported() throws Exception {
        loop.run(() -> {
            try (var server = new Listening(Certificates.server())) {
                try (var looking = new Socket()) {
                    looking.connect(server.address());
                    await(LoopRun.until(() -> server.server.connectionCount() == 1));
                }
                await(LoopRun.until(() -> server.server.connectionCount() == 0));

                assertThat(server.accepted).isEmpty();
            }
        });
    }

    @Test
    void aSideIsOnlyForItsRole() {
        assertThatThrownBy(() -> {
                    var _ = Certificates.server()
                            .over(new NoNetwork())
                            .connect(LoopRun.anyPort(), RecordingProtocol::new);
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected a client's side to connect with but this is a server's: use Tls.client()");
        assertThatThrownBy(() -> Certificates.client()
                        .over(new NoNetwork())
                        .listen(LoopRun.anyPort(), RecordingProtocol::new))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected a server's side to listen with but this is a client's: use Tls.server(...)");
    }

    private static final class NoNetwork implements Network {
        @Override
        public <P extends Protocol> Coroutine<P> connect(
                SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
            throw new AssertionError("not to be called");
        }

        @Override
        public Server listen(
                List<? extends SocketAddress> addresses,
                ListenOptions options,
                Supplier<? extends Protocol> protocols) {
            throw new AssertionError("not to be called");
        }
    }
}
