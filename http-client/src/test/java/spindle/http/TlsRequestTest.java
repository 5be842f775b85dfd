package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.net.Resolver;
import spindle.net.Tls;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.net.ssl.SSLHandshakeException;

/// What `https` is: who is trusted, who is asked for, what is agreed on.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TlsRequestTest {
    private final ClientRun client;

    TlsRequestTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static ClientOptions options() {
        return ClientRun.options().withTls(Certificates.client());
    }

    /// Runs a test with a session that trusts the authority, and a server that it vouched for.
    private void run(ClientOptions options, ClientRun.Body test) throws Exception {
        client.run(options, ScriptedServer::openTls, test);
    }

    // --- What is agreed on ---

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void oneConnectionCarriesOneRequestAfterTheOther(String version) throws Exception {
        Tls tls = Certificates.client().withVersions(version);
        run(ClientRun.options().withTls(tls), (server, session) -> {
            for (int i = 0; i < 10; i++) {
                probe(server, session);
            }
            try (ClientResponse response = await(session.get(server.url("/probe?last")))) {
                assertThat(await(response.text())).isEqualTo("last");
                assertThat(response.tls().orElseThrow().session().getProtocol()).isEqualTo(version);
            }

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, TLSv1.3", "TLSv1.3, TLSv1.2"})
    void nothingCommonIsAFailureOfTls(String ours, String theirs) throws Exception {
        Tls tls = Certificates.client().withVersions(ours);
        client.run(
                ClientRun.options().withTls(tls),
                () -> ScriptedServer.openTls(
                        parameters -> parameters.setProtocols(new String[] {theirs}), "127.0.0.1"),
                (server, session) -> assertThat(failureOf(session, server.url("/probe?x")))
                        .hasMessageContaining(ours)
                        .extracting(ClientException::kind)
                        .isEqualTo(Kind.TLS));
    }

    @Test
    void laterConnectionsResumeTheSessionOfTheFirst() throws Exception {
        run(options(), (server, session) -> {
            server.on("/id", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                peer.close();
            });
            long first = createdBy(session, server);
            long second = createdBy(session, server);

            assertThat(server.connections()).isEqualTo(2);
            assertThat(second).as("when the session was made").isEqualTo(first);
        });
    }

    private static long createdBy(ClientSession session, ScriptedServer server) throws Exception {
        try (ClientResponse response = await(session.get(server.url("/id")))) {
            await(response.read());
            return response.tls().orElseThrow().session().getCreationTime();
        }
    }

    @Test
    void aServerThatChoosesAnotherProtocolIsRefused() throws Exception {
        Tls tls = Certificates.client().withApplicationProtocols("h2", "http/1.1");
        client.run(
                ClientRun.options().withTls(tls),
                () -> ScriptedServer.openTls(
                        parameters -> parameters.setApplicationProtocols(new String[] {"h2"}),
                        "127.0.0.1"),
                (server, session) -> assertThat(failureOf(session, server.url("/probe?x")))
                        .hasMessageContaining(
                                "expected the server to choose http/1.1 but it chose h2")
                        .extracting(ClientException::kind)
                        .isEqualTo(Kind.TLS));
    }

    // --- Whom we speak with ---

    @Test
    void theServerHearsWhichNameIsAskedFor() throws Exception {
        Resolver resolver =
                Resolver.fixed(Map.of("shop.test", List.of(InetAddress.ofLiteral("127.0.0.1"))));
        client.run(
                options().withResolver(resolver),
                () -> ScriptedServer.openTls(_ -> {}, "shop.test"),
                (server, session) -> {
                    server.on(
                            "/sni",
                            peer -> peer.respond(peer.tls().getRequestedServerNames().stream()
                                    .map(name -> new String(name.getEncoded(), US_ASCII))
                                    .toList()
                                    .toString()));

                    assertThat(fetch(session, server.url("shop.test", "/sni")))
                            .isEqualTo("[shop.test]");
                });
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        client.run(
                options(),
                () -> ScriptedServer.openTls(_ -> {}, "other.test"),
                (server, session) -> {
                    ClientException failure = failureOf(session, server.url("/probe?x"));

                    assertThat(failure.kind()).isEqualTo(Kind.TLS);
                    assertThat(failure)
                            .hasMessageStartingWith("GET " + server.url("/probe?x") + ": ")
                            .hasMessageContainingAll("127.0.0.1", "other.test")
                            .hasCauseInstanceOf(SSLHandshakeException.class);
                    assertThat(server.requests()).isEmpty();
                });
    }

    @Test
    void anAuthorityThatNobodyKnowsIsRefused() throws Exception {
        Tls tls = Tls.client().withTrust(Certificates.trust(Certificates.anotherAuthority()));
        run(ClientRun.options().withTls(tls), (server, session) -> {
            ClientException failure = failureOf(session, server.url("/probe?x"));

            assertThat(failure.kind()).isEqualTo(Kind.TLS);
            assertThat(server.requests()).isEmpty();
        });
    }

    @Test
    void withoutOptionsOnlyTheJdksAuthoritiesAreTrusted() throws Exception {
        run(ClientRun.options(), (server, session) -> {
            assertThat(failureOf(session, server.url("/probe?x")).kind()).isEqualTo(Kind.TLS);
            assertThat(server.requests()).isEmpty();
        });
    }

    @Test
    void aPinnedKeyIsAccepted() throws Exception {
        String pin = Tls.pinOf(Certificates.certificate("127.0.0.1", "localhost"));
        Tls tls = Certificates.client().withPinnedCertificates(Set.of(pin));
        run(ClientRun.options().withTls(tls), ClientRun::probe);
    }

    @Test
    void anotherKeyThanThePinnedOneIsRefused() throws Exception {
        String pin = Tls.pinOf(Certificates.certificate("other.test"));
        Tls tls = Certificates.client().withPinnedCertificates(Set.of(pin));
        run(ClientRun.options().withTls(tls), (server, session) -> {
            ClientException failure = failureOf(session, server.url("/probe?x"));

            assertThat(failure.kind()).isEqualTo(Kind.TLS);
            assertThat(failure).hasMessageContaining(pin);
            assertThat(server.requests()).isEmpty();
        });
    }

    // --- Who we are ---

    private static ScriptedServer openForKnownClients(String version) throws Exception {
        return ScriptedServer.openTls(
                parameters -> {
                    parameters.setProtocols(new String[] {version});
                    parameters.setNeedClientAuth(true);
                },
                "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatAsksForACertificateGetsOurs(String version) throws Exception {
        Tls tls = Certificates.client()
                .withIdentity(Certificates.identity("somebody"), Certificates.PASSWORD);
        client.run(
                ClientRun.options().withTls(tls),
                () -> openForKnownClients(version),
                (server, session) -> {
                    server.on(
                            "/who",
                            peer -> peer.respond(peer.tls().getPeerPrincipal().getName()));

                    assertThat(fetch(session, server.url("/who"))).isEqualTo("CN=somebody");
                });
    }

    /// With TLS 1.3 the client is ready before the server has looked at its certificate: the alert
    /// comes in place of the answer, and was taken for a connection that broke.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatMissesOurCertificateIsAFailureOfTls(String version) throws Exception {
        client.run(options(), () -> openForKnownClients(version), (server, session) -> {
            ClientException failure = failureOf(session, server.url("/probe?x"));

            assertThat(failure.kind()).isEqualTo(Kind.TLS);
            assertThat(failure).hasMessageContaining("certificate from us");
        });
    }

    // --- The pool ---

    @Test
    void requestsWithDifferentTlsNeverShareAConnection() throws Exception {
        Tls known = Certificates.client();
        Tls alike = Certificates.client();
        run(ClientRun.options().withTls(known), (server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/probe?x"));
            for (Tls tls : List.of(known, alike, known, alike)) {
                await(await(session.send(request.withTls(tls))).discard());
            }

            assertThat(server.connections()).isEqualTo(2);
            assertThat(session.connectionsIdle()).isEqualTo(2);
        });
    }

    @Test
    void aConnectionThatWasTrustedByOneServesNobodyWhoTrustsLess() throws Exception {
        run(options(), (server, session) -> {
            probe(server, session);
            Tls strict =
                    Tls.client().withTrust(Certificates.trust(Certificates.anotherAuthority()));
            Coroutine<ClientResponse> request =
                    session.send(ClientRequest.get(server.url("/probe?x")).withTls(strict));

            assertThat(ClientRun.failureOf(request).kind()).isEqualTo(Kind.TLS);
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void aTlsServerThatIsSpokenToPlainlyAnswersNothingUseful() throws Exception {
        run(options(), (server, session) -> {
            String url = server.url("/probe?x").replace("https:", "http:");

            assertThat(failureOf(session, url).kind())
                    .isIn(Kind.MALFORMED, Kind.DISCONNECTED, Kind.RESET);
        });
    }
}
