package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A body that tells a listener how far it was sent.
record ProgressContent(RequestBody body, ProgressListener listener) implements Content {
    /// How much of a file is sent before the listener hears of it.
    private static final long FILE_PIECE_BYTES = 1024 * 1024;

    @Override
    public @Nullable String contentType() {
        return body.contentType();
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    @CheckReturnValue
    public Coroutine<Content> prepare() {
        return () -> new ProgressContent(Async.await(body.prepare()), listener);
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeTo(BodySink sink) {
        return () -> {
            RequestBody ready = Async.await(body.prepare());
            Watched watched = new Watched(sink, ready.length(), listener);
            return Async.await(ready.writeTo(watched));
        };
    }

    @Override
    public void discard() {
        body.discard();
    }

    /// Returns a form such as `<RequestBody watched of=<RequestBody …>>`.
    @Override
    public String toString() {
        return ContentTypes.describe("watched", body, null);
    }

    /// A sink whose bytes are counted.
    private static final class Watched implements BodySink {
        // fixed at construction
        private final BodySink next;
        private final long total;
        private final ProgressListener listener;

        // changes while running
        private long sent;

        Watched(BodySink next, long total, ProgressListener listener) {
            this.next = next;
            this.total = total;
            this.listener = listener;
        }

        private void took(long count) {
            if (count > 0) {
                sent += count;
                listener.progressed(sent, total);
            }
        }

        @Override
        @CheckReturnValue
        public Coroutine<@Nullable Void> write(ByteBuffer piece) {
            return () -> {
                int count = piece.remaining();
                Async.await(next.write(piece));
                took(count);
                return null;
            };
        }

        @Override
        @CheckReturnValue
        public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
            return () -> {
                long done = 0;
                long last = 1;
                while (done < count && last > 0) {
                    long most = Math.min(FILE_PIECE_BYTES, count - done);
                    last = Async.await(next.sendFile(file, position + done, most));
                    done += last;
                    took(last);
                }
                return done;
            };
        }

        @Override
        public void trailer(String name, String value) {
            next.trailer(name, value);
        }
    }
}
