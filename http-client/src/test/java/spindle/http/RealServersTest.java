package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.MATCH_ANY;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.http.auth.Credentials;
import spindle.http.body.MultipartBody;
import spindle.http.body.RequestBody;
import spindle.http.cookie.Cookie;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The client and servers that others wrote understand each other, whatever is asked and said.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RealServersTest {
    private static final String UNICODE = "\u00e4 & \u20ac=\ud83d\ude00";
    private static final byte[] LARGE = Page.of("/large", null).body();

    @TempDir
    private static Path folder;

    private static RunningServers servers;

    private final ClientRun client;

    RealServersTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @BeforeAll
    static void prepare() throws Exception {
        servers = new RunningServers(folder);
        Files.writeString(folder.resolve("digits.txt"), "0123456789");
        Files.write(folder.resolve("large.bin"), LARGE);
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    /// A test with a server that runs.
    interface Body {
        void run(RealServer.Running server, ClientSession session) throws Exception;
    }

    private void run(RealServer kind, Body test) throws Exception {
        run(kind, RunningServers.options(), test);
    }

    private void run(RealServer kind, ClientOptions options, Body test) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(options)) {
                test.run(server, session);
                assertThat(session.connectionsInUse()).as("connections in use").isZero();
            }
        });
    }

    private static String fetched(ClientSession session, ClientRequest request) throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            return await(response.text());
        }
    }

    // --- Methods, statuses ---

    @ParameterizedTest
    @EnumSource
    void answersOfEveryFramingAreRead(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            get(session, server, "/small", "Content-Length", "5");
            get(session, server, "/large", "Content-Length", "1048576");
            get(session, server, "/chunked", "Transfer-Encoding", "chunked");
        });
    }

    private static void get(
            ClientSession session,
            RealServer.Running server,
            String path,
            String field,
            String value)
            throws Exception {
        try (ClientResponse response = await(session.get(server.url(path)))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first(field)).contains(value);
            assertThat(await(response.read())).isEqualTo(Page.of(path, null).body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodArrives(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            for (String method : List.of("GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH")) {
                ClientRequest request = ClientRequest.of(method, server.url("/echo"));
                boolean hasBody = method.startsWith("P");
                if (hasBody) {
                    request = request.withBody(RequestBody.text("hello"));
                }
                try (ClientResponse response = await(session.send(request))) {
                    assertThat(response.headers().first("X-Asked").orElse(""))
                            .startsWith(method + " ");
                    assertThat(await(response.text())).isEqualTo(hasBody ? "hello" : "");
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aHeadHasTheFieldsOfAGetAndNoBody(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            try (ClientResponse response = await(session.head(server.url("/large")))) {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.headers().first("Content-Length")).contains("1048576");
                assertThat(await(response.read())).isEmpty();
            }
            assertThat(fetch(session, server.url("/small"))).isEqualTo("hello");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereIsNoFailure(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/missing")))) {
                assertThat(response.status()).isEqualTo(404);
                assertThat(await(response.read())).isNotNull();
            }
        });
    }

    // --- What is sent ---

    @ParameterizedTest
    @EnumSource
    void jsonGoesThereAndBack(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            Map<String, Object> value = Map.of("name", UNICODE, "list", List.of(1, 2, 3));
            try (ClientResponse response =
                    await(session.post(server.url("/echo"), RequestBody.json(value)))) {
                Map<?, ?> echoed = await(response.json(Map.class));
                assertThat(echoed).isEqualTo(value);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = "JETTY.*|UNDERTOW.*")
    void aFormIsReadByTheServer(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("plain", "value");
            fields.put("unicode", UNICODE);
            fields.put("empty", "");
            try (ClientResponse response =
                    await(session.post(server.url("/form"), RequestBody.form(fields)))) {
                assertThat(await(response.text()).lines())
                        .containsExactlyInAnyOrder("plain=value", "unicode=" + UNICODE, "empty=");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = "JETTY.*|UNDERTOW.*")
    void aFormWithFilesIsReadByTheServer(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            RequestBody form = MultipartBody.form()
                    .field("name", UNICODE)
                    .file("file", UNICODE + ".txt", RequestBody.text(UNICODE))
                    .file("file", folder.resolve("digits.txt"))
                    .build();
            try (ClientResponse response = await(session.post(server.url("/multipart"), form))) {
                assertThat(await(response.text()).lines())
                        .containsExactly(
                                "name=" + UNICODE,
                                "file=" + UNICODE + ".txt:" + UNICODE,
                                "file=digits.txt:0123456789");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aFileGoesThereAndBack(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            Path copy = folder.resolve("copy.bin");
            RequestBody file = RequestBody.file(folder.resolve("large.bin"));
            try (ClientResponse response = await(session.put(server.url("/echo"), file))) {
                assertThat(response.headers().first("X-Asked"))
                        .contains("PUT application/octet-stream 1048576");
                await(response.saveTo(copy));
            }

            assertThat(copy).hasBinaryContent(LARGE);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfUnknownLengthIsSentInChunks(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            RequestBody stream = RequestBody.stream(new ByteArrayInputStream(LARGE));
            try (ClientResponse response = await(session.post(server.url("/echo"), stream))) {
                assertThat(response.headers().first("X-Asked").orElse("")).endsWith(" null");
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = "JETTY.*|UNDERTOW.*")
    void trailersGoBothWays(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            RequestBody body = RequestBody.text("hello").withTrailers(() -> Map.of("X-Check", "7"));
            try (ClientResponse response = await(session.post(server.url("/trailers"), body))) {
                assertThat(await(response.text()).lines()).containsExactly("5 bytes", "X-Check=7");
                assertThat(response.trailers().first("X-Sum")).contains("42");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsAskedForItSaysContinue(RealServer kind) throws Exception {
        List<Integer> interim = new CopyOnWriteArrayList<>();
        ClientOptions options = RunningServers.options().withListener(event -> {
            if (event instanceof ClientEvent.Interim(var _, int status, var _)) {
                interim.add(status);
            }
        });
        run(kind, options, (server, session) -> {
            ClientRequest request = ClientRequest.post(server.url("/echo"))
                    .withBody(RequestBody.of(LARGE))
                    .withExpectContinue();
            try (ClientResponse response = await(session.send(request))) {
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });

        assertThat(interim).containsExactly(100);
    }

    /// A server that waits for the rest of the answer to be taken does not take the rest of the
    /// request, and the other way round.
    @ParameterizedTest
    @EnumSource
    void largeBodiesFlowBothWaysAtATime(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            int length = 8 * 1024 * 1024;
            RequestBody stream = RequestBody.stream(new ByteArrayInputStream(new byte[length]));
            long received = 0;
            try (ClientResponse response = await(session.post(server.url("/echo"), stream))) {
                for (ByteBuffer part : Async.awaitEach(response.pieces())) {
                    received += part.remaining();
                }
            }

            assertThat(received).isEqualTo(length);
        });
    }

    // --- What comes back ---

    @ParameterizedTest
    @EnumSource
    void aCompressedBodyIsDecompressed(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/gzip")))) {
                assertThat(response.headers().first("Content-Encoding")).contains("gzip");
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = "JETTY.*|UNDERTOW.*")
    void aPartOfAFileIsSentAlone(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/files/digits.txt"))
                    .withHeader("Range", "bytes=2-5");
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.status()).isEqualTo(206);
                assertThat(response.headers().first("Content-Range")).contains("bytes 2-5/10");
                assertThat(await(response.text())).isEqualTo("2345");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void redirectsAreFollowed(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/moved")))) {
                assertThat(await(response.text())).isEqualTo("hello");
                assertThat(response.url().text()).isEqualTo(server.url("/small"));
                assertThat(response.history()).hasSize(1);
            }
            RequestBody body = RequestBody.of("again".getBytes(StandardCharsets.UTF_8));
            try (ClientResponse response =
                    await(session.post(server.url("/moved-as-it-is"), body))) {
                assertThat(response.headers().first("X-Asked").orElse("")).startsWith("POST ");
                assertThat(await(response.text())).isEqualTo("again");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void cookiesAreKeptAndSentBack(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            assertThat(fetch(session, server.url("/cookie/show"))).isEqualTo("null");
            fetch(session, server.url("/cookie/set"));

            assertThat(session.cookies().cookies())
                    .extracting(Cookie::name)
                    .containsExactly("taste");
            assertThat(fetch(session, server.url("/cookie/show"))).isEqualTo("taste=sweet");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = "JDK.*|UNDERTOW.*")
    void whoKnowsThePasswordIsLetIn(RealServer kind) throws Exception {
        run(kind, (server, session) -> {
            ClientRequest request = ClientRequest.get(server.url("/secret"));
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.status()).isEqualTo(401);
                assertThat(response.headers().first("WWW-Authenticate").orElse(""))
                        .startsWith("Basic realm=\"pages\"");
                await(response.discard());
            }
            Credentials credentials = Credentials.basic(Page.USER, Page.PASSWORD);

            assertThat(fetched(session, request.withCredentials(credentials))).isEqualTo("hello");
        });
    }
}
