package spindle.http.body;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Makes bodies of JSON of any values, with Jackson 3. The only class that knows of it: without
/// the library, all but this can be used.
public final class JsonBody {
    private JsonBody() {}

    /// Returns a body of JSON, as Jackson writes it by default.
    ///
    /// @throws tools.jackson.core.JacksonException if it cannot
    public static BytesBody of(@Nullable Object value) {
        return of(value, JsonMapper.shared());
    }

    /// Returns a body of JSON, as `mapper` writes it.
    ///
    /// @throws tools.jackson.core.JacksonException if it cannot
    @SuppressWarnings("exports") // Who has a mapper has Jackson.
    public static BytesBody of(@Nullable Object value, ObjectMapper mapper) {
        return new BytesBody("json", mapper.writeValueAsBytes(value), ContentTypes.JSON);
    }
}
