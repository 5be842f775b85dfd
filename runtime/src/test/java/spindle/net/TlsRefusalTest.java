package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

import javax.net.ssl.SSLHandshakeException;

/// Handshakes that fail, and what both sides are told.
@OnBothEngines
class TlsRefusalTest {
    private static final String WITH_SERVER = "TLS handshake with localhost (127.0.0.1:2) failed: ";
    private static final String WITH_CLIENT = "TLS handshake with 127.0.0.1:1 failed: ";

    @RegisterExtension
    final TestLoops loops;

    TlsRefusalTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    /// Why a handshake failed, at each end; null where it did not.
    private record Failures(Exception client, Exception server) {}

    private Failures handshake(Tls client, Tls server) throws Exception {
        return loops.run(() -> {
            Wire wire = Wire.whole();
            Task<RecordingProtocol> serving =
                    createEagerTask(server.startTls(wire.right, RecordingProtocol::new));
            Exception atClient =
                    failureOf(createEagerTask(client.startTls(wire.left, RecordingProtocol::new)));
            Exception atServer = failureOf(serving);
            return new Failures(atClient, atServer);
        });
    }

    /// In TLS 1.3 a client is done before the server has seen its certificate: then the failure
    /// comes afterwards.
    private static Exception failureOf(Task<RecordingProtocol> connecting) {
        try {
            RecordingProtocol protocol = await(connecting);
            await(protocol.untilLost());
            return Objects.requireNonNull(protocol.failure());
        } catch (Exception failure) {
            return failure;
        }
    }

    // --- The client refuses the server ---

    @Test
    void aServerOfAnUnknownAuthorityIsRefused() throws Exception {
        Failures failures = handshake(Certificates.client(), Certificates.server("stranger"));

        assertThat(failures.client())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessage(
                        WITH_SERVER
                                + "its certificate 'CN=Test stranger' leads to no authority that we trust: issued by 'CN=Test stranger'; give ours with Tls.withTrust");
        assertThat(failures.server())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessage(
                        WITH_CLIENT
                                + "the peer sent the alert certificate_unknown: it does not trust our certificate");
    }

    @Test
    void aServerWithTheCertificateOfAnotherIsRefused() throws Exception {
        Failures failures = handshake(Certificates.client(), Certificates.server("other"));

        assertThat(failures.client())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageStartingWith(WITH_SERVER
                        + "its certificate is not for 'localhost' but for [other.example] (");
    }

    @Test
    void aServerAtAnAddressMustHaveThatInItsCertificate() throws Exception {
        Tls client = Certificates.client().withServerName("127.0.0.2");
        Failures failures = handshake(client, Certificates.server());

        assertThat(failures.client())
                .hasMessageContaining(
                        "its certificate is not for '127.0.0.2' but for [localhost, 127.0.0.1] (");
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsDate() throws Exception {
        Failures failures = handshake(Certificates.client(), Certificates.server("expired"));

        String date =
                Certificates.certificate("expired").getNotAfter().toInstant().toString();
        assertThat(failures.client())
                .hasMessage(
                        WITH_SERVER + "its certificate 'CN=Test expired' has expired, on " + date);
    }

    @Test
    void aKeyThatIsNotPinnedIsRefused() throws Exception {
        String wanted = Tls.pinOf(Certificates.certificate("other"));
        String found = Tls.pinOf(Certificates.certificate("server"));
        Tls client = Certificates.client().withPinnedCertificates(Set.of(wanted));

        assertThat(handshake(client, Certificates.server()).client())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessage(WITH_SERVER + "the key of its certificate is " + found
                        + ", which is not among the pinned [" + wanted + "]");
    }

    @Test
    void thePinOfAnAuthorityDoesNotVouchForTheServer() throws Exception {
        String wanted = Tls.pinOf(Certificates.certificate("authority"));
        Tls client = Certificates.client().withPinnedCertificates(Set.of(wanted));

        assertThat(handshake(client, Certificates.server()).client())
                .hasMessageContaining("is not among the pinned");
    }

    // --- They have nothing in common ---

    @Test
    void versionsWithoutACommonOneAreNamed() throws Exception {
        Failures failures = handshake(
                Certificates.client().withVersions("TLSv1.3"),
                Certificates.server().withVersions("TLSv1.2"));

        assertThat(failures.client())
                .hasMessage(
                        WITH_SERVER
                                + "the peer sent the alert protocol_version: it takes none of our versions [TLSv1.3]");
        assertThat(failures.server())
                .hasMessageStartingWith(WITH_CLIENT)
                .hasMessageContaining("TLSv1.3");
    }

    @Test
    void applicationProtocolsWithoutACommonOneAreNamed() throws Exception {
        Failures failures = handshake(
                Certificates.client().withApplicationProtocols("h2", "http/1.1"),
                Certificates.server().withApplicationProtocols("smtp"));

        assertThat(failures.client())
                .hasMessage(
                        WITH_SERVER
                                + "the peer sent the alert no_application_protocol: it takes none of our protocols [h2, http/1.1]");
        assertThat(failures.server()).hasMessageStartingWith(WITH_CLIENT);
    }

    // --- The server refuses the client ---

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, connection, certificate_required: it wants a certificate from us; see Tls.withIdentity",
        "TLSv1.2, handshake, 'handshake_failure: it finds nothing common in what we offer, or wants a certificate from us'"
    })
    void aClientWithoutTheCertificateThatIsRequiredIsRefused(
            String version, String when, String alert) throws Exception {
        Failures failures = handshake(
                Certificates.client().withVersions(version),
                Certificates.server()
                        .withTrust(Certificates.trusted("authority"))
                        .withClientAuthentication(Tls.ClientAuthentication.REQUIRED));

        assertThat(failures.server()).isInstanceOf(SSLHandshakeException.class);
        assertThat(failures.client())
                .hasMessage("TLS " + when
                        + " with localhost (127.0.0.1:2) failed: the peer sent the alert " + alert);
    }

    @Test
    void aClientOfAnUnknownAuthorityIsRefused() throws Exception {
        Failures failures = handshake(
                Certificates.client()
                        .withIdentity(Certificates.identity("stranger"), Certificates.PASSWORD),
                Certificates.server()
                        .withTrust(Certificates.trusted("stranger"))
                        .withTrust(Certificates.trusted("authority"))
                        .withClientAuthentication(Tls.ClientAuthentication.REQUIRED));

        assertThat(failures.server()).isInstanceOf(SSLHandshakeException.class);
    }

    // --- The peer is something else ---

    @Test
    void aPeerThatDoesNotSpeakTlsIsToldApart() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            wire.right.write(ByteBuffer.wrap(LoopRun.ascii("SSH-2.0-OpenSSH_9.2p1\r\n")));

            assertThatThrownBy(() -> await(
                            Certificates.client().startTls(wire.left, RecordingProtocol::new)))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessage(WITH_SERVER
                            + "what the peer sent is not TLS: does the port speak plain text?");
            assertThat(wire.left.isClosing()).isTrue();
        });
    }

    @Test
    void aPeerThatLeavesAmidTheHandshakeIsTold() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            wire.right.close();

            assertThatThrownBy(() -> await(
                            Certificates.client().startTls(wire.left, RecordingProtocol::new)))
                    .hasMessage(WITH_SERVER + "the peer closed the connection without an answer");
        });
    }

    @Test
    void aConnectionThatBreaksAmidTheHandshakeIsTold() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            wire.left.lose(new IOException("Connection reset"));

            assertThatThrownBy(() -> await(
                            Certificates.client().startTls(wire.left, RecordingProtocol::new)))
                    .hasMessage("cannot start TLS, the connection is closing: " + wire.left);
        });
    }

    @Test
    void aPeerThatSaysNothingIsGivenUpInTime() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            Tls client = Certificates.client().withHandshakeTimeout(Duration.ofSeconds(7));

            assertThatThrownBy(() -> await(client.startTls(wire.left, RecordingProtocol::new)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "TLS handshake with localhost (127.0.0.1:2) timed out after 7 s: it has not answered");
            assertThat(wire.left.isClosing()).isTrue();
        });
    }

    @Test
    void aPeerThatSaysLittleIsGivenUpInTime() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            wire.left.write(ByteBuffer.wrap(new byte[] {22, 3, 3}));

            assertThatThrownBy(() -> await(
                            Certificates.server().startTls(wire.right, RecordingProtocol::new)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "TLS handshake with 127.0.0.1:1 timed out after 60 s: it has begun to answer");
        });
    }

    @Test
    void aServerMustHaveAName() throws Exception {
        Tls client = Tls.client();

        assertThatThrownBy(() -> client.newEngine(UnixDomainSocketAddress.of("/run/service")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected the name that the server at /run/service must prove to have: give it with Tls.withServerName");
    }
}
