package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.require;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the head of a request as a strict server does, straight from the grammar of RFC 9112
/// and with nothing of what writes it.
///
/// @param fields names and values that alternate
record RequestReader(String method, String target, List<String> fields) {

    private static final Pattern LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\\x21-\\x7e]+) HTTP/1\\.1");
    private static final Pattern FIELD = Pattern.compile(
            "([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*((?:[\\t\\x20-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)[ \\t]*");

    static RequestReader read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        require(
                text.indexOf("\r\n\r\n") == text.length() - 4,
                "a head ends with its only empty line");
        String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
        Matcher line = LINE.matcher(lines[0]);
        require(line.matches(), "a head starts with a request line");
        var fields = new ArrayList<String>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            require(field.matches(), "every other line is a field");
            fields.add(field.group(1));
            fields.add(field.group(2));
        }
        return new RequestReader(line.group(1), line.group(2), fields);
    }

    List<String> values(String name) {
        var values = new ArrayList<String>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }
}
