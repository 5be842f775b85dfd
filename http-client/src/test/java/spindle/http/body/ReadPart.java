package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A part as a reader sees it that knows nothing of how it was written, and forgives nothing.
///
/// @param octets the content, each byte as a character
record ReadPart(Map<String, String> headers, String octets) {
    static List<ReadPart> readAll(byte[] body, String boundary) {
        // Each byte as a character, so that what is text to us is searched like anything else.
        String text = new String(body, ISO_8859_1);
        String delimiter = "\r\n--" + boundary;
        assertThat(text).startsWith("--" + boundary);
        assertThat(text).endsWith("--" + boundary + "--\r\n");
        List<ReadPart> parts = new ArrayList<>();
        int at = boundary.length() + 2;
        while (text.startsWith("\r\n", at)) {
            int end = text.indexOf(delimiter, at);
            parts.add(read(text.substring(at + 2, end)));
            at = end + delimiter.length();
        }
        assertThat(text.substring(at)).isEqualTo("--\r\n");
        return parts;
    }

    private static ReadPart read(String part) {
        Map<String, String> headers = new LinkedHashMap<>();
        int at = 0;
        while (!part.startsWith("\r\n", at)) {
            int end = part.indexOf("\r\n", at);
            String line = part.substring(at, end);
            int colon = line.indexOf(": ");
            String value = new String(line.substring(colon + 2).getBytes(ISO_8859_1), UTF_8);
            assertThat(headers.put(line.substring(0, colon), value)).isNull();
            at = end + 2;
        }
        return new ReadPart(headers, part.substring(at + 2));
    }

    byte[] content() {
        return octets.getBytes(ISO_8859_1);
    }

    String text() {
        return new String(content(), UTF_8);
    }
}
