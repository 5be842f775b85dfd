package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.net.Tls;

import java.util.Set;

import javax.net.ssl.SSLPeerUnverifiedException;

/// Whom a proxy that is reached by `https` must be, and what it gets to see: what a session is told
/// of TLS is for the hosts that it asks. The [ScriptedServer] of the run is the proxy.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ProxyTlsTest {
    private static final String HOST = "shop.test";

    /// Through a tunnel, and forwarded by the proxy.
    private static final String TUNNELLED = "https://shop.test/who";

    private static final String FORWARDED = "http://shop.test/who";

    // fixed at construction
    private final ClientRun client;

    // changes while running
    /// Who asked the proxy for a tunnel.
    private volatile String proxyHasSeen = "";

    ProxyTlsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// A test with a proxy; the host is behind it.
    interface Body {
        void run(ScriptedServer proxy) throws Exception;
    }

    /// Both say who asks them, as far as the certificate goes.
    private void run(ClientRun.Opening opening, Body test) throws Exception {
        client.run(ClientRun.options(), opening, (proxy, _) -> {
            try (ScriptedServer origin = ScriptedServer.openTls(
                    parameters -> parameters.setWantClientAuth(true), HOST)) {
                proxy.on(HOST + ":443", peer -> {
                    proxyHasSeen = who(peer);
                    peer.tunnelTo(origin.port());
                });
                proxy.on("http://shop.test/who", peer -> peer.respond(who(peer)));
                origin.on("/who", peer -> peer.respond(who(peer)));
                test.run(proxy);
            }
        });
    }

    private static String who(Conversation peer) {
        try {
            return peer.tls().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException nobody) {
            return "nobody";
        }
    }

    private static ScriptedServer openProxy(String... names) throws Exception {
        return ScriptedServer.openTls(parameters -> parameters.setWantClientAuth(true), names);
    }

    private static ClientSession open(Tls forHosts, Proxy proxy) {
        return ClientSession.open(
                ClientRun.options().withTls(forHosts).withProxies(ProxyChooser.always(proxy)));
    }

    private static Proxy at(ScriptedServer proxy) {
        return Proxy.of(proxy.url("/"));
    }

    private static Tls named(String name) {
        return Certificates.client()
                .withIdentity(Certificates.identity(name), Certificates.PASSWORD);
    }

    // --- What is for the host alone ---

    /// The proxy was refused, since it had none of the keys.
    @Test
    void aPinnedSessionGoesThroughAProxy() throws Exception {
        Tls pinned = Certificates.client()
                .withPinnedCertificates(Set.of(Tls.pinOf(Certificates.certificate(HOST))));
        run(() -> openProxy("127.0.0.1"), proxy -> {
            try (ClientSession session = open(pinned, at(proxy).withTls(Certificates.client()))) {
                assertThat(fetch(session, TUNNELLED)).isEqualTo("nobody");
            }
        });
    }

    /// It learned who the client is to the host.
    @Test
    void theIdentityOfTheClientIsNotShownToTheProxy() throws Exception {
        run(() -> openProxy("127.0.0.1"), proxy -> {
            try (ClientSession session =
                    open(named("alice"), at(proxy).withTls(Certificates.client()))) {
                assertThat(fetch(session, TUNNELLED)).isEqualTo("CN=alice");
                assertThat(proxyHasSeen).isEqualTo("nobody");
                assertThat(fetch(session, FORWARDED)).isEqualTo("nobody");
            }
        });
    }

    /// The proxy was asked for the name of the host.
    @Test
    void theNameThatTheHostMustProveIsNotAskedOfTheProxy() throws Exception {
        Tls unnamed = Certificates.client().withServerName(HOST);
        run(() -> openProxy("127.0.0.1"), proxy -> {
            try (ClientSession session = open(unnamed, at(proxy).withTls(Certificates.client()))) {
                assertThat(fetch(session, TUNNELLED)).isEqualTo("nobody");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {TUNNELLED, FORWARDED})
    void aProxyIsNotTrustedBecauseHostsAre(String url) throws Exception {
        run(() -> openProxy("127.0.0.1"), proxy -> {
            try (ClientSession session = open(Certificates.client(), at(proxy))) {
                assertThat(failureOf(session, url).kind()).isEqualTo(Kind.TLS);
                assertThat(proxy.requests()).isEmpty();
            }
        });
    }

    /// Anybody could have been the proxy.
    @Test
    void aProxyMustProveItsNameEvenIfHostsNeedNot() throws Exception {
        Tls anybody = Certificates.client().withHostnameVerification(false);
        run(() -> openProxy("other.test"), proxy -> {
            try (ClientSession session = open(anybody, at(proxy).withTls(Certificates.client()))) {
                assertThat(failureOf(session, TUNNELLED).kind()).isEqualTo(Kind.TLS);
                assertThat(proxy.requests()).isEmpty();
            }
        });
    }

    // --- What is for the proxy alone ---

    @Test
    void theHostHearsNothingOfWhoTheClientIsToTheProxy() throws Exception {
        run(() -> openProxy("127.0.0.1"), proxy -> {
            try (ClientSession session =
                    open(Certificates.client(), at(proxy).withTls(named("bob")))) {
                assertThat(fetch(session, TUNNELLED)).isEqualTo("nobody");
                assertThat(proxyHasSeen).isEqualTo("CN=bob");
                assertThat(fetch(session, FORWARDED)).isEqualTo("CN=bob");
            }
        });
    }

    @Test
    void aConnectionUnderOneIdentityServesNobodyWithAnother() throws Exception {
        run(() -> openProxy("127.0.0.1"), proxy -> {
            Proxy bob = at(proxy).withTls(named("bob"));
            Proxy carol = at(proxy).withTls(named("carol"));
            try (ClientSession session = open(Certificates.client(), bob)) {
                assertThat(fetch(session, FORWARDED)).isEqualTo("CN=bob");
                assertThat(fetch(session, ClientRequest.get(FORWARDED).withProxy(carol)))
                        .isEqualTo("CN=carol");
            }
        });
    }
}
