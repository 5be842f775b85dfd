package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.url.Url;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Text that tries to break out of its place in a request: it is refused where it is given, or
/// encoded, and never sent as it is.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class InjectionTest {
    private final ClientRun client;

    InjectionTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static final String SECRET = "s3cret";

    /// Line breaks, what some servers take for one, and characters whose lower byte is one.
    static List<String> breaks() {
        return List.of(
                "\r\n", "\r", "\n", "\0", "\u000b", "\f", "\u001b", "\u007f", "\u560d\u560a");
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aValueThatBreaksOutIsRefused(String broken) {
        String value = SECRET + broken + "X-Evil: 1";
        List<Function<ClientRequest, Object>> places = List.of(
                request -> request.withHeader("X-A", value),
                request -> request.plusHeader("X-A", value),
                request -> request.withHeaders(Headers.of("X-A", value)),
                request -> request.withHeader("Host", value),
                request -> request.withCookie("id", value),
                request -> request.withCookie(value, "id"),
                request -> request.withUpgrade(value),
                _ -> Headers.empty().with("X-A", value),
                _ -> Headers.empty().plus("X-A", value),
                _ -> ClientRun.options().withHeader("X-A", value),
                _ -> ClientRun.options().withUserAgent(value),
                _ -> Credentials.bearer(value),
                _ -> RequestBody.of(new byte[0], value));

        assertThat(places)
                .allSatisfy(place -> assertThat(
                                catchThrowable(() -> place.apply(ClientRequest.get("/"))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageNotContaining(SECRET)
                        .hasMessageNotContaining(broken));
    }

    static Stream<String> noTokens() {
        return Stream.concat(
                breaks().stream().map(broken -> "GET" + broken + "X"),
                Stream.of(
                        "", " ", "GET ", " GET", "G ET", "GET\t", "GÉT", "GET:", "GET/", "(GET)"));
    }

    @ParameterizedTest
    @MethodSource("noTokens")
    void whatIsNoTokenIsNeitherAMethodNorAName(String text) {
        ClientRequest request = ClientRequest.get("/");

        assertThatIllegalArgumentException().isThrownBy(() -> ClientRequest.of(text, "/"));
        assertThatIllegalArgumentException().isThrownBy(() -> request.withMethod(text));
        assertThatIllegalArgumentException().isThrownBy(() -> request.withHeader(text, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> request.plusHeader(text, "x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRun.options().withHeader(text, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;b", "a=b", "", ";"})
    void whatWouldBeTwoCookiesIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRequest.get("/").withCookie(name, SECRET))
                .withMessageNotContaining(SECRET);
    }

    @Test
    void aCookiesValueCannotBecomeTwo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRequest.get("/").withCookie("id", "1; admin=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r", "\n", "\0", "\t"})
    void aUrlWithALineBreakInsideIsRefused(String broken) throws Exception {
        client.run((server, session) -> {
            for (String place : List.of("/a%sX: y", "/a?b%sc", "/a HTTP/1.1%sX: y", "%s/a")) {
                String url = server.url(place.formatted(broken));

                assertThat(failureOf(session, url).kind()).isEqualTo(Kind.INVALID_URL);
                assertThat(failureOf(session.send(ClientRequest.head(url))).kind())
                        .isEqualTo(Kind.INVALID_URL);
            }
            assertThat(server.connections()).isZero();
        });
    }

    @Test
    void whatCannotStandInARequestLineIsEncoded() throws Exception {
        client.run((server, session) -> {
            server.on("/a%20HTTP/1.1%0B%1B%E5%98%8A", peer -> peer.respond("ok"));

            assertThat(fetch(session, server.url("/a HTTP/1.1\u000b\u001b\u560a")))
                    .isEqualTo("ok");
        });
    }

    @Test
    void aMiddlewareIsNoWayAround() throws Exception {
        Middleware evil = (request, next) ->
                next.send(request.withUrl(Url.parse(request.url().text() + "\r\nX: y")));
        client.run(ClientRun.options().withMiddleware(evil), (server, session) -> {
            assertThat(catchThrowable(() -> probe(server, session)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(server.connections()).isZero();
        });
    }
}
