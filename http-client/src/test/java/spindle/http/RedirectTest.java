package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.ScriptedServer.Script;

/// Where redirects lead, how many of them, and what is left of them.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RedirectTest {
    private final ClientRun client;

    RedirectTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Where to ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b              | /dir/b",
                "./b?c=d        | /dir/b?c=d",
                "/b             | /b",
                "../../../b     | /b",
                "?q=2           | /dir/a?q=2",
                "'?'            | /dir/a?",
                "b#part         | /dir/b",
                "'  /b '        | /b",
                "/a b           | /a%20b",
                "/%7e           | /%7e",
                "/käse          | /k%C3%A4se",
                "/k%C3%A4se     | /k%C3%A4se",
                "\\b            | /b",
                "//<host>/b     | /b",
                "http://<host>  | /",
                "HTTP://<host>/b#part | /b",
            })
    void aLocationIsReadAsBrowsersDo(String location, String target) throws Exception {
        client.run((server, session) -> {
            String host = "127.0.0.1:" + server.port();
            String sent = latin1(location.replace("<host>", host));
            Script script = peer -> {
                if (server.requests().size() == 1) {
                    peer.redirect(302, sent);
                } else {
                    peer.respond("there");
                }
            };
            server.on("/dir/a", script).on(target.split("\\?", -1)[0], script);
            try (ClientResponse response = await(session.get(server.url("/dir/a")))) {
                assertThat(await(response.text())).isEqualTo("there");
                assertThat(response.url().text()).isEqualTo(server.url(target));
            }

            assertThat(server.targets()).containsExactly("/dir/a", target);
        });
    }

    /// It once was resolved against the URL that the middleware got.
    @ParameterizedTest
    @CsvSource({"b, /api/dir/b", "?q, /api/dir/a?q", "/b, /b"})
    void aLocationIsRelativeToWhatAMiddlewareHasSent(String location, String target)
            throws Exception {
        Middleware moving = (request, next) -> next.send(
                request.url().path().equals("/a")
                        ? request.withUrl(request.url().withPath("/api/dir/a"))
                        : request);
        client.run(options().withMiddleware(moving), (server, session) -> {
            Script script = peer -> {
                if (server.requests().size() == 1) {
                    peer.redirect(302, location);
                } else {
                    peer.respond("there");
                }
            };
            server.on("/api/dir/a", script).on(target.split("\\?", -1)[0], script);

            assertThat(fetch(session, server.url("/a"))).isEqualTo("there");
            assertThat(server.targets()).containsExactly("/api/dir/a", target);
        });
    }

    @Test
    void aLocationIsRelativeToTheHostThatAMiddlewareHasChosen() throws Exception {
        client.runInLoop(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session = ClientSession.open(options()
                            .withMiddleware((request, next) -> next.send(
                                    request.url().host().equals("service")
                                            ? request.withUrl(server.url("/"))
                                            : request)))) {
                server.on("/", peer -> peer.redirect(302, "/probe?there"));

                assertThat(fetch(session, "http://service/")).isEqualTo("there");
            }
        });
    }

    /// Returns the bytes of the text in UTF-8, a char for each.
    private static String latin1(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    @Test
    void aLocationThatIsNoUtf8IsLatin1() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.redirect(302, "/k\u00e4se"));
            server.on("/k%C3%A4se", peer -> peer.respond("there"));

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
        });
    }

    @Test
    void anEmptyLocationIsTheSamePlace() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                if (server.requests().size() == 1) {
                    peer.redirect(302, "");
                } else {
                    peer.respond("again");
                }
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("again");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectThatLeadsNowhereIsTheAnswer(int status) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(status + " Where?", "nowhere"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.status()).isEqualTo(status);
                assertThat(response.history()).isEmpty();
                assertThat(await(response.text())).isEqualTo("nowhere");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 300, 304, 305, 306, 399, 400})
    void otherStatusesAreNotFollowed(int status) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.redirect(status, "/to"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.status()).isEqualTo(status);
            }

            assertThat(server.requests()).hasSize(1);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://",
                "http://a b/",
                "http://[::1",
                "http://127.1/",
                "http://2130706433/",
                "http://example.com:99999/",
                "http://example.com:0/",
                "http://exa%00mple.com/",
                "ftp://127.0.0.1/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "data:text/plain,hello",
                "ws://127.0.0.1/",
                "mailto:me@example.com",
                "about:blank",
            })
    void aLocationThatMayNotBeFollowedIsAFailure(String location) throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> peer.redirect(302, location));
            ClientException failure = failureOf(session, server.url("/from"));
            probe(server, session);

            assertThat(failure)
                    .isInstanceOf(ClientException.Redirect.class)
                    .hasMessageStartingWith(
                            "GET " + server.url("/from") + ": a redirect cannot be followed: ");
            assertThat(failure.kind()).isEqualTo(Kind.REDIRECT);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- From https to http ---

    @Test
    void encryptionIsNotLostAtTheWordOfAServer() throws Exception {
        client.run(trusting(), ScriptedServer::openTls, (secure, session) -> {
            try (ScriptedServer plain = ScriptedServer.open()) {
                secure.on("/", peer -> peer.redirect(302, plain.url("/probe?x")));
                ClientException failure = failureOf(session, secure.url("/"));

                assertThat(failure.kind()).isEqualTo(Kind.REDIRECT);
                assertThat(failure).hasMessageContaining("withInsecureRedirects");
                assertThat(plain.connections()).isZero();
            }
        });
    }

    /// What a middleware has encrypted stays so.
    @Test
    void encryptionByAMiddlewareIsNotLostEither() throws Exception {
        client.run(options(), (plain, _) -> {
            try (ScriptedServer secure = ScriptedServer.openTls();
                    ClientSession session = ClientSession.open(trusting()
                            .withMiddleware((request, next) ->
                                    next.send(request.withUrl(secure.url("/")))))) {
                secure.on("/", peer -> peer.redirect(302, plain.url("/probe?x")));

                assertThat(failureOf(session, plain.url("/")).kind()).isEqualTo(Kind.REDIRECT);
                assertThat(plain.connections()).isZero();
            }
        });
    }

    @Test
    void encryptionIsLostIfTheSessionAllowsThat() throws Exception {
        ClientOptions careless = trusting().withInsecureRedirects(true);
        client.run(careless, ScriptedServer::openTls, (secure, session) -> {
            try (ScriptedServer plain = ScriptedServer.open()) {
                secure.on("/", peer -> peer.redirect(302, plain.url("/probe?x")));

                assertThat(fetch(session, secure.url("/"))).isEqualTo("x");
            }
        });
    }

    @Test
    void aRedirectToEncryptionIsFollowed() throws Exception {
        client.run(trusting(), ScriptedServer::openTls, (secure, session) -> {
            try (ScriptedServer plain = ScriptedServer.open()) {
                plain.on("/", peer -> peer.redirect(302, secure.url("/probe?x")));

                assertThat(fetch(session, plain.url("/"))).isEqualTo("x");
            }
        });
    }

    private static ClientOptions trusting() {
        return options().withTls(Certificates.client());
    }

    // --- How many ---

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void asManyAreFollowedAsTheLimitSaysAndNotOneMore(int limit) throws Exception {
        client.run(options().withMaxRedirects(limit), (server, session) -> {
            for (int i = 1; i <= limit + 1; i++) {
                String next = i == 1 ? "/probe?there" : "/" + (i - 1);
                server.on("/" + i, peer -> peer.redirect(302, next));
            }

            assertThat(fetch(session, server.url("/" + limit))).isEqualTo("there");
            assertThat(server.requests()).hasSize(limit + 1);
            ClientException failure = failureOf(session, server.url("/" + (limit + 1)));
            assertThat(failure.kind()).isEqualTo(Kind.REDIRECT);
            assertThat(failure)
                    .hasMessage("GET " + server.url("/1")
                            + ": there are more redirects than the limit maxRedirects of " + limit
                            + ": the last one leads to " + server.url("/probe?there"));
            assertThat(server.requests()).hasSize(2 * (limit + 1));
        });
    }

    @Test
    void withALimitOfZeroTheRedirectIsTheAnswer() throws Exception {
        client.run(options().withMaxRedirects(0), (server, session) -> {
            server.on("/", peer -> peer.redirect(302, "ftp://wherever/"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.status()).isEqualTo(302);
                assertThat(response.headers().first("Location")).contains("ftp://wherever/");
            }

            assertThat(server.requests()).hasSize(1);
        });
    }

    @Test
    void aLoopIsLeftAfterTen() throws Exception {
        client.run((server, session) -> {
            server.on("/a", peer -> peer.redirect(302, "/b"));
            server.on("/b", peer -> peer.redirect(302, "/a"));

            assertThat(failureOf(session, server.url("/a")).kind()).isEqualTo(Kind.REDIRECT);
            assertThat(server.requests()).hasSize(11);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- What is left of them ---

    @Test
    void theHistoryHasEachHopInOrder() throws Exception {
        client.run((server, session) -> {
            server.on("/1", peer -> peer.redirect(301, "/2"));
            server.on("/2", peer -> peer.redirect(307, "/3?q"));
            server.on("/3", peer -> peer.respond("there"));
            try (ClientResponse response = await(session.get(server.url("/1")))) {
                assertThat(response.history())
                        .extracting(ClientResponse::toString)
                        .containsExactly(
                                "<ClientResponse 301 Elsewhere " + server.url("/1") + ">",
                                "<ClientResponse 307 Elsewhere " + server.url("/2") + ">");
                assertThat(response.history().getFirst().headers().first("Location"))
                        .contains("/2");
                assertThat(response.history().getFirst().history()).isEmpty();
                assertThat(response.url().text()).isEqualTo(server.url("/3?q"));
                assertThat(response.request().method()).isEqualTo("GET");
                assertThat(await(response.text())).isEqualTo("there");
            }
        });
    }

    @Test
    void theBodyOfAHopIsGone() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n"
                            + "Content-Length: 5\r\n\r\nmoved"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ClientResponse hop = response.history().getFirst();

                assertThatIllegalStateException()
                        .isThrownBy(() -> await(hop.text()))
                        .withMessageContaining("discarded");
                await(response.read());
            }
        });
    }

    @Test
    void withoutRedirectsThereIsNoHistory() throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?x")))) {
                assertThat(response.history()).isEmpty();
                await(response.read());
            }
        });
    }
}
