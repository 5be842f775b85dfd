package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What `fetch` and `load` understand of requests, against the JDK's server.
@Timeout(30)
class RequestArgumentsTest {
    @TempDir
    private Path folder;

    @Test
    void headersMethodAndDataAreSent() throws Exception {
        try (var server = EchoingServer.plain()) {
            assertThat(bodyOf(server.url("/echo"), "-H", "X-Trace: 7", "-d", "q=1"))
                    .isEqualTo("POST q=1 [7] [application/x-www-form-urlencoded]");
            assertThat(bodyOf(
                            server.url("/echo"),
                            "--method",
                            "PUT",
                            "--data",
                            "{}",
                            "--header",
                            "Content-Type: application/json"))
                    .isEqualTo("PUT {} null [application/json]");
        }
    }

    @Test
    void dataComesFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("body"), "from a file");
        try (var server = EchoingServer.plain()) {
            assertThat(bodyOf(server.url("/echo"), "-d", "@" + file))
                    .startsWith("POST from a file");
        }
    }

    @Test
    void compressedBodiesAreAskedForAndDecompressed() throws Exception {
        try (var server = EchoingServer.plain()) {
            Map<String, Object> result = resultOf(server.url("/echo"), "--compressed");

            assertThat(String.valueOf(result.get("headers"))).contains("gzip");
            assertThat(saved(result)).startsWith("GET ");
        }
    }

    @Test
    void withoutBeingAskedForNothingIsCompressed() throws Exception {
        try (var server = EchoingServer.plain()) {
            assertThat(String.valueOf(resultOf(server.url("/echo")).get("headers")))
                    .doesNotContain("gzip");
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsRefusedUnlessToldOtherwise() throws Exception {
        try (var server = EchoingServer.secure(SelfSignedContext.make(folder))) {
            CommandRun refused = CommandRun.of("fetch", server.url("/echo"));

            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out()).startsWith("tls ");
            assertThat(bodyOf(server.url("/echo"), "--insecure")).startsWith("GET ");
        }
    }

    @Test
    void aProxyIsAskedForTheWholeUrlAndGetsItsCredentials() throws Exception {
        try (var proxy = EchoingServer.plain()) {
            String address = proxy.url("").replace("http://", "http://me:secret@");

            assertThat(bodyOf("http://example.invalid/a", "--proxy", address))
                    .isEqualTo("by proxy: http://example.invalid/a");
            assertThat(proxy.proxyCredentials).containsExactly("Basic bWU6c2VjcmV0");
        }
    }

    @Test
    void cookiesAreKeptInAFile() throws Exception {
        Path file = folder.resolve("cookies.txt");
        try (var server = EchoingServer.plain()) {
            String first = bodyOf(server.url("/cookie"), "--cookie-jar", file.toString());
            String second = bodyOf(server.url("/cookie"), "--cookie-jar", file.toString());

            assertThat(first).isEqualTo("null");
            assertThat(second).isEqualTo("[id=42]");
            assertThat(file).content().contains("127.0.0.1").contains("42");
        }
    }

    @Test
    void retriesUntilTheServerIsWell() throws Exception {
        try (var server = EchoingServer.plain()) {
            assertThat(bodyOf(server.url("/flaky"), "--retry", "2")).isEqualTo("well");
        }
    }

    @Test
    void withoutRetriesTheFailureIsTheAnswer() throws Exception {
        try (var server = EchoingServer.plain()) {
            assertThat(bodyOf(server.url("/flaky"))).isEqualTo("not yet");
        }
    }

    @Test
    void timingsAreALineOfTheirOwn() throws Exception {
        try (var server = EchoingServer.plain()) {
            CommandRun run = CommandRun.of(
                    "fetch", server.url("/echo"), "--timings", "--limit-per-host", "1");

            assertThat(run.out().lines().toList().get(1))
                    .contains("connect ")
                    .contains("firstByte ");
        }
    }

    @Test
    void loadTakesTheSameArguments() throws Exception {
        try (var server = EchoingServer.plain()) {
            CommandRun run = CommandRun.of(
                    "load",
                    server.url("/echo"),
                    "--connections",
                    "2",
                    "--warmup",
                    "0ms",
                    "--duration",
                    "200ms",
                    "--timings",
                    "-d",
                    "q=1",
                    "--json",
                    "-");

            assertThat(run.status()).isZero();
            assertThat(run.json().get("errors")).isEqualTo(Map.of());
            assertThat(run.json().get("timingsMicros")).isInstanceOf(Map.class);
        }
    }

    @Test
    void whatMakesNoSenseIsTold() {
        assertUsage("--header must be NAME:VALUE", "-H", "none");
        assertUsage("--header: the name of a field", "-H", "a b: c");
        assertUsage("--method: the method must be a token", "-X", "GET /");
        assertUsage("--data: cannot read the file", "-d", "@" + folder.resolve("missing"));
        assertUsage("--proxy: expected a URL", "--proxy", "ftp://somewhere");
        assertUsage("--retry must be at least 0", "--retry", "-1");
        assertUsage("--limit-per-host must be at least 0", "--limit-per-host", "-1");
    }

    private static void assertUsage(String message, String... arguments) {
        CommandRun run = CommandRun.of(command("http://127.0.0.1:1/", arguments));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    // --- Running it ---

    private String bodyOf(String url, String... arguments) throws Exception {
        return saved(resultOf(url, arguments));
    }

    private Map<String, Object> resultOf(String url, String... arguments) throws Exception {
        List<String> more = new ArrayList<>(Arrays.asList(arguments));
        more.addAll(List.of("--json", "-", "--output", folder.resolve("pages").toString()));
        CommandRun run = CommandRun.of(command(url, more.toArray(String[]::new)));
        Map<String, Object> result = run.jsonList("results").getFirst();
        assertThat(result.get("error")).as(run.err()).isNull();
        return result;
    }

    private static String[] command(String url, String... arguments) {
        List<String> all = new ArrayList<>(List.of("fetch", url));
        all.addAll(Arrays.asList(arguments));
        return all.toArray(String[]::new);
    }

    private static String saved(Map<String, Object> result) throws Exception {
        return Files.readString(Path.of((String) Objects.requireNonNull(result.get("file"))));
    }
}
