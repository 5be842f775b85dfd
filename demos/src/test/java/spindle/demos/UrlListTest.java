package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class UrlListTest {
    @TempDir
    private Path folder;

    @Test
    void takesALineEachAndSkipsCommentsAndEmptyLines() throws Exception {
        Path file = Files.writeString(
                folder.resolve("urls"),
                "\uFEFFhttp://a/\r\n\n# http://b/\n  http://c/#d \nhttp://a/");

        assertThat(UrlList.read(file.toString()))
                .containsExactly("http://a/", "http://c/#d", "http://a/");
    }

    @Test
    void bytesThatAreNoTextDoNotStopIt() throws Exception {
        Path file = Files.write(folder.resolve("urls"), new byte[] {'a', (byte) 0xFF, '\n', 'b'});

        assertThat(UrlList.read(file.toString())).containsExactly("a\uFFFD", "b");
    }
}
