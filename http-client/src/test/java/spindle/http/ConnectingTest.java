package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.net.HostConnectOptions;
import spindle.net.Resolver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/// Which address a request goes to, and from which.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectingTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress HERE_TOO = InetAddress.ofLiteral("127.0.0.2");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("::1");

    private final ClientRun client;

    ConnectingTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static ClientOptions knowing(InetAddress... addresses) {
        return ClientRun.options()
                .withResolver(Resolver.fixed(Map.of("shop.test", List.of(addresses))));
    }

    // --- Names ---

    @Test
    void aNameLeadsWhereItWasSaidTo() throws Exception {
        client.run(knowing(HERE), (server, session) -> {
            assertThat(fetch(session, server.url("shop.test", "/probe?x"))).isEqualTo("x");
            assertThat(server.requests().getFirst())
                    .contains("\r\nHost: shop.test:" + server.port() + "\r\n");
        });
    }

    @Test
    void aNameThatNobodyKnowsIsAFailureOfItsOwn() throws Exception {
        client.run(knowing(HERE), (server, session) -> {
            ClientException failure = failureOf(session, server.url("else.test", "/probe?x"));

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
            assertThat(failure)
                    .hasMessageContaining("no address is known for the host else.test")
                    .hasCauseInstanceOf(UnknownHostException.class);
        });
    }

    @Test
    void aProxyThatNobodyKnowsIsNamed() throws Exception {
        Proxy proxy = Proxy.of("http://proxy.test:3128");
        client.run(knowing(HERE).withProxies(ProxyChooser.always(proxy)), (_, session) -> {
            ClientException failure = failureOf(session, "http://shop.test/");

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
            assertThat(failure)
                    .hasMessageEndingWith("by the proxy http://proxy.test:3128/:"
                            + " no address is known for the host proxy.test");
        });
    }

    @Test
    void anAddressThatRefusesIsPassedOver() throws Exception {
        client.run(
                knowing(HERE_TOO, HERE),
                (server, session) -> assertThat(fetch(session, server.url("shop.test", "/probe?x")))
                        .isEqualTo("x"));
    }

    // --- Families, and where from ---

    @Test
    void theFamilyThatWasChosenIsTheOnlyOneUsed() throws Exception {
        HostConnectOptions ipv6 =
                HostConnectOptions.defaults().withFamily(HostConnectOptions.Family.IPV6);
        client.run(knowing(HERE).withConnecting(ipv6), (server, session) -> {
            ClientException failure = failureOf(session, server.url("shop.test", "/probe?x"));

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
            assertThat(failure)
                    .hasMessageEndingWith(
                            "shop.test: it has no address that is IPv6, only 127.0.0.1");
            assertThat(server.connections()).isZero();
        });
    }

    @Test
    void anAddressOfTheOtherFamilyIsPassedOver() throws Exception {
        HostConnectOptions ipv4 =
                HostConnectOptions.defaults().withFamily(HostConnectOptions.Family.IPV4);
        client.run(
                knowing(IPV6, HERE).withConnecting(ipv4),
                (server, session) -> assertThat(fetch(session, server.url("shop.test", "/probe?x")))
                        .isEqualTo("x"));
    }

    @Test
    void anIpv6AddressIsAskedInBrackets() throws Exception {
        assumeTrue(NetworkInterface.getByInetAddress(IPV6) != null, "there is no IPv6 here");
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.openAt(IPV6);
                    ClientSession session = ClientSession.open(ClientRun.options())) {
                assertThat(fetch(session, server.url("[::1]", "/probe?x"))).isEqualTo("x");
                assertThat(server.requests().getFirst())
                        .contains("\r\nHost: [::1]:" + server.port() + "\r\n");
            }
        });
    }

    @Test
    void requestsComeFromTheLocalAddress() throws Exception {
        HostConnectOptions from =
                HostConnectOptions.defaults().withLocalAddress(new InetSocketAddress(HERE_TOO, 0));
        client.run(ClientRun.options().withConnecting(from), (server, session) -> {
            server.on("/", peer -> peer.respond(peer.socket().getInetAddress().getHostAddress()));

            assertThat(fetch(session, server.url("/"))).isEqualTo("127.0.0.2");
        });
    }
}
