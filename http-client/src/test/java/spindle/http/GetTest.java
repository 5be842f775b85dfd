package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.coding.ContentDecoder;

import java.util.List;
import java.util.Map;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class GetTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String INTERIM =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";

    private final ClientRun client;

    GetTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void sendsExactlyThisRequest() throws Exception {
        client.run((server, session) -> {
            server.on("/a/b", peer -> peer.respond(""));
            fetch(session, server.url("/a/b?c=d&e#fragment"));

            assertThat(server.requests())
                    .containsExactly("GET /a/b?c=d&e HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                            + "\r\nUser-Agent: spindle/0.1\r\nAccept: */*\r\nAccept-Encoding: "
                            + ContentDecoder.acceptEncoding() + "\r\n\r\n");
        });
    }

    @Test
    void sendsTheUserAgentOfItsOptions() throws Exception {
        client.run(
                ClientRun.options().withUserAgent("crawler (me@example.org)"),
                (server, session) -> {
                    probe(server, session);

                    assertThat(server.requests().getFirst())
                            .contains("\r\nUser-Agent: crawler (me@example.org)\r\n");
                });
    }

    @Test
    void asksForTheRootWhereTheUrlHasNoPath() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("root"));

            assertThat(fetch(session, server.url(""))).isEqualTo("root");
            assertThat(fetch(session, server.url("?q"))).isEqualTo("root");
            assertThat(server.targets()).containsExactly("/", "/?q");
        });
    }

    @Test
    void resolvesNames() throws Exception {
        client.run((server, session) -> {
            String url = "http://LocalHost:" + server.port() + "/probe?hello";

            assertThat(fetch(session, url)).isEqualTo("hello");
            assertThat(server.requests().getFirst())
                    .contains("\r\nHost: localhost:" + server.port() + "\r\n");
        });
    }

    @Test
    void aResponseHasTheHeadThatWasSent() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/teapot",
                    peer -> peer.send("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 5\r\n"
                            + "Set-Cookie: a=1\r\nX-Other: x\r\nset-cookie:  b=2 \r\n\r\nshort"));
            String url = server.url("/teapot");
            try (ClientResponse response = await(session.get(url))) {
                assertThat(response.status()).isEqualTo(418);
                assertThat(response.reason()).isEqualTo("I'm a teapot");
                assertThat(response.url().toString()).isEqualTo(url);
                assertThat(response).hasToString("<ClientResponse 418 I'm a teapot " + url + ">");
                assertThat(response.headers().first("SET-COOKIE")).contains("a=1");
                assertThat(response.headers().all("Set-Cookie")).containsExactly("a=1", "b=2");
                assertThat(response.headers().contains("x-oTHER")).isTrue();
                assertThat(response.headers().contains("X-Missing")).isFalse();
                assertThat(response.headers().first("X-Missing")).isEmpty();
                assertThat(response.headers().all("X-Missing")).isEmpty();
                assertThat(response.headers().size()).isEqualTo(4);
                assertThat(response.headers().toMap())
                        .containsExactly(
                                Map.entry("Content-Length", List.of("5")),
                                Map.entry("Set-Cookie", List.of("a=1", "b=2")),
                                Map.entry("X-Other", List.of("x")));
                assertThat(response.headers().toString()).doesNotContain("a=1");
                assertThat(await(response.text())).isEqualTo("short");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello",
                CHUNKED + "5\r\nhello\r\n0\r\n\r\n",
                CHUNKED + "2;x=y\r\nhe\r\n003\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                INTERIM + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
            })
    void readsEveryKindOfBodyAndKeepsTheConnection(String response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send(response));

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            assertThat(session.connectionsIdle()).isEqualTo(1);
            probe(server, session);
            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            })
    void readsAnEmptyBodyAndKeepsTheConnection(String response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send(response));

            assertThat(fetch(session, server.url("/"))).isEmpty();
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            })
    void dropsTheConnectionWhereTheServerSaysSo(String response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(response);
                peer.awaitClose();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            assertThat(session.connectionsIdle()).isZero();
            probe(server, session);
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello"})
    void readsABodyThatEndsWithTheConnection(String response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(response);
                peer.close();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("hello");
            assertThat(session.connectionsIdle()).isZero();
            probe(server, session);
        });
    }

    @Test
    void aStatusIsNoFailure() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.status()).isEqualTo(500);
                assertThat(await(response.text())).isEqualTo("oops");
            }
        });
    }

    @Test
    void aGetThatNobodyAwaitsSendsNothing() throws Exception {
        client.run((server, session) -> {
            var unused = session.get(server.url("/"));
            probe(server, session);

            assertThat(unused).isNotNull();
            assertThat(server.targets()).noneMatch(target -> target.equals("/"));
        });
    }
}
