package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Holds the README to what is the case.
@Timeout(20)
class ReadmeTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path EXAMPLE =
            MODULE.resolve("src/test/java/spindle/demos/ReadmeExample.java");

    @Test
    void showsTheExampleAsItIsCompiled() throws IOException {
        String example = firstCodeBlock(Files.readString(MODULE.resolveSibling("README.md")));

        assertThat(Files.readString(EXAMPLE)).contains(indented(example));
    }

    @Test
    void exampleDoesWhatItSays() throws Exception {
        try (SlowServerThread server = new SlowServerThread(Duration.ofMillis(10))) {
            assertThat(ReadmeExample.getBoth(server.url())).containsExactly("Hello!", "Hello!");
        }
    }

    private static String indented(String code) {
        return code.indent(4).replaceAll("(?m)^ +$", "");
    }

    /// Returns what stands between the first fence that says `java` and the next.
    private static String firstCodeBlock(String markdown) {
        String fence = "```java\n";
        int start = markdown.indexOf(fence) + fence.length();
        return markdown.substring(start, markdown.indexOf("```", start));
    }
}
