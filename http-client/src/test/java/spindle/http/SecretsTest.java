package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.CoroutineEngine;
import spindle.http.auth.Credentials;
import spindle.http.auth.Netrc;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Secrets that a request has, and that nothing which it leaves behind may show.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SecretsTest {
    private final ClientRun client;

    SecretsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static final String SECRET = "s3cret";

    /// In Base64, as `me:s3cret`.
    private static final String CODED = "bWU6czNjcmV0";

    /// A way for a request to come to an end.
    interface Ending {
        /// Returns the URL to ask for.
        String prepare(ScriptedServer server) throws Exception;
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                ending(
                        "an answer",
                        server -> answering(
                                server,
                                "HTTP/1.1 200 OK\r\n" + "Set-Cookie: id=" + SECRET
                                        + "\r\nContent-Length: 2\r\n\r\nok")),
                ending(
                        "a status",
                        server -> answering(
                                server,
                                "HTTP/1.1 404 Gone\r\n" + "Set-Cookie: id=" + SECRET
                                        + "\r\nContent-Length: 0\r\n\r\n")),
                ending("nonsense", server -> answering(server, "SSH-2.0-x\r\n\r\n")),
                ending(
                        "a cut body",
                        server -> answering(
                                server, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok")),
                ending(
                        "a limit",
                        server -> answering(
                                server,
                                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + "x".repeat(99))),
                ending("a redirect", server -> redirecting(server, "/probe?x")),
                ending(
                        "a bad redirect",
                        server -> redirecting(server, "ftp://me:" + SECRET + "@127.0.0.1/")),
                ending(
                        "a redirect to nobody",
                        server -> redirecting(server, "http://me:" + SECRET + "@nobody.invalid/")),
                ending("a loop", server -> redirecting(server, "/a")),
                ending("a reset", server -> {
                    server.on("/a", Conversation::reset);
                    return server.url("/a");
                }),
                ending("silence", server -> {
                    server.on("/a", Conversation::awaitEnd);
                    return server.url("/a");
                }),
                ending("nobody", server -> {
                    server.stopListening();
                    return server.url("/a");
                }),
                ending("no URL", _ -> "http://127.1/"),
                ending("no port", _ -> "http://127.0.0.1:99999/"),
                ending("no host", _ -> "http://"));
    }

    private static Arguments ending(String name, Ending ending) {
        return Arguments.of(name, ending);
    }

    private static String answering(ScriptedServer server, String response) {
        server.on("/a", peer -> {
            peer.readBody();
            peer.send(response);
            peer.close();
        });
        return server.url("/a");
    }

    private static String redirecting(ScriptedServer server, String location) {
        server.on("/a", peer -> {
            peer.readBody();
            peer.redirect(307, location);
        });
        return server.url("/a");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void nothingThatARequestLeavesBehindShowsThem(String name, Ending ending) throws Exception {
        List<String> shown = new ArrayList<>();
        ClientOptions options = options()
                .withTotalTimeout(Duration.ofMillis(name.equals("silence") ? 20 : 5000))
                .withRaiseForStatus(true)
                .withMaxBodyBytes(10)
                .withHeader("X-Key", SECRET)
                .withNetrc(Netrc.parse("default login me password " + SECRET))
                .withCredentials("http://127.0.0.1/", Credentials.basic("me", SECRET))
                .withListener(event -> shown.add(event + " " + event.request()))
                .withMiddleware((request, next) -> {
                    shown.add(request + " " + request.headers());
                    return next.send(request);
                });
        client.run(options, (server, session) -> {
            String url = ending.prepare(server).replace("://", "://me:" + SECRET + "@");
            ClientRequest request = secretive(url);
            shown.add(request.toString());
            shown.add(session + " " + options + " " + options.headers());
            Throwable failure = catchThrowable(() -> {
                try (ClientResponse response = await(session.send(request))) {
                    shown.add(response + " " + response.headers() + " " + response.url() + " "
                            + response.request() + " " + response.history());
                    await(response.read());
                }
            });
            shown.add(printed(failure));
        });

        assertThat(shown)
                .noneMatch(text -> text.contains(SECRET))
                .noneMatch(text -> text.contains(CODED));
    }

    private static ClientRequest secretive(String url) {
        return ClientRequest.post(url)
                .withHeader("X-Token", SECRET)
                .withHeader("Authorization", "Basic " + CODED)
                .withCookie("id", SECRET)
                .withCredentials(Credentials.bearer(SECRET))
                .withBody(RequestBody.text(SECRET))
                .withParameter("q", "1");
    }

    /// Returns all that a log would have of a failure.
    private static String printed(@Nullable Throwable failure) {
        if (failure == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    void aProxyThatIsNotThereIsNamedWithoutItsCredentials() throws Exception {
        client.run((server, session) -> {
            server.stopListening();
            Proxy proxy = Proxy.of(server.url("/").replace("://", "://me:" + SECRET + "@"));
            Throwable failure = catchThrowable(() -> fetch(
                    session, ClientRequest.get("http://elsewhere.invalid/").withProxy(proxy)));

            assertThat(printed(failure)).contains("by the proxy http://127.0.0.1:");
            assertThat(printed(failure)).doesNotContain(SECRET).doesNotContain(CODED);
        });
    }
}
