package spindle.http.body;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The parts of a multipart body that is being put together.
final class PartList {
    private final List<MultipartContent.Part> parts = new ArrayList<>();
    private @Nullable String boundary;

    void add(ByteBuffer head, RequestBody content) {
        parts.add(new MultipartContent.Part(head, content));
    }

    int size() {
        return parts.size();
    }

    void setBoundary(String boundary) {
        this.boundary = Boundary.check(boundary);
    }

    RequestBody build(String subtype, Map<String, String> parameters) {
        String between = boundary == null ? Boundary.random() : boundary;
        StringBuilder contentType = new StringBuilder("multipart/").append(subtype);
        parameters.forEach((name, value) -> append(contentType, name, value));
        append(contentType, "boundary", between);
        MultipartContent content =
                new MultipartContent(contentType.toString(), between, List.copyOf(parts));
        return parts.stream().allMatch(part -> part.content() instanceof RequestBody.Replayable)
                ? new ReplayableBody(content)
                : new OneShotBody(content);
    }

    private static void append(StringBuilder contentType, String name, String value) {
        contentType.append("; ").append(name).append('=').append(FieldGrammar.parameter(value));
    }
}
