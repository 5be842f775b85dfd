package spindle.http.body;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// Collects what a form with files sends: a body of the type `multipart/form-data` (RFC 7578).
///
/// ```java
/// RequestBody body = MultipartBody.form()
///         .field("title", "Event loops")
///         .file("slides", Path.of("slides.pdf"))
///         .build();
/// ```
///
/// Names may occur more than once; the parts are sent in the order in which they were added. It
/// may be used on after `build`, which leaves what was built alone. For one thread at a time.
public final class MultipartForm {
    private final PartList parts = new PartList();

    MultipartForm() {}

    /// Adds a field of text, in UTF-8.
    public MultipartForm field(String name, String value) {
        byte[] content =
                StrictText.encode("the field '" + name + "'", value, StandardCharsets.UTF_8);
        return field(name, new BytesBody("text", content, null));
    }

    /// Adds a field of any content, which is no file to the server.
    public MultipartForm field(String name, RequestBody content) {
        return part(name, null, Map.of(), content);
    }

    /// Adds a file under its own name, with the content type that the name stands for.
    public MultipartForm file(String name, Path path) {
        return file(name, fileName(path), RequestBody.file(path));
    }

    private static String fileName(Path path) {
        Path last = path.getFileName();
        if (last == null) {
            throw new IllegalArgumentException("expected a file but got the path " + path);
        }
        return last.toString();
    }

    /// Adds a file of any content: one that is in memory, or has another name on the disk.
    public MultipartForm file(String name, String fileName, RequestBody content) {
        return part(name, fileName, Map.of(), content);
    }

    /// Adds a part with header fields of its own, beside those that every part has.
    ///
    /// @param fileName null if it is to be no file
    /// @throws IllegalArgumentException if a name or a field may not be sent, or is one that is
    ///     made of the others
    public MultipartForm part(
            String name,
            @Nullable String fileName,
            Map<String, String> headers,
            RequestBody content) {
        parts.add(PartHead.inForm(name, fileName, headers, content.contentType()), content);
        return this;
    }

    /// Sets what stands between the parts, instead of something random. None of them may have it:
    /// that is not checked.
    ///
    /// @throws IllegalArgumentException if it has not the grammar of RFC 2046 §5.1.1
    public MultipartForm boundary(String boundary) {
        parts.setBoundary(boundary);
        return this;
    }

    /// Returns the body: one that can be written again if all of its parts can. It may have no
    /// part at all, as a form without fields.
    public RequestBody build() {
        return parts.build("form-data", Map.of());
    }

    /// Returns a form such as `<MultipartForm parts=2>`.
    @Override
    public String toString() {
        return "<MultipartForm parts=" + parts.size() + ">";
    }
}
