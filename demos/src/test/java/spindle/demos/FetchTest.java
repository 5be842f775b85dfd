package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

@Timeout(30)
class FetchTest {
    private static final String GOOD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 4\r\n\r\nbody";

    @TempDir
    private Path folder;

    @Test
    void oneLineForEachUrl() throws Exception {
        try (var peer = ScriptedPeer.answering(GOOD)) {
            CommandRun run = CommandRun.of("fetch", peer.url(), peer.url() + "again");

            assertThat(run.status()).isZero();
            assertThat(run.out().lines())
                    .hasSize(2)
                    .allMatch(line -> line.matches(
                            "200 +4 B +\\d+(\\.\\d+)? m?s  http://127\\.0\\.0\\.1:\\d+/(again)?"));
            assertThat(run.err()).contains("2 answered, 0 failed");
        }
    }

    @Test
    void jsonTellsOfEachUrlInTheOrderOfTheInput() throws Exception {
        try (var peer = ScriptedPeer.answering(GOOD);
                var slow = new SlowServerThread(Duration.ofMillis(200))) {
            CommandRun run = CommandRun.of("fetch", slow.url(), peer.url(), "--json", "-");

            List<Map<String, Object>> results = run.jsonList("results");
            assertThat(results)
                    .extracting(result -> result.get("url"))
                    .containsExactly(slow.url(), peer.url());
            Map<String, Object> good = results.get(1);
            assertThat(good.keySet())
                    .containsExactly(
                            "url",
                            "status",
                            "reason",
                            "headers",
                            "bytes",
                            "file",
                            "elapsedMillis",
                            "timingsMillis",
                            "error");
            assertThat(good)
                    .containsEntry("status", 200)
                    .containsEntry("reason", "OK")
                    .containsEntry("bytes", 4)
                    .containsEntry("file", null)
                    .containsEntry("error", null)
                    .containsEntry(
                            "headers",
                            Map.of(
                                    "Content-Type", List.of("text/plain"),
                                    "X-A", List.of("1", "2"),
                                    "Content-Length", List.of("4")));
        }
    }

    @Test
    void statusOfAnErrorIsStillAResponse() throws Exception {
        try (var peer =
                ScriptedPeer.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
            CommandRun run = CommandRun.of("fetch", peer.url());

            assertThat(run.status()).isZero();
            assertThat(run.out()).startsWith("404 ");
        }
    }

    @Test
    void badPeersAreLinesAndDoNotDisturbTheOthers() throws Exception {
        try (var good = ScriptedPeer.answering(GOOD);
                var hanging = ScriptedPeer.hanging();
                var garbage = ScriptedPeer.answering("\u0000\u00FF\u001B[2J garbage\r\n\r\n");
                var truncated =
                        ScriptedPeer.answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbo");
                var silent = ScriptedPeer.answering("");
                var endless = new ScriptedPeer(out -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
                    while (true) {
                        out.write("X: y\r\n".repeat(1000).getBytes(ISO_8859_1));
                    }
                })) {
            CommandRun run = CommandRun.of(
                    "fetch",
                    "--timeout",
                    "500ms",
                    "--json",
                    "-",
                    good.url(),
                    ScriptedPeer.refusingUrl(),
                    hanging.url(),
                    garbage.url(),
                    truncated.url(),
                    silent.url(),
                    endless.url(),
                    "http://exa mple/",
                    "nonsense",
                    "http://no-such-host.invalid/",
                    good.url());

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.jsonList("results"))
                    .extracting(FetchTest::statusOrKind)
                    .containsExactly(
                            "200",
                            "refused",
                            "timeout",
                            "malformed",
                            "truncated",
                            "disconnected",
                            "limit",
                            "invalid-url",
                            "invalid-url",
                            "resolve",
                            "200");
            assertThat(run.err())
                    .doesNotContain("\tat ")
                    .doesNotContain("\u001B")
                    .contains("2 answered, 9 failed");
        }
    }

    @Test
    void savesBodiesAsTheyCame() throws Exception {
        try (var peer = ScriptedPeer.answering(GOOD)) {
            Path output = folder.resolve("pages");
            String url = peer.url() + "../../a";

            CommandRun run =
                    CommandRun.of("fetch", url, url, "--output", output.toString(), "--json", "-");

            assertThat(run.status()).isZero();
            assertThat(run.jsonList("results"))
                    .extracting(result -> Path.of((String) result.get("file")))
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allSatisfy(file -> assertThat(file).hasParent(output).hasContent("body"));
        }
    }

    @Test
    void bodyThatCannotBeSavedIsAFailure() throws Exception {
        try (var peer = ScriptedPeer.answering(GOOD)) {
            String name = BodyFolder.nameOf(1, peer.url(), "text/plain");
            Files.createDirectory(folder.resolve(name));

            CommandRun run = CommandRun.of("fetch", peer.url(), "--output", folder.toString());

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).startsWith("save ").contains("cannot write");
        }
    }

    @Test
    void fetchesMoreUrlsThanItMayAtATime() throws Exception {
        try (var server = new SlowServerThread(Duration.ofMillis(20))) {
            Path list = Files.writeString(folder.resolve("urls"), (server.url() + "\n").repeat(50));

            CommandRun run =
                    CommandRun.of("fetch", "--file", list.toString(), "--concurrency", "7");

            assertThat(run.status()).isZero();
            assertThat(run.out().lines()).hasSize(50);
        }
    }

    @Test
    void mistakesInTheCommandLineAreStatus2() {
        assertMistake("there is no URL to fetch", "fetch");
        assertMistake("no such file", "fetch", "--file", folder.resolve("none").toString());
        assertMistake("at least 1, was 0", "fetch", "--concurrency", "0", "http://a/");
        assertMistake("longer than nothing", "fetch", "--timeout", "0s", "http://a/");
        assertMistake(
                "cannot write", "fetch", "--json", folder.resolve("a/b").toString(), "http://a/");
        assertMistake("expected a duration", "fetch", "--timeout", "3", "http://a/");
    }

    private static void assertMistake(String message, String... arguments) {
        CommandRun run = CommandRun.of(arguments);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    /// Returns the status, or the first word of the error.
    private static String statusOrKind(Map<String, Object> result) {
        Object status = result.get("status");
        String error = (String) result.get("error");
        return error == null ? String.valueOf(status) : error.substring(0, error.indexOf(':'));
    }
}
