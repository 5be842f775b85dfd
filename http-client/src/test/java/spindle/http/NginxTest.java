package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The client and nginx, where that is installed: by itself, and in front of another server.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class NginxTest {
    private static final byte[] LARGE = Page.of("/large", null).body();

    /// Far more than so many requests take on a machine that has nothing else to do.
    private static final Duration MANY_TAKE = Duration.ofSeconds(50);

    @TempDir
    private static Path folder;

    private static RunningServers servers;
    private static NginxServer nginx;

    private final ClientRun client;

    NginxTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @BeforeAll
    static void start() throws Exception {
        Path program = NginxServer.program();
        assumeTrue(program != null, "nginx is not installed");
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("digits.txt"), "0123456789");
        Files.write(files.resolve("large.txt"), LARGE);
        servers = new RunningServers(folder);
        nginx = NginxServer.start(program, folder, servers.get(RealServer.JETTY).port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
            servers.close();
        }
    }

    /// A test with a URL, a plain one and a secure one.
    interface Body {
        void run(String url, ClientSession session) throws Exception;
    }

    private void run(String path, Body test) throws Exception {
        for (String url : nginx.urls(path)) {
            client.runInLoop(() -> {
                try (ClientSession session = ClientSession.open(RunningServers.options())) {
                    test.run(url, session);
                    assertThat(session.connectionsInUse())
                            .as("connections in use")
                            .isZero();
                }
            });
        }
    }

    // --- By itself ---

    @Test
    void filesAreReadByGetAndHead() throws Exception {
        run("/files/digits.txt", (url, session) -> {
            assertThat(fetch(session, url)).isEqualTo("0123456789");
            try (ClientResponse response = await(session.head(url))) {
                assertThat(response.headers().first("Content-Length")).contains("10");
                assertThat(await(response.text())).isEmpty();
            }
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void aFileThatHasNotChangedIsNotSentAgain() throws Exception {
        run("/files/digits.txt", (url, session) -> {
            String tag;
            try (ClientResponse response = await(session.get(url))) {
                tag = response.headers().first("ETag").orElseThrow();
                await(response.discard());
            }
            ClientRequest again = ClientRequest.get(url).withHeader("If-None-Match", tag);
            try (ClientResponse response = await(session.send(again))) {
                assertThat(response.status()).isEqualTo(304);
                assertThat(await(response.text())).isEmpty();
            }
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void aPartOfAFileIsSentAlone() throws Exception {
        run("/files/digits.txt", (url, session) -> {
            ClientRequest request =
                    ClientRequest.get(url).withHeader("Range", "bytes=-3").withDecompression(false);
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.status()).isEqualTo(206);
                assertThat(await(response.text())).isEqualTo("789");
            }
        });
    }

    @Test
    void aCompressedFileIsDecompressed() throws Exception {
        run("/files/large.txt", (url, session) -> {
            try (ClientResponse response = await(session.get(url))) {
                assertThat(response.headers().first("Content-Encoding")).contains("gzip");
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        run("/moved", (url, session) -> assertThat(fetch(session, url)).isEqualTo("0123456789"));
    }

    @Test
    void whoKnowsThePasswordIsLetIn() throws Exception {
        run("/secret/digits.txt", (url, session) -> {
            ClientRequest request = ClientRequest.get(url);
            try (ClientResponse response = await(session.send(request))) {
                assertThat(response.status()).isEqualTo(401);
                await(response.discard());
            }
            Credentials credentials = Credentials.basic(Page.USER, Page.PASSWORD);
            try (ClientResponse response =
                    await(session.send(request.withCredentials(credentials)))) {
                assertThat(await(response.text())).isEqualTo("0123456789");
            }
        });
    }

    /// The answer comes at once, and then the connection ends, whatever is still being sent.
    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        run("/little", (url, session) -> {
            RequestBody body = RequestBody.of(new byte[16 * 1024 * 1024]);
            try (ClientResponse response = await(session.post(url, body))) {
                assertThat(response.status()).isEqualTo(413);
                assertThat(await(response.text())).contains("413");
            }
        });
    }

    /// It ends each connection after a few requests, with `Connection: close` on the last answer.
    @Test
    void connectionsThatServeAFewRequestsServeAThousand() throws Exception {
        ClientOptions options = RunningServers.options().withLimit(50).withTotalTimeout(MANY_TAKE);
        for (String url : nginx.urls("/files/digits.txt")) {
            client.runInLoop(MANY_TAKE, () -> {
                try (ClientSession session = ClientSession.open(options)) {
                    List<Coroutine<String>> requests = new ArrayList<>();
                    for (int i = 0; i < 1000; i++) {
                        requests.add(() -> fetch(session, url));
                    }

                    assertThat(await(gather(requests))).containsOnly("0123456789");
                    assertThat(session.statistics().made())
                            .isGreaterThanOrEqualTo(1000 / NginxServer.REQUESTS);
                }
            });
        }
    }

    @Test
    void itIsAskedAtAPathAsWell() throws Exception {
        ClientOptions options = RunningServers.options().withUnixSocket(folder.resolve("socket"));
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(options)) {
                assertThat(fetch(session, "http://files.test/files/digits.txt"))
                        .isEqualTo("0123456789");
            }
        });
    }

    // --- In front of another server ---

    @Test
    void bodiesPassThroughIt() throws Exception {
        run("/app/echo", (url, session) -> {
            RequestBody file = RequestBody.file(folder.resolve("files/large.txt"));
            try (ClientResponse response = await(session.put(url, file))) {
                assertThat(response.headers().first("X-Asked")).contains("PUT text/plain 1048576");
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
            RequestBody stream = RequestBody.stream(new ByteArrayInputStream(LARGE));
            try (ClientResponse response = await(session.post(url, stream))) {
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }

    @Test
    void itSaysContinueForTheServerBehindIt() throws Exception {
        run("/app/echo", (url, session) -> {
            ClientRequest request =
                    ClientRequest.post(url).withBody(RequestBody.of(LARGE)).withExpectContinue();
            try (ClientResponse response = await(session.send(request))) {
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }
}
