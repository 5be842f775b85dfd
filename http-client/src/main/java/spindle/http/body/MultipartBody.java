package spindle.http.body;

/// Where bodies of several parts begin. They are written part by part and never held in memory.
///
/// Next: [MultipartForm].
public final class MultipartBody {
    private MultipartBody() {}

    /// Returns an empty form, for fields and files: `multipart/form-data`.
    public static MultipartForm form() {
        return new MultipartForm();
    }

    /// Returns an empty collection of parts that are independent of each other:
    /// `multipart/mixed`.
    public static MultipartParts mixed() {
        return ofSubtype("mixed");
    }

    /// Returns an empty collection of parts that make one whole, of which the first is the root:
    /// `multipart/related` (RFC 2387).
    public static MultipartParts related() {
        return ofSubtype("related");
    }

    /// Returns an empty collection of parts with another meaning, such as `alternative`.
    ///
    /// @throws IllegalArgumentException if the subtype is no token
    public static MultipartParts ofSubtype(String subtype) {
        return new MultipartParts(
                FieldGrammar.requireToken("the subtype of a multipart body", subtype));
    }
}
