package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.body.RequestBody;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The client and Python's `http.server`, where Python is installed. It speaks HTTP/1.0 or
/// HTTP/1.1, plainly or by OpenSSL; and it leaves TLS without a word.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class PythonServerTest {
    private static final byte[] LARGE = Page.of("/large", null).body();

    private static final String PROGRAM = """
            import functools, http.server, ssl, sys
            protocol, tls, folder = sys.argv[1:]

            class Handler(http.server.SimpleHTTPRequestHandler):
                protocol_version = protocol

                def do_POST(self):
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            server = http.server.ThreadingHTTPServer(
                ("127.0.0.1", 0), functools.partial(Handler, directory=folder + "/files"))
            if tls == "https":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(folder + "/chain.pem", folder + "/key.pem")
                server.socket = context.wrap_socket(server.socket, server_side=True)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """;

    @TempDir
    private static Path folder;

    private static final Map<String, Process> processes = new HashMap<>();
    private static final Map<String, String> urls = new HashMap<>();

    private final ClientRun client;

    PythonServerTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @BeforeAll
    static void prepare() throws Exception {
        assumeTrue(isInstalled(), "python3 is not installed");
        Certificates.writePem(folder, "127.0.0.1");
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("digits.txt"), "0123456789");
        Files.write(files.resolve("large.txt"), LARGE);
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import http.server, ssl")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        processes.values().forEach(Process::destroy);
        processes.values().forEach(process -> process.onExit().join());
    }

    /// Returns where a server is that is started when it is first asked for.
    ///
    /// @param server its protocol and its scheme, between a blank
    private static String url(String server, String path) throws IOException {
        String known = urls.get(server);
        if (known == null) {
            String[] words = server.split(" ", 2);
            Process process = new ProcessBuilder(
                            "python3", "-c", PROGRAM, words[0], words[1], folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            processes.put(server, process);
            String port = process.inputReader(UTF_8).readLine();
            assertThat(port).as("the port of python3").isNotNull();
            known = words[1] + "://127.0.0.1:" + port;
            urls.put(server, known);
        }
        return known + path;
    }

    /// A test with a URL.
    interface Body {
        void run(String url, ClientSession session) throws Exception;
    }

    private void run(String server, String path, Body test) throws Exception {
        String url = url(server, path);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                test.run(url, session);
                assertThat(session.connectionsInUse()).as("connections in use").isZero();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 http", "HTTP/1.0 https", "HTTP/1.1 http", "HTTP/1.1 https"})
    void filesAreReadByGetAndHead(String server) throws Exception {
        run(server, "/large.txt", (url, session) -> {
            try (ClientResponse response = await(session.get(url))) {
                assertThat(response.version()).isEqualTo(server.substring(0, 8));
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
            try (ClientResponse response = await(session.head(url))) {
                assertThat(response.headers().first("Content-Length")).contains("1048576");
                assertThat(await(response.read())).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 http", "HTTP/1.0 https", "HTTP/1.1 http", "HTTP/1.1 https"})
    void connectionsAreKeptWhereTheVersionHasThat(String server) throws Exception {
        run(server, "/digits.txt", (url, session) -> {
            for (int i = 0; i < 5; i++) {
                assertThat(fetch(session, url)).isEqualTo("0123456789");
            }

            assertThat(session.statistics().made())
                    .isEqualTo(server.startsWith("HTTP/1.1") ? 1 : 5);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 http", "HTTP/1.0 https", "HTTP/1.1 http", "HTTP/1.1 https"})
    void bodiesGoThereAndBack(String server) throws Exception {
        run(server, "/", (url, session) -> {
            try (ClientResponse response = await(session.post(url, RequestBody.of(LARGE)))) {
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 http", "HTTP/1.1 https"})
    void itSaysContinue(String server) throws Exception {
        run(server, "/", (url, session) -> {
            ClientRequest request =
                    ClientRequest.post(url).withBody(RequestBody.of(LARGE)).withExpectContinue();
            try (ClientResponse response = await(session.send(request))) {
                assertThat(await(response.read())).isEqualTo(LARGE);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 http", "HTTP/1.0 https", "HTTP/1.1 http", "HTTP/1.1 https"})
    void whatItDoesNotKnowIsNoFailure(String server) throws Exception {
        run(server, "/missing", (url, session) -> {
            try (ClientResponse response = await(session.get(url))) {
                assertThat(response.status()).isEqualTo(404);
                await(response.discard());
            }
            try (ClientResponse response =
                    await(session.put(url, RequestBody.text("nothing can be put here")))) {
                assertThat(response.status()).isEqualTo(501);
            }
        });
    }
}
