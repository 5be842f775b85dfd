package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A body of several parts, each of which is a body itself.
///
/// ```
/// --boundary CRLF head content CRLF --boundary CRLF head content CRLF --boundary-- CRLF
/// ```
record MultipartContent(String contentType, String boundary, List<Part> parts) implements Content {
    private static final int GATHERED_BYTES = 16 * 1024;

    /// @param head the header fields and the empty line after them
    record Part(ByteBuffer head, RequestBody content) {}

    @Override
    public long length() {
        long length = close().length;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            long content = part.content().length();
            if (content < 0) {
                return -1;
            }
            length += open(i).length + part.head().remaining();
            length = Math.addExact(length, content);
        }
        return length;
    }

    /// The line break before a delimiter belongs to it, so the first has none.
    private byte[] open(int index) {
        return ((index == 0 ? "--" : "\r\n--") + boundary + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] close() {
        return ((parts.isEmpty() ? "--" : "\r\n--") + boundary + "--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    @CheckReturnValue
    public Coroutine<Content> prepare() {
        return () -> {
            List<Part> prepared = new ArrayList<>();
            for (Part part : parts) {
                prepared.add(new Part(part.head(), Async.await(part.content().prepare())));
            }
            return new MultipartContent(contentType, boundary, prepared);
        };
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            try {
                writeParts(sink, new Gathering(sink));
            } finally {
                discard(); // Those that were not written; the others take no notice.
            }
            return null;
        };
    }

    private void writeParts(BodySink sink, Gathering gathering) throws Exception {
        for (int i = 0; i < parts.size(); i++) {
            gathering.add(ByteBuffer.wrap(open(i)));
            gathering.add(parts.get(i).head().duplicate());
            if (parts.get(i).content() instanceof BytesBody bytes) {
                gathering.add(bytes.bytes());
            } else {
                gathering.flush();
                writeContent(parts.get(i).content(), sink);
            }
        }
        gathering.add(ByteBuffer.wrap(close()));
        gathering.flush();
    }

    private static void writeContent(RequestBody content, BodySink sink) throws Exception {
        RequestBody ready = Async.await(content.prepare());
        CountedSink counted = new CountedSink(sink, content, ready.length());
        Async.await(ready.writeTo(counted));
        counted.checkComplete();
    }

    @Override
    public void discard() {
        parts.forEach(part -> part.content().discard());
    }

    /// Returns a form such as `<RequestBody multipart parts=2 type='multipart/mixed; …'>`.
    @Override
    public String toString() {
        return "<RequestBody multipart parts=" + parts.size() + " type='" + contentType + "'>";
    }

    /// Puts what is small together, so that a form with ten fields is not sent in twenty pieces.
    /// What comes from elsewhere never waits here: it may be long in coming.
    private static final class Gathering {
        private final BodySink sink;
        private final ByteBuffer gathered = ByteBuffer.allocate(GATHERED_BYTES);

        Gathering(BodySink sink) {
            this.sink = sink;
        }

        void add(ByteBuffer piece) throws Exception {
            if (piece.remaining() > gathered.remaining()) {
                flush();
            }
            if (piece.remaining() > gathered.remaining()) {
                Async.await(sink.write(piece));
            } else {
                gathered.put(piece);
            }
        }

        void flush() throws Exception {
            if (gathered.position() > 0) {
                Async.await(sink.write(gathered.flip()));
                gathered.clear();
            }
        }
    }
}
