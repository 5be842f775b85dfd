package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A body that is a file, or a part of one.
///
/// How long it is, it finds out when it is prepared; what is different when it is opened or sent
/// is an error, since the peer was told otherwise.
final class FileBody implements RequestBody.Replayable {
    private static final long UNKNOWN = -1;

    // fixed at construction
    private final Path path;
    private final String contentType;
    private final long position;

    /// How many bytes to send, or unknown for all that there are.
    private final long count;

    /// How many bytes the file had when the body was prepared, or unknown.
    private final long size;

    private FileBody(Path path, String contentType, long position, long count, long size) {
        this.path = path;
        this.contentType = contentType;
        this.position = position;
        this.count = count;
        this.size = size;
    }

    static FileBody whole(Path path, String contentType) {
        return new FileBody(path, ContentTypes.check(contentType), 0, UNKNOWN, UNKNOWN);
    }

    static FileBody part(Path path, String contentType, long position, long count) {
        if (position < 0 || count < 0 || position > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException("expected a part of the file " + path
                    + " but its position is " + position + " and it has " + count + " bytes");
        }
        return new FileBody(path, ContentTypes.check(contentType), position, count, UNKNOWN);
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public FileBody withContentType(String contentType) {
        return new FileBody(path, ContentTypes.check(contentType), position, count, size);
    }

    private boolean isWhole() {
        return count == UNKNOWN;
    }

    /// Returns how many bytes it has. One that was not prepared asks the system, for which the
    /// caller waits.
    ///
    /// @throws UncheckedIOException if there is no such file
    @Override
    public long length() {
        if (!isWhole()) {
            return count;
        }
        try {
            return size == UNKNOWN ? OpenedFile.sizeOf(path) : size;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    @CheckReturnValue
    public Coroutine<RequestBody> prepare() {
        return () -> {
            if (size != UNKNOWN) {
                return this;
            }
            long found = Async.await(Async.runBlocking(() -> OpenedFile.sizeOf(path)));
            checkSize(found);
            return new FileBody(path, contentType, position, count, found);
        };
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            try (OpenedFile file = OpenedFile.open(path)) {
                checkSize(file.size());
                send(file, sink);
            }
            return null;
        };
    }

    /// What if a file grows while it is sent, as a log does? All that was promised was sent, but
    /// the end may be half a line. Who wants the beginning of such a file says so by a count.
    private void send(OpenedFile file, BodySink sink) throws Exception {
        long length = isWhole() ? file.size() : count;
        if (length > 0) {
            long sent = Async.await(sink.sendFile(file.channel(), position, length));
            if (sent != length) {
                throw changed(Long.toString(position + length), position + sent);
            }
        }
        long found = file.closeAndMeasure();
        if (isWhole() && found != length) {
            throw changed(Long.toString(length), found);
        }
    }

    private void checkSize(long found) throws IOException {
        if (isWhole() && size != UNKNOWN && found != size) {
            throw changed(Long.toString(size), found);
        }
        if (!isWhole() && found < position + count) {
            throw changed("at least " + (position + count), found);
        }
    }

    private FileSystemException changed(String expected, long found) {
        return new FileSystemException(
                path.toString(),
                null,
                "cannot send it: expected " + expected + " bytes but found " + found
                        + ": it must not change before all is sent");
    }

    /// Returns a form such as `<RequestBody file '/tmp/a.txt' type='text/plain'>`, with the part
    /// if it is one.
    @Override
    public String toString() {
        String part = isWhole() ? "" : " position=" + position + " length=" + count;
        String known = isWhole() && size != UNKNOWN ? " length=" + size : "";
        return "<RequestBody file '" + path + "'" + part + known + " type='" + contentType + "'>";
    }
}
