package spindle.http.body;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Writes the header fields of a part.
///
/// Names of fields and files are Unicode, in UTF-8 as browsers send it: RFC 7578 §4.2 forbids the
/// other notation (RFC 5987) in forms.
final class PartHead {
    private static final Set<String> MADE_HERE = Set.of("content-disposition", "content-type");

    private final StringBuilder lines = new StringBuilder();

    /// Returns the head of a part in a form, up to the empty line after it.
    ///
    /// @param headers further fields
    static ByteBuffer inForm(
            String name,
            @Nullable String fileName,
            Map<String, String> headers,
            @Nullable String contentType) {
        PartHead head = new PartHead();
        String disposition = "form-data; name=" + quoted("the name of a part", name);
        if (fileName != null) {
            disposition += "; filename=" + quoted("the file name of a part", fileName);
        }
        head.add("Content-Disposition", disposition);
        head.addAll(headers, MADE_HERE);
        return head.end(contentType);
    }

    /// Returns the head of any other part.
    static ByteBuffer of(Map<String, String> headers, @Nullable String contentType) {
        PartHead head = new PartHead();
        head.addAll(headers, Set.of("content-type"));
        return head.end(contentType);
    }

    /// The encoding of names that browsers share (WHATWG HTML, multipart/form-data): what would
    /// end the quotes or the line is percent-encoded, and nothing else, not even the percent sign.
    private static String quoted(String what, String name) {
        String encoded = name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
        FieldGrammar.requireValue(what, encoded);
        return '"' + encoded + '"';
    }

    private void addAll(Map<String, String> headers, Set<String> refused) {
        headers.forEach((name, value) -> {
            FieldGrammar.requireToken("the name of a part's header", name);
            FieldGrammar.requireValue("the value of the part's header " + name, value);
            if (refused.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the header " + name + " of a part is made of"
                        + " its name, its file name and its body's content type: set it there");
            }
            add(name, value);
        });
    }

    private void add(String name, String value) {
        lines.append(name).append(": ").append(value).append("\r\n");
    }

    private ByteBuffer end(@Nullable String contentType) {
        if (contentType != null) {
            add("Content-Type", ContentTypes.check(contentType)); // Of anybody's own kind of body.
        }
        lines.append("\r\n");
        return ByteBuffer.wrap(StrictText.encode(
                "the header of a part", lines.toString(), StandardCharsets.UTF_8));
    }
}
