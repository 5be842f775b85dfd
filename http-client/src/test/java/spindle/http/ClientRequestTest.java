package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;
import spindle.http.url.Url;
import spindle.net.Tls;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A request as a value.
@Timeout(10)
class ClientRequestTest {
    private static final ClientOptions SESSION = ClientOptions.defaults();

    /// Has one of everything that can be taken away again.
    private static final ClientRequest FULL = ClientRequest.post("/a")
            .withHeader("X-A", "1")
            .withParameter("q", "1")
            .withCookie("id", "1")
            .withBody(RequestBody.text("hello"));

    static Stream<Arguments> changes() {
        Middleware middleware = (request, next) -> next.send(request);
        return Stream.of(
                change("method", request -> request.withMethod("PUT")),
                change("url", request -> request.withUrl("/b")),
                change("url", request -> request.withUrl(Url.parse("http://127.0.0.1/b"))),
                change("parameters", request -> request.withParameter("q", "1")),
                change("parameters", request -> request.withParameters(Map.of("r", "2"))),
                change("headers", request -> request.withHeader("X-A", "2")),
                change("headers", request -> request.plusHeader("X-A", "1")),
                change("headers", request -> request.withHeaders(Headers.empty())),
                change("suppressed", request -> request.withoutHeader("Accept")),
                change("headers, suppressed", request -> request.withoutHeader("x-a")),
                change("body", request -> request.withBody(RequestBody.text("other"))),
                change("body", ClientRequest::withoutBody),
                change("compression", request -> request.withCompression("gzip")),
                change("expects", ClientRequest::withExpectContinue),
                change("cookies", request -> request.withCookie("id", "2")),
                change("cookies", request -> request.withCookie("other", "1")),
                change("credentials", request -> request.withCredentials(Credentials.bearer("x"))),
                change("upgrade", request -> request.withUpgrade("websocket")),
                change(
                        "timeout",
                        request -> request.withTimeout(
                                ClientTimeout.defaults().withTotal(Duration.ofSeconds(1)))),
                change(
                        "limits",
                        request ->
                                request.withLimits(ResponseLimits.defaults().withMaxBodyBytes(1))),
                change("redirects", request -> request.withMaxRedirects(3)),
                change("raises", request -> request.withRaiseForStatus(true)),
                change("decompresses", request -> request.withDecompression(false)),
                change("middlewares", request -> request.withMiddlewares(List.of(middleware))),
                change("proxy", request -> request.withProxy(Proxy.of("http://127.0.0.1:3128"))),
                change("tls", request -> request.withTls(Tls.client())));
    }

    private static Arguments change(String parts, UnaryOperator<ClientRequest> change) {
        return Arguments.of(parts, change);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachWithChangesWhatItSaysAndNothingElse(
            String parts, UnaryOperator<ClientRequest> change) {
        Map<String, @Nullable Object> before = described(FULL);
        Map<String, @Nullable Object> after = described(change.apply(FULL));
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.removeIf(part -> Objects.equals(before.get(part), after.get(part)));

        assertThat(changed).containsExactly(parts.split(", ", -1));
        assertThat(described(FULL)).as("the request that was changed").isEqualTo(before);
    }

    private static Map<String, @Nullable Object> described(ClientRequest request) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("method", request.method());
        all.put("url", request.urlText());
        all.put("parameters", request.parameters());
        all.put("headers", request.headers().toMap());
        all.put("suppressed", request.suppresses("ACCEPT") + " " + request.suppresses("X-A"));
        all.put("body", request.body());
        all.put("compression", request.compression());
        all.put("expects", request.expectsContinue());
        all.put("cookies", request.cookies());
        all.put("credentials", request.credentials());
        all.put("upgrade", request.upgradeProtocol());
        all.put("timeout", request.timeout(SESSION));
        all.put("limits", request.limits(SESSION));
        all.put("redirects", request.maxRedirects(SESSION));
        all.put("raises", request.raisesForStatus(SESSION));
        all.put("decompresses", request.decompresses(SESSION));
        all.put("middlewares", request.middlewares(SESSION));
        all.put("proxy", request.proxy(SESSION, Url.parse("http://127.0.0.1/")));
        all.put("tls", request.tls());
        return all;
    }

    @Test
    void aRequestWithoutAnythingDoesWhatTheSessionDoes() {
        ClientOptions session = ClientOptions.defaults()
                .withTotalTimeout(Duration.ofSeconds(1))
                .withMaxBodyBytes(1)
                .withMaxRedirects(3)
                .withRaiseForStatus(true)
                .withDecompression(false)
                .withMiddleware((request, next) -> next.send(request))
                .withProxies(_ -> Proxy.of("http://127.0.0.1:3128"));
        ClientRequest request = ClientRequest.get("/");

        assertThat(request.timeout(session)).isEqualTo(session.timeout());
        assertThat(request.limits(session)).isEqualTo(session.limits());
        assertThat(request.maxRedirects(session)).isEqualTo(3);
        assertThat(request.raisesForStatus(session)).isTrue();
        assertThat(request.decompresses(session)).isFalse();
        assertThat(request.middlewares(session)).isEqualTo(session.middlewares());
        assertThat(request.proxy(session, Url.parse("http://127.0.0.1/"))).isNotNull();
    }

    @Test
    void withoutProxyThereIsNoneWhateverTheSessionSays() {
        ClientOptions session =
                ClientOptions.defaults().withProxies(_ -> Proxy.of("http://127.0.0.1:3128"));
        ClientRequest request = ClientRequest.get("/").withoutProxy();

        assertThat(request.proxy(session, Url.parse("http://127.0.0.1/"))).isNull();
    }

    @Test
    void eachFactoryMakesARequestOfItsMethod() {
        assertThat(Stream.of(
                                ClientRequest.get("/"),
                                ClientRequest.head("/"),
                                ClientRequest.post("/"),
                                ClientRequest.put("/"),
                                ClientRequest.patch("/"),
                                ClientRequest.delete("/"),
                                ClientRequest.options("/"),
                                ClientRequest.of("Query", "/"))
                        .map(ClientRequest::method))
                .containsExactly(
                        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "Query");
    }

    @Test
    void connectIsTheSessionsToAsk() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRequest.of("CONNECT", "/"))
                .withMessageContaining("give the session a proxy");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRequest.get("/").withMethod("CONNECT"))
                .withMessageContaining("give the session a proxy");
    }

    @Test
    void refusesWhatMakesNoSenseAndQuotesIt() {
        ClientRequest request = ClientRequest.get("/");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> request.withMaxRedirects(-1))
                .withMessage("maxRedirects must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request.withCompression("compress"))
                .withMessageContaining("compress");
    }

    @Test
    void theUrlIsKnownWhenTheRequestIsSent() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ClientRequest.get("http://127.0.0.1/").url());
    }

    @Test
    void withoutAFieldItsOwnCookiesAndCredentialsAreGoneToo() {
        ClientRequest request = FULL.withCredentials(Credentials.bearer("x"))
                .withoutHeader("cookie")
                .withoutHeader("authorization");

        assertThat(request.cookies()).isEmpty();
        assertThat(request.credentials()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1/a?b,           <ClientRequest GET http://127.0.0.1/a?b>",
        "/a?b,                           <ClientRequest GET /a?b>",
        "http://me:s3cret@127.0.0.1/,    <ClientRequest GET http://***@127.0.0.1/>",
        "//me:s3cret@127.0.0.1/,         <ClientRequest GET //***@127.0.0.1/>",
        "http://me:s3cr@t@127.0.0.1/,    <ClientRequest GET http://***@127.0.0.1/>",
        "http://me:s3/cret@127.0.0.1/,   <ClientRequest GET ***@127.0.0.1/>",
        "me:s3?cret@127.0.0.1/,          <ClientRequest GET ***@127.0.0.1/>",
        "me@127.0.0.1/?a,                <ClientRequest GET ***@127.0.0.1/?a>",
        "///me:s3cret@127.0.0.1/,        <ClientRequest GET //***@127.0.0.1/>",
        "\\\\me:s3cret@127.0.0.1/,       <ClientRequest GET ***@127.0.0.1/>",
        "'/\t/me:s3cret@127.0.0.1/',     <ClientRequest GET ***@127.0.0.1/>",
    })
    void itsFormHasNoCredentials(String url, String form) {
        assertThat(ClientRequest.get(url)).hasToString(form);
    }

    /// It once took all before the last at sign for credentials, the host too.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/a?to=me@example.com",
                "http://127.0.0.1/a#me@example.com",
                "http://127.0.0.1/@me",
                "//127.0.0.1/a?to=me@example.com",
                "/search?to=me@example.com",
                "/@me:x",
                "search?to=me@example.com",
                "#me@example.com",
            })
    void itsFormShowsTheHostThoughThereIsAnAtSignBehindIt(String url) {
        assertThat(ClientRequest.get(url)).hasToString("<ClientRequest GET " + url + ">");
    }

    @Test
    void itsFormShowsTheHostBetweenCredentialsAndAnAtSign() {
        assertThat(ClientRequest.get("http://me:s3cret@127.0.0.1/a?to=me@example.com"))
                .hasToString("<ClientRequest GET http://***@127.0.0.1/a?to=me@example.com>");
    }

    @Test
    void itsFormHasNoCredentialsEitherWhenTheUrlIsOne() {
        ClientRequest request =
                ClientRequest.get("/").withUrl(Url.parse("http://me:s3cret@127.0.0.1/"));

        assertThat(request).hasToString("<ClientRequest GET http://***@127.0.0.1/>");
    }
}
