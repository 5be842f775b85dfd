package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.body.RequestBody;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// With which method a redirect is followed, what becomes of the request's body, and what of the
/// redirect's.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RedirectBodyTest {
    private final ClientRun client;

    RedirectBodyTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- The request's body ---

    @ParameterizedTest
    @CsvSource({
        "301, GET GET, HEAD HEAD, OPTIONS OPTIONS, POST GET, PUT PUT, PATCH PATCH, DELETE DELETE",
        "302, GET GET, HEAD HEAD, OPTIONS OPTIONS, POST GET, PUT PUT, PATCH PATCH, DELETE DELETE",
        "303, GET GET, HEAD HEAD, OPTIONS GET,     POST GET, PUT GET, PATCH GET,   DELETE GET",
        "307, GET GET, HEAD HEAD, OPTIONS OPTIONS, POST POST, PUT PUT, PATCH PATCH, DELETE DELETE",
        "308, GET GET, HEAD HEAD, OPTIONS OPTIONS, POST POST, PUT PUT, PATCH PATCH, DELETE DELETE",
    })
    void eachStatusChangesTheMethodsThatItDoes(
            int status, String a, String b, String c, String d, String e, String f, String g)
            throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> peer.redirect(status, "/to"));
            server.on("/to", peer -> peer.respond(""));
            List<String> seen = new ArrayList<>();
            for (String pair : List.of(a, b, c, d, e, f, g)) {
                String method = pair.split(" ", -1)[0];
                fetch(session, ClientRequest.of(method, server.url("/from")));
                seen.add(method + " " + server.requests().getLast().split(" ", -1)[0]);
            }

            assertThat(seen).containsExactly(a, b, c, d, e, f, g);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "301, PUT",
        "301, PATCH",
        "301, DELETE",
        "302, PUT",
        "302, PATCH",
        "302, DELETE",
        "307, POST",
        "307, PUT",
        "308, POST",
        "308, PATCH"
    })
    void whereTheMethodStaysTheBodyGoesAlong(int status, String method) throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(status, "/to");
            });
            server.on("/to", peer -> peer.respond(peer.readBody()));
            ClientRequest request = described(method, server.url("/from"));

            assertThat(fetch(session, request)).isEqualTo("hello");
            assertThat(server.requests().getLast())
                    .contains("\r\nContent-Type: text/x\r\n")
                    .contains("\r\nContent-Language: en\r\n")
                    .contains("\r\nX-Own: 1\r\n")
                    .contains("\r\nContent-Length: 5\r\n");
        });
    }

    @ParameterizedTest
    @CsvSource({"301, POST", "302, POST", "303, POST", "303, PUT", "303, PATCH", "303, DELETE"})
    void whereTheMethodBecomesGetTheBodyAndWhatDescribesItAreDropped(int status, String method)
            throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(status, "/to");
            });
            server.on("/to", peer -> peer.respond("there"));
            ClientRequest request = described(method, server.url("/from"))
                    .withHeader("Content-Length", "5")
                    .withHeader("Expect", "x");

            assertThat(fetch(session, request)).isEqualTo("there");
            assertThat(server.requests().getLast())
                    .startsWith("GET /to ")
                    .contains("\r\nX-Own: 1\r\n")
                    .doesNotContain("Content-")
                    .doesNotContain("Expect");
        });
    }

    private static ClientRequest described(String method, String url) {
        return ClientRequest.of(method, url)
                .withBody(RequestBody.text("hello"))
                .withHeader("Content-Type", "text/x")
                .withHeader("Content-Language", "en")
                .withHeader("X-Own", "1");
    }

    @Test
    void aGetThatHasABodyKeepsItThroughA303() throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(303, "/to");
            });
            server.on("/to", peer -> peer.respond(peer.readBody()));

            assertThat(fetch(session, described("GET", server.url("/from")))).isEqualTo("hello");
        });
    }

    @Test
    void aBodyThatCanBeSentOnceIsNotSentToTheNextHop() throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(307, "/to");
            });
            ClientRequest request =
                    ClientRequest.post(server.url("/from")).withBody(RequestBody.stream(pieces()));
            ClientException failure = failureOf(session.send(request));
            probe(server, session);

            assertThat(failure.kind()).isEqualTo(Kind.REDIRECT);
            assertThat(failure)
                    .hasMessageStartingWith("POST " + server.url("/from") + ": a redirect to "
                            + server.url("/to") + " wants the body of the request again");
            assertThat(server.targets()).doesNotContain("/to");
        });
    }

    @Test
    void aBodyThatCanBeSentOnceMayBeFollowedByAGet() throws Exception {
        client.run((server, session) -> {
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(303, "/probe?there");
            });
            ClientRequest request =
                    ClientRequest.post(server.url("/from")).withBody(RequestBody.stream(pieces()));

            assertThat(fetch(session, request)).isEqualTo("there");
        });
    }

    @Test
    void aStreamThatCanBeginAgainDoes() throws Exception {
        client.run((server, session) -> {
            List<String> bodies = new CopyOnWriteArrayList<>();
            server.on("/from", peer -> {
                bodies.add(peer.readBody());
                peer.redirect(308, "/to");
            });
            server.on("/to", peer -> {
                bodies.add(peer.readBody());
                peer.respond("there");
            });
            ClientRequest request = ClientRequest.put(server.url("/from"))
                    .withBody(RequestBody.stream(RedirectBodyTest::pieces));

            assertThat(fetch(session, request)).isEqualTo("there");
            assertThat(bodies).hasSize(2).containsOnly("5\r\nhello\r\n0\r\n\r\n");
        });
    }

    private static AsyncIterator<ByteBuffer> pieces() {
        Queue<String> left = new ArrayDeque<>(List.of("hello"));
        return () -> () -> Optional.ofNullable(left.poll())
                .map(text -> ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    @Test
    void aRedirectThatComesBeforeTheBodyWasTakenGetsAllOfItAtTheNextHop() throws Exception {
        int size = 32 * 1024 * 1024; // Far more than the two sockets hold.
        client.run((server, session) -> {
            CountDownLatch followed = new CountDownLatch(1);
            server.on("/from", peer -> {
                peer.redirect(307, "/to");
                // Whoever reads on gets all of it, and is asked again.
                Conversation.await(followed);
                peer.close();
            });
            server.on("/to", peer -> {
                followed.countDown();
                peer.respond("got " + peer.readBody(size).length);
            });
            ClientRequest request = ClientRequest.post(server.url("/from"))
                    .withBody(RequestBody.of(new byte[size]));

            assertThat(fetch(session, request)).isEqualTo("got " + size);
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aBodyThatWillNotBeSentAgainIsClosed() throws Exception {
        client.run((server, session) -> {
            List<String> closed = new CopyOnWriteArrayList<>();
            ByteArrayInputStream input = new ByteArrayInputStream(new byte[5]) {
                @Override
                public void close() {
                    closed.add("closed");
                }
            };
            server.on("/from", peer -> {
                peer.readBody();
                peer.redirect(307, "/to");
            });
            failureOf(session.post(server.url("/from"), RequestBody.stream(input, 5)));

            ClientRun.until(() -> !closed.isEmpty()); // It is closed on another thread.
            assertThat(closed).containsExactly("closed");
        });
    }

    // --- The redirect's body ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nmoved",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nmoved\r\n0\r\n\r\n",
                "Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip",
            })
    void theConnectionOfASmallBodyIsUsedAgain(String rest) throws Exception {
        client.run(options().withLimit(1), (server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n" + rest));

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void theConnectionOfABodyThatComesALittleLaterIsUsedAgain() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n"
                        + "Content-Length: 5\r\n\r\n");
                peer.letTheLoopLook();
                peer.send("moved");
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aHugeBodyIsNotWaitedFor() throws Exception {
        client.run(options().withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n"
                        + "Content-Length: 1000000000\r\n\r\n");
                peer.send(new byte[256 * 1024]);
                peer.awaitClose();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Tag("realtime")
    @Test
    void aBodyWithoutAnEndIsNotWaitedForLongerThanASecond() throws Exception {
        client.run(options().withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n\r\nx");
                peer.awaitClose();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
                "Content-Length: 5\r\n\r\nmov",
            })
    void aBrokenBodyDoesNotKeepARedirectFromBeingFollowed(String rest) throws Exception {
        client.run(options().withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 302 Found\r\nLocation: /probe?there\r\n" + rest);
                peer.close();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("there");
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aBrokenBodyIsSeenAloneOfItsHeadInWhateverPacketsTheyCome() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(
                        "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
                peer.awaitClose();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.status()).isEqualTo(404);
            }
        });
    }
}
