package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.http.proxy.ProxySettings;

import java.io.IOException;
import java.util.Map;

/// Plain HTTP through proxies: the [ScriptedServer] is the proxy, and answers in place of whoever
/// is asked for.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ProxyRequestTest {
    private static final Credentials SECRET = Credentials.basic("user", "secret");
    private static final String SAID = "\r\nProxy-Authorization: " + SECRET.headerValue() + "\r\n";

    private final ClientRun client;

    ProxyRequestTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static Proxy at(ScriptedServer proxy) {
        return Proxy.of(proxy.url("/"));
    }

    private static ClientSession open(ProxyChooser proxies) {
        return ClientSession.open(ClientRun.options().withProxies(proxies));
    }

    private static String fetch(ClientSession session, ClientRequest request) throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            return await(response.text());
        }
    }

    // --- What the proxy is told ---

    @Test
    void theProxyIsToldTheWholeUrlAndTheHostOfTheTarget() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test:8080/a", peer -> peer.respond("hello"));
            try (ClientSession session = open(ProxyChooser.always(at(proxy)))) {
                assertThat(ClientRun.fetch(session, "http://one.test:8080/a?b#c"))
                        .isEqualTo("hello");
            }

            assertThat(proxy.requests().getFirst())
                    .startsWith("GET http://one.test:8080/a?b HTTP/1.1\r\nHost: one.test:8080\r\n")
                    .doesNotContain("Proxy-");
        });
    }

    @Test
    void theUrlThatTheProxyIsToldHasNoCredentialsInIt() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test/", peer -> peer.respond("hello"));
            try (ClientSession session = open(ProxyChooser.always(at(proxy)))) {
                ClientRun.fetch(session, "http://user:secret@one.test/");
            }

            assertThat(proxy.requests().getFirst())
                    .startsWith("GET http://one.test/ HTTP/1.1\r\nHost: one.test\r\n")
                    .contains("\r\nAuthorization: " + SECRET.headerValue() + "\r\n");
        });
    }

    @Test
    void theProxyGetsItsCredentialsAndFields() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test/", peer -> peer.respond("hello"));
            Proxy known = at(proxy).withCredentials(SECRET).withField("Proxy-Trace", "on");
            try (ClientSession session = open(ProxyChooser.always(known))) {
                ClientRun.fetch(session, "http://one.test/");
            }

            assertThat(proxy.requests().getFirst()).contains(SAID, "\r\nProxy-Trace: on\r\n");
        });
    }

    @Test
    void aBodyGoesThroughTheProxy() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test/", peer -> peer.respond(new String(peer.readBody(5), UTF_8)));
            try (ClientSession session = open(ProxyChooser.always(at(proxy)));
                    ClientResponse response =
                            await(session.post("http://one.test/", RequestBody.text("hello")))) {
                assertThat(await(response.text())).isEqualTo("hello");
            }
        });
    }

    @Test
    void anAnswerOfTheProxyItselfIsAnAnswer() throws Exception {
        client.run((proxy, _) -> {
            proxy.on(
                    "http://one.test/",
                    peer -> peer.respond("407 Proxy Authentication Required", "who?"));
            try (ClientSession session = open(ProxyChooser.always(at(proxy)));
                    ClientResponse response = await(session.get("http://one.test/"))) {
                assertThat(response.status()).isEqualTo(407);
                assertThat(await(response.text())).isEqualTo("who?");
            }
        });
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws Exception {
        client.run((proxy, _) -> {
            proxy.stopListening();
            try (ClientSession session =
                    open(ProxyChooser.always(at(proxy).withCredentials(SECRET)))) {
                ClientException failure = failureOf(session, "http://one.test/");

                assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
                assertThat(failure)
                        .hasMessageStartingWith(
                                "GET http://one.test/: by the proxy http://127.0.0.1:"
                                        + proxy.port())
                        .hasMessageNotContaining("secret");
            }
        });
    }

    // --- The pool ---

    @Test
    void oneConnectionToTheProxyServesEveryHost() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test/", peer -> peer.respond("1"));
            proxy.on("http://two.test:8080/", peer -> peer.respond("2"));
            try (ClientSession session = open(ProxyChooser.always(at(proxy)))) {
                assertThat(ClientRun.fetch(session, "http://one.test/")).isEqualTo("1");
                assertThat(ClientRun.fetch(session, "http://two.test:8080/")).isEqualTo("2");
            }

            assertThat(proxy.connections()).isEqualTo(1);
        });
    }

    /// Here the proxy is a server of its own as well, at the same address.
    @Test
    void connectionsToAProxyAreNoConnectionsToAServer() throws Exception {
        client.run((server, session) -> {
            String url = server.url("/probe?x");
            server.on(url.replace("?x", ""), peer -> peer.respond("by proxy"));
            ClientRequest direct = ClientRequest.get(url);
            ClientRequest byProxy = direct.withProxy(at(server));

            assertThat(fetch(session, direct)).isEqualTo("x");
            assertThat(fetch(session, byProxy)).isEqualTo("by proxy");
            assertThat(fetch(session, direct)).isEqualTo("x");
            assertThat(server.connections()).isEqualTo(2);
            assertThat(session.connectionsIdle()).isEqualTo(2);
        });
    }

    /// What one of them may ask for need not be for the other: a proxy may remember who a
    /// connection belongs to.
    @Test
    void connectionsOfProxiesWithOtherCredentialsAreApart() throws Exception {
        client.run((proxy, session) -> {
            proxy.on("http://one.test/", peer -> peer.respond("hello"));
            ClientRequest request = ClientRequest.get("http://one.test/");
            fetch(session, request.withProxy(at(proxy)));
            fetch(session, request.withProxy(at(proxy).withCredentials(SECRET)));
            fetch(session, request.withProxy(at(proxy).withCredentials(SECRET)));

            assertThat(proxy.connections()).isEqualTo(2);
        });
    }

    // --- Which proxy ---

    @Test
    void aRequestMayHaveAProxyOfItsOwnOrNone() throws Exception {
        client.run((server, _) -> {
            try (ScriptedServer proxy = ScriptedServer.open();
                    ScriptedServer other = ScriptedServer.open();
                    ClientSession session = open(ProxyChooser.always(at(proxy)))) {
                String url = server.url("/probe");
                proxy.on(url, peer -> peer.respond("proxy"));
                other.on(url, peer -> peer.respond("other"));
                ClientRequest request = ClientRequest.get(url + "?direct");

                assertThat(fetch(session, request)).isEqualTo("proxy");
                assertThat(fetch(session, request.withProxy(at(other)))).isEqualTo("other");
                assertThat(fetch(session, request.withoutProxy())).isEqualTo("direct");
            }
        });
    }

    @Test
    void theEnvironmentChooses() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("http://one.test/", peer -> peer.respond("by proxy"));
            ProxySettings settings = ProxySettings.fromEnvironment(Map.of(
                    "http_proxy",
                    "user:secret@127.0.0.1:" + proxy.port(),
                    "NO_PROXY",
                    "127.0.0.1"));
            try (ClientSession session = open(settings)) {
                assertThat(ClientRun.fetch(session, "http://one.test/")).isEqualTo("by proxy");
                assertThat(proxy.requests().getFirst()).contains(SAID);
                probe(proxy, session);
                assertThat(proxy.requests().getLast())
                        .startsWith("GET /probe?")
                        .doesNotContain("Proxy-Authorization");
            }
        });
    }

    // --- Redirects ---

    private static void redirect(Conversation peer, String location) throws IOException {
        peer.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
    }

    @Test
    void aRedirectChoosesItsProxyAnew() throws Exception {
        client.run((server, _) -> {
            try (ScriptedServer proxy = ScriptedServer.open()) {
                proxy.on("http://one.test/", peer -> redirect(peer, server.url("/probe?direct")));
                Proxy known = at(proxy).withCredentials(SECRET);
                ProxyChooser chooser = url -> url.host().equals("one.test") ? known : null;
                try (ClientSession session = open(chooser)) {
                    assertThat(ClientRun.fetch(session, "http://one.test/")).isEqualTo("direct");
                }

                assertThat(proxy.requests()).hasSize(1);
                assertThat(server.requests().getFirst())
                        .startsWith("GET /probe?direct HTTP/1.1\r\n")
                        .doesNotContain("Proxy-Authorization");
            }
        });
    }

    @Test
    void aRedirectFromADirectHostGoesThroughTheProxyOfTheNextOne() throws Exception {
        client.run((proxy, _) -> {
            proxy.on("/away", peer -> redirect(peer, "http://one.test/"));
            proxy.on("http://one.test/", peer -> peer.respond("by proxy"));
            ProxyChooser chooser = url -> url.host().equals("one.test") ? at(proxy) : null;
            try (ClientSession session = open(chooser)) {
                assertThat(ClientRun.fetch(session, proxy.url("/away"))).isEqualTo("by proxy");
            }

            assertThat(proxy.connections()).isEqualTo(2);
        });
    }

    @Test
    void theProxyOfARequestStaysWithItWhereverItIsRedirected() throws Exception {
        client.run((proxy, session) -> {
            proxy.on("http://one.test/", peer -> redirect(peer, "http://two.test/"));
            proxy.on("http://two.test/", peer -> peer.respond("by proxy"));
            ClientRequest request = ClientRequest.get("http://one.test/").withProxy(at(proxy));

            assertThat(fetch(session, request)).isEqualTo("by proxy");
            assertThat(proxy.connections()).isEqualTo(1);
        });
    }

    // --- Over TLS ---

    private static Proxy secure(ScriptedServer proxy) {
        return at(proxy).withCredentials(SECRET).withTls(Certificates.client());
    }

    @Test
    void plainRequestsReachAProxyOverTls() throws Exception {
        client.run(ClientRun.options(), ScriptedServer::openTls, (proxy, session) -> {
            proxy.on("http://one.test/", peer -> peer.respond("hello"));
            ClientRequest request = ClientRequest.get("http://one.test/").withProxy(secure(proxy));

            assertThat(fetch(session, request)).isEqualTo("hello");
            assertThat(fetch(session, request)).isEqualTo("hello");
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.requests().getFirst()).contains(SAID);
        });
    }

    /// The credentials were for a proxy that proves who it is.
    @Test
    void aProxyThatIsNotWhomItShouldBeHearsNothing() throws Exception {
        client.run(
                ClientRun.options(),
                () -> ScriptedServer.openTls(_ -> {}, "other.test"),
                (proxy, session) -> {
                    ClientRequest request =
                            ClientRequest.get("http://one.test/").withProxy(secure(proxy));

                    assertThat(failureOf(session.send(request)).kind()).isEqualTo(Kind.TLS);
                    assertThat(proxy.requests()).isEmpty();
                });
    }
}
