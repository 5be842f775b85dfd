package spindle.http.body;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/// Collects the parts of a body of the type `multipart/mixed`, `multipart/related` or the like
/// (RFC 2046 §5.1), each with a content type and header fields of its own.
///
/// ```java
/// RequestBody body = MultipartBody.related()
///         .part(RequestBody.jsonText(metadata))
///         .part(Map.of("Content-ID", "<image>"), RequestBody.file(path))
///         .build();
/// ```
///
/// It may be used on after `build`, which leaves what was built alone. For one thread at a time.
public final class MultipartParts {
    private final String subtype;
    private final PartList parts = new PartList();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private @Nullable String rootType;

    MultipartParts(String subtype) {
        this.subtype = subtype;
    }

    /// Adds a part.
    public MultipartParts part(RequestBody content) {
        return part(Map.of(), content);
    }

    /// Adds a part with header fields beside its content type.
    ///
    /// @throws IllegalArgumentException if one of them may not be sent, or is the content type
    public MultipartParts part(Map<String, String> headers, RequestBody content) {
        parts.add(PartHead.of(headers, content.contentType()), content);
        if (parts.size() == 1 && content.contentType() != null) {
            rootType = ContentTypes.mediaType(content.contentType());
        }
        return this;
    }

    /// Adds a parameter to the content type of the whole, such as `start` for `related`. The
    /// `type` that one needs is the root's, unless it is set.
    ///
    /// @throws IllegalArgumentException if it may not be sent, or is the boundary
    public MultipartParts parameter(String name, String value) {
        FieldGrammar.requireToken("the name of a parameter", name);
        FieldGrammar.requireAsciiValue("the parameter " + name, value);
        if (name.equalsIgnoreCase("boundary")) {
            throw new IllegalArgumentException("a boundary is set by boundary(…)");
        }
        parameters.put(name, value);
        return this;
    }

    /// Sets what stands between the parts, instead of something random. None of them may have it:
    /// that is not checked.
    ///
    /// @throws IllegalArgumentException if it has not the grammar of RFC 2046 §5.1.1
    public MultipartParts boundary(String boundary) {
        parts.setBoundary(boundary);
        return this;
    }

    /// Returns the body: one that can be written again if all of its parts can.
    ///
    /// @throws IllegalStateException if it has no part, of which it must have one at least
    public RequestBody build() {
        if (parts.size() == 0) {
            throw new IllegalStateException(
                    "expected a part at least but multipart/" + subtype + " has none: add one");
        }
        Map<String, String> all = new LinkedHashMap<>(parameters);
        if (subtype.equalsIgnoreCase("related") && rootType != null) {
            all.putIfAbsent("type", rootType); // RFC 2387 §3.1.
        }
        return parts.build(subtype, all);
    }

    /// Returns a form such as `<MultipartParts mixed parts=2>`.
    @Override
    public String toString() {
        return "<MultipartParts " + subtype + " parts=" + parts.size() + ">";
    }
}
