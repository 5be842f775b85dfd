package spindle.demos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A list of URLs in a file: one on each line; empty lines and those that begin with `#` are none.
final class UrlList {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private UrlList() {}

    /// Reads a list. What is wrong with a URL is for the one who fetches it to say.
    ///
    /// @param file `-` for standard input
    static List<String> read(String file) throws IOException {
        byte[] bytes =
                file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        String text = new String(bytes, UTF_8);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
