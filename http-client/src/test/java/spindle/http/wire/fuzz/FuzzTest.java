package spindle.http.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Lets a fuzzer that sees which branches an input takes (Jazzer) look for one that breaks a
/// rule of the package; a minute in all, or as many seconds as `-Dspindle.fuzz.seconds` says.
///
/// ```
///   mvn -pl http-client -am -Dspindle.fuzz.seconds=3600 verify
/// ```
///
/// It starts from the tables of exchanges, from a small corpus that earlier searches left, and
/// from what the search before found in `target/fuzz`. An input that breaks a rule is put there
/// too, and its bytes are in the message: a row of the tables is to be made of it.
class FuzzTest {

    private static final int SECONDS = Integer.getInteger("spindle.fuzz.seconds", 60);

    private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();
    private static final Path CORPUS = Path.of(
                    "src", "test", "resources", "spindle", "http", "wire", "fuzz")
            .toAbsolutePath();

    record Target(Class<?> type, List<byte[]> seeds, Consumer<byte[]> run) {

        Path corpus() {
            return CORPUS.resolve(type.getSimpleName());
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static List<Target> targets() {
        return List.of(
                new Target(
                        ResponseFuzz.class, ResponseFuzz.seeds(), ResponseFuzz::fuzzerTestOneInput),
                new Target(ChunkFuzz.class, ChunkFuzz.seeds(), ChunkFuzz::fuzzerTestOneInput),
                new Target(RequestFuzz.class, RequestFuzz.seeds(), RequestFuzz::fuzzerTestOneInput),
                new Target(FloodFuzz.class, FloodFuzz.seeds(), FloodFuzz::fuzzerTestOneInput));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void corpusBreaksNoRule(Target target) throws IOException {
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        try (Stream<Path> files = Files.list(target.corpus())) {
            files.sorted().map(FuzzTest::read).forEach(inputs::add);
        }

        inputs.forEach(target.run());

        assertThat(inputs).hasSizeGreaterThan(target.seeds().size());
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void searchBreaksNoRule(Target target) throws IOException, InterruptedException {
        int seconds = Math.max(1, SECONDS / targets().size());
        Path found = Files.createDirectories(WORK.resolve(target.type().getSimpleName()));
        Path seeds =
                Files.createDirectories(WORK.resolve(target.type().getSimpleName() + "-seeds"));
        int count = 0;
        for (byte[] seed : target.seeds()) {
            Files.write(seeds.resolve("seed-" + count++), seed);
        }
        Path log = WORK.resolve(target.type().getSimpleName() + ".log");

        Process fuzzer = fuzzer(target, seconds, List.of(found, seeds, target.corpus()), log);

        try {
            assertThat(fuzzer.waitFor(seconds + 180L, TimeUnit.SECONDS))
                    .as("the fuzzer ends by itself; it said %s", log)
                    .isTrue();
            String said = Files.readString(log, StandardCharsets.ISO_8859_1);
            assertThat(fuzzer.exitValue()).as(finding(said)).isZero();
            assertThat(said).contains("DONE").contains("Instrumented spindle.http.wire.");
        } finally {
            fuzzer.destroyForcibly().waitFor();
        }
    }

    private static String finding(String said) {
        int start = said.indexOf("== ");
        return start < 0 ? said : said.substring(start);
    }

    private static Process fuzzer(Target target, int seconds, List<Path> corpora, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=spindle.http.wire.*",
                "--custom_hook_includes=spindle.http.wire.**",
                "--reproducer_path=" + WORK,
                "-artifact_prefix=" + WORK.resolve(target.type().getSimpleName() + "-"),
                "-dict=" + dictionary(),
                "-max_len=2000",
                "-timeout=20",
                "-max_total_time=" + seconds));
        corpora.forEach(corpus -> command.add(corpus.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /// Words that chance would hardly put together.
    private static Path dictionary() throws IOException {
        return Files.write(
                WORK.resolve("words"),
                Stream.of(
                                "\\x0d\\x0a",
                                "\\x0d\\x0a\\x0d\\x0a",
                                "HTTP/1.1 200 OK\\x0d\\x0a",
                                "HTTP/1.0 ",
                                "HTTP/1.1 101 A\\x0d\\x0a",
                                "HTTP/1.1 103 A\\x0d\\x0a\\x0d\\x0a",
                                " 204 ",
                                "Content-Length: 5\\x0d\\x0a",
                                "Transfer-Encoding: chunked\\x0d\\x0a",
                                "Connection: close\\x0d\\x0a",
                                "Connection: keep-alive\\x0d\\x0a",
                                "5\\x0d\\x0ahello\\x0d\\x0a",
                                "0\\x0d\\x0a\\x0d\\x0a",
                                "7fffffffffffffff",
                                "chunked",
                                ";a=b")
                        .map(word -> "\"" + word + "\"")
                        .toList());
    }
}
