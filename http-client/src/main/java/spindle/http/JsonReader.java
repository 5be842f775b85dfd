package spindle.http;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.lang.reflect.Type;

/// Reads JSON with Jackson: the only class here that knows it, so that it need not be there.
final class JsonReader {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private JsonReader() {}

    static Object read(byte[] json, Type type, ClientResponse response) throws IOException {
        try {
            return MAPPER.readValue(json, MAPPER.constructType(type));
        } catch (JacksonException unreadable) {
            throw new ClientException.Protocol(
                    ClientException.Kind.CONTENT,
                    "expected JSON for " + type.getTypeName() + " but found "
                            + response.headers()
                                    .first("Content-Type")
                                    .orElse("a body without a Content-Type")
                            + " of " + json.length + " bytes, status " + response.status() + ": "
                            + unreadable.getOriginalMessage(),
                    unreadable);
        }
    }
}
