package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.http.body.RequestBody;
import spindle.http.coding.ContentDecoder;

import java.util.ArrayList;
import java.util.List;

/// What a request is on the wire, byte for byte.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RequestBytesTest {
    private static final String AGENT = "User-Agent: spindle/0.1\r\n";
    private static final String ACCEPT = "Accept: */*\r\n";
    private static final String CODINGS =
            "Accept-Encoding: " + ContentDecoder.acceptEncoding() + "\r\n";
    private static final String AUTOMATIC = AGENT + ACCEPT + CODINGS;

    private final ClientRun client;

    RequestBytesTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Methods ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "HEAD",
                "OPTIONS",
                "DELETE",
                "TRACE",
                "PROPFIND",
                "get",
                "!#$%&'*+.^_`|~9"
            })
    void aMethodIsSentAsItIs(String method) throws Exception {
        assertSent(
                request -> request.withMethod(method),
                method + " / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void aMethodThatUsuallyHasABodySaysThatThereIsNone(String method) throws Exception {
        assertSent(
                request -> request.withMethod(method),
                method + " / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Content-Length: 0\r\n\r\n");
    }

    @Test
    void eachMethodOfTheSessionAsksAsItsNameSays() throws Exception {
        client.run((server, session) -> {
            List<String> asked = new ArrayList<>();
            server.on("/", peer -> {
                asked.add(peer.request().split(" ", -1)[0] + peer.readBody());
                peer.respond("");
            });
            String url = server.url("/");
            RequestBody body = RequestBody.text(":hello");
            List<Coroutine<ClientResponse>> all = List.of(
                    session.get(url),
                    session.head(url),
                    session.options(url),
                    session.delete(url),
                    session.post(url, body),
                    session.put(url, body),
                    session.patch(url, body),
                    session.send(ClientRequest.of("QUERY", url).withBody(body)));
            for (Coroutine<ClientResponse> request : all) {
                try (ClientResponse response = await(request)) {
                    await(response.read());
                }
            }

            assertThat(asked)
                    .containsExactly(
                            "GET",
                            "HEAD",
                            "OPTIONS",
                            "DELETE",
                            "POST:hello",
                            "PUT:hello",
                            "PATCH:hello",
                            "QUERY:hello");
        });
    }

    @Test
    void aCoroutineThatIsAwaitedTwiceAsksTwice() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));
            Coroutine<ClientResponse> post = session.post(server.url("/"), RequestBody.text(""));
            for (int i = 0; i < 2; i++) {
                try (ClientResponse response = await(post)) {
                    await(response.read());
                }
            }

            assertThat(server.requests()).hasSize(2);
        });
    }

    // --- Bodies ---

    @Test
    void aBodyIsDescribedAfterTheFieldsOfTheCaller() throws Exception {
        assertSent(
                ClientRun.options().withHeader("X-Session", "1"),
                request -> request.withMethod("POST")
                        .withHeader("X-Own", "2")
                        .withBody(RequestBody.text("é")),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "X-Session: 1\r\nX-Own: 2\r\nContent-Type: text/plain; charset=UTF-8\r\n"
                        + "Content-Length: 2\r\n\r\n");
    }

    @Test
    void theContentTypeOfTheRequestWins() throws Exception {
        assertSent(
                ClientRun.options().withHeader("Content-Type", "text/session"),
                request -> request.withMethod("POST")
                        .withHeader("content-type", "text/own")
                        .withBody(RequestBody.text("hello")),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "content-type: text/own\r\nContent-Length: 5\r\n\r\n");
    }

    @Test
    void theContentTypeOfTheSessionWinsOverTheBodys() throws Exception {
        assertSent(
                ClientRun.options().withHeader("Content-Type", "text/session"),
                request -> request.withMethod("POST").withBody(RequestBody.text("hello")),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Content-Type: text/session\r\nContent-Length: 5\r\n\r\n");
    }

    @Test
    void aBodyGoesWithoutAContentTypeIfThereIsToBeNone() throws Exception {
        assertSent(
                request -> request.withMethod("POST")
                        .withBody(RequestBody.text("hello"))
                        .withoutHeader("Content-Type"),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "Content-Length: 5\r\n\r\n");
    }

    @Test
    void anExpectationIsSaidOnce() throws Exception {
        assertSent(
                request -> request.withMethod("POST")
                        .withBody(RequestBody.empty())
                        .withHeader("Expect", "100-continue")
                        .withExpectContinue(),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void anExpectationOfTheSessionIsNotSaidASecondTime() throws Exception {
        assertSent(
                ClientRun.options().withHeader("expect", "100-continue"),
                request -> request.withMethod("POST")
                        .withBody(RequestBody.empty())
                        .withExpectContinue(),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void anExpectationThatWasDroppedIsNotSaid() throws Exception {
        assertSent(
                request -> request.withMethod("POST")
                        .withBody(RequestBody.empty())
                        .withExpectContinue()
                        .withoutHeader("expect"),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "Content-Length: 0\r\n\r\n");
    }

    @Test
    void theCodingOfABodyStandsInPlaceOfTheSessions() throws Exception {
        client.run(ClientRun.options().withHeader("content-encoding", "br"), (server, session) -> {
            server.on("/", peer -> {
                peer.readBody();
                peer.respond("");
            });
            fetch(
                    session,
                    ClientRequest.post(server.url("/"))
                            .withBody(RequestBody.text("hello"))
                            .withCompression("gzip"));

            assertThat(server.requests().getFirst())
                    .containsOnlyOnce("\r\nContent-Encoding: gzip\r\n")
                    .doesNotContain("content-encoding");
        });
    }

    @Test
    void aBodyGoesAsItIsWithoutAContentEncoding() throws Exception {
        assertSent(
                request -> request.withMethod("POST")
                        .withBody(RequestBody.text("hello"))
                        .withCompression("gzip")
                        .withoutHeader("content-encoding"),
                "POST / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Content-Type: text/plain; charset=UTF-8\r\nContent-Length: 5\r\n\r\n");
    }

    // --- Upgrades ---

    @ParameterizedTest
    @CsvSource({
        "close,                'close, Upgrade'",
        "'keep-alive, close',  'keep-alive, close, Upgrade'",
        "upgrade,              upgrade",
        "'keep-alive,UPGRADE', 'keep-alive, UPGRADE'",
    })
    void anUpgradeIsAddedToTheOptionsOfTheConnection(String own, String sent) throws Exception {
        String bytes = "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "Connection: " + sent
                + "\r\nUpgrade: echo\r\n\r\n";

        assertSent(request -> request.withHeader("connection", own).withUpgrade("echo"), bytes);
        assertSent(
                ClientRun.options().withHeader("connection", own),
                request -> request.withUpgrade("echo"),
                bytes);
    }

    @Test
    void anUpgradeIsSaidOnce() throws Exception {
        String bytes = "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC;

        assertSent(
                request -> request.withHeader("upgrade", "own").withUpgrade("echo"),
                bytes + "upgrade: own\r\nConnection: Upgrade\r\n\r\n");
        assertSent(
                ClientRun.options().withHeader("upgrade", "session"),
                request -> request.withUpgrade("echo"),
                bytes + "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    }

    @Test
    void anUpgradeThatWasDroppedIsNotAskedFor() throws Exception {
        assertSent(
                request -> request.withUpgrade("echo").withoutHeader("upgrade"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "\r\n");
    }

    @Test
    void anUpgradeNeedsItsConnectionThoughTheSessionsWasDropped() throws Exception {
        assertSent(
                ClientRun.options().withHeader("Connection", "close"),
                request -> request.withUpgrade("echo").withoutHeader("Connection"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    }

    // --- Fields ---

    @Test
    void theFieldsOfTheSessionKeepOrderAndCase() throws Exception {
        assertSent(
                ClientRun.options().withHeaders(Headers.of("X-B", "1", "x-a", "2", "X-b", "3")),
                request -> request,
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "X-B: 1\r\nx-a: 2\r\nX-b: 3\r\n\r\n");
    }

    @Test
    void aFieldOfTheRequestReplacesAllOfThatNameOfTheSession() throws Exception {
        assertSent(
                ClientRun.options().withHeaders(Headers.of("X-A", "1", "X-B", "2", "x-a", "3")),
                request -> request.withHeader("x-A", "4"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "X-B: 2\r\nx-A: 4\r\n\r\n");
    }

    @Test
    void severalFieldsOfOneNameAreSentInTheirOrder() throws Exception {
        assertSent(
                request -> request.plusHeader("X-A", "1")
                        .plusHeader("X-B", "2")
                        .plusHeader("x-a", "3"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "X-A: 1\r\nX-B: 2\r\nx-a: 3\r\n\r\n");
    }

    @Test
    void theFieldsOfTheSessionReplaceAutomaticOnes() throws Exception {
        assertSent(
                ClientRun.options()
                        .withHeaders(Headers.of(
                                "accept", "text/html", "USER-AGENT", "me", "Accept-Encoding", "x")),
                request -> request,
                "GET / HTTP/1.1\r\nHost: <host>\r\naccept: text/html\r\nUSER-AGENT: me\r\n"
                        + "Accept-Encoding: x\r\n\r\n");
    }

    @Test
    void theFieldsOfTheRequestReplaceAutomaticOnes() throws Exception {
        assertSent(
                request -> request.withHeader("user-agent", "me").withHeader("ACCEPT", "text/html"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + CODINGS
                        + "user-agent: me\r\nACCEPT: text/html\r\n\r\n");
    }

    @Test
    void nothingButTheHostIsSentIfAllElseIsDropped() throws Exception {
        assertSent(
                ClientRun.options().withHeaders(Headers.of("X-A", "1", "x-a", "2")),
                request -> request.withHeader("X-Own", "1")
                        .withoutHeader("user-AGENT")
                        .withoutHeader("accept")
                        .withoutHeader("Accept-Encoding")
                        .withoutHeader("X-A")
                        .withoutHeader("X-Own"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n\r\n");
    }

    @Test
    void aFieldThatWasDroppedCanBeSetAgain() throws Exception {
        assertSent(
                ClientRun.options().withHeader("X-A", "session"),
                request -> request.withoutHeader("X-A").withHeader("X-A", "own"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "X-A: own\r\n\r\n");
    }

    @Test
    void valuesAreSentAsLatin1WithoutTheBlanksAroundThem() throws Exception {
        assertSent(
                request -> request.withHeader("X-A", "\t é \tÿ ").withHeader("X-Empty", " "),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC
                        + "X-A: é \tÿ\r\nX-Empty: \r\n\r\n");
    }

    @Test
    void codingsAreNotAskedForWhereBodiesStayAsTheyAre() throws Exception {
        assertSent(
                request -> request.withDecompression(false),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AGENT + ACCEPT + "\r\n");
    }

    // --- The host ---

    @Test
    void anotherHostOfTheRequestStandsInPlaceOfTheUrls() throws Exception {
        assertSent(
                request -> request.withHeader("X-A", "1").withHeader("host", "other.example"),
                "GET / HTTP/1.1\r\nHost: other.example\r\n" + AUTOMATIC + "X-A: 1\r\n\r\n");
    }

    @Test
    void anotherHostOfTheSessionStandsInPlaceOfTheUrls() throws Exception {
        assertSent(
                ClientRun.options().withHeader("host", "other.example"),
                request -> request,
                "GET / HTTP/1.1\r\nHost: other.example\r\n" + AUTOMATIC + "\r\n");
    }

    @Test
    void theHostOfTheRequestWinsOverTheSessions() throws Exception {
        assertSent(
                ClientRun.options().withHeader("Host", "session.example"),
                request -> request.withHeader("Host", "own.example"),
                "GET / HTTP/1.1\r\nHost: own.example\r\n" + AUTOMATIC + "\r\n");
    }

    @Test
    void theHostOfTheUrlIsSentThoughAnotherWasDropped() throws Exception {
        assertSent(
                ClientRun.options().withHeader("Host", "session.example"),
                request -> request.withHeader("Host", "own.example").withoutHeader("Host"),
                "GET / HTTP/1.1\r\nHost: <host>\r\n" + AUTOMATIC + "\r\n");
    }

    // --- Helpers ---

    /// Makes a request out of one that says nothing.
    private interface Change {
        ClientRequest of(ClientRequest request);
    }

    private void assertSent(Change change, String bytes) throws Exception {
        assertSent(ClientRun.options(), change, bytes);
    }

    private void assertSent(ClientOptions options, Change change, String bytes) throws Exception {
        client.run(options, (server, session) -> {
            server.on("/", peer -> {
                peer.readBody();
                peer.respond("");
            });
            fetch(session, change.of(ClientRequest.get(server.url("/"))));

            assertThat(server.requests())
                    .containsExactly(bytes.replace("<host>", "127.0.0.1:" + server.port()));
        });
    }
}
