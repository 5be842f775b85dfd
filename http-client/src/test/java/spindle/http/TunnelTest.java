package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.net.Tls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `https` through proxies: the [ScriptedServer] of the run is the proxy.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TunnelTest {
    private static final Credentials SECRET = Credentials.basic("user", "secret");
    private static final String ORIGIN = "shop.test:443";
    private static final String URL = "https://shop.test/probe?x";

    private final ClientRun client;

    TunnelTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// A test with a proxy, and a server that is behind it.
    interface Body {
        void run(ScriptedServer proxy, ScriptedServer origin, ClientSession session)
                throws Exception;
    }

    private void run(ClientRun.Opening proxies, Body test) throws Exception {
        client.run(ClientRun.options(), proxies, (proxy, _) -> {
            try (ScriptedServer origin = ScriptedServer.openTls(_ -> {}, "shop.test");
                    ClientSession session = ClientSession.open(options(proxy))) {
                proxy.on(ORIGIN, peer -> peer.tunnelTo(origin.port()));
                test.run(proxy, origin, session);

                assertThat(session.connectionsInUse()).as("connections in use").isZero();
                assertThat(origin.failures()).as("failures of scripts").isEmpty();
            }
        });
    }

    private void run(Body test) throws Exception {
        run(ScriptedServer::open, test);
    }

    private static ClientOptions options(ScriptedServer proxy) {
        return ClientRun.options()
                .withTls(Certificates.client())
                .withProxies(ProxyChooser.always(Proxy.of(proxy.url("/"))
                        .withCredentials(SECRET)
                        .withTls(Certificates.client())));
    }

    // --- What is said to whom ---

    @Test
    void theProxyIsAskedForATunnelAndHearsNothingElse() throws Exception {
        run((proxy, _, session) -> {
            assertThat(fetch(session, URL)).isEqualTo("x");
            assertThat(fetch(session, URL)).isEqualTo("x");

            assertThat(proxy.requests())
                    .containsExactly("CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\n"
                            + "Proxy-Authorization: " + SECRET.headerValue() + "\r\n\r\n");
        });
    }

    @Test
    void theHostHearsNothingOfTheProxy() throws Exception {
        run((_, origin, session) -> {
            fetch(session, URL);

            assertThat(origin.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /probe?x HTTP/1.1\r\nHost: shop.test\r\n")
                    .doesNotContainIgnoringCase("proxy");
        });
    }

    @Test
    void bodiesOfEverySizeGoThroughTheTunnel() throws Exception {
        run((_, origin, session) -> {
            String large = "0123456789abcdef".repeat(65_536);
            origin.on(
                    "/echo",
                    peer -> peer.respond(new String(peer.readBody(large.length()), UTF_8)));
            try (ClientResponse response =
                    await(session.post("https://shop.test/echo", RequestBody.text(large)))) {
                assertThat(await(response.text())).isEqualTo(large);
            }
        });
    }

    @Test
    void theNameOfTheHostIsCheckedBehindTheProxy() throws Exception {
        run((proxy, origin, session) -> {
            proxy.on("other.test:443", peer -> peer.tunnelTo(origin.port()));

            assertThat(failureOf(session, "https://other.test/").kind()).isEqualTo(Kind.TLS);
            assertThat(origin.requests()).isEmpty();
        });
    }

    @Test
    void anIpv6AddressIsAskedForInBrackets() throws Exception {
        run((proxy, _, session) -> {
            proxy.on("[::1]:8443", peer -> peer.respond("403 Forbidden", ""));
            failureOf(session, "https://[::1]:8443/");

            assertThat(proxy.requests().getFirst())
                    .startsWith("CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\n");
        });
    }

    // --- TLS in TLS ---

    @Test
    void tlsWithTheHostRunsInsideOfTlsWithTheProxy() throws Exception {
        run(ScriptedServer::openTls, (proxy, origin, session) -> {
            String large = "0123456789abcdef".repeat(65_536);
            origin.on("/large", peer -> peer.respond(large));

            assertThat(fetch(session, URL)).isEqualTo("x");
            assertThat(fetch(session, "https://shop.test/large")).isEqualTo(large);
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.requests().getFirst()).contains("Proxy-Authorization: ");
            assertThat(origin.requests().toString()).doesNotContainIgnoringCase("proxy");
        });
    }

    @Test
    void aProxyThatIsNotWhomItShouldBeIsAskedNothing() throws Exception {
        run(() -> ScriptedServer.openTls(_ -> {}, "other.test"), (proxy, _, session) -> {
            assertThat(failureOf(session, URL).kind()).isEqualTo(Kind.TLS);
            assertThat(proxy.requests()).isEmpty();
        });
    }

    // --- Refusals ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "407 Proxy Authentication Required",
                "403 Forbidden",
                "502 Bad Gateway",
                "302 Found"
            })
    void aTunnelThatIsRefusedIsAFailureOfTheProxy(String status) throws Exception {
        run((proxy, _, session) -> {
            proxy.on(ORIGIN, peer -> peer.respond(status, "go away"));
            ClientException failure = failureOf(session, URL);

            assertThat(failure.kind()).isEqualTo(Kind.PROXY);
            assertThat(failure)
                    .hasMessage("GET https://shop.test/probe?x: the proxy http://127.0.0.1:"
                            + proxy.port() + "/ refused to connect to shop.test:443: " + status);
            assertThat(session.connectionsIdle()).isZero();
        });
    }

    /// What comes before TLS could pass for an answer of the host.
    @Test
    void aProxyThatSpeaksInPlaceOfTheHostIsNotBelieved() throws Exception {
        run((proxy, _, session) -> {
            proxy.on(
                    ORIGIN,
                    peer -> peer.send("HTTP/1.1 200 OK\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake"));
            ClientException failure = failureOf(session, URL);

            assertThat(failure.kind()).isIn(Kind.MALFORMED, Kind.PROXY);
            assertThat(failure).hasMessageContaining("in the tunnel before TLS");
        });
    }

    /// A Content-Length in the answer to CONNECT means nothing (RFC 9110 section 9.3.6).
    @Test
    void theLengthOfAnAnswerToConnectMeansNothing() throws Exception {
        run((proxy, origin, session) -> {
            proxy.on(ORIGIN, peer -> peer.tunnelTo(origin.port(), "Content-Length: 5\r\n"));

            assertThat(fetch(session, URL)).isEqualTo("x");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 20", "SSH-2.0-OpenSSH\r\n"})
    void aProxyThatIsNoneIsAFailure(String answer) throws Exception {
        run((proxy, _, session) -> {
            proxy.on(ORIGIN, peer -> {
                peer.send(answer);
                peer.close();
            });

            assertThat(failureOf(session, URL).kind())
                    .isIn(Kind.DISCONNECTED, Kind.TRUNCATED, Kind.MALFORMED);
        });
    }

    @Test
    void aTunnelThatEndsDuringTheHandshakeIsAFailure() throws Exception {
        run((proxy, _, session) -> {
            proxy.on(ORIGIN, peer -> {
                peer.send("HTTP/1.1 200 OK\r\n\r\n");
                peer.close();
            });

            assertThat(failureOf(session, URL).kind()).isIn(Kind.TLS, Kind.CONNECT);
        });
    }

    // --- Time ---

    @Test
    void aProxyThatDoesNotAnswerTakesNoLongerThanConnectingMay() throws Exception {
        run((proxy, _, session) -> {
            proxy.on(ORIGIN, Conversation::awaitClose);
            ClientTimeout timeout = ClientTimeout.defaults().withConnect(Duration.ofMillis(50));
            ClientException failure =
                    failureOf(session.send(ClientRequest.get(URL).withTimeout(timeout)));

            assertThat(failure)
                    .isInstanceOfSatisfying(
                            ClientException.Timeout.class,
                            late -> assertThat(late.phase()).isEqualTo(Phase.CONNECT));
        });
    }

    @Test
    void cancellingWhileTheProxyIsAskedLeavesNothingBehind() throws Exception {
        run((proxy, _, session) -> {
            proxy.on("slow.test:443", Conversation::awaitClose);
            Task<ClientResponse> request = Async.createTask(session.get("https://slow.test/"));
            ClientRun.until(() -> proxy.requests().size() == 1);
            request.cancel();
            await(Async.waitAll(List.of(request)));

            assertThat(request.isCancelled()).isTrue();
            assertThat(fetch(session, URL)).isEqualTo("x");
        });
    }

    /// The time that CONNECT took was taken for the time of all.
    @Test
    void theTimingsOfARequestGoOnBehindTheTunnel() throws Exception {
        run((_, origin, session) -> {
            origin.on("/", peer -> {
                Thread.sleep(20);
                peer.respond("hello");
            });
            try (ClientResponse response = await(session.get("https://shop.test/"))) {
                await(response.read());
                Timings timings = response.timings();

                assertThat(timings.total())
                        .isGreaterThanOrEqualTo(
                                timings.connect().plus(timings.tls()).plus(timings.firstByte()));
                // The server may see the request before the client's clock has gone on to waiting.
                assertThat(timings.firstByte()).isGreaterThanOrEqualTo(Duration.ofMillis(10));
            }
        });
    }

    /// Listeners were told that the request had been sent, answered and completed when it was the
    /// proxy that had answered.
    @Test
    void listenersHearOfTheRequestAndNotOfConnect() throws Exception {
        run((proxy, _, _) -> {
            List<String> heard = new ArrayList<>();
            ClientOptions options = options(proxy)
                    .withListener(event -> heard.add(event.getClass().getSimpleName()));
            try (ClientSession session = ClientSession.open(options)) {
                fetch(session, URL);
            }

            assertThat(heard)
                    .containsExactly(
                            "Started",
                            "Connecting",
                            "Connected",
                            "Secured",
                            "Sent",
                            "Answered",
                            "Completed");
        });
    }

    // --- The pool ---

    @Test
    void aTunnelServesItsHostAndNobodyElse() throws Exception {
        run((proxy, origin, session) -> {
            proxy.on("127.0.0.1:" + origin.port(), peer -> peer.tunnelTo(origin.port()));
            Tls unnamed = Certificates.client().withServerName("shop.test");
            String direct = origin.url("/probe?x");
            fetch(session, URL);
            for (ClientRequest request : List.of(
                    ClientRequest.get(direct).withTls(unnamed),
                    ClientRequest.get(direct).withTls(unnamed).withoutProxy(),
                    ClientRequest.get(URL))) {
                await(await(session.send(request)).discard());
            }

            assertThat(origin.connections()).isEqualTo(3);
            assertThat(proxy.connections()).isEqualTo(2);
        });
    }
}
